//! Bytes to characters, and what programs that write plain text do to its lines and tables.

pub mod charset;
mod counted;
pub mod dumped;
pub mod escaped;
mod framed;
pub mod keyed;
mod latex;
mod legacy;
pub mod plain;
mod printed;
pub mod python;
mod quoted;
mod ruled;
pub mod wiki;
