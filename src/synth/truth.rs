//! What is known of each file, as one line of `truth.jsonl`.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::evidence::determines;
use super::report::{Draft, Writing};
use super::tables::Kind;
use crate::form::Form;

/// A page that is no report.
pub fn other(path: &str, kind: &str, writing: &Writing) -> Value {
    json!({ "path": path, "outcome": "not_a_report", "kind": kind, "script": script(writing), "encoding": encoding(writing) })
}

/// A report. In `cells` a number is a figure that stands in the file, `"blank"` a cell that is there and empty (or was
/// dropped with the other blanks), `"absent"` one whose row or table is not in the file, `"conflict"` one that the file
/// gives twice, differently. `evidence` is what the file was given that tells its place; `resolvable` says that it leaves
/// one place alone of all that bear the name. (`folder` and `host` name nobody: what they tell, only the archive's other
/// reports teach.)
pub fn report(form: &Form, draft: &Draft, path: &str, writing: &Writing) -> Value {
    let place = draft.place;
    let edition = |t: usize| match draft.grids.get(t) {
        Some(grid) if !grid.rows.is_empty() => Value::from(form.editions[draft.editions[t] as usize].key.as_str()),
        _ => Value::Null,
    };
    const TELLING: [&str; 9] = ["province", "city", "county", "path", "code", "site", "area", "folder", "host"];
    let evidence: Vec<&str> = draft.written.borrow().iter().copied().filter(|k| TELLING.contains(k)).collect();
    let withhold: Vec<&str> = draft.withhold.iter().map(|&i| form.indicators[i as usize].name.as_str()).collect();
    json!({
        "path": path,
        "outcome": "report",
        "layout": draft.layout.name,
        "script": script(writing),
        "pinyin": writing.pinyin,
        "encoding": encoding(writing),
        "noise": writing.noise.map(|n| format!("{n:?}").to_lowercase()),
        "form_t2": edition(0),
        "form_t3": edition(1),
        "form_t4": edition(2),
        "title": draft.title,
        "body": draft.body,
        "township": place.township,
        "county": place.county,
        "city": place.city,
        "province": place.province,
        "code": place.code,
        "evidence": evidence,
        "resolvable": determines(place, &draft.written.borrow()),
        "year": draft.year,
        "published": draft.published,
        "faults": draft.fault.into_iter().collect::<Vec<_>>(),
        "blanks_dropped": draft.blanks_dropped,
        "cells": cells(form, draft),
        "may_withhold": withhold,
        "odd": odd(form, draft),
        "mentions": draft.mentions.truth(),
    })
}

/// The cells that the tables' editions have, in the form's order.
fn cells(form: &Form, draft: &Draft) -> Map<String, Value> {
    let present: HashSet<u16> = draft
        .grids
        .iter()
        .flat_map(|g| g.rows.iter().flatten())
        .filter_map(|c| if let Kind::Figure(i) = c.kind { Some(i) } else { None })
        .collect();
    let mut out = Map::new();
    for i in (0..3).flat_map(|t| form.cells(t, draft.editions[t])) {
        let value = match draft.entries[i as usize].value {
            _ if draft.conflict.contains(&i) => Value::from("conflict"),
            _ if !present.contains(&i) => Value::from("absent"),
            None => Value::from("blank"),
            Some(v) if v.fract() == 0.0 => Value::from(v as i64),
            Some(v) => Value::from(v),
        };
        out.insert(form.indicators[i as usize].name.clone(), value);
    }
    out
}

/// The text of cells that are written otherwise than as a bare number.
fn odd(form: &Form, draft: &Draft) -> Map<String, Value> {
    let mut out = Map::new();
    for i in (0..3).flat_map(|t| form.cells(t, draft.editions[t])) {
        let entry = &draft.entries[i as usize];
        if let Some(v) = entry.value
            && entry.raw.trim() != format!("{v}")
        {
            out.insert(form.indicators[i as usize].name.clone(), Value::from(entry.raw.as_str()));
        }
    }
    out
}

fn script(writing: &Writing) -> &'static str {
    if writing.traditional { "traditional" } else { "simplified" }
}

fn encoding(writing: &Writing) -> &'static str {
    if writing.gb18030 { "gb18030" } else { "UTF-8" }
}
