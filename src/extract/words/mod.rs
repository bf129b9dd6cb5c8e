//! How words, years and days are looked for in a text, whatever they mean.

pub mod cut;
pub mod dates;
pub mod lists;
pub mod trie;
pub mod wanted;
pub mod word;
