//! The tables with one row a report, a file or an indicator; and the rows of the first two read back.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::CompactString;
use polars::prelude::*;

use super::back::{Columns, Lists, Texts, constant, hash, odd, text};
use super::{Once, back, hashes, strings};
use crate::form::{Form, Indicator, TABLES};
use crate::model::{AsRead, Detail, FileRow, Outcome, PlaceRow, ReportRow, Shape};

/// `reports.parquet`, in the order given; `details` are those of these rows.
pub fn reports(rows: &[ReportRow], details: &[Detail]) -> DataFrame {
    let text = |name: &str, f: &dyn Fn(&ReportRow) -> Option<&str>| strings(name, rows.iter().map(f));
    let detail = |name: &str, f: &dyn Fn(&Detail) -> Option<&str>| strings(name, details.iter().map(f));
    let count = |name: &str, f: &dyn Fn(&ReportRow) -> u32| -> Column { UInt32Chunked::from_vec(name.into(), rows.iter().map(f).collect()).into_series().into() };
    let flag = |name: &str, f: &dyn Fn(&ReportRow) -> bool| -> Column { BooleanChunked::from_iter_options(name.into(), rows.iter().map(|r| Some(f(r)))).into_series().into() };
    let columns = vec![
        text("report_id", &|r| Some(&r.report_id)),
        text("path", &|r| Some(&r.path)),
        hashes("content_hash", rows.iter().map(|r| Some(r.content_hash))),
        hashes("text_hash", rows.iter().map(|r| r.text_hash)),
        UInt64Chunked::from_vec("bytes".into(), rows.iter().map(|r| r.bytes).collect()).into_series().into(),
        text("format", &|r| Some(r.shape.format)),
        text("encoding", &|r| Some(r.shape.encoding)),
        text("script", &|r| Some(r.shape.script)),
        text("layout", &|r| Some(r.shape.layout)),
        text("form", &|r| Some(&r.shape.form)),
        text("form_t2", &|r| r.shape.form_tables[0].as_deref()),
        text("form_t3", &|r| r.shape.form_tables[1].as_deref()),
        text("form_t4", &|r| r.shape.form_tables[2].as_deref()),
        detail("title", &|d| d.title.as_deref()),
        text("body", &|r| r.body.as_deref()),
        text("level", &|r| r.level),
        text("township", &|r| r.place.township.as_deref()),
        text("county", &|r| r.place.county.as_deref()),
        text("city", &|r| r.place.city.as_deref()),
        text("province", &|r| r.place.province.as_deref()),
        text("division_code", &|r| r.place.division_code.as_deref()),
        text("statistical_code", &|r| r.place.statistical_code.as_deref()),
        text("government", &|r| r.place.government.as_deref()),
        Float64Chunked::from_vec("region_confidence".into(), rows.iter().map(|r| r.confidence).collect()).into_series().into(),
        lists("region_evidence", details.iter().map(|d| &d.evidence)),
        flag("place_learned", &|r| r.learned),
        Int32Chunked::from_iter_options("year".into(), rows.iter().map(|r| r.year)).into_series().into(),
        Int32Chunked::from_iter_options("published".into(), rows.iter().map(|r| r.published)).into_date().into_series().into(),
        detail("phone", &|d| d.phone.as_deref()),
        detail("website", &|d| d.website.as_deref()),
        lists("hosts", rows.iter().map(|r| &r.hosts)),
        detail("code", &|d| d.code.as_deref()),
        count("replaced", &|r| r.replaced),
        count("cells_expected", &|r| r.cells_expected),
        count("cells_found", &|r| r.cells_found),
        count("checks_failed", &|r| r.all_checks_failed()),
        count("checks_failed_years", &|r| r.checks_failed_years),
        flag("clean_t2", &|r| r.clean[0]),
        flag("clean_t3", &|r| r.clean[1]),
        flag("clean_t4", &|r| r.clean[2]),
        text("status", &|r| Some(r.status)),
        count("cells_corrected", &|r| r.cells_corrected),
        flag("primary", &|r| r.primary),
        text("duplicate_of", &|r| r.duplicate_of.as_deref()),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

fn lists<'r, T: AsRef<str> + 'r>(name: &str, rows: impl ExactSizeIterator<Item = &'r (impl AsRef<[T]> + 'r)>) -> Column {
    let mut builder = ListStringChunkedBuilder::new(name.into(), rows.len(), rows.len() * 3);
    for texts in rows {
        builder.append_values_iter(texts.as_ref().iter().map(T::as_ref));
    }
    builder.finish().into_series().into()
}

/// The texts of a row of a column of lists.
fn listed((lists, texts): &(Lists, Texts), row: usize) -> impl Iterator<Item = &str> {
    let (start, end) = lists.offsets().start_end(row);
    (start..end).filter_map(|at| texts.get(at))
}

/// The columns of `reports.parquet` that are a report's detail, and what says whose.
pub(super) struct Detailed {
    key: Texts,
    texts: [Texts; 4],
    evidence: (Lists, Texts),
}

impl Columns for Detailed {
    const NAMES: &'static [&'static str] = &["report_id", "title", "phone", "website", "code", "region_evidence"];

    fn of(frame: &DataFrame) -> PolarsResult<Detailed> {
        let column = |number: usize| text(frame, Self::NAMES[number]);
        Ok(Detailed { key: column(0)?, texts: [column(1)?, column(2)?, column(3)?, column(4)?], evidence: back::lists(frame, Self::NAMES[5])? })
    }

    fn key(&self, row: usize) -> Option<&str> {
        self.key.get(row)
    }
}

impl Detailed {
    pub fn row(&self, row: usize) -> Detail {
        let [title, phone, website, code] = self.texts.each_ref().map(|column| column.get(row).map(String::from));
        Detail { title, phone, website, code, evidence: listed(&self.evidence, row).map(String::from).collect() }
    }
}

/// The rows of a part of `reports.parquet` without their details, by path; texts that many have stand once in `all`.
pub(super) fn reports_of(frame: &DataFrame, all: &mut Once, out: &mut HashMap<Arc<str>, Box<ReportRow>>) -> PolarsResult<()> {
    let mut texts: PlHashMap<&str, Texts> = PlHashMap::default();
    for column in frame.columns().iter().filter(|c| c.dtype() == &DataType::String) {
        texts.insert(column.name().as_str(), text(frame, column.name())?);
    }
    let hosts = back::lists(frame, "hosts")?;
    let flags = |name: &str| frame.column(name)?.bool();
    let clean = [flags("clean_t2")?, flags("clean_t3")?, flags("clean_t4")?];
    let learned = flags("place_learned")?;
    let confidence = frame.column("region_confidence")?.f64()?;
    let (bytes, year) = (frame.column("bytes")?.u64()?, frame.column("year")?.i32()?);
    let published = frame.column("published")?.cast(&DataType::Int32)?;
    let published = published.i32()?;
    let mut counts = PlHashMap::default();
    for name in ["replaced", "cells_expected", "cells_found", "checks_failed", "checks_failed_years", "cells_corrected"] {
        counts.insert(name, frame.column(name)?.u32()?);
    }
    for i in 0..frame.height() {
        let text = |name: &str| texts.get(name).ok_or_else(|| odd("the table without", name)).map(|c| c.get(i));
        let hosts = listed(&hosts, i).map(|letters| all.of(letters)).collect();
        let mut once = |name: &str| Ok::<_, PolarsError>(text(name)?.map(|letters| all.of(letters)));
        let word = |name: &str| Ok::<_, PolarsError>(text(name)?.map(constant));
        let short = |name: &str| Ok::<_, PolarsError>(text(name)?.map(CompactString::from));
        let count = |name: &str| counts[name].get(i).unwrap_or(0);
        // Those over years are counted anew.
        let checks_failed = count("checks_failed") - count("checks_failed_years").min(count("checks_failed"));
        let shape = Shape {
            format: word("format")?.unwrap_or(""),
            encoding: word("encoding")?.unwrap_or(""),
            script: word("script")?.unwrap_or(""),
            layout: word("layout")?.unwrap_or(""),
            form: short("form")?.unwrap_or_default(),
            form_tables: [short("form_t2")?, short("form_t3")?, short("form_t4")?],
        };
        let place = PlaceRow {
            township: once("township")?,
            county: once("county")?,
            city: once("city")?,
            province: once("province")?,
            division_code: once("division_code")?,
            statistical_code: once("statistical_code")?,
            // Datasets of before had no such column, and reports that are gone from the archive may stand in one.
            government: if texts.contains_key("government") { once("government")? } else { None },
        };
        let mut row = ReportRow {
            report_id: short("report_id")?.unwrap_or_default(),
            path: text("path")?.unwrap_or_default().into(),
            content_hash: text("content_hash")?.map(hash).transpose()?.unwrap_or_default(),
            text_hash: text("text_hash")?.map(hash).transpose()?,
            bytes: bytes.get(i).unwrap_or(0),
            shape: shape.into(),
            body: once("body")?,
            level: word("level")?,
            place: place.into(),
            confidence: confidence.get(i).unwrap_or(0.0),
            learned: learned.get(i).unwrap_or(false),
            year: year.get(i),
            published: published.get(i),
            hosts,
            detail: None,
            replaced: count("replaced"),
            cells_expected: count("cells_expected"),
            cells_found: count("cells_found"),
            checks_failed,
            checks_failed_years: 0,
            clean: clean.map(|c| c.get(i).unwrap_or(false)),
            status: word("status")?.unwrap_or(""),
            cells_corrected: count("cells_corrected"),
            primary: false,
            duplicate_of: None,
            vanished: false,
            // What overrides touch is read anew, so all others stand as they were read.
            as_read: AsRead { figures: 0, cells_found: count("cells_found"), checks_failed },
        };
        all.share(&mut row);
        out.insert(row.path.clone(), Box::new(row));
    }
    Ok(())
}

/// `files.parquet`, in the order given.
pub fn files(rows: &[FileRow]) -> DataFrame {
    let columns = vec![
        strings("path", rows.iter().map(|r| Some(&*r.path))),
        UInt64Chunked::from_vec("bytes".into(), rows.iter().map(|r| r.bytes).collect()).into_series().into(),
        strings("outcome", rows.iter().map(|r| Some(r.outcome.name()))),
        strings("reason", rows.iter().map(|r| (!r.reason.is_empty()).then_some(r.reason.as_str()))),
        strings("report_id", rows.iter().map(|r| r.report_id.as_deref())),
        hashes("content_hash", rows.iter().map(|r| r.content_hash)),
        BooleanChunked::from_iter_options("vanished".into(), rows.iter().map(|r| Some(r.vanished))).into_series().into(),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

/// The rows of a part of `files.parquet`.
pub(super) fn files_of(frame: &DataFrame) -> PolarsResult<Vec<FileRow>> {
    let column = |name: &str| text(frame, name);
    let (paths, outcomes, reasons, ids, hashes) = (column("path")?, column("outcome")?, column("reason")?, column("report_id")?, column("content_hash")?);
    let (bytes, vanished) = (frame.column("bytes")?.u64()?, frame.column("vanished")?.bool()?);
    let row = |i: usize| {
        let outcome = outcomes.get(i).unwrap_or("");
        let outcome = Outcome::ALL.into_iter().find(|o| o.name() == outcome).ok_or_else(|| odd("the outcome", outcome))?;
        Ok(FileRow {
            path: paths.get(i).unwrap_or("").into(),
            bytes: bytes.get(i).unwrap_or(0),
            outcome,
            reason: reasons.get(i).unwrap_or("").to_string(),
            report_id: ids.get(i).map(CompactString::from),
            content_hash: hashes.get(i).map(hash).transpose()?,
            vanished: vanished.get(i).unwrap_or(false),
        })
    };
    (0..frame.height()).map(row).collect()
}

/// `indicators.parquet`: the data dictionary, in the form's order.
pub fn indicators(form: &Form) -> DataFrame {
    let all = &form.indicators;
    let editions: Vec<String> = all
        .iter()
        .map(|i| i.editions.iter().map(|&e| form.editions[e as usize].key.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    let notices: Vec<String> = all
        .iter()
        .map(|i| i.editions.iter().map(|&e| form.editions[e as usize].notice.as_str()).collect::<Vec<_>>().join("、"))
        .collect();
    let group = |i: &Indicator| i.comparable.map(|c| &form.comparable[c as usize]);
    let columns = vec![
        strings("indicator", all.iter().map(|i| Some(i.name.as_str()))),
        strings("table", all.iter().map(|i| Some(TABLES[i.table]))),
        strings("editions", editions.iter().map(|e| Some(e.as_str()))),
        strings("unit", all.iter().map(|i| Some(i.unit.as_str()))),
        strings("name_zh", all.iter().map(|i| Some(i.name_zh.as_str()))),
        strings("name_en", all.iter().map(|i| Some(i.name_en.as_str()))),
        strings("source", notices.iter().map(|e| Some(e.as_str()))),
        strings("comparable", all.iter().map(|i| group(i).map(|c| c.key.as_str()))),
        strings("because", all.iter().map(|i| group(i).map(|c| c.because.as_str()))),
    ];
    DataFrame::new(all.len(), columns).expect("columns of one length")
}
