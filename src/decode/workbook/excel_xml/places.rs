//! Places as this format writes them: `R2C3`, and from the cell that names them `R[-1]C`.

use crate::decode::workbook::formulas::named;
use crate::decode::workbook::{COLUMNS, Merge, ROWS};

/// A row or a column behind its letter, counted from 0; all of them where no number stands there. `own` is that of the cell
/// that names it.
struct Axis {
    number: Option<i64>,
    relative: bool,
}

/// An axis at the beginning of a text, and what is left.
fn axis(text: &str, letter: char) -> Option<(Axis, &str)> {
    let rest = text.strip_prefix(letter)?;
    if let Some(inside) = rest.strip_prefix('[') {
        let (number, rest) = inside.split_once(']')?;
        return Some((Axis { number: Some(number.parse().ok()?), relative: true }, rest));
    }
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = if length > 0 { Some(rest[..length].parse().ok()?) } else { None };
    Some((Axis { number, relative: false }, &rest[length..]))
}

impl Axis {
    /// Its place, seen from a cell.
    fn from(&self, own: u32, most: u32) -> Option<u32> {
        let at = match (self.number, self.relative) {
            (None, _) => i64::from(own),
            (Some(number), true) => i64::from(own).checked_add(number)?,
            (Some(number), false) => number.checked_sub(1)?,
        };
        u32::try_from(at).ok().filter(|at| *at < most)
    }
}

/// A formula with its places in letters and numbers, seen from its own cell. A place that there is not makes it one that cannot
/// be computed.
pub fn in_letters(code: &str, (row, column): (u32, u32)) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let begins = !out.ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | '.' | '\''));
        let found = if begins { axis(rest, 'R').and_then(|(r, behind)| axis(behind, 'C').map(|(c, left)| (r, c, left))) } else { None };
        match found.filter(|(_, _, left)| !left.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '(' | '.'))) {
            Some((r, c, left)) => {
                match (r.from(row, ROWS), c.from(column, COLUMNS)) {
                    (Some(row), Some(column)) => out.push_str(&named(row, column)),
                    _ => out.push_str("#REF!"),
                }
                rest = left;
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// `R2C3`, `R2C3:R5C7`, and whole rows and columns (`R2`, `C1:C3`).
pub fn area(text: &str) -> Option<Merge> {
    let (from, to) = text.trim().split_once(':').unwrap_or((text.trim(), text.trim()));
    let ((top, left), (bottom, right)) = (corner(from)?, corner(to)?);
    let place = |number: Option<i64>, missing: u32| number.map_or(Some(missing), |n| u32::try_from(n.checked_sub(1)?).ok());
    Some(Merge { top: place(top, 0)?, left: place(left, 0)?, bottom: place(bottom, u32::MAX)?, right: place(right, u32::MAX)? })
}

/// The row and the column of a corner, from 1, where it names them.
fn corner(text: &str) -> Option<(Option<i64>, Option<i64>)> {
    let (row, rest) = axis(text, 'R').map_or((None, text), |(axis, rest)| (Some(axis), rest));
    let (column, rest) = axis(rest, 'C').map_or((None, rest), |(axis, rest)| (Some(axis), rest));
    let known = |axis: &Option<Axis>| axis.as_ref().is_none_or(|a| a.number.is_some() && !a.relative);
    let whole = rest.is_empty() && (row.is_some() || column.is_some()) && known(&row) && known(&column);
    whole.then(|| (row.and_then(|a| a.number), column.and_then(|a| a.number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_written_with_letters() {
        for (code, written) in [
            ("=SUM(R[-3]C:R[-1]C)", "=SUM(C2:C4)"), ("=RC[-2]+R2C3-7", "=A5+C2-7"), ("=ROUND(RC[-1],0)", "=ROUND(B5,0)"), ("=R[-9]C", "=#REF!"), ("=R1C28", "=AB1"), ("=R1C16384+R1C16385", "=XFD1+#REF!"),
            ("=RCA+R_C+\"R\"", "=RCA+R_C+\"R\""), ("=R[x]C", "=R[x]C"), ("=表!RC", "=表!C5"), ("=R", "=R"), ("=R[99999999999999999999]C", "=R[99999999999999999999]C"), ("=RC(1)", "=RC(1)"),
        ] {
            assert_eq!(in_letters(code, (4, 2)), written, "{code}");
        }
    }

    #[test]
    fn areas_are_read() {
        let merge = |top, left, bottom, right| Some(Merge { top, left, bottom, right });
        assert_eq!([area("R2C3"), area(" R2C3:R5C7"), area("C1"), area("R2:R3")], [merge(1, 2, 1, 2), merge(1, 2, 4, 6), merge(0, 0, u32::MAX, 0), merge(1, 0, 2, u32::MAX)]);
        assert_eq!([area(""), area("RC"), area("R[1]C1"), area("A1"), area("R0C1"), area("R2C3x"), area("R1C1:")], [None; 7]);
    }
}
