//! What programs that read pictures print: a line for all words that they found side by side, with the corners of their box and how
//! sure the program is: `[[[40.0, 22.0], …], ('规章', 0.98)]`, `([[40, 22], …], '规章', 0.98)`. Words whose boxes stand on one
//! height are a row.

use serde_json::Value;

use super::dumped::cell_text;
use super::python;
use crate::model::{CELL_END, ROW_END};

/// Fewer such lines are no report.
const LEAST_LINES: usize = 40;

/// Words and where they stand.
struct Found {
    words: Value,
    left: f64,
    middle: f64,
    height: f64,
}

/// The text with such lines as rows, as many lines as before; none where it has too few of them.
pub fn respelled(text: &str) -> Option<String> {
    let opens = |line: &&str| line.contains("[[") && line.trim_end().ends_with([')', ']']);
    if memchr::memmem::find(text.as_bytes(), b"[[").is_none() || text.lines().filter(opens).take(LEAST_LINES).count() < LEAST_LINES {
        return None;
    }
    let found: Vec<Result<Found, &str>> = text.split('\n').map(|line| read(line).ok_or(line)).collect();
    if found.iter().flatten().count() < LEAST_LINES {
        return None;
    }
    let mut out = String::with_capacity(text.len() / 2);
    let mut row: Vec<Found> = Vec::new();
    for line in found {
        match line {
            Ok(words) if row.first().is_none_or(|first| stands_beside(first, &words)) => row.push(words),
            Ok(words) => {
                write(&mut row, &mut out);
                row.push(words);
            }
            Err(line) => {
                write(&mut row, &mut out);
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    write(&mut row, &mut out);
    out.pop();
    Some(out)
}

/// Whether words stand on the height of others.
fn stands_beside(first: &Found, words: &Found) -> bool {
    (words.middle - first.middle).abs() * 2.0 < first.height.min(words.height)
}

/// Writes a row from left to right, and as many breaks as it has lines.
fn write(row: &mut Vec<Found>, out: &mut String) {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let several = row.len() > 1;
    for found in &*row {
        cell_text(&found.words, out);
        out.extend(several.then_some(CELL_END));
    }
    out.extend(several.then_some(ROW_END));
    out.extend(row.drain(..).map(|_| '\n'));
}

/// The words of a line and their box.
fn read(line: &str) -> Option<Found> {
    let at = line.find("[[").filter(|_| line.trim_end().ends_with([')', ']']))?;
    let at = line[..at].strip_suffix('(').map_or(at, str::len);
    let value: Value = serde_json::from_str(&python::as_json(line[at..].trim_end())).ok()?;
    let parts = value.as_array()?;
    let words = match parts.get(1)? {
        Value::Array(told) => told.first()?,
        words => words,
    };
    let corners: Vec<(f64, f64)> = parts[0].as_array()?.iter().map(|p| Some((p.get(0)?.as_f64()?, p.get(1)?.as_f64()?))).collect::<Option<_>>()?;
    let (left, top) = corners.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))?;
    let bottom = corners.iter().map(|c| c.1).fold(top, f64::max);
    (corners.len() == 4 && words.is_string()).then(|| Found { words: words.clone(), left, middle: (top + bottom) / 2.0, height: bottom - top })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(x: u32, y: u32, words: &str) -> String {
        format!("[2024/01/02 10:00:00] ppocr INFO: [[[{x}.0, {y}.0], [{}.0, {y}.0], [{}.0, {}.0], [{x}.0, {}.0]], ('{words}', 0.98)]\n", x + 50, x + 50, y + 18, y + 18)
    }

    #[test]
    fn boxes_on_one_height_are_a_row() {
        let row = |y: u32| line(90, y, "3") + &line(40, y + 4, "规章") + &line(10, y + 22, "单独");
        let text: String = (0..16).map(|n| row(n * 44)).collect();
        let want = "规章\u{1F}3\u{1F}\u{1E}\n\n单独\n".repeat(16);
        assert_eq!(respelled(&format!("题目\n{text}")), Some(format!("题目\n{want}")));
        let easy = text.replace("[2024/01/02 10:00:00] ppocr INFO: [[[", "([[").replace("]], ('", "]], '").replace(")]\n", ")\n");
        assert_eq!(respelled(&easy).as_deref(), Some(want.as_str()));
    }

    #[test]
    fn other_texts_stay() {
        let rows: String = (0..39).map(|n| line(40, n * 22, "规章")).collect();
        assert_eq!(respelled(&rows), None);
        assert_eq!(respelled(&"[[\"规章\", \"0\"]]\n".repeat(40)), None);
    }
}
