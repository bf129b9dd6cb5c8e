//! Items → the rows of the form with their cells; and what the items themselves say against a row. See ARCHITECTURE.md,
//! "One reader".

pub mod above;
pub mod align;
pub mod aligned;
pub mod apart;
pub mod banded;
pub mod below;
pub mod blocks;
pub mod chain;
pub mod headed;
pub mod heads;
pub mod large;
pub mod lone;
pub mod meaning;
pub mod named;
pub mod neighbours;
pub mod paged;
pub mod parts;
pub mod proof;
pub mod remarks;
pub mod stray;
pub mod tables;
pub mod turned;
pub mod unlabelled;
pub mod windows;
pub mod withhold;
