//! Bytes to characters, and what programs that write plain text do to its lines and tables.

mod boxes;
pub mod charset;
mod counted;
pub mod dumped;
pub mod escaped;
mod framed;
pub mod keyed;
mod latex;
mod legacy;
mod listed;
pub mod plain;
mod printed;
pub mod python;
mod quoted;
mod ruled;
pub mod tagged;
pub mod wiki;
