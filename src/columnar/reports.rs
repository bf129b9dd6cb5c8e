//! The tables with one row a report, a file or an indicator.

use polars::prelude::*;

use std::sync::Arc;

use super::{hashes, strings};
use crate::form::{Form, Indicator, TABLES};
use crate::model::{FileRow, ReportRow};

/// `reports.parquet`, in the order given.
pub fn reports(rows: &[ReportRow]) -> DataFrame {
    let text = |name: &str, f: &dyn Fn(&ReportRow) -> Option<&str>| strings(name, rows.iter().map(f));
    let count = |name: &str, f: &dyn Fn(&ReportRow) -> u32| -> Column { UInt32Chunked::from_vec(name.into(), rows.iter().map(f).collect()).into_series().into() };
    let flag = |name: &str, f: &dyn Fn(&ReportRow) -> bool| -> Column { BooleanChunked::from_iter_options(name.into(), rows.iter().map(|r| Some(f(r)))).into_series().into() };
    let columns = vec![
        text("report_id", &|r| Some(&r.report_id)),
        text("path", &|r| Some(&r.path)),
        hashes("content_hash", rows.iter().map(|r| Some(r.content_hash))),
        hashes("text_hash", rows.iter().map(|r| r.text_hash)),
        UInt64Chunked::from_vec("bytes".into(), rows.iter().map(|r| r.bytes).collect()).into_series().into(),
        text("format", &|r| Some(r.format)),
        text("encoding", &|r| Some(r.encoding)),
        text("script", &|r| Some(r.script)),
        text("layout", &|r| Some(r.layout)),
        text("form", &|r| Some(&r.form)),
        text("form_t2", &|r| r.form_tables[0].as_deref()),
        text("form_t3", &|r| r.form_tables[1].as_deref()),
        text("form_t4", &|r| r.form_tables[2].as_deref()),
        text("title", &|r| r.title.as_deref()),
        text("body", &|r| r.body.as_deref()),
        text("level", &|r| r.level),
        text("township", &|r| r.place.township.as_deref()),
        text("county", &|r| r.place.county.as_deref()),
        text("city", &|r| r.place.city.as_deref()),
        text("province", &|r| r.place.province.as_deref()),
        text("division_code", &|r| r.place.division_code.as_deref()),
        text("statistical_code", &|r| r.place.statistical_code.as_deref()),
        text("government", &|r| r.place.government.as_deref()),
        Float64Chunked::from_vec("region_confidence".into(), rows.iter().map(|r| r.place.confidence).collect()).into_series().into(),
        lists("region_evidence", rows, |r| &r.place.evidence),
        flag("place_learned", &|r| r.place.learned),
        Int32Chunked::from_iter_options("year".into(), rows.iter().map(|r| r.year)).into_series().into(),
        Int32Chunked::from_iter_options("published".into(), rows.iter().map(|r| r.published)).into_date().into_series().into(),
        text("phone", &|r| r.phone.as_deref()),
        text("website", &|r| r.website.as_deref()),
        lists("hosts", rows, |r| &r.hosts),
        text("code", &|r| r.code.as_deref()),
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

fn lists(name: &str, rows: &[ReportRow], f: fn(&ReportRow) -> &[Arc<str>]) -> Column {
    let mut builder = ListStringChunkedBuilder::new(name.into(), rows.len(), rows.len() * 3);
    for r in rows {
        builder.append_values_iter(f(r).iter().map(|text| &**text));
    }
    builder.finish().into_series().into()
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
