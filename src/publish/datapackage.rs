//! `datapackage.json` (Frictionless Data Package 1): every file of the dataset, every column in English and Chinese.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::columns::{self, Described};
use crate::form::Form;

/// Describes the files that lie in `dir`.
///
/// # Errors
/// The file system refuses.
pub fn write(dir: &Path, form: &Form) -> io::Result<()> {
    let mut resources = Vec::new();
    for about in columns::all().iter().filter(|d| d.column.is_empty()) {
        for ending in ["parquet", "csv"] {
            let file = format!("{}.{ending}", about.table);
            if dir.join(&file).exists() {
                resources.push(resource(about, form, ending, json!(file)));
            }
        }
    }
    let parts = parts(&dir.join("values"))?;
    if let (Some(about), false) = (columns::table("values"), parts.is_empty()) {
        resources.push(resource(about, form, "parquet", json!(parts)));
    }
    if let Some(about) = columns::table("rollup.xlsx").filter(|_| dir.join("rollup.xlsx").exists()) {
        let mediatype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        resources.push(json!({ "name": "rollup-xlsx", "type": "file", "path": "rollup.xlsx", "format": "xlsx", "mediatype": mediatype, "title": about.zh, "description": both(about) }));
    }
    if let Some(about) = columns::table("report.html").filter(|_| dir.join("report.html").exists()) {
        resources.push(json!({ "name": "report-html", "type": "file", "path": "report.html", "format": "html", "mediatype": "text/html", "title": about.zh, "description": both(about) }));
    }
    let package = json!({
        "profile": "data-package",
        "name": "nianbao",
        "title": "年报数据集 · Government information disclosure annual reports",
        "description": "Figures of the statutory tables, checked, with their sources. 法定表格中的数字，经勾稽核对，均可追溯原文。",
        "version": "1",
        "resources": resources,
    });
    let text = serde_json::to_string_pretty(&package).map_err(io::Error::other)?;
    fs::write(dir.join("datapackage.json"), text + "\n")
}

fn both(d: &Described) -> String {
    format!("{} · {}", d.en, d.zh)
}

fn resource(about: &Described, form: &Form, ending: &str, path: Value) -> Value {
    let mut fields: Vec<Value> = columns::of(&about.table)
        .map(|d| {
            // A list is one cell of text in a CSV file.
            let kind = if ending == "csv" && d.kind == "array" { "string" } else { &d.kind };
            json!({ "name": d.column, "type": kind, "unit": d.unit, "description": both(d), "description_en": d.en, "description_zh": d.zh })
        })
        .collect();
    fields.extend(columns::wide(&about.table, form).into_iter().map(|i| {
        json!({ "name": i.name, "type": "number", "unit": i.unit, "description": format!("{} · {}", i.name_en, i.name_zh), "description_en": i.name_en, "description_zh": i.name_zh })
    }));
    let mut schema = json!({ "fields": fields });
    let key = key(&about.table);
    if !key.is_empty() {
        schema["primaryKey"] = json!(key);
    }
    // Names are unique within a package: the CSV of a table bears its ending.
    let name = if ending == "csv" { format!("{}-csv", about.table) } else { about.table.clone() };
    let mediatype = if ending == "csv" { "text/csv" } else { "application/vnd.apache.parquet" };
    let mut out = json!({ "name": name.replace('_', "-"), "path": path, "format": ending, "mediatype": mediatype, "title": about.zh, "description": both(about), "schema": schema });
    // Frictionless validates the content of a table; it cannot read tables of several files, nor lists in Parquet.
    let lists = ending != "csv" && columns::of(&about.table).any(|d| d.kind == "array");
    out["type"] = json!(if lists || about.table == "values" { "file" } else { "table" });
    if ending == "csv" {
        out["profile"] = json!("tabular-data-resource");
        out["encoding"] = json!("utf-8-sig");
    }
    out
}

/// Columns that tell a row, where none of them can be missing.
fn key(table: &str) -> &'static [&'static str] {
    match table {
        "reports" => &["report_id"],
        "values" => &["report_id", "indicator"],
        "panel" | "comparable" => &["body_key", "year"],
        "rates" => &["rate"],
        "checks" => &["report_id", "check"],
        "files" => &["path"],
        "indicators" => &["indicator"],
        "places" => &["division_code"],
        "coverage" => &["division_code", "year"],
        _ => &[],
    }
}

/// The parts of `values`, relative to the dataset, in order.
fn parts(values: &Path) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    if !values.exists() {
        return Ok(out);
    }
    for year in fs::read_dir(values)? {
        let year = year?;
        for part in fs::read_dir(year.path())? {
            out.push(format!("values/{}/{}", year.file_name().to_string_lossy(), part?.file_name().to_string_lossy()));
        }
    }
    out.sort();
    Ok(out)
}
