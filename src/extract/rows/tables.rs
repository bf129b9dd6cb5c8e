//! The three statutory tables of one report: which edition each is in, and what each of its cells says.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use compact_str::CompactString;

use super::align::{Claims, align};
use super::broken::doubt_broken;
use super::named::{AGAIN, Named};
use super::paged::doubt_paged;
use super::stray::doubt_slipped;
use super::unlabelled::align_by_shape;
use super::withhold::{withhold_ended, withhold_short};
use crate::extract::beside::units::Units;
use crate::extract::context::{Alignment, Context, FoundRow, Why};
use crate::extract::items::cells::Kind;
use crate::extract::items::figure::{FigureReader, Reading, digits_alone};
use crate::fold::fold;
use crate::form::{Form, Relation, TABLES, Table};
use crate::model::{Figure, Problem, Status};

/// What was read of one table.
pub struct TableReading<'f> {
    pub table: &'f Table,
    /// Index into the form's editions; none where the table is not in the file.
    pub edition: Option<u8>,
    pub alignment: Option<Alignment>,
}

/// Reads the three tables: each on its own, then what one leaves open is settled by the others.
pub fn read<'f>(cx: &Context<'f>) -> Vec<TableReading<'f>> {
    let mut open: Vec<Vec<(&Table, Alignment)>> = (0..TABLES.len()).map(|t| fitting(cx, t)).collect();
    let likely = likeliest(cx, &open);
    let mut after = 0;
    let mut out: Vec<TableReading> = Vec::new();
    for (t, fits) in open.iter_mut().enumerate() {
        let at = fits.iter().position(|(table, _)| table.editions.contains(&likely)).unwrap_or(0);
        let chosen = if fits.is_empty() { None } else { Some(fits.swap_remove(at)) };
        let chosen = chosen.or_else(|| {
            let table = cx.form.table(t, likely);
            (table.is_unlabelled() && after > 0).then(|| Some((table, align_by_shape(cx, table, after)?))).flatten()
        });
        let (table, alignment) = chosen.map_or_else(|| (cx.form.table(t, likely), None), |(table, a)| (table, Some(a)));
        after = alignment.iter().flat_map(|a| &a.rows).map(|r| r.item + 1).max().unwrap_or(0).max(after);
        let edition = if table.editions.contains(&likely) { likely } else { table.editions[0] };
        out.push(TableReading { table, edition: alignment.as_ref().map(|_| edition), alignment });
    }
    for reading in &mut out {
        doubt_edition(cx, reading);
        if let Some(a) = &mut reading.alignment {
            doubt_slipped(cx, reading.table, &mut a.rows);
        }
    }
    withhold_short(cx, &mut out.iter_mut().filter_map(|r| r.alignment.as_mut()).collect::<Vec<_>>());
    withhold_ended(cx, &mut out.iter_mut().filter_map(|r| Some((r.table, r.alignment.as_mut()?))).collect::<Vec<_>>());
    doubt_paged(cx, &mut out);
    doubt_broken(cx, &mut out);
    out
}

/// The edition that the tables speak for: table 3 tells most, then table 2; one that is the same in several follows. What they leave
/// open is settled by the notice that the report cites, then by a table that has every row of one edition and not of another,
/// then by the form's order.
fn likeliest(cx: &Context, open: &[Vec<(&Table, Alignment)>]) -> u8 {
    let mut left: Vec<u8> = (0..cx.form.editions.len() as u8).collect();
    let narrow = |left: &mut Vec<u8>, fits: &dyn Fn(u8) -> bool| {
        if left.iter().any(|&e| fits(e)) {
            left.retain(|&e| fits(e));
        }
    };
    let of = |(table, _): &&(&Table, Alignment), e: u8| table.editions.contains(&e);
    for t in [1, 0, 2] {
        narrow(&mut left, &|e| open[t].iter().any(|fit| of(&fit, e)));
    }
    if left.len() > 1 {
        let cited = cx.cited();
        narrow(&mut left, &|e| Some(e) == cited);
    }
    for t in [1, 0, 2] {
        narrow(&mut left, &|e| open[t].iter().any(|fit| of(&fit, e) && has_every_row(fit)));
    }
    left[0]
}

/// Whether each row of a table that has cells was found.
fn has_every_row((table, alignment): &(&Table, Alignment)) -> bool {
    table.filled().all(|n| alignment.rows.iter().any(|r| r.row == n))
}

/// The other definitions of a table.
fn others<'c>(cx: &'c Context, table: &'c Table) -> impl Iterator<Item = &'c Table> + Clone {
    cx.form.tables.iter().filter(move |o| o.table == table.table && o.index != table.index)
}

/// Doubts a table whose definitions differ in their columns where no head tells which of them it is: then every row
/// found must have just its cells, one of several columns among them, and no row may be another definition's alone.
fn doubt_edition(cx: &Context, reading: &mut TableReading) {
    let table = reading.table;
    let Some(alignment) = reading.alignment.as_mut().filter(|a| a.telling == 0 && !table.telling.is_empty()) else { return };
    let width = |r: &FoundRow| table.rows[r.row].cells.len();
    let exact = alignment.rows.iter().all(|r| r.cells.is_some() && r.all.len() == width(r));
    let wide = alignment.rows.iter().any(|r| width(r) > 1 && r.cells.is_some());
    // Whether a label stands in the text that names a row of the one definition and none of the other.
    let tells = |of: &Table, not: &Table| cx.hits.iter().any(|h| cx.lexicon.role(of.index, h).row.is_some() && cx.lexicon.role(not.index, h).row.is_none());
    let foreign = |o: &Table| tells(o, table);
    let mut others = others(cx, table).peekable();
    let told = others.peek().is_some() && others.clone().all(|o| tells(table, o) && !foreign(o));
    if told || (exact && wide && !others.any(foreign)) {
        return;
    }
    if let Some(item) = alignment.rows.first().map(|r| r.item) {
        alignment.rows.iter_mut().for_each(|r| r.doubt(Why::Edition(item)));
    }
}

/// The definitions of a table that fit the text best: several where they fit equally well.
fn fitting<'f>(cx: &Context<'f>, t: usize) -> Vec<(&'f Table, Alignment)> {
    let claimed = cx.form.tables.iter().filter(|x| x.table == t).map(|x| (x, Claims::of(cx, x)));
    let mut open: Vec<(usize, &Table, Claims)> = claimed.map(|(x, claims)| (claims.most(cx, x), x, claims)).collect();
    open.sort_by_key(|(most, ..)| Reverse(*most));
    let mut fits: Vec<(&Table, Alignment)> = Vec::new();
    for (most, table, claims) in open {
        // One that was read whole is not contested by one that claims less.
        if !fits.iter().any(|(_, a)| a.is_whole() && a.score() > most) {
            fits.extend(align(cx, table, claims).map(|a| (table, a)));
        }
    }
    // Where no head tells, a row that not all definitions have tells more than how many rows could be read.
    let rank = |(table, a): &(&Table, Alignment)| (if table.telling.is_empty() { own_rows(cx, table, a) } else { 0 }, a.score());
    let best = fits.iter().map(rank).max();
    fits.retain(|fit| Some(rank(fit)) == best);
    fits.sort_by_key(|(table, _)| table.index);
    fits
}

/// How many rows of an alignment have a label that stands there letter for letter, with cells behind it, and that not all other
/// definitions of the table have.
fn own_rows(cx: &Context, table: &Table, alignment: &Alignment) -> usize {
    let others = || others(cx, table);
    let own = |hit: u32| others().any(|o| { let role = cx.role(o, hit); role.row.is_none() && role.head.is_none() });
    let tells = |r: &&FoundRow| r.exact && !r.all.is_empty() && matches!(cx.items[r.item].kind, Kind::Label(hit) if own(hit));
    if others().next().is_none() { 0 } else { alignment.rows.iter().filter(tells).count() }
}

/// The figures of one table in the form's order, and what was odd about them.
pub fn figures(cx: &Context, reader: &FigureReader, reading: &TableReading, units: &Units, problems: &mut Vec<Problem>) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::with_capacity(reading.table.rows.iter().map(|r| r.cells.len()).sum());
    let empty = Alignment::default();
    let alignment = reading.alignment.as_ref().unwrap_or(&empty);
    doubts(cx, reading, alignment, problems);
    if let Some((unit, _)) = units.iter().find(|(_, f)| f.is_none()) {
        problems.push(Problem::new("extract/unit", lines(cx, reading).map_or(0, |l| l.0), unit.as_str(), format!("{} states a unit that the form does not know, or two, for what it counts in {unit}; those figures are withheld", TABLES[reading.table.table])));
    }
    let cells = Cells { reader, units };
    let disputed = |f: &FoundRow, rivals: &[&FoundRow]| rivals.iter().any(|r| contradicts(cx, &cells, f, r, &reading.table.rows[f.row].cells));
    // Of a table that stands twice with other figures, a row is believed only where both agree on it.
    // Some rows that stand again are a second table; one label that stands as often is not.
    let torn = alignment.rivals.iter().map(|r| r.row).collect::<BTreeSet<_>>().len() >= AGAIN
        && alignment.rivals.iter().any(|r| alignment.rows.iter().any(|f| f.row == r.row && disputed(f, &[r])));
    // In columns of another edition even a row of the same figures says other things.
    let of_two = torn && others(cx, reading.table).any(|o| o.telling.iter().any(|l| cx.has(*l) && !reading.table.telling.contains(l)));
    let mut of_row: Vec<Option<&FoundRow>> = vec![None; reading.table.rows.len()];
    alignment.rows.iter().rev().for_each(|f| of_row[f.row] = Some(f));
    for (n, row) in reading.table.rows.iter().enumerate() {
        if row.is_heading() {
            continue;
        }
        let found = of_row[n];
        let rivals: Vec<&FoundRow> = alignment.rivals.iter().filter(|f| f.row == n).collect();
        match found {
            None => out.extend(row.cells.iter().map(|&indicator| Figure { indicator, ..Default::default() })),
            Some(f) if f.why.is_some() => out.extend(withheld(cx, f, &row.cells)),
            Some(f) if torn && f.is_tied() && (rivals.is_empty() || of_two && !disputed(f, &rivals)) => out.extend(withheld(cx, f, &row.cells)),
            Some(f) if let Some(rival) = rivals.iter().find(|r| f.cells.is_some() && pasted(alignment, reading.table, f, r)) => {
                let table = TABLES[reading.table.table];
                problems.push(Problem::new("extract/row-twice", cx.items[rival.item].line, cx.words(rival.item).trim(), format!("this label of {table} stands in two rows one below the other, and the row beside it is missing: one of them may be that row, so neither is published")));
                out.extend(withheld(cx, f, &row.cells));
            }
            Some(f) if let Some(rival) = rivals.iter().find(|r| f.is_tied() && disputed(f, &[**r])) => {
                problems.push(twice(cx, reading, f, rival));
                out.extend(withheld(cx, f, &row.cells));
            }
            Some(f) if let Some(named) = &f.named => out.extend(named_figures(cx, &cells, reading, f, named, problems)),
            Some(f) => {
                let again = torn || rivals.iter().any(|r| words_of(cx, &r.all) != words_of(cx, &f.all));
                out.extend(row_figures(cx, &cells, reading, f, again, &row.cells, problems));
            }
        }
    }
    out
}

/// Whether a row and the place that claims it again stand side by side, and the row of the form that belongs there is not
/// found: its label may be a copy.
fn pasted(alignment: &Alignment, table: &Table, f: &FoundRow, rival: &FoundRow) -> bool {
    let (first, last) = (f.item.min(rival.item), f.item.max(rival.item));
    let is_row = |r: &usize| !table.rows[*r].is_heading();
    let next = if rival.item > f.item { (f.row + 1..table.rows.len()).find(is_row) } else { (0..f.row).rev().find(is_row) };
    next.is_some_and(|n| !alignment.rows.iter().any(|r| r.row == n)) && !alignment.rows.iter().any(|r| first < r.item && r.item < last)
}

/// The cells of a row that stand behind their own names.
fn named_figures(cx: &Context, reader: &Cells, reading: &TableReading, f: &FoundRow, named: &[Named], problems: &mut Vec<Problem>) -> Vec<Figure> {
    let table = TABLES[reading.table.table];
    let all = || words_of(cx, &f.all).chars().take(MOST_RAW).collect::<CompactString>();
    if named.contains(&Named::Unclear) {
        problems.push(Problem::new("extract/row-length", cx.items[f.item].line, all(), format!("{} cells stand behind this label of {table}, the form has {}; the totals of its parts tell where some of them belong, the others are withheld", f.all.len(), named.len())));
    }
    let mut cell = |(&indicator, named): (&u16, &Named)| match *named {
        Named::Nowhere => Figure { indicator, ..Default::default() },
        Named::Empty => Figure { indicator, status: Status::Blank, line: cx.items[f.item].line, exact: f.exact, ..Default::default() },
        Named::Unclear => Figure { indicator, status: Status::Unreadable, raw: all(), line: cx.items[f.item].line, exact: f.exact, ..Default::default() },
        Named::Item(item) => figure(cx, reader, indicator, item, f.exact),
        Named::Torn(item) | Named::Alone(item) => {
            let x = &cx.items[item];
            let says = match named {
                Named::Torn(_) => "is named again with another figure; neither is published",
                _ => "is named in one of two tables that have other figures; it is not published",
            };
            problems.push(Problem::new("extract/row-twice", x.line, cx.words(item).trim(), format!("this cell of {table} {says}")));
            Figure { indicator, status: Status::Unreadable, raw: cx.words(item).into(), line: x.line, exact: f.exact, ..Default::default() }
        }
    };
    reading.table.rows[f.row].cells.iter().zip(named).map(&mut cell).collect()
}

/// So many items behind a table's last label may still be a row of it.
const REACH: usize = 40;

/// Letters of a row's text that are kept where none of its cells could be read.
const MOST_RAW: usize = 200;

/// The text from the first to the last of these items as they stand; cells that bear their own names may be in another order.
fn words_of<'a>(cx: &'a Context, items: &[usize]) -> &'a str {
    let (start, end) = (items.iter().map(|&i| cx.items[i].start).min(), items.iter().map(|&i| cx.items[i].end).max());
    start.zip(end).map_or("", |(start, end)| &cx.text[start as usize..end as usize])
}

/// A problem for every doubt, once for all the rows that it concerns.
fn doubts(cx: &Context, reading: &TableReading, alignment: &Alignment, problems: &mut Vec<Problem>) {
    let mut seen: Vec<Why> = Vec::new();
    for f in &alignment.rows {
        let Some(why) = f.why.filter(|w| !seen.contains(w)) else { continue };
        seen.push(why);
        let rows = alignment.rows.iter().filter(|r| r.why == Some(why)).count();
        let table = TABLES[reading.table.table];
        let (code, item, says) = match why {
            Why::Head(item) => ("extract/column-order", item, format!("the heads of {table} are not those of the form in its order: here stands one that is unknown, repeated, out of its place, or follows a missing one; {rows} rows are tied to no column")),
            Why::Adrift(item) => ("extract/rows-adrift", item, format!("the figures of {table} stand before their labels, so what stands behind a label is the next row's; {rows} rows are withheld")),
            Why::Stray(item) => ("extract/stray-row", item, format!("these cells stand beside a row of {table} without a label of their own: they may be the rest of its figures, or belong to its label; the row is withheld")),
            Why::Joined(item) => ("extract/labels-joined", item, format!("the words of this label name two rows of {table}, and the figures behind it are of both; the row is withheld")),
            Why::Corrected(item) => ("extract/row-corrected", item, format!("a line of the text corrects this row of {table}; neither the figures of the table nor those of the line are taken")),
            Why::Group(item) => ("extract/group-heading", item, format!("this stands in place of the heading of a group of {table}, and is another's or says that the figures are; {rows} rows are withheld")),
            Why::Sums(item) => ("extract/uncertain-row", item, format!("rows have no ends in this text, and what stands behind this label of {table} contradicts the row's own sum: something else may have completed it, so it is withheld")),
            Why::Cut(item) => ("extract/cut-figure", item, format!("the text ends within this figure of {table} or right behind it, and no sum tells which; the row is withheld")),
            Why::Columns(item) => ("extract/columns-unproven", item, format!("most rows of {table} contradict their own sum or have more figures than columns, or none has a total, so its columns are not those of the form; {rows} rows are withheld")),
            Why::Paged(item) => ("extract/page-among-cells", item, format!("rows have no ends in this text, and this may be the number of a page, or a day, an hour or words at its head or foot, in the place of a cell of {table} that left nothing; no sum says that the row is whole, so it is withheld")),
            Why::Edition(item) => ("extract/edition-unclear", item, format!("no head of {table} tells its edition, and its rows do not fit one alone; {rows} rows are withheld")),
        };
        problems.push(Problem::new(code, cx.items[item].line, cx.words(item).trim(), says));
    }
}

/// How the cells of a table are read.
struct Cells<'a> {
    reader: &'a FigureReader,
    /// What the table states about its units outside its cells.
    units: &'a Units,
}

/// The problem of a row that a second place of the text disputes.
fn twice(cx: &Context, reading: &TableReading, f: &FoundRow, rival: &FoundRow) -> Problem {
    let (table, line) = (TABLES[reading.table.table], cx.items[rival.item].line);
    Problem::new("extract/row-twice", cx.items[f.item].line, cx.words(f.item), format!("this row of {table} stands again on line {line} with other figures; neither is published"))
}

/// The figures of a row that no second place disputes; `again` where one has other cells.
fn row_figures(cx: &Context, reader: &Cells, reading: &TableReading, f: &FoundRow, again: bool, indicators: &[u16], problems: &mut Vec<Problem>) -> Vec<Figure> {
    let label = &cx.items[f.item];
    let words = || cx.words(f.item);
    let table = TABLES[reading.table.table];
    if !f.exact && reading.table.rows[f.row].label.is_some() {
        problems.push(Problem::new("extract/fuzzy-label", label.line, words(), format!("{table}: this label is not in labels.csv; taken for «{}», its nearest", statutory(cx.form, reading, f))));
    }
    let Some(cells) = &f.cells else {
        if let Some(figures) = (!again).then(|| glued(cx, reading, f, indicators)).flatten() {
            problems.push(Problem::new("extract/glued-figures", label.line, words(), "the figures of this row run together; only one way of dividing them satisfies the accounting identities, so they are `derived`"));
            return figures;
        }
        let cells = f.loose().len();
        let any = f.loose().iter().any(|&i| cx.items[i].kind != Kind::Blank);
        let empty = f.loose().iter().any(|&i| cx.items[i].kind == Kind::Blank);
        if any && empty && cells >= indicators.len() {
            problems.push(Problem::new("extract/blanks-unclear", label.line, words(), format!("{table}: behind this label it cannot be told which of the {cells} empty and filled cells belong to the {} columns and which are padding, so the row is withheld", indicators.len())));
        } else if any {
            problems.push(Problem::new("extract/row-length", label.line, words(), format!("{cells} cells stand behind this label of {table}, the form has {}; which belongs to which column cannot be told, so the row is withheld", indicators.len())));
        } else {
            problems.push(Problem::new("extract/no-figures", label.line, words(), format!("no figures stand behind this label of {table}; its {} cells are absent", indicators.len())));
        }
        return withheld(cx, f, indicators);
    };
    let mut own: Vec<Figure> = indicators.iter().zip(cells).map(|(&i, &c)| figure(cx, reader, i, c, f.exact)).collect();
    repair_ocr(cx, reading, &mut own, indicators, problems);
    if let Some(bad) = own.iter().find(|x| x.status == Status::Unreadable) {
        problems.push(Problem::new("extract/unreadable-cell", bad.line, bad.raw.as_str(), format!("this cell of {table} is no figure; it is published as unreadable")));
    }
    own
}

/// True where a second place of the text says other things of a row. One that cannot be read itself may say anything.
fn contradicts(cx: &Context, reader: &Cells, f: &FoundRow, rival: &FoundRow, indicators: &[u16]) -> bool {
    if f.named.is_some() || rival.named.is_some() {
        return !says_same(cx, f, rival);
    }
    let (Some(own), Some(other)) = (&f.cells, &rival.cells) else { return true };
    let says = |indicator: u16, item: usize| {
        let f = figure(cx, reader, indicator, item, true);
        (f.status, f.value)
    };
    indicators.iter().zip(own.iter().zip(other)).any(|(&i, (&a, &b))| says(i, a) != says(i, b))
}

/// Whether all that stands in one of two rows stands in the other too, in its order: of cells that bear their own names some may
/// have been left out, and a column that the form does not have stands in either. What has no figure at all says nothing.
fn says_same(cx: &Context, f: &FoundRow, rival: &FoundRow) -> bool {
    let says = |r: &FoundRow| {
        let mut items: Vec<usize> = r.loose().iter().chain(r.tied()).copied().filter(|&i| cx.items[i].is_filled()).collect();
        if !items.iter().any(|&i| cx.items[i].is_figure()) {
            items.clear();
        }
        let of = |i: usize| cx.items[i].figure().map_or_else(|| (None, cx.words(i).trim()), |v| (Some(v), ""));
        items.into_iter().map(of).collect::<Vec<_>>()
    };
    let (own, other) = (says(f), says(rival));
    let (few, many) = if own.len() < other.len() { (own, other) } else { (other, own) };
    let mut rest = many.iter();
    few.iter().all(|one| rest.any(|x| x == one))
}

fn statutory<'a>(form: &'a Form, reading: &TableReading, f: &FoundRow) -> &'a str {
    reading.table.rows[f.row].label.map_or("", |l| &form.labels[l as usize].statutory)
}

/// The cells of a row whose figures cannot be tied to columns: something stands there (unreadable), or nothing (absent).
fn withheld(cx: &Context, f: &FoundRow, indicators: &[u16]) -> Vec<Figure> {
    let mut items: Vec<usize> = f.loose().iter().chain(f.tied()).copied().collect();
    // Columns may stand in another order than the form's.
    items.sort_unstable();
    let stands = items.iter().any(|&i| cx.items[i].kind != Kind::Blank);
    let raw = if stands { words_of(cx, &items).chars().take(MOST_RAW).collect::<CompactString>() } else { CompactString::default() };
    let line = items.first().map_or(cx.items[f.item].line, |&i| cx.items[i].line);
    let status = if stands { Status::Unreadable } else { Status::Absent };
    indicators.iter().map(|&indicator| Figure { indicator, status, value: None, raw: raw.clone(), line, exact: f.exact }).collect()
}

/// One cell.
fn figure(cx: &Context, cells: &Cells, indicator: u16, item: usize, exact: bool) -> Figure {
    let x = &cx.items[item];
    let column = &cx.form.indicators[indicator as usize];
    let kind = match x.kind {
        Kind::Unreadable | Kind::Text if column.signed => match cells.reader.signed(cx.words(item)) {
            Some(Reading::Figure(v)) => Kind::Figure(v),
            Some(Reading::WithUnit(v, unit)) => Kind::WithUnit(v, unit),
            _ => x.kind,
        },
        kind => kind,
    };
    let (status, value) = match kind {
        Kind::Figure(v) => match cells.units.get(&column.unit) {
            None => (Status::Reported, Some(v)),
            Some(Some(f)) => (Status::Reported, Some(if *f == 1.0 { v } else { round(v * f) })),
            Some(None) => (Status::Unreadable, None),
        },
        Kind::WithUnit(v, unit) => match factor(cx.form, indicator, &cells.reader.units[unit as usize]) {
            Some(f) => (Status::Reported, Some(round(v * f))),
            None => (Status::Unreadable, None),
        },
        Kind::Blank | Kind::Gap(_) => (Status::Blank, None),
        _ => (Status::Unreadable, None),
    };
    // 2.089 things are none: a point stands for a comma, or a digit is missing. Nor are -8.
    let (status, value) = if value.is_some_and(|v| v.abs() > column.most || (column.whole && v.fract() != 0.0) || (v.is_sign_negative() && !column.signed)) { (Status::Unreadable, None) } else { (status, value) };
    Figure { indicator, status, value, raw: CompactString::new(&cx.text[x.start as usize..x.end as usize]), line: x.line, exact }
}

/// What a figure in `unit` is multiplied with to stand in the indicator's unit; none where the form does not say.
fn factor(form: &Form, indicator: u16, unit: &str) -> Option<f64> {
    form.figures.units.get(&form.indicators[indicator as usize].unit)?.get(unit).copied()
}

/// 70487 元 are 7.0487 万元: the product of two decimal fractions, without the noise of binary ones.
fn round(v: f64) -> f64 {
    (v * 1e8).round() / 1e8
}

/// Whether some row whose digits ran together has fewer of them than columns: then empty cells left nothing, and another row
/// may lack some as well.
fn blanks_vanish(cx: &Context, reading: &TableReading) -> bool {
    let fewer = |f: &FoundRow| run_together(cx, f).is_some_and(|(_, digits)| digits.len() < reading.table.rows[f.row].cells.len());
    reading.alignment.iter().flat_map(|a| &a.rows).any(fewer)
}

/// The only thing that stands behind a label, where it is digits alone, and these.
fn run_together(cx: &Context, f: &FoundRow) -> Option<(usize, String)> {
    let mut stands = f.loose().iter().filter(|&&i| cx.items[i].kind != Kind::Blank);
    let (Some(&item), None) = (stands.next(), stands.next()) else { return None };
    Some((item, digits_alone(cx.words(item))?))
}

/// Divides the only run of digits of a row into its cells where exactly one division satisfies every identity that
/// lies wholly within the row; there must be such an identity.
fn glued(cx: &Context, reading: &TableReading, f: &FoundRow, indicators: &[u16]) -> Option<Vec<Figure>> {
    let k = indicators.len();
    let (item, digits) = run_together(cx, f)?;
    if digits.len() < k || digits.len() > 24 || blanks_vanish(cx, reading) {
        return None;
    }
    let tests: Vec<_> = row_identities(cx.form, reading, indicators);
    if tests.is_empty() {
        return None;
    }
    let mut found: Option<Vec<f64>> = None;
    let mut several = false;
    divide(&digits, k, &mut Vec::new(), &mut |parts| {
        if tests.iter().all(|t| t(parts)) {
            several |= found.is_some();
            found = Some(parts.to_vec());
        }
    });
    let values = found.filter(|_| !several)?;
    let (raw, line) = (cx.words(item), cx.items[item].line);
    Some(
        indicators
            .iter()
            .zip(values)
            .map(|(&indicator, v)| Figure { indicator, status: Status::Derived, value: Some(v), raw: raw.into(), line, exact: f.exact })
            .collect(),
    )
}

type RowTest = Box<dyn Fn(&[f64]) -> bool>;

/// The equalities of the form whose terms all lie in one row, as tests of that row's values.
fn row_identities(form: &Form, reading: &TableReading, indicators: &[u16]) -> Vec<RowTest> {
    let place = |i: &u16| indicators.iter().position(|x| x == i);
    form.identities
        .iter()
        .filter(|d| d.relation == Relation::Equal && reading.edition.is_some_and(|e| d.editions.contains(&e)))
        .filter_map(|d| {
            let left: Vec<usize> = d.left.iter().map(place).collect::<Option<_>>()?;
            let right: Vec<usize> = d.right.iter().map(place).collect::<Option<_>>()?;
            Some(Box::new(move |v: &[f64]| left.iter().map(|&i| v[i]).sum::<f64>() == right.iter().map(|&i| v[i]).sum::<f64>()) as RowTest)
        })
        .collect()
}

/// Calls `test` with every division of `digits` into `k` numbers without a leading zero.
fn divide(digits: &str, k: usize, parts: &mut Vec<f64>, test: &mut dyn FnMut(&[f64])) {
    if k == 0 {
        if digits.is_empty() {
            test(parts);
        }
        return;
    }
    if digits.len() < k {
        return;
    }
    let longest = if digits.starts_with('0') { 1 } else { (digits.len() + 1 - k).min(9) };
    for n in 1..=longest {
        parts.push(digits[..n].parse().unwrap_or(f64::NAN));
        divide(&digits[n..], k - 1, parts, test);
        parts.pop();
    }
}

/// A cell that says O or l for 0 or 1, or has other signs among its digits: derived where the identity of its row allows
/// just that figure.
fn repair_ocr(cx: &Context, reading: &TableReading, row: &mut [Figure], indicators: &[u16], problems: &mut Vec<Problem>) {
    let mut odd = (0..row.len()).filter(|&i| row[i].status == Status::Unreadable);
    let (Some(at), None) = (odd.next(), odd.next()) else { return };
    let letters: String = fold(&row[at].raw).chars().map(|c| match c { 'o' => '0', 'l' | 'i' => '1', c => c }).collect();
    let Ok(guess) = letters.parse::<u32>() else { return };
    // The tilde says that the digits were struck out, raised or not to be seen, and not that they were misspelt.
    if letters == row[at].raw.as_str() || row[at].raw.contains(['~', '\u{FFFC}']) {
        return;
    }
    let identity = cx.form.identities.iter().filter(|d| reading.edition.is_some_and(|e| d.editions.contains(&e))).find(|d| {
        d.relation == Relation::Equal && d.left.iter().chain(&d.right).all(|i| indicators.contains(i)) && d.left.iter().chain(&d.right).any(|i| *i == indicators[at])
    });
    let Some(identity) = identity else { return };
    let sum = |side: &[u16]| -> Option<f64> {
        side.iter()
            .filter(|i| **i != indicators[at])
            .map(|i| row[indicators.iter().position(|x| x == i)?].value)
            .sum()
    };
    let (Some(left), Some(right)) = (sum(&identity.left), sum(&identity.right)) else { return };
    let needed = if identity.left.contains(&indicators[at]) { right - left } else { left - right };
    if needed == guess as f64 {
        row[at].status = Status::Derived;
        row[at].value = Some(needed);
        problems.push(Problem::new("extract/letter-for-digit", row[at].line, row[at].raw.to_string(), "more than digits stands in this cell: letters, marks, spaces or signs that are not to be seen; the identity of the row allows only the figure that its digits make, so it is `derived`"));
    }
}

/// Words in a table's rows that no label and no ignored text explains, each with its line: their figures are withheld.
pub fn unknown_labels(cx: &Context, reading: &TableReading, problems: &mut Vec<Problem>) {
    let Some(alignment) = &reading.alignment else { return };
    let (Some(first), Some(last)) = (alignment.rows.first(), alignment.rows.last()) else { return };
    if reading.table.is_unlabelled() {
        return;
    }
    let t = reading.table.table;
    for i in first.item..(last.item + REACH).min(cx.items.len()) {
        let x = &cx.items[i];
        if x.kind != Kind::Text || cx.next(i).is_none_or(|n| !cx.items[n].is_filled()) {
            continue;
        }
        let words = cx.words(i);
        if alignment.rows.iter().any(|r| r.item == i || r.tied().contains(&i)) || words.chars().count() > 60 {
            continue;
        }
        let folded = fold(words);
        if cx.form.is_ignored(t, &folded) {
            continue;
        }
        problems.push(Problem::new("extract/unknown-label", x.line, words.trim(), format!("{}: no row of the form; its figures are withheld. If it is one, add it to labels.csv, else to ignore.csv with the reason", TABLES[t])));
    }
}

/// Rows with figures that stand within the table and that only another definition of it has: no figure of this report is theirs,
/// which must be told.
pub fn other_rows(cx: &Context, reading: &TableReading, problems: &mut Vec<Problem>) {
    let others: Vec<&Table> = others(cx, reading.table).collect();
    let Some((first, last)) = reading.alignment.as_ref().and_then(|a| a.rows.first().zip(a.rows.last())).filter(|_| !others.is_empty()) else { return };
    let row = |table: &Table, hit: u32| cx.role(table, hit).row.map(|r| !table.rows[usize::from(r)].is_heading());
    for place in cx.places.iter().filter(|p| first.item < p.item && p.item < last.item + REACH) {
        let ours = row(reading.table, place.hit) == Some(true) || cx.role(reading.table, place.hit).head.is_some();
        if ours || !others.iter().any(|o| row(o, place.hit) == Some(true)) || !cx.is_own(place.item) {
            continue;
        }
        let behind = cx.items[place.item + 1..].iter().take_while(|x| x.is_cell() || x.is_break());
        if behind.take(REACH).any(|x| x.is_filled()) {
            let table = TABLES[reading.table.table];
            problems.push(Problem::new("extract/row-of-other-edition", cx.items[place.item].line, cx.words(place.item).trim(), format!("this row of {table} is none of the edition that its other rows and heads are of; its figures are not published")));
        }
    }
}

/// The last item of a table: the last cell of its last row.
pub fn last(reading: &TableReading) -> Option<usize> {
    reading.alignment.as_ref()?.rows.iter().map(|r| r.all.iter().copied().fold(r.item, usize::max)).max()
}

/// First and last line of a table: from its first head or row to the last cell of its last row.
pub fn lines(cx: &Context, reading: &TableReading) -> Option<(u32, u32)> {
    let rows = &reading.alignment.as_ref()?.rows;
    let first = rows.iter().map(|r| r.item).min()?;
    let last = last(reading)?;
    // Heads stand before the first row without a word of running text between.
    let head = (0..first).rev().take_while(|&i| cx.items[i].kind != Kind::Text).last().unwrap_or(first);
    Some((cx.items[head].line, cx.items[last].line))
}
