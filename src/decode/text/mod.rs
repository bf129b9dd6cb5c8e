//! Bytes to characters, and what programs that write plain text do to its lines and tables.

pub mod charset;
mod counted;
pub mod dumped;
pub mod escaped;
mod framed;
mod legacy;
pub mod plain;
mod quoted;
mod ruled;
