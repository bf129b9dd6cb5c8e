//! Figures that cannot all be right: parts that exceed their total, where a term of the identity that would say so openly
//! is not there.

use super::tables::TableReading;
use super::withhold::take_back;
use crate::form::{Form, Identity, Relation, Row, TABLES, exceeds, total};
use crate::model::{Figure, Problem};

/// Withholds the rows of a table whose figures exceed the total that they are parts of, and the row of that total, where
/// the identity cannot be tested because a term is absent, blank or unreadable: what they count is never negative, so
/// one of them was misread. Where an identity of theirs fails openly, that says it.
pub fn doubt_parts(form: &Form, reading: &TableReading, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(edition) = reading.edition else { return };
    // Where all is there the checks tell; and nothing but zeros exceeds nothing.
    if figures.iter().all(|f| f.value.is_some()) || !figures.iter().any(|f| f.value.is_some_and(|v| v > 0.0)) {
        return;
    }
    let place = places(form, figures);
    let value = |i: u16| place[usize::from(i)].and_then(|n| figures[n].value);
    let own = |d: &&Identity| d.table == reading.table.table && d.editions.contains(&edition) && d.left.iter().chain(&d.right).all(|&i| value(i).is_none_or(|v| v >= 0.0));
    let within = |d: &Identity| reading.table.rows.iter().any(|r| d.left.iter().chain(&d.right).all(|i| r.cells.contains(i)));
    let mut failing: Vec<u16> = Vec::new();
    let mut contradictions: Vec<Vec<u16>> = Vec::new();
    for d in form.identities.iter().filter(own) {
        match (total(&d.left, value), total(&d.right, value)) {
            (Some(l), Some(r)) if !d.holds(l, r) => failing.extend(d.left.iter().chain(&d.right)),
            (None, Some(total)) => contradictions.push(contradictory(&d.left, &d.right, total, within(d), value)),
            (Some(total), None) if d.relation == Relation::Equal => contradictions.push(contradictory(&d.right, &d.left, total, within(d), value)),
            _ => {}
        }
    }
    let concerned: Vec<u16> = contradictions.into_iter().filter(|c| !c.iter().any(|i| failing.contains(i))).flatten().collect();
    let Some(&first) = concerned.first() else { return };
    let rows: Vec<&Row> = reading.table.rows.iter().filter(|r| r.cells.iter().any(|i| concerned.contains(i))).collect();
    let (line, raw) = place[usize::from(first)].map_or((0, String::new()), |n| (figures[n].line, figures[n].raw.to_string()));
    problems.push(Problem::new("extract/uncertain-row", line, raw, format!("figures of {} are larger than the total that they are parts of, and what would show it openly is not in the file; {} rows are withheld", TABLES[reading.table.table], rows.len())));
    take_back(figures.iter_mut().filter(|f| rows.iter().any(|r| r.cells.contains(&f.indicator))));
}

/// By indicator, where its figure stands among these.
pub fn places(form: &Form, figures: &[Figure]) -> Vec<Option<usize>> {
    let mut place = vec![None; form.indicators.len()];
    figures.iter().enumerate().for_each(|(n, f)| place[usize::from(f.indicator)] = Some(n));
    place
}

/// What of both sides of an identity cannot all be right: parts that exceed the total, each alone or, where one row
/// holds them all, together.
fn contradictory(parts: &[u16], total_of: &[u16], total: f64, one_row: bool, value: impl Fn(u16) -> Option<f64>) -> Vec<u16> {
    let known = |i: &u16| value(*i).unwrap_or(0.0);
    let together = one_row && exceeds(parts.iter().map(known).sum(), total);
    let mut out: Vec<u16> = parts.iter().copied().filter(|i| together || exceeds(known(i), total)).collect();
    if !out.is_empty() {
        out.extend(total_of);
    }
    out
}

/// Withholds a row that lacks its first or its last figure where its figures stand one column aside: as they stand,
/// sums down its columns fail, and moved by one all of them hold.
pub fn doubt_shifted(form: &Form, reading: &TableReading, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let Some(edition) = reading.edition.filter(|_| figures.iter().any(|f| f.value.is_none())) else { return };
    let place = places(form, figures);
    let value = |i: u16| place[usize::from(i)].and_then(|n| figures[n].value);
    let is_shifted = |row: &&Row| {
        let cells = &row.cells;
        let is_filled = |i: &u16| value(*i).is_some();
        // Where the figures came from, in cells.
        let moved: &dyn Fn(usize) -> Option<usize> = match cells.as_slice() {
            [first, rest @ ..] if !is_filled(first) && rest.iter().all(is_filled) => &|at| Some(at + 1),
            [rest @ .., last] if !is_filled(last) && rest.iter().all(is_filled) => &|at| at.checked_sub(1),
            _ => return false,
        };
        let in_row = |i: u16| cells.iter().position(|c| *c == i);
        let back = |i: u16| in_row(i).map_or_else(|| value(i), |at| moved(at).and_then(|from| cells.get(from).copied()).and_then(value));
        let down = form.identities.iter().filter(|d| d.table == reading.table.table && d.relation == Relation::Equal && d.editions.contains(&edition));
        let down = down.filter(|d| d.left.iter().chain(&d.right).filter(|i| in_row(**i).is_some()).count() == 1);
        let (mut mended, mut holding, mut failing) = (0, 0, 0);
        for d in down {
            let holds = |of: &dyn Fn(u16) -> Option<f64>| Some(d.holds(total(&d.left, of)?, total(&d.right, of)?));
            let (before, after) = (holds(&value), holds(&back));
            mended += usize::from(before == Some(false) && after == Some(true));
            holding += usize::from(before != Some(true) && after == Some(true));
            failing += usize::from(after == Some(false));
        }
        mended > 0 && holding >= LEAST_MENDED && failing == 0
    };
    let shifted: Vec<&Row> = reading.table.rows.iter().filter(|r| r.cells.len() > LEAST_MENDED).filter(is_shifted).collect();
    for row in shifted {
        let mut concerned = row.cells.iter().filter_map(|i| place[usize::from(*i)]);
        let told = concerned.find(|n| figures[*n].value.is_some());
        let (line, raw) = told.map_or((0, String::new()), |n| (figures[n].line, figures[n].raw.to_string()));
        take_back(figures.iter_mut().filter(|f| row.cells.contains(&f.indicator)));
        problems.push(Problem::new("extract/uncertain-row", line, raw, format!("the figures of this row of {} stand one column aside: the sums down its columns fail, and hold once they are moved; the row is withheld", TABLES[reading.table.table])));
    }
}

/// So many sums must hold once a row is moved that failed as it stands, or could not be tested.
const LEAST_MENDED: usize = 2;
