//! All tests that need nothing but the program: one binary, so that it is linked once.

mod architecture;
mod bad_input;
mod cases;
mod cli;
mod containers;
mod docs;
mod editions;
mod nightly;
mod packs;
mod properties;
mod regional;
mod support;
