//! Whether results of formulas that stand in a file are those that programs compute when they open it. Only sums and differences
//! are computed; they are what totals are made of.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use super::xlsx::place;

/// Formulas that refer to each other, one within the other, and cells that are looked at for one sheet.
const DEPTH: usize = 16;
const STEPS: usize = 200_000;

/// `AB7` for the cell of row 6 and column 27, counted from 0.
pub(super) fn named(row: u32, column: u32) -> String {
    let (mut left, mut letters) = (column + 1, String::new());
    while left > 0 {
        letters.insert(0, char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

pub(super) struct Formulas {
    numbers: HashMap<(u32, u32), f64>,
    codes: BTreeMap<(u32, u32), String>,
    left: Cell<usize>,
}

impl Default for Formulas {
    fn default() -> Formulas {
        Formulas { numbers: HashMap::new(), codes: BTreeMap::new(), left: Cell::new(STEPS) }
    }
}

impl Formulas {
    /// What stands in a cell, and the formula that gave it if there is one.
    pub fn add(&mut self, at: (u32, u32), number: Option<f64>, code: Option<&str>) {
        self.numbers.extend(number.map(|number| (at, number)));
        self.codes.extend(code.map(|code| (at, code.chars().filter(|c| *c != '$' && !c.is_whitespace()).collect::<String>().to_uppercase())));
    }

    /// The cells whose results are others, or cannot be computed here.
    pub fn doubtful(&self) -> Vec<(u32, u32)> {
        let holds = |at: &(u32, u32)| self.value(*at, DEPTH).zip(self.numbers.get(at)).is_some_and(|(value, stored)| (value - stored).abs() < 1e-9);
        self.codes.keys().filter(|at| !holds(at)).copied().collect()
    }

    fn value(&self, at: (u32, u32), depth: usize) -> Option<f64> {
        self.left.set(self.left.get().checked_sub(1)?);
        match self.codes.get(&at) {
            Some(code) => self.computed(code, depth.checked_sub(1)?),
            // An empty cell, or words.
            None => Some(self.numbers.get(&at).copied().unwrap_or(0.0)),
        }
    }

    /// `A1+SUM(B1:B3,C4)-2`
    fn computed(&self, code: &str, depth: usize) -> Option<f64> {
        let mut rest = code.trim_start_matches('=');
        let (mut sum, mut sign) = (0.0, 1.0);
        loop {
            let term = if let Some(inside) = rest.strip_prefix("SUM(") {
                let end = inside.find(')')?;
                rest = &inside[end + 1..];
                inside[..end].split(',').try_fold(0.0, |sum, area| Some(sum + self.area(area, depth)?))?
            } else {
                let (term, behind) = rest.split_at(rest.find(['+', '-']).unwrap_or(rest.len()));
                rest = behind;
                self.single(term, depth)?
            };
            sum += sign * term;
            sign = match rest.chars().next() {
                None => return Some(sum),
                Some('+') => 1.0,
                Some('-') => -1.0,
                Some(_) => return None,
            };
            rest = &rest[1..];
        }
    }

    fn area(&self, area: &str, depth: usize) -> Option<f64> {
        let Some((from, to)) = area.split_once(':') else { return self.single(area, depth) };
        let ((top, left), (bottom, right)) = (cell(from)?, cell(to)?);
        let mut sum = 0.0;
        for row in top..=bottom {
            for column in left..=right {
                sum += self.value((row, column), depth)?;
            }
        }
        Some(sum)
    }

    fn single(&self, term: &str, depth: usize) -> Option<f64> {
        match cell(term) {
            Some(at) => self.value(at, depth),
            None => term.parse().ok().filter(|_| term.starts_with(|c: char| c.is_ascii_digit())),
        }
    }
}

/// `B7`, and nothing behind it.
fn cell(text: &str) -> Option<(u32, u32)> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    place(text).filter(|_| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_hold_are_believed() {
        let mut formulas = Formulas::default();
        for (column, number) in [3.0, 7.0, 11.0].into_iter().enumerate() {
            formulas.add((0, column as u32), Some(number), None);
        }
        let cases = [("SUM(A1:C1)", 21.0), ("=A1+$B$1 - 2", 8.0), ("SUM(A1,C1)", 14.0), ("SUM(A1:C1)", 0.0), ("A1*2", 6.0), ("IF(A1,1,2)", 1.0), ("", 0.0), ("A9", 0.0), ("D1", 0.0), ("Sheet2!A1", 3.0), ("A1:B1", 10.0), ("SUM(A2:B2)", 29.0)];
        for (n, (code, stored)) in cases.iter().enumerate() {
            formulas.add((1, n as u32), Some(*stored), Some(code));
        }
        // What refers to itself has no value.
        formulas.add((2, 0), Some(0.0), Some("SUM(A3:B3)"));
        let doubtful: Vec<u32> = formulas.doubtful().into_iter().filter(|at| at.0 == 1).map(|at| at.1).collect();
        assert_eq!(doubtful, [3, 4, 5, 6, 9, 10]);
        assert!(formulas.doubtful().contains(&(2, 0)));
    }
}
