//! Tables as objects whose keys are numbers, as a program writes a data frame whose columns and rows bear no names: a row an
//! object, `[{"0": "规章", "1": 3}, …]`; or an object of columns, or of rows, `{"0": {"0": "规章", …}, …}`. Rows whose keys are the
//! heads of their columns, `[{"项目": "规章", "总计": 3}, …]`, and cells that say where they stand, `[{"row": 0, "col": 1, "text": "3"}, …]`.

use serde_json::{Map, Value};

/// In letters, a longer text is no cell of a record.
const LONGEST: usize = 120;

/// No table has more cells by their places.
const MOST_CELLS: usize = 100_000;

/// What the text of a cell is called beside others.
const TEXTS: [&str; 4] = ["text", "content", "value", "words"];

/// Rows of cells.
pub type Rows = Vec<Vec<Value>>;

/// How the objects in one another are the table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Outer {
    #[default]
    Columns,
    Rows,
}

/// The rows of a list of objects whose keys are the numbers of their columns; none of another.
pub fn records(values: &[Value]) -> Option<Rows> {
    let rows: Rows = values.iter().map(|v| cells(v.as_object()?)).collect::<Option<_>>()?;
    (rows.len() > 1 && rows.iter().all(|r| r.len() == rows[0].len())).then_some(rows)
}

/// The rows of a list of objects whose keys are heads in words; the heads stand above the first row that has them.
pub fn named(values: &[Value]) -> Option<Rows> {
    let short = |v: &Value| !v.is_array() && !v.is_object() && v.as_str().is_none_or(|s| s.chars().count() <= LONGEST);
    let row = |v| Value::as_object(v).filter(|row| row.len() > 1 && row.values().all(short) && row.keys().all(|key| !key.is_ascii()));
    let rows: Vec<&Map<String, Value>> = values.iter().map(row).collect::<Option<_>>()?;
    let mut out = Rows::new();
    for (n, row) in rows.iter().enumerate() {
        if n == 0 || !row.keys().eq(rows[n - 1].keys()) {
            out.push(row.keys().cloned().map(Value::String).collect());
        }
        out.push(row.values().cloned().collect());
    }
    (rows.len() > 1).then_some(out)
}

/// The rows of a list of cells that say in which row and column they stand.
pub fn placed(values: &[Value]) -> Option<Rows> {
    let cells: Vec<(usize, usize, &Value)> = values.iter().map(place).collect::<Option<_>>()?;
    let (rows, columns) = (cells.iter().map(|c| c.0).max()? + 1, cells.iter().map(|c| c.1).max()? + 1);
    if rows < 2 || columns < 2 || rows.checked_mul(columns)? > MOST_CELLS {
        return None;
    }
    let mut out: Vec<Vec<Option<Value>>> = vec![vec![None; columns]; rows];
    for (row, column, text) in cells {
        // Two cells stand in no one place.
        if out[row][column].replace(text.clone()).is_some() {
            return None;
        }
    }
    Some(out.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect())
}

/// The row and the column of a cell, and its text.
fn place(cell: &Value) -> Option<(usize, usize, &Value)> {
    let cell = cell.as_object()?;
    let number = |name: &str| {
        let is_it = |key: &str| key.to_ascii_lowercase().starts_with(name) && !key.to_ascii_lowercase().ends_with("span");
        cell.iter().find(|(key, v)| is_it(key) && v.is_u64()).and_then(|(_, v)| usize::try_from(v.as_u64()?).ok())
    };
    let mut texts = cell.iter().filter(|(_, v)| v.is_string() || v.is_null());
    let text = match (texts.next(), texts.next()) {
        (Some((_, text)), None) => text,
        _ => TEXTS.iter().find_map(|name| cell.get(*name))?,
    };
    Some((number("row")?, number("col")?, text)).filter(|(row, column, _)| *row < MOST_CELLS && *column < MOST_CELLS)
}

/// The rows of a table that a list of objects is in one of these ways.
pub fn table(values: &[Value]) -> Option<Rows> {
    records(values).or_else(|| named(values)).or_else(|| placed(values))
}

/// The rows of an object of objects whose keys are numbers; none of another.
pub fn nested(values: &Map<String, Value>, outer: Outer) -> Option<Rows> {
    if !is_counted(values) {
        return None;
    }
    let lists: Vec<Value> = values.values().cloned().collect();
    let lists = records(&lists)?;
    match outer {
        Outer::Rows => Some(lists),
        Outer::Columns => Some((0..lists[0].len()).map(|n| lists.iter().map(|l| l[n].clone()).collect()).collect()),
    }
}

/// How many cells an object of objects has, and which it is: a table has more rows than columns, the largest one surely.
pub fn outer(values: &Map<String, Value>) -> Option<(usize, Outer)> {
    let inner = values.values().next().filter(|_| is_counted(values))?.as_object()?.len();
    Some((inner * values.len(), if inner > values.len() { Outer::Columns } else { Outer::Rows }))
}

/// The cells of an object that are named by their numbers, 0, 1, 2, …
fn cells(object: &Map<String, Value>) -> Option<Vec<Value>> {
    let plain = object.values().all(|v| !v.is_array() && !v.is_object());
    (plain && is_counted(object)).then(|| object.values().cloned().collect())
}

fn is_counted(object: &Map<String, Value>) -> bool {
    !object.is_empty() && object.keys().enumerate().all(|(n, key)| key.parse() == Ok(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_the_keys_of_cells() {
        let rows = vec![vec![json!("规章"), json!(3)], vec![json!("许可"), Value::Null], vec![json!("处罚"), json!("7")]];
        assert_eq!(records(json!([{"0": "规章", "1": 3}, {"0": "许可", "1": null}, {"0": "处罚", "1": "7"}]).as_array().unwrap()), Some(rows.clone()));
        let (columns, by_row) = (json!({"0": {"0": "规章", "1": "许可", "2": "处罚"}, "1": {"0": 3, "1": null, "2": "7"}}), json!({"0": {"0": "规章", "1": 3}, "1": {"0": "许可", "1": null}, "2": {"0": "处罚", "1": "7"}}));
        for value in [columns, by_row] {
            let object = value.as_object().unwrap();
            assert_eq!(nested(object, outer(object).unwrap().1), Some(rows.clone()), "{value}");
        }
    }

    #[test]
    fn keys_may_be_heads() {
        let heads = |words: &[&str]| words.iter().map(|w| json!(w)).collect::<Vec<_>>();
        let rows = json!([{"项目": "规章", "总计": 3}, {"项目": "许可", "总计": null}, {"项目": "处罚", "件数": "7"}]);
        assert_eq!(named(rows.as_array().unwrap()), Some(vec![heads(&["项目", "总计"]), vec![json!("规章"), json!(3)], vec![json!("许可"), Value::Null], heads(&["项目", "件数"]), heads(&["处罚", "7"])]));
        for value in [json!([{"项目": "规章", "总计": 3}]), json!([{"title": "甲", "总计": 3}, {"title": "乙", "总计": 3}]), json!([{"标题": "甲", "正文": "文".repeat(200)}, {"标题": "乙", "正文": ""}])] {
            assert_eq!(named(value.as_array().unwrap()), None, "{value}");
        }
    }

    #[test]
    fn cells_may_say_where_they_stand() {
        let cells = json!([{"row": 1, "col": 1, "rowspan": 2, "text": "3", "type": "td"}, {"row": 0, "col": 0, "text": "项目", "type": "td"}, {"row": 1, "col": 0, "text": "规章", "type": "td"}]);
        assert_eq!(placed(cells.as_array().unwrap()), Some(vec![vec![json!("项目"), Value::Null], vec![json!("规章"), json!("3")]]));
        for value in [json!([{"row": 0, "col": 0, "text": "甲"}, {"row": 0, "col": 0, "text": "乙"}, {"row": 1, "col": 1, "text": "丙"}]), json!([{"row": 0, "col": 0}, {"row": 1, "col": 1}]), json!([{"row": 0, "col": 9e9 as u64, "text": ""}])] {
            assert_eq!(placed(value.as_array().unwrap()), None, "{value}");
        }
    }

    #[test]
    fn other_objects_are_no_tables() {
        for value in [json!([{"1": "规章"}, {"1": "许可"}]), json!([{"0": "规章"}]), json!([{"0": "规章", "1": 3}, {"0": "许可"}]), json!([{"0": ["规章"]}, {"0": ["许可"]}]), json!([{"a": 1}, {"a": 2}])] {
            assert_eq!(records(value.as_array().unwrap()), None, "{value}");
        }
    }
}
