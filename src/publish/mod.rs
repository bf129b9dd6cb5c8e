//! Frames → files: staged beside the target, then switched in by one rename of a link. Readers see the old dataset or
//! the new one, never a mix.

pub mod columns;
pub mod datapackage;
pub mod morning;
mod parquet;
mod staging;
pub mod workbook;

pub use parquet::{CsvStream, Stream, csv, write, write_described};
pub use staging::{PublishError, Staging};
