//! Frames → files: staged beside the target, then switched in by one rename of a link. Readers see the old dataset or
//! the new one, never a mix.

mod clock;
pub mod columns;
pub mod datapackage;
mod lock;
pub mod metrics;
pub mod morning;
mod parquet;
mod staging;
pub mod workbook;

pub use parquet::{CsvStream, GROUP, Stream, csv, write};
pub use clock::{days, utc};
pub use lock::Lock;
pub use staging::{sweep, PublishError, RolledBack, Staging, current, link, roll_back, seen_file, versions_of, write_seen};
