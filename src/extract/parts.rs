//! Figures that cannot all be right: parts that exceed their total, where a term of the identity that would say so openly
//! is not there.

use super::tables::TableReading;
use crate::form::{Form, Identity, Relation, TABLES};
use crate::model::{Figure, Problem, Status};

/// Withholds the rows of a table whose figures exceed the total that they are parts of, and the row of that total, where
/// the identity cannot be tested because a term is absent, blank or unreadable: what they count is never negative, so
/// one of them was misread. Where an identity of theirs fails openly, that says it.
pub fn doubt_parts(form: &Form, reading: &TableReading, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(edition) = reading.edition else { return };
    // Where all is there the checks tell; and nothing but zeros exceeds nothing.
    if figures.iter().all(|f| f.value.is_some()) || !figures.iter().any(|f| f.value.is_some_and(|v| v > 0.0)) {
        return;
    }
    let mut place: Vec<Option<usize>> = vec![None; form.indicators.len()];
    figures.iter().enumerate().for_each(|(n, f)| place[f.indicator as usize] = Some(n));
    let value = |i: &u16| place[*i as usize].and_then(|n| figures[n].value);
    let all = |side: &[u16]| side.iter().map(value).sum::<Option<f64>>();
    let own = |d: &&Identity| d.table == reading.table.table && d.editions.contains(&edition) && d.left.iter().chain(&d.right).all(|i| value(i).is_none_or(|v| v >= 0.0));
    let within = |d: &Identity| reading.table.rows.iter().any(|r| d.left.iter().chain(&d.right).all(|i| r.cells.contains(i)));
    let mut failing: Vec<u16> = Vec::new();
    let mut contradictions: Vec<Vec<u16>> = Vec::new();
    for d in form.identities.iter().filter(own) {
        match (all(&d.left), all(&d.right)) {
            (Some(l), Some(r)) if exceeds(l, r) || d.relation == Relation::Equal && exceeds(r, l) => failing.extend(d.left.iter().chain(&d.right)),
            (None, Some(total)) => contradictions.push(contradictory(&d.left, &d.right, total, within(d), value)),
            (Some(total), None) if d.relation == Relation::Equal => contradictions.push(contradictory(&d.right, &d.left, total, within(d), value)),
            _ => {}
        }
    }
    let concerned: Vec<u16> = contradictions.into_iter().filter(|c| !c.iter().any(|i| failing.contains(i))).flatten().collect();
    let Some(&first) = concerned.first() else { return };
    let mut rows = 0;
    let (mut line, mut raw) = (0, String::new());
    for row in reading.table.rows.iter().filter(|r| r.cells.iter().any(|i| concerned.contains(i))) {
        rows += 1;
        for n in row.cells.iter().filter_map(|i| place[*i as usize]) {
            let f = &mut figures[n];
            if f.indicator == first {
                (line, raw) = (f.line, f.raw.to_string());
            }
            if f.status != Status::Absent {
                (f.status, f.value) = (Status::Unreadable, None);
            }
        }
    }
    problems.push(Problem::new("extract/uncertain-row", line, raw, format!("figures of {} are larger than the total that they are parts of, and what would show it openly is not in the file; {rows} rows are withheld", TABLES[reading.table.table])));
}

/// What of both sides of an identity cannot all be right: parts that exceed the total, each alone or, where one row
/// holds them all, together.
fn contradictory(parts: &[u16], total_of: &[u16], total: f64, one_row: bool, value: impl Fn(&u16) -> Option<f64>) -> Vec<u16> {
    let known = |i: &u16| value(i).unwrap_or(0.0);
    let together = one_row && exceeds(parts.iter().map(known).sum(), total);
    let mut out: Vec<u16> = parts.iter().copied().filter(|i| together || exceeds(known(i), total)).collect();
    if !out.is_empty() {
        out.extend(total_of);
    }
    out
}

/// Figures are decimal fractions of at most four places.
fn exceeds(a: f64, b: f64) -> bool {
    a > b + 1e-6
}
