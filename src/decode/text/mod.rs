//! Bytes to characters, and what programs that write plain text do to its lines and tables.

pub mod charset;
pub mod counted;
pub mod dumped;
pub mod escaped;
pub mod framed;
mod legacy;
pub mod quoted;
pub mod ruled;
