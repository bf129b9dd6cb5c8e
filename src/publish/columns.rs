//! The descriptions of every published table and column, from `pipelines/columns.csv`. The names are the program's
//! own, so the file is built in: a program and the words about its columns cannot part.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::form::{Form, Indicator};

const FILE: &str = include_str!("../../pipelines/columns.csv");

/// One column, or, where `column` is empty, a table as a whole.
#[derive(Clone, Debug)]
pub struct Described {
    pub table: String,
    pub column: String,
    /// Frictionless type.
    pub kind: String,
    pub unit: String,
    pub en: String,
    pub zh: String,
}

static ALL: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(FILE.as_bytes());
    let rows = reader.records().map(|row| row.expect("columns.csv is a table"));
    rows.map(|r| {
        let cell = |i: usize| r[i].to_string();
        Described { table: cell(0), column: cell(1), kind: cell(2), unit: cell(3), en: cell(4), zh: cell(5) }
    })
    .collect()
});

/// All rows, in the order of the file.
pub fn all() -> &'static [Described] {
    &ALL
}

/// The columns of a table.
pub fn of(table: &str) -> impl Iterator<Item = &'static Described> {
    ALL.iter().filter(move |d| d.table == table && !d.column.is_empty())
}

/// What a table is, in English and Chinese.
pub fn table(name: &str) -> Option<&'static Described> {
    ALL.iter().find(|d| d.table == name && d.column.is_empty())
}

/// The table that a file of the dataset holds: `values/year=2024/part-00000.parquet` is `values`.
pub fn table_of(path: &Path) -> Option<&'static str> {
    let stem = path.file_stem()?.to_str()?;
    let found = table(stem).or_else(|| path.components().any(|c| c.as_os_str() == "values").then(|| table("values")).flatten());
    found.map(|d| d.table.as_str())
}

/// The indicators that are columns of a table with a column an indicator.
pub fn wide<'f>(table: &str, form: &'f Form) -> Vec<&'f Indicator> {
    match table {
        "panel" => form.indicators.iter().collect(),
        "comparable" => form.comparable.iter().map(|c| &form.indicators[c.named as usize]).collect(),
        _ => Vec::new(),
    }
}

/// What a Parquet file says of itself: its description in two languages and, as JSON, its columns by name. The
/// indicators of a panel are described by the form.
pub fn metadata(name: &str, form: Option<&Form>) -> Vec<(String, String)> {
    let Some(about) = table(name) else { return Vec::new() };
    let mut columns: Map<String, Value> =
        of(name).map(|d| (d.column.clone(), json!({ "unit": d.unit, "description_en": d.en, "description_zh": d.zh }))).collect();
    for i in form.map_or_else(Vec::new, |f| wide(name, f)) {
        columns.insert(i.name.clone(), json!({ "unit": i.unit, "description_en": i.name_en, "description_zh": i.name_zh }));
    }
    let columns = Value::Object(columns).to_string();
    vec![("description_en".into(), about.en.clone()), ("description_zh".into(), about.zh.clone()), ("columns".into(), columns)]
}
