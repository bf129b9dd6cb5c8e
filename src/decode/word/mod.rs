//! Documents of word processors: .docx, .doc, .rtf, and what is alike in them.

pub mod blocks;
pub mod doc;
pub mod docx;
mod fields;
mod flow;
mod numbering;
pub mod rtf;

/// Letters of no more half points, and of no more hundredths of their width, cannot be seen.
const SMALL: i64 = 3;
const THIN: i64 = 10;

/// Styles that a style may be based on, one on the other.
const CHAIN: usize = 32;
