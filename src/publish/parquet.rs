//! Parquet (zstd, column statistics, what its columns mean) and CSV files.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;
use polars_utils::compression::ZstdLevel;

use super::columns;
use crate::form::Form;

/// Writes one frame as one Parquet file.
///
/// # Errors
/// Those of the file system and of polars.
pub fn write(path: &Path, frame: &DataFrame) -> PolarsResult<()> {
    if has_lists(frame) {
        return write_lists(path, frame);
    }
    let mut stream = Stream::open(path, frame)?;
    for start in (0..frame.height()).step_by(GROUP) {
        stream.push(&frame.slice(start as i64, GROUP))?;
    }
    stream.finish()
}

/// Rows of a row group of a table that is written at once: fixed, so that the same rows give the same bytes.
pub const GROUP: usize = 1 << 18;

/// Level 1: most columns are numbers of a dictionary, on which the usual level 3 takes half as long again for a file
/// hardly smaller.
fn zstd() -> ParquetCompression {
    ParquetCompression::Zstd(ZstdLevel::try_new(1).ok())
}

fn has_lists(frame: &DataFrame) -> bool {
    frame.schema().iter().any(|(_, t)| matches!(t, DataType::List(_)))
}

/// A column whose texts are numbered is a column of strings to whoever reads the file.
fn as_strings(schema: &Schema) -> Schema {
    let string = |t: &DataType| if matches!(t, DataType::Enum(..)) { DataType::String } else { t.clone() };
    schema.iter().map(|(name, t)| Field::new(name.clone(), string(t))).collect()
}

/// Lists of strings in Arrow's older layout: pandas cannot read lists of the newer string views, which the other
/// writer always declares.
fn write_lists(path: &Path, frame: &DataFrame) -> PolarsResult<()> {
    let options = ParquetWriteOptions {
        compression: zstd(),
        statistics: StatisticsOptions::full(),
        row_group_size: Some(GROUP),
        compat_level: Some(CompatLevel::oldest()),
        key_value_metadata: columns::table_of(path).map(|t| KeyValueMetadata::from_static(columns::metadata(t, None))),
        ..Default::default()
    };
    let target = SinkTarget::Path(PlRefPath::new(path.to_string_lossy()));
    frame
        .clone()
        .lazy()
        .sink(SinkDestination::File { target }, FileWriteFormat::Parquet(options.into()), UnifiedSinkArgs::default())?
        .collect_with_engine(Engine::Streaming)?;
    Ok(())
}

/// Buffered, since heads of pages and the footer are written byte by byte.
fn writer(path: &Path, form: Option<&Form>) -> PolarsResult<ParquetWriter<BufWriter<File>>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(ParquetWriter::new(BufWriter::new(File::create(path)?))
        .with_compression(zstd())
        .with_statistics(StatisticsOptions { distinct_count: false, ..StatisticsOptions::full() })
        .with_key_value_metadata(columns::table_of(path).map(|t| KeyValueMetadata::from_static(columns::metadata(t, form)))))
}

/// A CSV file with a byte order mark, so that spreadsheets show its Chinese.
///
/// # Errors
/// Those of the file system and of polars.
pub fn csv(path: &Path, frame: &DataFrame) -> PolarsResult<()> {
    let mut frame = frame.clone();
    let lists: Vec<String> = frame.schema().iter().filter(|(_, t)| matches!(t, DataType::List(_))).map(|(n, _)| n.to_string()).collect();
    for name in lists {
        let joined = frame
            .column(&name)?
            .list()?
            .amortized_iter()
            .map(|l| l.map(|s| s.as_ref().str().map(|s| s.iter().flatten().collect::<Vec<_>>().join("; ")).unwrap_or_default()))
            .collect::<StringChunked>()
            .with_name(name.as_str().into());
        frame.with_column(joined.into_series().into())?;
    }
    CsvWriter::new(File::create(path)?).include_bom(true).finish(&mut frame)
}

/// A CSV file that grows batch by batch.
pub struct CsvStream {
    file: File,
    begun: bool,
}

impl CsvStream {
    /// Opens the file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(path: &Path) -> PolarsResult<CsvStream> {
        Ok(CsvStream { file: File::create(path)?, begun: false })
    }

    /// Appends the rows of `frame`; the first call writes the names of the columns too.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn push(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        CsvWriter::new(&mut self.file).include_bom(!self.begun).include_header(!self.begun).finish(&mut frame.clone())?;
        self.begun = true;
        Ok(())
    }
}

/// A Parquet file that grows batch by batch; nothing is written to disk for a table that never got a batch, so a
/// first empty batch gives it its columns.
pub struct Stream {
    writer: BatchedWriter<BufWriter<File>>,
}

impl Stream {
    /// Opens the file with the columns of `like`.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn open(path: &Path, like: &DataFrame) -> PolarsResult<Stream> {
        Stream::of(path, like, None)
    }

    /// The same for a table with a column an indicator: the form describes those.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn described(path: &Path, like: &DataFrame, form: &Form) -> PolarsResult<Stream> {
        Stream::of(path, like, Some(form))
    }

    fn of(path: &Path, like: &DataFrame, form: Option<&Form>) -> PolarsResult<Stream> {
        Ok(Stream { writer: writer(path, form)?.batched(&as_strings(like.schema()))? })
    }

    /// Appends the rows of `frame` as a row group.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn push(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        if frame.height() == 0 {
            return Ok(());
        }
        self.writer.write_batch(frame)
    }

    /// Writes the footer, and what is not on the way to disk yet.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn finish(self) -> PolarsResult<()> {
        self.writer.finish().map(|_| ())
    }
}
