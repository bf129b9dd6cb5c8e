//! Which of the cells behind a label are the columns of its row, and which are padding.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::chain::Claim;
use crate::extract::context::{Context, FoundRow, short};
use crate::extract::items::atoms::{is_pipe, line_at};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::form::{Form, Table};

/// True where rows of the text end at a sign of their own: then cells beyond that sign never belong to the label.
/// Most labels must share a row with at least one cell, or the signs divide something else.
pub fn bounded(cx: &Context, chain: &[Claim], table: &Table) -> bool {
    let mut with = 0;
    let mut without = 0;
    for c in chain.iter().filter(|c| !table.rows[c.row].is_heading()) {
        let mut cells = 0;
        let mut end = false;
        for item in &cx.items[c.item + 1..] {
            match item.kind {
                Kind::RowEnd => {
                    end = true;
                    break;
                }
                Kind::Label(_) => break,
                _ => cells += item.is_cell() as usize,
            }
        }
        if end && cells > 0 {
            with += 1;
        } else {
            without += 1;
        }
    }
    with > without
}

/// The items behind a label up to the next label, to unknown words, or to the end of its row.
pub fn behind(cx: &Context, item: usize, bounded: bool, chain: &[Claim]) -> Vec<usize> {
    let mut out = Vec::with_capacity(12);
    // A label may end below the line on which it begins, with its figures behind it.
    let line = if bounded && cx.divider == Divider::Lines { Some(cx.last_line(item)) } else { None };
    for i in item + 1..cx.items.len() {
        let x = &cx.items[i];
        match x.kind {
            Kind::Label(_) => break,
            Kind::RowEnd if bounded => break,
            // Where rows are lines a short one has no sign of its end but the line's.
            _ if line.is_some_and(|l| l != x.line) => break,
            Kind::RowEnd => {}
            // No sign divides them from the cell before: that ended with its line, and they are a heading.
            Kind::Text if cx.divider == Divider::Pipes && cx.items[i - 1].is_cell() && goes_on(cx, i) => break,
            // A line without a pipe, where pipes end all cells, is a heading too.
            Kind::Text if cx.divider == Divider::Pipes && !cx.text[line_of(cx, x)].contains(is_pipe) => break,
            // Words in a row of a known width fill one of its cells.
            Kind::Text if bounded && !chain.iter().any(|c| c.item == i) && short(cx, i) => out.push(i),
            Kind::Text => break,
            // «label - head - figure»: a dash between two labels of a line divides them and is no empty cell.
            Kind::Blank if cx.divider == Divider::Lines && divides_labels(cx, i) => {}
            _ => out.push(i),
        }
    }
    out
}

/// The lines of an item.
fn line_of(cx: &Context, item: &Item) -> std::ops::Range<usize> {
    line_at(cx.text, item.start as usize).start..line_at(cx.text, item.end as usize).end
}

/// Whether an item begins a line, and no pipe stands between it and the one before.
fn goes_on(cx: &Context, item: usize) -> bool {
    cx.between(item - 1, item).is_some_and(|b| b.contains('\n') && !b.contains(is_pipe))
}

fn divides_labels(cx: &Context, item: usize) -> bool {
    let label = |k: Kind| matches!(k, Kind::Label(_) | Kind::Text);
    stands_between(cx, item, label, label)
}

/// True for an item with something in it that has such neighbours on its line.
pub fn stands_between(cx: &Context, item: usize, before: impl Fn(Kind) -> bool, after: impl Fn(Kind) -> bool) -> bool {
    let here = &cx.items[item];
    let beside = |i: Option<usize>| i.and_then(|i| cx.items.get(i)).filter(|x| x.line == here.line).map(|x| x.kind);
    here.start < here.end && beside(item.checked_sub(1)).is_some_and(before) && beside(Some(item + 1)).is_some_and(after)
}

/// What must be alike in two rows for one to teach the other where its padding stands: the number of figures and of
/// surplus cells, the items before the label in its row, and the label's own column.
type Shape = (usize, usize, usize, u8);

fn shape(cx: &Context, table: &Table, claim: &Claim, cells: usize) -> Shape {
    let before = cx.items[..claim.item].iter().rev().take_while(|i| i.kind != Kind::RowEnd).take(12).count();
    let row = &table.rows[claim.row];
    (row.cells.len(), cells.wrapping_sub(row.cells.len()), before, row.depth)
}

/// Items that take the place of figures; a gap between lines may be one, and is not counted. Only lines have gaps.
pub fn hard<'i>(cx: &Context, items: &'i [usize]) -> Cow<'i, [usize]> {
    let gap = |i: &usize| cx.items[*i].is_gap();
    if cx.divider == Divider::Lines && items.iter().any(gap) { items.iter().copied().filter(|i| !gap(i)).collect() } else { Cow::Borrowed(items) }
}

/// Ties each claim's cells to columns.
pub fn assign(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)], bounded: bool) -> Vec<FoundRow> {
    let leads = learn_leads(cx, table, claims, bounded);
    let crowded = crowded(cx, table, claims, bounded);
    let gaps_count = !bounded && gaps_are_cells(cx, table, claims);
    // Where most rows of a width have a figure more than columns, one that has just as many has lost one.
    let cells_of = |(c, items): &(Claim, Vec<usize>)| (table.rows[c.row].cells.len(), hard(cx, items).len());
    let short = |k: usize| {
        let rows = claims.iter().map(cells_of).filter(|(width, _)| *width == k);
        let (more, just) = rows.fold((0, 0), |(more, just), (_, n)| (more + usize::from(n > k && crowded.contains(&(k, n - k))), just + usize::from(n == k)));
        more > just
    };
    let divided = divided(cx, claims);
    let led = led_by_signs(cx, table, claims);
    let short: Vec<usize> = crowded.iter().map(|(k, _)| *k).filter(|k| short(*k)).collect();
    claims
        .iter()
        .map(|(c, items)| {
            let k = table.rows[c.row].cells.len();
            let cells = hard(cx, items);
            if led && let Some(own) = behind_signs(cx, &cells).filter(|own| own.len() == k) {
                return FoundRow { exact: c.exact, cells: Some(own.clone()), ..FoundRow::new(c.row, c.item, own) };
            }
            let tied = if led && !all_blank(cx, &cells) || divided && cells.len() > 2 {
                None
            } else if cells.len() == k && short.contains(&k) && !all_blank(cx, &cells) {
                None
            } else if cells.len() < k && gaps_count {
                with_gaps(cx, items, k)
            } else if crowded.contains(&(k, cells.len() - k.min(cells.len()))) && !all_blank(cx, &cells) {
                merged(cx, c.item, &cells, k)
            } else {
                merged(cx, c.item, &cells, k).or_else(|| window(cx, &cells, k)).or_else(|| {
                    let lead = *leads.get(&shape(cx, table, c, cells.len()))?;
                    let slice = cells.get(lead..lead + k)?;
                    fits(cx, &cells, lead, k).then(|| slice.to_vec())
                })
            };
            FoundRow { exact: c.exact, cells: tied, ..FoundRow::new(c.row, c.item, cells.into_owned()) }
        })
        .collect()
}

/// Whether several cells all say the same figure, more than nothing.
pub fn says_one(cx: &Context, cells: &[usize]) -> bool {
    let first = cells.first().and_then(|&i| cx.items[i].figure());
    cells.len() > 1 && first.is_some_and(|v| v != 0.0) && cells.iter().all(|&i| cx.items[i].figure() == first)
}

/// Whether the same sign stands before every figure of most rows, which have just as many as columns, and of one with several: it
/// divides them, and is no empty cell.
fn led_by_signs(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)]) -> bool {
    let led = |(c, items): &&(Claim, Vec<usize>)| behind_signs(cx, &hard(cx, items)).is_some_and(|own| own.len() == table.rows[c.row].cells.len());
    let rows = claims.iter().filter(|(c, items)| !table.rows[c.row].is_heading() && !items.is_empty()).count();
    let n = if cx.divider == Divider::Lines { claims.iter().filter(led).count() } else { 0 };
    let long = || claims.iter().filter(led).any(|(c, _)| table.rows[c.row].cells.len() > 2);
    n > 2 && n * 4 >= rows * 3 && long()
}

/// The figures of a row in which the same sign stands before each of them.
fn behind_signs(cx: &Context, cells: &[usize]) -> Option<Vec<usize>> {
    let sign = cx.words(*cells.first()?).trim();
    let turns = |pair: &[usize]| matches!(pair, [a, b] if cx.items[*a].kind == Kind::Blank && cx.words(*a).trim() == sign && cx.items[*b].is_figure());
    (!sign.is_empty() && cells.chunks(2).all(turns)).then(|| cells.iter().skip(1).step_by(2).copied().collect())
}

/// Whether in all rows of lines the same sign for an empty cell stands between every two figures, and nowhere else: there it
/// divides them, as in `0 / 3 / 3`, and is no cell.
fn divided(cx: &Context, claims: &[(Claim, Vec<usize>)]) -> bool {
    if cx.divider != Divider::Lines {
        return false;
    }
    let mut sign: Option<&str> = None;
    let mut rows = 0;
    for (_, items) in claims {
        let cells = hard(cx, items);
        let of = |&i: &usize| cx.words(i).trim();
        if cells.len() < 2 {
            continue;
        }
        let here = of(&cells[1]);
        let turns = cells.len() % 2 == 1 && cells.iter().enumerate().all(|(n, i)| if n % 2 == 0 { cx.items[*i].is_figure() } else { cx.items[*i].kind == Kind::Blank && of(i) == here });
        if !turns || here.is_empty() || sign.is_some_and(|s| s != here) {
            return false;
        }
        (sign, rows) = (Some(here), rows + 1);
    }
    rows > 2
}

/// A cell that spans columns is written by some programs once a column, under a head that they repeat as often: of the
/// cells under one head, which all say the same, the first stands for all. Both rows end alike.
pub fn merged(cx: &Context, label: usize, cells: &[usize], k: usize) -> Option<Vec<usize>> {
    let n = cells.len();
    if n <= k || k == 0 || !cx.repeats {
        return None;
    }
    let head = |x: &Item| if let Kind::Label(h) = x.kind { Some(cx.hits[h as usize].pattern) } else { None };
    // The row of heads above: the nearest one of labels alone.
    let rows = cx.items[..label].rsplit(|x| x.kind == Kind::RowEnd).take(HEADS_ABOVE);
    let words = |row: &'_ [Item]| row.iter().skip_while(|x| x.kind == Kind::Blank).map(head).collect::<Option<Vec<u32>>>();
    let heads = rows.filter_map(words).find(|heads| heads.len() > n)?;
    let heads = &heads[heads.len() - n..];
    let mut out: Vec<usize> = Vec::with_capacity(k);
    for (at, &cell) in cells.iter().enumerate() {
        if at > 0 && heads[at] == heads[at - 1] {
            if cx.words(cell).trim() != cx.words(*out.last()?).trim() {
                return None;
            }
        } else {
            out.push(cell);
        }
    }
    (out.len() == k).then_some(out)
}

/// Rows between a row and its heads, at most.
const HEADS_ABOVE: usize = 8;

/// Columns and surplus cells of those rows whose surplus is no padding, because some row of that kind has figures in
/// all its cells, or, where rows are those of a grid, because no place of the padding suits them all.
fn crowded(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)], bounded: bool) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    if !bounded {
        return Vec::new();
    }
    for (c, items) in claims {
        let k = table.rows[c.row].cells.len();
        let cells = hard(cx, items);
        let surplus = cells.len().saturating_sub(k);
        if surplus == 0 || surplus > 60 || all_blank(cx, &cells) {
            continue;
        }
        let fitting = (0..=surplus).filter(|&lead| fits(cx, &cells, lead, k)).fold(0u64, |all, lead| all | 1 << lead);
        let place = places.entry((k, surplus)).or_insert(u64::MAX);
        if fitting == 0 || cx.divider == Divider::Grid {
            *place &= fitting;
        }
    }
    places.into_iter().filter(|(_, p)| *p == 0).map(|(n, _)| n).collect()
}

/// True where every cell outside `lead..lead + k` is empty.
pub fn fits(cx: &Context, cells: &[usize], lead: usize, k: usize) -> bool {
    cells.iter().enumerate().all(|(n, &i)| (lead..lead + k).contains(&n) || is_empty(cx, i))
}

/// By item, whether it is a cell with nothing in it.
pub fn empty(form: &Form, text: &str, items: &[Item]) -> Vec<bool> {
    let nothing = |c| crate::fold::is_space(c) || c == '\n';
    let is_nothing = |words: &str| words.chars().all(nothing) || form.figures.empty.iter().any(|e| e == words.trim());
    items.iter().map(|x| x.kind == Kind::Blank && is_nothing(&text[x.start as usize..x.end as usize])).collect()
}

/// A cell with nothing in it may be padding; one with a dash is a cell of the form that somebody left without a figure.
pub fn is_empty(cx: &Context, item: usize) -> bool {
    cx.empty[item]
}

/// The only way in which `k` neighbouring cells hold everything that is not empty; none where there are several.
pub fn window(cx: &Context, cells: &[usize], k: usize) -> Option<Vec<usize>> {
    if cells.len() < k {
        return None;
    }
    let mut fitting = (0..=cells.len() - k).filter(|&lead| fits(cx, cells, lead, k));
    let lead = fitting.next()?;
    // Where nothing but blanks stands there, every way says the same.
    (fitting.next().is_none() || all_blank(cx, cells)).then(|| cells[lead..lead + k].to_vec())
}

/// Whether all of these cells are empty.
pub fn all_blank(cx: &Context, cells: &[usize]) -> bool {
    cells.iter().all(|&i| is_empty(cx, i))
}

/// Whether each of these cells is a 0, or one that somebody left without a figure.
pub fn all_zero(cx: &Context, cells: &[usize]) -> bool {
    cells.iter().all(|&i| cx.items[i].value() == Some(0.0))
}

/// How many padding cells stand before the figures, by the shape of the row, where every row of that shape that leaves
/// no doubt agrees. Where only one window holds everything that is not blank, the true one is that one, so it may teach;
/// but not where words stand in it. Without row ends the cells behind a row of tabs may be the next one's, so there
/// nothing is learned.
fn learn_leads(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)], bounded: bool) -> BTreeMap<Shape, usize> {
    let mut leads: BTreeMap<Shape, Option<usize>> = BTreeMap::new();
    for (c, items) in claims {
        let k = table.rows[c.row].cells.len();
        let cells = hard(cx, items);
        if !bounded && cx.divider != Divider::Pipes || cells.len() <= k {
            continue;
        }
        let Some(tied) = window(cx, &cells, k) else { continue };
        if tied.iter().all(|&i| cx.items[i].is_figure() || cx.items[i].kind == Kind::Blank) && !all_blank(cx, &cells) {
            let lead = cells.iter().position(|i| *i == tied[0]).unwrap_or(0);
            leads.entry(shape(cx, table, c, cells.len())).and_modify(|l| *l = l.filter(|&l| l == lead)).or_insert(Some(lead));
        }
    }
    leads.into_iter().filter_map(|(n, l)| Some((n, l?))).collect()
}

/// True where counting unusual gaps between lines as empty cells gives every row of the table its number of cells.
fn gaps_are_cells(cx: &Context, table: &Table, claims: &[(Claim, Vec<usize>)]) -> bool {
    if cx.divider != Divider::Lines || claims.len() < 3 {
        return false;
    }
    // A gap at a row's end may only divide it from the next; gaps between figures show that empty cells were kept.
    let mut inner = false;
    for (c, items) in claims {
        let k = table.rows[c.row].cells.len();
        let n = hard(cx, items).len();
        if n < k {
            let last = items.iter().rposition(|&i| cx.items[i].is_cell()).unwrap_or(0);
            inner |= items[..last].iter().any(|&i| cx.items[i].is_gap());
            if with_gaps(cx, items, k).is_none() {
                return false;
            }
        } else if n > k {
            return false;
        }
    }
    inner
}

/// The cells with every gap spelled out as blanks, where they then are exactly `k`. A gap is given by the item of
/// the gap itself.
pub fn with_gaps(cx: &Context, items: &[usize], k: usize) -> Option<Vec<usize>> {
    let mut out = Vec::new();
    for &i in items {
        match cx.items[i].kind {
            Kind::Gap(n) => out.extend(std::iter::repeat_n(i, n as usize)),
            _ => out.push(i),
        }
    }
    (out.len() == k).then_some(out)
}
