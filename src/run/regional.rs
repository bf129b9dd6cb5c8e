//! The regional part of a dataset: places, coverage, rollups, the workbook. The gazetteer becomes plain rows here, and
//! rollups become sheets, since stages do not know each other.

use std::hash::Hash;

use rayon::join;
use rayon::prelude::*;

use super::RunError;
use super::dataset::Dataset;
use super::kept::{self, Digest, Kept};
use super::morning::{self, Regions};
use crate::columnar::{self, Coverage, Expected, Level, PlaceFact, Places, Rollup};
use crate::form::Form;
use crate::model::{Check, CheckResult, Read, ReportRow};
use crate::pipeline::Pipeline;
use crate::place::{Gazetteer, Place};
use crate::publish::workbook::{self, Book, Failed, LevelSheet, RegionRow, TownshipRow};
use crate::publish;

/// More failed checks than this are in `checks.parquet` alone: a sheet is for reading.
const MOST_FAILED: usize = 5000;

/// The failed checks that the workbook lists, in the order of the paths.
#[derive(Default)]
pub struct FailedChecks {
    rows: Vec<Failed>,
    total: usize,
}

impl FailedChecks {
    /// Takes those of one file.
    pub fn add(&mut self, form: &Form, read: &Read) {
        let Some(report) = &read.report else { return };
        for check in read.checks.iter().filter(|c| c.result == CheckResult::Fails) {
            // The right side is the total that the left side should give: there a person looks first. Checks of running text
            // have no cells.
            let terms = form.identities.get(check.identity as usize).into_iter().flat_map(|identity| identity.right.iter().chain(&identity.left));
            let line = terms.filter_map(|t| read.figures.iter().find(|f| f.indicator == *t)).map(|f| f.line).find(|l| *l > 0);
            self.push(report, line.unwrap_or(0), check, None);
        }
    }

    /// Takes a failed check of a report that stands in a line, 0 where it is not told, and the report of the year before
    /// that it was held against, if it was.
    pub fn push(&mut self, report: &ReportRow, line: u32, check: &Check, against: Option<&ReportRow>) {
        self.total += 1;
        if self.rows.len() == MOST_FAILED {
            return;
        }
        self.rows.push(Failed {
            path: report.path.to_string(),
            line,
            body: report.body.as_deref().unwrap_or_default().to_string(),
            year: report.year,
            check: check.identity,
            left: check.left,
            right: check.right,
            blame: check.blame.map_or("", |b| b.name()),
            against: against.map(|r| r.path.to_string()),
        });
    }
}

/// Writes `places`, `coverage`, the rollups and the workbook, and gives what the morning report shows of them.
///
/// # Errors
/// Those of the file system and of polars.
pub(super) fn write(data: &Dataset, gazetteer: &Gazetteer, pipeline: &Pipeline, kept: &Kept) -> Result<Option<Regions>, RunError> {
    let places = Places::new(facts(gazetteer));
    let coverage = columnar::cover(&places, &data.reports);
    let expected = Expected::new(&places, &data.reports);
    let rollups: Vec<Rollup> = Level::ALL.into_par_iter().map(|level| columnar::rollup(data.form, &places, &data.reports, &data.wide, &expected, level)).collect();
    let made_of = |some: &[Rollup]| {
        let mut digest = Digest::default();
        some.iter().for_each(|r| r.made_of(&mut digest));
        digest
    };
    let levels = || rollups.iter().map(|r| level_sheet(r, pipeline.rollup.small)).collect::<Vec<_>>();
    // The workbook is written on one thread, so it takes as long as all the tables.
    let (book, (tables, regions)) = join(
        || if pipeline.publish.workbook { write_workbook(data, &places, &coverage, levels(), pipeline, kept, made_of(&rollups)) } else { Ok(()) },
        || {
            let level = |rollup: &Rollup| write_level(data, rollup, pipeline.rollup.small, kept, made_of(std::slice::from_ref(rollup)));
            let shown = || pipeline.publish.report.then(|| morning::regions(data.form, &places, &coverage, &data.reports, &levels()));
            let (tables, (others, regions)) = join(|| rollups.par_iter().try_for_each(level), || join(|| write_places(data, &places, &coverage, kept), shown));
            (tables.and(others), regions)
        },
    );
    tables.and(book).map(|()| regions)
}

/// Sums and rates of one level.
fn write_level(data: &Dataset, rollup: &Rollup, small: u32, kept: &Kept, made_of: Digest) -> Result<(), RunError> {
    let name = rollup.level.name();
    let files = ["rollup", "rates"].map(|table| ["csv", "parquet"].map(|ending| format!("{table}_{name}.{ending}")));
    kept.or_write(&data.dir, files.as_flattened(), &made_of, || {
        write_rollup(data, rollup, small)?;
        let rates = rollup.rates(data.form, small)?;
        publish::csv(&data.dir.join(format!("rates_{name}.csv")), &rates)?;
        Ok(publish::write(&data.dir.join(format!("rates_{name}.parquet")), &rates)?)
    })
}

/// Writes the sums of one level, in both formats at a time and row group by row group: a whole frame of a country's
/// counties would be larger than all that it is made of.
fn write_rollup(data: &Dataset, rollup: &Rollup, small: u32) -> Result<(), RunError> {
    let file = |ending: &str| data.dir.join(format!("rollup_{}.{ending}", rollup.level.name()));
    let mut csv = publish::CsvStream::open(&file("csv"))?;
    let mut stream = None;
    for frame in rollup.frames(data.form, small, publish::GROUP) {
        let frame = frame?;
        let stream = match &mut stream {
            Some(stream) => stream,
            none => none.insert(publish::Stream::open(&file("parquet"), &frame)?),
        };
        let (text, rows) = join(|| csv.push(&frame), || stream.push(&frame));
        text.and(rows)?;
    }
    Ok(stream.map_or(Ok(()), publish::Stream::finish)?)
}

fn write_places(data: &Dataset, places: &Places, coverage: &Coverage, kept: &Kept) -> Result<(), RunError> {
    // Made of the gazetteer alone, and of another one nothing is kept.
    let write = || Ok(publish::write(&data.dir.join("places.parquet"), &columnar::places(places))?);
    kept.or_write(&data.dir, &["places.parquet".to_string()], &Digest::default(), write)?;
    Ok(publish::write(&data.dir.join("coverage.parquet"), &columnar::coverage(places, &data.reports, coverage))?)
}

/// `made_of` has the levels already.
fn write_workbook(data: &Dataset, places: &Places, coverage: &Coverage, levels: Vec<LevelSheet>, pipeline: &Pipeline, kept: &Kept, mut made_of: Digest) -> Result<(), RunError> {
    let path = data.dir.join("rollup.xlsx");
    let book = Book {
        form: data.form,
        levels,
        years: coverage.years.clone(),
        townships: townships(places, coverage),
        failed: &data.failed.rows,
        failed_total: data.failed.total,
        trend: &pipeline.rollup.trend,
        folder: &data.dir,
    };
    (&book.years, &book.townships, book.failed_total).hash(&mut made_of);
    for f in book.failed {
        (&f.path, f.line, &f.body, f.year, f.check, f.blame, &f.against).hash(&mut made_of);
        [f.left, f.right].into_iter().for_each(|v| kept::put(v, &mut made_of));
    }
    kept.or_write(&data.dir, &["rollup.xlsx".to_string()], &made_of, || workbook::write(&path, &book).map_err(|e| RunError::Setup(format!("{}: {e}", path.display()))))
}

fn level_sheet<'a>(rollup: &'a Rollup<'a>, small: u32) -> LevelSheet<'a> {
    let share = |expected: Option<u32>, n: u32| expected.filter(|&e| e >= small.max(1)).map(|e| f64::from(n) / f64::from(e));
    let rows = rollup.rows.iter().map(|r| RegionRow {
        code: r.code,
        names: r.names,
        year: r.year,
        expected: r.expected,
        reported: r.townships,
        share: share(r.expected, r.townships),
        has_own: r.own.is_some(),
    });
    LevelSheet { depth: rollup.level.depth(), rows: rows.collect(), sum: Box::new(|r, i| rollup.sum(r, i)), reporting: Box::new(|r, i| rollup.reporting(r, i)), own: Box::new(|r, i| rollup.own(r, i)), difference: Box::new(|r, i| rollup.difference(r, i)) }
}

fn townships<'a>(places: &Places<'a>, coverage: &Coverage) -> Vec<TownshipRow<'a>> {
    let group = |rows: &[columnar::Covered]| {
        let place = &places.all[rows[0].place as usize];
        let mut presence = vec![None; coverage.years.len()];
        for row in rows {
            let year = coverage.years.binary_search(&row.year).expect("a year that was asked");
            presence[year] = Some(row.presence as u8);
        }
        TownshipRow { code: place.code, names: places.names(rows[0].place), township: place.name, presence }
    };
    coverage.rows.chunk_by(|a, b| a.place == b.place).map(group).collect()
}

fn facts(gazetteer: &Gazetteer) -> Vec<PlaceFact<'_>> {
    gazetteer.places().iter().map(fact).collect()
}

fn fact(p: &Place) -> PlaceFact<'_> {
    PlaceFact {
        code: &p.code,
        statistical_code: p.statistical_code.as_deref(),
        name: &p.name,
        kind: &p.kind,
        level: p.level,
        parent: &p.parent,
        valid_from: p.valid_from,
        valid_to: p.valid_to,
        former: &p.former,
        successor: p.successor.as_deref(),
        source: &p.source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Blame, FileRow, TEXT_CHECKS};

    /// Every failed check stands in the sheet, those of running text too.
    #[test]
    fn the_sheet_has_every_failed_check() {
        let form = crate::form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
        let check = |number: usize, result| Check { identity: number as u16, left: Some(2.0), right: Some(1.0), result, blame: Some(Blame::Source) };
        let of_text = form.identities.len()..form.identities.len() + TEXT_CHECKS.len();
        let checks = [0].into_iter().chain(of_text).map(|n| check(n, CheckResult::Fails)).chain([check(1, CheckResult::Holds)]).collect();
        let read = Read { report: Some(Box::default()), checks, ..Read::without_report(FileRow::default(), Vec::new()) };
        let mut failed = FailedChecks::default();
        failed.add(&form, &read);
        assert_eq!((failed.rows.len(), failed.total), (1 + TEXT_CHECKS.len(), 1 + TEXT_CHECKS.len()));
    }
}
