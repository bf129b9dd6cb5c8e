//! The gazetteer, and the resolution of an issuing body to its division code.
//!
//! `gazetteer` holds `data/divisions/` as `read` found it; `weights` is what each kind of evidence counts; `words` finds the names of
//! regions in text, both through `index`; `body` reads an issuing body's name; `evidence` gathers what speaks for which region (`mention`: in
//! running text; `learn`: what the archive's other reports teach); `resolve` adds it up and decides. Nothing here guesses: evidence that does not single out one place gives no code.

mod body;
mod evidence;
mod gazetteer;
mod index;
mod learn;
mod mention;
mod read;
mod resolve;
mod weights;
mod words;

pub use evidence::Evidence;
pub use learn::{Learned, hosts, may_be_taught};
pub use gazetteer::{Chain, Gazetteer, Place};
pub use resolve::Resolution;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod gone_tests;
#[cfg(test)]
mod unit_tests;
