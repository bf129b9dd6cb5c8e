//! Frames → files: staged beside the target, then switched in by one rename of a link. Readers see the old dataset or
//! the new one, never a mix.

mod parquet;
mod staging;

pub use parquet::{CsvStream, Stream, csv, write};
pub use staging::{PublishError, Staging};
