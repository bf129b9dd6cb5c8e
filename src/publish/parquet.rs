//! Parquet (zstd, column statistics, what its columns mean) and CSV files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

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
    let mut stream = Stream::open(path, frame)?;
    for start in (0..frame.height()).step_by(GROUP) {
        stream.push(&frame.slice(start as i64, GROUP))?;
    }
    stream.finish()
}

/// Rows of a row group of a table that is written at once: fixed, so that the same rows give the same bytes.
pub const GROUP: usize = 1 << 18;

/// Rows of a row group of a table with lists: such a group is held whole on its way to the file, and the rows are wide.
const LISTS_GROUP: usize = 1 << 13;

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

/// Writes rows with lists of strings, in Arrow's older layout: pandas cannot read lists of the newer string views, which
/// the other writer always declares. `table` is the path of the table that they are.
fn write_lists(path: &Path, rows: LazyFrame, table: &Path) -> PolarsResult<()> {
    let options = ParquetWriteOptions {
        compression: zstd(),
        statistics: StatisticsOptions::full(),
        row_group_size: Some(LISTS_GROUP),
        compat_level: Some(CompatLevel::oldest()),
        key_value_metadata: columns::table_of(table).map(|t| KeyValueMetadata::from_static(columns::metadata(t, None))),
        ..Default::default()
    };
    let target = SinkTarget::Path(polars_path(path));
    rows.sink(SinkDestination::File { target }, FileWriteFormat::Parquet(options.into()), UnifiedSinkArgs::default())?
        .collect_with_engine(Engine::Streaming)?;
    Ok(())
}

fn polars_path(path: &Path) -> PlRefPath {
    PlRefPath::new(path.to_string_lossy())
}

/// Buffered, since heads of pages and the footer are written byte by byte.
fn writer(path: &Path, form: Option<&Form>, refused: &Refused) -> PolarsResult<ParquetWriter<BufWriter<Told>>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(ParquetWriter::new(BufWriter::new(Told { file: File::create(path)?, refused: refused.clone() }))
        .with_compression(zstd())
        .with_statistics(StatisticsOptions { distinct_count: false, ..StatisticsOptions::full() })
        .with_key_value_metadata(columns::table_of(path).map(|t| KeyValueMetadata::from_static(columns::metadata(t, form)))))
}

/// What the file system first refused, by its number. Polars says of it no more than that a write failed, and whoever reads that does not
/// learn that the disk is full.
type Refused = Arc<OnceLock<i32>>;

/// A file that tells what the file system refused.
struct Told {
    file: File,
    refused: Refused,
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|e| {
            if let Some(code) = e.raw_os_error() {
                let _ = self.refused.set(code);
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A CSV file with a byte order mark, so that spreadsheets show its Chinese.
///
/// # Errors
/// Those of the file system and of polars.
pub fn csv(path: &Path, frame: &DataFrame) -> PolarsResult<()> {
    CsvStream::open(path)?.push(frame)
}

/// Lists as texts with a semicolon between their items, since a cell of a CSV file holds one text.
fn without_lists(frame: &DataFrame) -> PolarsResult<DataFrame> {
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
    Ok(frame)
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
        CsvWriter::new(&mut self.file).include_bom(!self.begun).include_header(!self.begun).finish(&mut without_lists(frame)?)?;
        self.begun = true;
        Ok(())
    }
}

/// The error of the file system that lies behind one of polars, where there is one.
fn reason(error: PolarsError, refused: &Refused) -> PolarsError {
    refused.get().map_or(error, |&code| io::Error::from_raw_os_error(code).into())
}

/// A Parquet file that grows batch by batch; nothing is written to disk for a table that never got a batch, so a
/// first empty batch gives it its columns.
pub struct Stream(Rows);

enum Rows {
    Grown(BatchedWriter<BufWriter<Told>>, Refused),
    /// What has lists can only be written at once, from files of its own: of these there are as many as batches.
    InFiles { table: PathBuf, empty: DataFrame, files: Vec<PathBuf> },
}

impl Stream {
    /// Opens the file with the columns of `like`.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn open(path: &Path, like: &DataFrame) -> PolarsResult<Stream> {
        if has_lists(like) {
            return Ok(Stream(Rows::InFiles { table: path.to_path_buf(), empty: like.clear(), files: Vec::new() }));
        }
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
        let refused = Refused::default();
        let writer = writer(path, form, &refused)?.batched(&as_strings(like.schema())).map_err(|e| reason(e, &refused))?;
        Ok(Stream(Rows::Grown(writer, refused)))
    }

    /// Appends the rows of `frame` as a row group.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn push(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        if frame.height() == 0 {
            return Ok(());
        }
        match &mut self.0 {
            Rows::Grown(writer, refused) => writer.write_batch(frame).map_err(|e| reason(e, refused)),
            Rows::InFiles { table, files, .. } => {
                let file = table.with_extension(format!("{}.part", files.len()));
                files.push(file.clone());
                write_lists(&file, frame.clone().lazy(), table)
            }
        }
    }

    /// Writes the footer, and what is not on the way to disk yet.
    ///
    /// # Errors
    /// Those of the file system and of polars.
    pub fn finish(self) -> PolarsResult<()> {
        let (table, empty, files) = match self.0 {
            Rows::Grown(writer, refused) => return writer.finish().map(drop).map_err(|e| reason(e, &refused)),
            Rows::InFiles { table, empty, files } => (table, empty, files),
        };
        match files.as_slice() {
            [] => write_lists(&table, empty.lazy(), &table),
            [only] => Ok(std::fs::rename(only, &table)?),
            several => {
                let paths = several.iter().map(|p| polars_path(p)).collect();
                let options = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
                write_lists(&table, LazyFrame::scan_parquet_files(paths, options)?, &table)?;
                Ok(several.iter().try_for_each(std::fs::remove_file)?)
            }
        }
    }
}
