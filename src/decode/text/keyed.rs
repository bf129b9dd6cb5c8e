//! Tables as objects whose keys are numbers, as a program writes a data frame whose columns and rows bear no names: a row an
//! object, `[{"0": "规章", "1": 3}, …]`; or an object of columns, or of rows, `{"0": {"0": "规章", …}, …}`.

use serde_json::{Map, Value};

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
    fn other_objects_are_no_tables() {
        for value in [json!([{"1": "规章"}, {"1": "许可"}]), json!([{"0": "规章"}]), json!([{"0": "规章", "1": 3}, {"0": "许可"}]), json!([{"0": ["规章"]}, {"0": ["许可"]}]), json!([{"a": 1}, {"a": 2}])] {
            assert_eq!(records(value.as_array().unwrap()), None, "{value}");
        }
    }
}
