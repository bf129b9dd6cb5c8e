//! Data that hold a report in pieces, lists of texts and of rows: laid out as lines and tables, one below the other.

use serde_json::Value;

use crate::decode::format::is_html;
use crate::decode::json::{Held, LEAST_LINES, LONGEST, Texts};
use crate::decode::text::dumped::cell_text;
use crate::decode::text::keyed::{self, Outer, Rows};
use crate::model::{CELL_END, ROW_END};

/// Fewer texts in lists are none of a report.
const LEAST_TEXTS: usize = 12;

/// What is found in data before anything is written.
#[derive(Default)]
struct Counted {
    /// Texts of many lines.
    long: usize,
    /// Texts in lists, and in all.
    listed: usize,
    /// Lists that hold nothing but texts and numbers, and those of one.
    leaves: usize,
    single: usize,
    /// Cells of the largest table of objects in objects, and what the outer ones are.
    keyed: usize,
    outer: Outer,
    /// Records, one beside the other, or pages: they are no pieces of one report.
    apart: bool,
}

/// The lines and tables of data; none of data that are no pieces of one report.
pub(super) fn laid_out(value: &Value) -> Option<Held> {
    let mut found = Counted::default();
    found.take(value, false);
    if found.apart || found.long > 1 || found.listed < LEAST_TEXTS {
        return None;
    }
    let mut out = Out { cells_are_lists: found.single * 4 > found.leaves * 3, outer: found.outer, ..Out::default() };
    out.put("", value);
    Some(Held { text: out.text, texts: out.texts, is_page: false, is_laid_out: true })
}

impl Counted {
    fn take(&mut self, value: &Value, listed: bool) {
        match value {
            Value::String(text) => {
                self.listed += usize::from(listed && !text.is_ascii());
                self.long += usize::from(memchr::memchr_iter(b'\n', text.as_bytes()).take(LEAST_LINES).count() == LEAST_LINES);
                self.apart |= text.len() > LONGEST && is_html(text);
            }
            Value::Array(values) => {
                let is_table = keyed::table(values).is_some();
                self.apart |= !is_table && !is_blocks(values) && values.iter().filter(|v| v.is_object()).count() > 1;
                if values.iter().all(|v| !v.is_array() && !v.is_object()) && values.iter().any(Value::is_string) {
                    self.leaves += 1;
                    self.single += usize::from(values.len() == 1);
                }
                values.iter().for_each(|v| self.take(v, true));
            }
            Value::Object(values) => {
                if let Some((cells, outer)) = keyed::outer(values).filter(|(cells, _)| *cells > self.keyed) {
                    (self.keyed, self.outer) = (cells, outer);
                }
                values.values().for_each(|v| self.take(v, listed || v.is_object()));
            }
            _ => {}
        }
    }
}

/// Whether objects are the paragraphs and tables of one text, each with words or a list, and most with words.
fn is_blocks(values: &[Value]) -> bool {
    let words = |block: &serde_json::Map<String, Value>| block.values().filter(|v| v.as_str().is_some_and(|s| !s.is_ascii())).count();
    let lists = |block: &serde_json::Map<String, Value>| block.values().filter(|v| v.is_array() || v.is_object()).count();
    let blocks: Option<Vec<_>> = values.iter().map(Value::as_object).collect();
    blocks.is_some_and(|blocks| blocks.iter().all(|b| words(b) + lists(b) <= 1) && blocks.iter().any(|b| lists(b) > 0) && blocks.iter().filter(|b| words(b) == 1).count() * 2 > blocks.len())
}

#[derive(Default)]
struct Out {
    text: String,
    texts: Texts,
    /// Each cell is a list of its paragraphs.
    cells_are_lists: bool,
    outer: Outer,
}

impl Out {
    /// Writes a value that stands under a name.
    fn put(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => {
                // What has no letters but ASCII's is a number, an address, a state.
                if name.is_empty() || !text.is_ascii() {
                    self.line(text);
                }
                if !name.is_empty() && text.len() <= LONGEST {
                    self.texts.push((name.to_string(), text.clone()));
                }
            }
            Value::Array(values) => {
                // Words that name a table may say whose it is.
                if !name.is_ascii() {
                    self.line(name);
                }
                self.list(values);
            }
            Value::Object(values) => match keyed::nested(values, self.outer) {
                Some(rows) => self.rows(rows),
                None => values.iter().for_each(|(name, v)| self.put(name, v)),
            },
            Value::Number(number) if name.is_empty() => self.line(&number.to_string()),
            _ => {}
        }
    }

    fn list(&mut self, values: &[Value]) {
        if let Some(rows) = keyed::table(values).or_else(|| self.table(values)) {
            return self.rows(rows);
        }
        // Numbers alone count something.
        if values.iter().any(|v| !v.is_number() && !v.is_null()) {
            values.iter().for_each(|v| self.put("", v));
        }
    }

    /// The rows that a list of lists is; a table of one cell holds lines.
    fn table(&self, values: &[Value]) -> Option<Rows> {
        let rows: Vec<&Vec<Value>> = values.iter().map(Value::as_array).collect::<Option<_>>()?;
        let cells = |row: &&Vec<Value>| row.iter().map(|v| self.cell(v)).collect::<Option<Vec<Value>>>();
        let rows: Rows = rows.iter().map(cells).collect::<Option<_>>()?;
        (rows.len() > 1 || rows.first().is_some_and(|r| r.len() > 1)).then_some(rows)
    }

    /// What a cell of a table holds; none of what is none.
    fn cell(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(pieces) if self.cells_are_lists => {
                let pieces: Vec<&str> = pieces.iter().map(Value::as_str).collect::<Option<_>>()?;
                Some(Value::String(pieces.join("\n")))
            }
            Value::Array(_) | Value::Object(_) => None,
            _ if self.cells_are_lists => None,
            plain => Some(plain.clone()),
        }
    }

    fn rows(&mut self, rows: Rows) {
        for row in rows {
            for cell in row {
                cell_text(&cell, &mut self.text);
                self.text.push(CELL_END);
            }
            self.text.extend([ROW_END, '\n']);
        }
    }

    fn line(&mut self, text: &str) {
        self.text.extend(text.chars().map(|c| match c {
            CELL_END | ROW_END => ' ',
            '\r' => '\n',
            c => c,
        }));
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn marked(value: Value) -> Option<String> {
        laid_out(&value).map(|h| h.text.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn lists_of_rows_are_tables_and_texts_are_lines() {
        let rows = vec![json!(["规章", "3", null, 5]); 12];
        let value = json!({"url": "http://a", "title": "甲镇报告", "content": "一、总体情况\n乙镇", "id": 7, "tables": [rows]});
        let table = "规章¦3¦¦5¦¶\n".repeat(12);
        assert_eq!(marked(value.clone()), Some(format!("甲镇报告\n一、总体情况\n乙镇\n{table}")));
        assert!(laid_out(&value).unwrap().texts.contains(&("title".into(), "甲镇报告".into())));
    }

    #[test]
    fn cells_may_be_lists_of_paragraphs() {
        let mut rows = vec![json!([["规章"], ["3"], [""]]); 12];
        rows[0] = json!([["规", "章"], ["3"], [""]]);
        assert_eq!(marked(json!([[[["甲镇报告", "正文"]]], rows])), Some(format!("甲镇报告\n正文\n{}", "规章¦3¦¦¶\n".repeat(12))));
    }

    #[test]
    fn paragraphs_and_tables_may_be_objects() {
        let cells: Vec<Value> = (0..8).flat_map(|row| [json!({"row": row, "col": 0, "text": "规章"}), json!({"row": row, "col": 1, "text": "3"})]).collect();
        let value = json!([{"type": "p", "text": "甲镇报告"}, {"type": "table", "cells": cells}, {"type": "p", "text": "二"}, {"type": "p", "text": "三"}, {"本年": [{"项目": "许可", "总计": 3}, {"项目": "处罚", "总计": 5}]}]);
        let table = "规章¦3¦¶\n".repeat(8);
        assert_eq!(marked(value), Some(format!("甲镇报告\n{table}二\n三\n本年\n项目¦总计¦¶\n许可¦3¦¶\n处罚¦5¦¶\n")));
    }

    #[test]
    fn a_list_of_texts_is_lines() {
        assert_eq!(marked(json!(vec!["规章"; 12])), Some("规章\n".repeat(12)));
        assert_eq!(marked(json!(vec!["规章"; 11])), None);
    }

    #[test]
    fn several_records_are_apart() {
        let long = "甲\n".repeat(9);
        let rows = vec![json!(["规章", "3"]); 12];
        for value in [json!({"a": long, "b": long, "c": rows}), json!([{"a": rows}, {"a": rows}]), json!({"a": format!("<table><tr><td>{}</td></tr></table>", "甲".repeat(200)), "b": rows})] {
            assert_eq!(marked(value), None);
        }
    }
}
