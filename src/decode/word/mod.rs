//! Documents of word processors: .docx, .doc, .rtf, and what is alike in them.

pub mod blocks;
pub mod doc;
pub mod docx;
mod fields;
mod flow;
mod numbering;
pub mod rtf;
