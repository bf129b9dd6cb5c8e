//! Single faults, each as it was seen or feared, and the page break of layout D2. What a fault takes out of the file
//! is no longer in its tables, so the truth says `absent` by itself.

use std::io;

use super::figures::{self, FigureStyle, Profile};
use super::layouts::Layout;
use super::report::Draft;
use super::tables::{Cell, Grid, Kind, LabelStyle};
use super::{Kit, chance, invalid, pick};
use crate::form::Relation;

/// Names of the single faults.
pub const FAULTS: &[&str] = &[
    "row-lost", "blanks-dropped", "table-cut", "sum-wrong", "heading-lost", "label-misspelt", "label-unknown", "extra-row",
    "figures-glued", "header-lost", "column-swapped", "table-twice", "digit-in-label", "year-twice", "title-missing",
];

/// The faults of a run, by name.
pub fn chosen(names: &[String]) -> io::Result<Vec<&'static str>> {
    if names.iter().any(|n| n == "each") {
        return Ok(FAULTS.to_vec());
    }
    let find = |name: &String| {
        FAULTS.iter().copied().find(|f| f == name).ok_or_else(|| {
            invalid(format!("no fault is called «{name}»: known are each, {}", FAULTS.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

/// The fault of one report.
pub fn draw(kit: &Kit, layout: &Layout, rng: &mut fastrand::Rng) -> Option<&'static str> {
    let share = if kit.options.faults.iter().any(|f| f == "each") { 0.25 } else { 1.0 };
    if kit.faults.is_empty() || !chance(rng, share) {
        return None;
    }
    let fault = *pick(rng, &kit.faults);
    // Where the tables were pictures there is nothing else to damage.
    (layout.tables || matches!(fault, "year-twice" | "title-missing")).then_some(fault)
}

/// Damages a report's tables. A fault that finds nothing to damage is taken back.
pub fn apply(kit: &Kit, draft: &mut Draft, labels: &LabelStyle, style: &FigureStyle, rng: &mut fastrand::Rng) {
    // In a paragraph a cell, half of the pages lose their blank paragraphs.
    if draft.layout.drops_blanks || (draft.layout.may_drop_blanks && rng.bool()) {
        drop_blanks(draft);
    }
    let done = match draft.fault {
        None if draft.layout.page_cut && chance(rng, 0.7) => page_cut(draft, rng),
        None | Some("year-twice" | "title-missing") => true,
        Some("row-lost") => row_lost(draft, rng),
        Some("blanks-dropped") => drop_blanks(draft),
        Some("table-cut") => table_cut(draft, rng),
        Some("sum-wrong") => sum_wrong(kit, draft, rng),
        Some("heading-lost") => {
            draft.lost_headings.push(rng.usize(..3));
            true
        }
        Some("label-misspelt") => label(kit, draft, rng, misspell),
        Some("label-unknown") => label(kit, draft, rng, unknown),
        Some("digit-in-label") => label(kit, draft, rng, digits),
        Some("extra-row") => extra_row(kit, draft, rng),
        Some("figures-glued") => figures_glued(draft, rng),
        Some("header-lost") => header_lost(draft),
        Some("column-swapped") => column_swapped(draft, rng),
        Some("table-twice") => table_twice(kit, draft, labels, style, rng),
        Some(other) => unreachable!("{other} is no fault"),
    };
    if !done {
        draft.fault = None;
    }
}

fn figures_of(cells: &[Cell]) -> impl Iterator<Item = u16> + '_ {
    cells.iter().filter_map(|c| if let Kind::Figure(i) = c.kind { Some(i) } else { None })
}

/// Rows with figures under their own label that no span begins in.
fn plain_rows(grid: &Grid) -> Vec<usize> {
    let plain = |row: &Vec<Cell>| row[0].kind == Kind::Label && figures_of(row).next().is_some() && row.iter().all(|c| c.rows == 1);
    (0..grid.rows.len()).filter(|&i| plain(&grid.rows[i])).collect()
}

/// Table 2 or, mostly, table 3.
fn some_table(rng: &mut fastrand::Rng) -> usize {
    usize::from(chance(rng, 0.7))
}

fn row_lost(draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let grid = &mut draft.grids[some_table(rng)];
    let at = *pick(rng, &plain_rows(grid));
    grid.remove_row(at);
    true
}

/// Blank cells leave no trace; which of a row's figures is which is then no longer proven.
fn drop_blanks(draft: &mut Draft) -> bool {
    let mut any = false;
    for row in draft.grids.iter_mut().flat_map(|g| g.rows.iter_mut()) {
        row.iter_mut().filter(|c| c.is_blank_figure()).for_each(|c| c.hidden = true);
        let hidden = row.iter().any(|c| c.hidden);
        any |= hidden;
        if hidden {
            draft.withhold.extend(figures_of(row));
        }
    }
    draft.blanks_dropped |= any;
    any
}

/// The rest of table 3 is missing, mostly from the middle of a row on.
fn table_cut(draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let grid = &mut draft.grids[1];
    let last = rng.usize(5..grid.rows.len());
    cut_rows(grid, last + 1);
    let row = &mut grid.rows[last];
    if let Some(first) = row.iter().position(|c| c.kind != Kind::Label) {
        row.truncate(first + rng.usize(0..=row.len() - first));
        draft.withhold.extend(figures_of(row));
    }
    true
}

fn cut_rows(grid: &mut Grid, len: usize) {
    grid.rows.truncate(len);
    for (i, row) in grid.rows.iter_mut().enumerate() {
        row.iter_mut().for_each(|c| c.rows = c.rows.min(len - i));
    }
}

/// A page break in table 3: rows are lost behind it, now and then all of them and the head of table 4.
fn page_cut(draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let grid = &mut draft.grids[1];
    let at = rng.usize(8..grid.rows.len() - 4);
    grid.cut = Some(at);
    if chance(rng, 0.3) {
        cut_rows(grid, at + 2);
        draft.lost_headings.push(2);
        header_lost(draft);
    } else if chance(rng, 0.6) {
        for _ in 0..rng.usize(1..=3) {
            grid.remove_row(at + 1);
        }
    }
    let after = draft.grids[1].rows[at..].iter().flat_map(|r| figures_of(r));
    draft.withhold.extend(after);
    true
}

/// A total that does not add up.
fn sum_wrong(kit: &Kit, draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let totals: Vec<u16> = kit
        .form
        .identities
        .iter()
        .filter(|i| i.relation == Relation::Equal && i.right.len() == 1 && i.editions.contains(&draft.editions[i.table]))
        .filter(|i| i.left.iter().chain(&i.right).all(|&c| draft.entries[c as usize].value.is_some()))
        .map(|i| i.right[0])
        .collect();
    if totals.is_empty() {
        return false;
    }
    let at = *pick(rng, &totals);
    let entry = &mut draft.entries[at as usize];
    let value = entry.value.expect("filtered above") + f64::from(rng.u8(1..=9));
    *entry = figures::Entry { value: Some(value), raw: format!("{value}") };
    let raw = entry.raw.clone();
    draft.grids.iter_mut().flat_map(|g| g.rows.iter_mut().flatten()).filter(|c| c.kind == Kind::Figure(at)).for_each(|c| c.text = raw.clone());
    true
}

type LabelFault = fn(&Kit, &str, &mut fastrand::Rng) -> Option<String>;

/// Changes the label of one row of figures.
fn label(kit: &Kit, draft: &mut Draft, rng: &mut fastrand::Rng, change: LabelFault) -> bool {
    let grid = &mut draft.grids[some_table(rng)];
    let rows: Vec<usize> = (0..grid.rows.len()).filter(|&i| figures_of(&grid.rows[i]).next().is_some()).collect();
    let own = |row: &[Cell]| row.iter().rposition(|c| c.kind == Kind::Label).expect("rows of tables 2 and 3 have labels");
    // Some labels are too short for some changes.
    let changed = (0..20).find_map(|_| {
        let at = *pick(rng, &rows);
        let label = own(&grid.rows[at]);
        change(kit, &grid.rows[at][label].text, rng).map(|text| (at, label, text))
    });
    let Some((at, label, text)) = changed else { return false };
    let row = &mut grid.rows[at];
    row[label].text = text;
    match draft.fault {
        // Under a label of its own a figure belongs to nothing that the form knows.
        Some("label-unknown") => row.iter_mut().filter(|c| c.kind != Kind::Label).for_each(|c| c.kind = Kind::Stranger),
        Some("label-misspelt") => draft.withhold.extend(figures_of(row)),
        _ => {}
    }
    true
}

fn misspell(kit: &Kit, text: &str, rng: &mut fastrand::Rng) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let han = |c: &char| matches!(c, '\u{4E00}'..='\u{9FFF}');
    // Behind the number, in a label long enough to stay recognisable.
    let start = chars.iter().position(|c| matches!(c, '）' | ')' | '.' | '、')).map_or(0, |i| i + 1);
    let places: Vec<usize> = (start..chars.len()).filter(|&i| han(&chars[i])).collect();
    if places.len() < 4 {
        return None;
    }
    let wrong: Vec<char> = kit.templates.faults.wrong_characters.chars().collect();
    let at = *pick(rng, &places);
    chars[at] = *wrong.iter().cycle().skip(rng.usize(..wrong.len())).find(|c| **c != chars[at]).expect("they differ");
    Some(chars.into_iter().collect())
}

fn unknown(kit: &Kit, _: &str, rng: &mut fastrand::Rng) -> Option<String> {
    Some(pick(rng, &kit.templates.faults.unknown_labels).clone())
}

fn digits(kit: &Kit, text: &str, rng: &mut fastrand::Rng) -> Option<String> {
    Some(format!("{text}{}", pick(rng, &kit.templates.faults.digit_notes)))
}

/// A row that is no part of the form, with figures of its own.
fn extra_row(kit: &Kit, draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let table = some_table(rng);
    let texts = if table == 0 { &kit.templates.faults.extra_t2 } else { &kit.templates.faults.extra_t3 };
    let grid = &mut draft.grids[table];
    let rows: Vec<usize> = plain_rows(grid).into_iter().filter(|&i| table == 0 || grid.rows[i][0].cols == 3).collect();
    let at = *pick(rng, &rows);
    let mut row = grid.rows[at].clone();
    for cell in &mut row {
        cell.hidden = false;
        cell.text = if cell.kind == Kind::Label { pick(rng, texts).clone() } else { rng.u8(1..=99).to_string() };
        if cell.kind != Kind::Label {
            cell.kind = Kind::Stranger;
        }
    }
    grid.insert_row(at + 1, row);
    true
}

/// The figures of a row of table 3 stand together without anything between them.
fn figures_glued(draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let whole = |row: &Vec<Cell>| figures_of(row).count() == 7 && !row.iter().any(Cell::is_blank_figure);
    let rows: Vec<usize> = draft.grids[1].rows.iter().enumerate().filter(|(_, r)| whole(r)).map(|(i, _)| i).collect();
    if rows.is_empty() {
        return false;
    }
    let row = &mut draft.grids[1].rows[*pick(rng, &rows)];
    draft.withhold.extend(figures_of(row));
    let text: String = row.iter().filter(|c| c.kind != Kind::Label).flat_map(|c| c.text.trim().chars()).collect();
    let first = row.iter().position(|c| c.kind != Kind::Label).expect("seven figures");
    for (i, cell) in row[first..].iter_mut().enumerate() {
        cell.hidden = i > 0;
        cell.text = if i == 0 { text.clone() } else { String::new() };
        cell.cols = if i == 0 { 7 } else { 0 };
    }
    true
}

fn header_lost(draft: &mut Draft) -> bool {
    draft.grids[2].rows.retain(|row| figures_of(row).next().is_some());
    let figures = draft.grids[2].rows.iter().flat_map(|r| figures_of(r));
    draft.withhold.extend(figures);
    true
}

/// Two kinds of organisations change places, heads and figures alike.
fn column_swapped(draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
    let (a, b) = (rng.usize(1..5), 5);
    for row in &mut draft.grids[1].rows {
        if figures_of(row).count() == 7 {
            let first = row.len() - 7;
            row.swap(first + a, first + b);
        } else if row.len() == 5 {
            row.swap(a - 1, b - 1);
        }
    }
    let figures = draft.grids[1].rows.iter().flat_map(|r| figures_of(r));
    draft.withhold.extend(figures);
    true
}

/// Table 3 stands there a second time with other figures, and nothing says which is right.
fn table_twice(kit: &Kit, draft: &mut Draft, labels: &LabelStyle, style: &FigureStyle, rng: &mut fastrand::Rng) -> bool {
    let style = FigureStyle { profile: Profile::Small, ..style.clone() };
    let other = figures::draw(kit.form, draft.editions, &style, &kit.primes, rng);
    let cells: Vec<u16> = kit.form.cells(1, draft.editions[1]).collect();
    draft.conflict.extend(cells.iter().filter(|&&i| draft.entries[i as usize].value != other[i as usize].value));
    draft.withhold.extend(cells.iter().filter(|i| !draft.conflict.contains(i)));
    draft.second = Some(kit.templates.grid(kit.form, 1, draft.editions[1], &other, labels, rng));
    true
}
