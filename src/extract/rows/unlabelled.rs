//! Tables whose one row of figures has no label of its own and stands under its heads.

use std::ops::Range;

use super::above::Rows;
use super::blocks;
use super::chain::says;
use super::heads::{LONGEST_HEAD, disorder, doubt_shared};
use super::meaning::on_short_line;
use super::named::Named;
use super::remarks::{Says, says_more};
use super::stray::doubt_pointed;
use super::windows::{all_blank, is_empty, window};
use super::withhold::{doubt_cut, sums};
use crate::extract::context::{Alignment, Context, FoundRow, Why, short};
use crate::extract::items::cells::{Divider, Kind};
use crate::fold::fold;
use crate::form::{LabelId, Row, Table};

/// Labels of other tables end the heads of this one.
const NONE: &[LabelId] = &[];

/// Aligns a table whose one row of figures stands under its heads.
pub fn align_unlabelled(cx: &Context, table: &Table) -> Option<Alignment> {
    let row = table.filled().next()?;
    let k = table.rows[row].cells.len();
    let runs = head_runs(cx, table);
    let (last, heads) = runs.iter().filter(|(last, _)| cx.is_own(*last)).max_by_key(|(last, heads)| (heads.len(), std::cmp::Reverse(*last)))?.clone();
    if heads.len() < k / 3 {
        return None;
    }
    let mut cells = under(cx, last, k);
    if cells.is_empty() {
        cells = behind_word(cx, &table.rows[row], last).unwrap_or_default();
    }
    if numbered(cx, &heads) {
        // The row's number stands in a column of its own.
        cells = if cells.len() == k + 1 { cells.split_off(1) } else { Vec::new() };
    }
    // A column of a grid that is empty in the row of heads too is none of the table's.
    let bare = cx.items[last + 1..].iter().take_while(|x| x.kind == Kind::Blank).count();
    if cx.divider == Divider::Grid && cells.len() == k + bare && cells[k..].iter().all(|&i| is_empty(cx, i)) {
        cells.truncate(k);
    }
    let tied = first_full(cx, &cells, k).filter(|tied| whole(cx, &table.rows[row], tied, &cells) && !numbers_columns(cx, tied));
    let tied = tied.or_else(|| blocks::gapped(cx, &table.rows[row], last));
    let rivals: Vec<FoundRow> = runs
        .iter()
        .filter(|(l, h)| *l != last && h.len() >= k / 3)
        .filter_map(|(l, _)| {
            let cells = under(cx, *l, k);
            let full = first_full(cx, &cells, k);
            // One that has lost cells may be the one that is meant, unless its caption says that it is not.
            let stands = full.is_some() || cx.is_own(*l) && may_be_row(cx, &cells, k);
            stands.then(|| FoundRow { cells: full, ..FoundRow::new(row, *l, cells) })
        })
        .chain(hidden(cx, table, row, last))
        .collect();
    let why = disorder(table, &heads, broken(cx, table, &heads)).or_else(|| stranger(cx, table, &heads)).map(Why::Head);
    let (tied, why) = match second_row(cx, &table.rows[row], &cells).filter(|_| why.is_none()) {
        Some(Second::Rest(whole)) => (Some(whole), None),
        Some(Second::Stray(item)) => (tied, Some(Why::Stray(item))),
        None => (tied, why),
    };
    let alone = tied.is_none() && why.is_none() && runs.iter().filter(|(_, h)| h.len() >= k / 3).count() == 1 && cx.divider != Divider::Grid;
    let named = if alone { blocks::one_lost(cx, &table.rows[row], &cells) } else { None };
    let mut rows = vec![FoundRow { cells: tied, why, named, ..FoundRow::new(row, last, cells) }];
    doubt_pointed(cx, table, &mut rows);
    rows[0].why = rows[0].why.or_else(|| nameless(cx, table, &rows[0], &heads).map(Why::Head));
    rows[0].why = rows[0].why.or_else(|| Rows::new(cx, std::iter::empty()).contradicts(cx, table, &rows[0]).map(Why::Head));
    doubt_shared(cx, table, &heads, &mut rows);
    doubt_cut(cx, table, &mut rows);
    Some(Alignment { rows, heads, rivals, ..Default::default() })
}

/// The figures of a grid behind a word that begins their row and says nothing more of them than what they are (件数), where each column
/// has one, all totals hold, and no other row of figures follows.
fn behind_word(cx: &Context, row: &Row, last: usize) -> Option<Vec<usize>> {
    let word = (last + 1..cx.items.len()).find(|&i| cx.items[i].stands()).filter(|&i| cx.divider == Divider::Grid && cx.items[i].kind == Kind::Text && short(cx, i))?;
    let line = cx.row_of(word);
    let cells: Vec<usize> = (word + 1..line.end).collect();
    let follows = cx.items.get(line.end + 1).is_some() && cx.row_of(line.end + 1).any(|i| cx.items[i].is_figure());
    let own = line.start == word && !follows && !says_more(cx.form, &cx.years, &fold(cx.words(word)));
    (own && cells.len() == row.cells.len() && cells.iter().all(|&i| cx.items[i].is_figure()) && blocks::proven(cx, row, &cells)).then_some(cells)
}

/// The first head where a part of the row has figures and its own head stands nowhere, though another part's does and the heads
/// below are too few to stand under all parts: the heads say whose figures these are, and not the place.
fn nameless(cx: &Context, table: &Table, found: &FoundRow, heads: &[(usize, LabelId)]) -> Option<usize> {
    let row = &table.rows[found.row];
    let stands = |l: &LabelId| heads.iter().filter(|h| h.1 == *l).count();
    let leaves = || row.names.iter().filter_map(|n| n.last());
    let parts: Vec<LabelId> = row.names.iter().filter(|n| n.len() > 1).map(|n| n[0]).collect();
    let enough = |l: &LabelId| stands(l) >= leaves().filter(|o| *o == l).count();
    if !parts.iter().any(|p| stands(p) > 0) || leaves().all(enough) || broken(cx, table, heads) {
        return None;
    }
    let cell = |at: usize| match (&found.named, &found.cells) {
        (Some(named), _) => if let Named::Item(item) = named[at] { Some(item) } else { None },
        (None, cells) => cells.as_ref().and_then(|c| c.get(at)).copied(),
    };
    let filled = |at: usize| cell(at).is_some_and(|i| !is_empty(cx, i));
    let nameless = |at: usize| row.names[at].len() > 1 && stands(&row.names[at][0]) == 0 && filled(at);
    (0..row.names.len()).any(nameless).then(|| heads[0].0)
}

/// True where the row's cells may be believed to be all its own: as many as it has columns and an end behind them, or,
/// where something surrounds them or nothing ends them, no empty one among them and no sum that they contradict.
fn whole(cx: &Context, row: &Row, tied: &[usize], cells: &[usize]) -> bool {
    let behind = |i: usize| cx.items[i + 1..].iter().find(|x| cx.divider != Divider::Grid || x.kind != Kind::Blank);
    // An empty cell at an edge may fill up a row that lost one.
    let edge = [tied.first(), tied.last()].into_iter().flatten().any(|&i| is_empty(cx, i));
    if edge && sums(cx, row, tied) == Some(false) {
        return false;
    }
    let ended = tied.last().is_some_and(|&i| behind(i).is_none_or(|x| x.kind == Kind::RowEnd));
    if all_blank(cx, cells) || (cells.len() == tied.len() && ended) {
        return true;
    }
    // Where each column has a figure, and each total holds, no empty cell stands for one.
    if tied.iter().all(|&i| cx.items[i].is_figure()) && blocks::proven(cx, row, tied) {
        return true;
    }
    // The row of heads above may be filled up, and the totals say that none of the cells behind that is its.
    let filled = cells.last() == tied.last() && blocks::proven(cx, row, tied);
    cx.divider != Divider::Grid && sums(cx, row, tied) != Some(false) && (cells.len() == tied.len() || filled || !tied.iter().any(|&i| is_empty(cx, i)))
}

/// True for 1, 2, 3 … to the last column: they number the columns, and the figures stand below.
fn numbers_columns(cx: &Context, tied: &[usize]) -> bool {
    tied.len() > 2 && tied.iter().enumerate().all(|(n, &i)| cx.items[i].kind == Kind::Figure((n + 1) as f64))
}

/// True where a head of running numbers stands right before the first head.
fn numbered(cx: &Context, heads: &[(usize, LabelId)]) -> bool {
    let Some(&(first, _)) = heads.first() else { return false };
    let before = (0..first).rev().find(|&i| cx.items[i].stands());
    before.is_some_and(|i| cx.items[i].kind == Kind::Text && short(cx, i) && cx.form.words.ordinals.contains(&fold(cx.words(i))))
}

/// A word among the heads, or before the first of them in its row, that is neither one of them nor a piece of one.
fn stranger(cx: &Context, table: &Table, heads: &[(usize, LabelId)]) -> Option<usize> {
    if let Some((item, _)) = heads.iter().find(|(item, _)| says(cx, *item) == Says::Others) {
        return Some(*item);
    }
    let first = heads.first().map_or(0, |h| h.0);
    let ahead = (0..first).rev().take_while(|&i| matches!(cx.items[i].kind, Kind::Blank | Kind::Text) && cx.items[i].line == cx.items[first].line);
    // The whole text may stand on one line.
    let ahead = ahead.take_while(|&i| on_short_line(cx.text, cx.items[i].start as usize)).filter(|&i| cx.items[i].kind == Kind::Text && short(cx, i)).map(|i| (i, fold(cx.words(i)))).filter(|(_, f)| !f.is_empty() && !cx.form.words.ordinals.contains(f));
    let above = heads_above(cx, table, heads);
    let all: Vec<LabelId> = heads.iter().map(|h| h.1).chain(above.iter().flat_map(|(_, heads)| heads.iter().copied())).collect();
    let between = above.map(|(word, _)| word);
    words(cx, heads).chain(ahead).chain(in_place(cx, table, heads)).chain(between).find(|(_, folded)| !is_piece(cx, table, folded, &all)).map(|(i, _)| i)
}

/// A head of another table, 其他, that stands right before these heads and right behind others of this table; it stands in
/// the place of one of them. With the heads before it.
fn heads_above(cx: &Context, table: &Table, heads: &[(usize, LabelId)]) -> Option<((usize, String), Vec<LabelId>)> {
    let own = |i: usize| cx.head(table, i);
    let between = (0..heads.first()?.0).rev().find(|&i| cx.items[i].stands())?;
    if own(between).is_some() || !cx.form.tables.iter().any(|t| cx.head(t, between).is_some()) {
        return None;
    }
    let before: Vec<LabelId> = (0..between).rev().filter(|&i| cx.items[i].stands()).map_while(own).collect();
    (!before.is_empty()).then(|| ((between, fold(cx.words(between))), before))
}

/// The short word right before the heads where the first of an order is not among them: it stands in its place.
fn in_place(cx: &Context, table: &Table, heads: &[(usize, LabelId)]) -> Option<(usize, String)> {
    let first = heads.first()?.0;
    let is_there = |l: &LabelId| heads.iter().any(|h| h.1 == *l);
    let missing = table.head_orders.iter().flatten().any(|order| order.first().is_some_and(|l| !is_there(l)) && order.iter().any(is_there));
    let before = (0..first).rev().find(|&i| cx.items[i].stands())?;
    // A paragraph above a grid is no cell of its own.
    let word = fold(cx.words(before).trim_end().rsplit('\n').next()?);
    let is_head = missing && cx.items[before].kind == Kind::Text && (1..=LONGEST_HEAD).contains(&word.chars().count()) && !cx.form.words.ordinals.contains(&word);
    is_head.then_some((before, word))
}

/// True where pieces of heads stand among the heads.
fn broken(cx: &Context, table: &Table, heads: &[(usize, LabelId)]) -> bool {
    let all: Vec<LabelId> = heads.iter().map(|h| h.1).collect();
    words(cx, heads).any(|(_, folded)| is_piece(cx, table, &folded, &all))
}

/// The words between the first head and the last, folded.
fn words<'a>(cx: &'a Context, heads: &[(usize, LabelId)]) -> impl Iterator<Item = (usize, String)> + 'a {
    let between = heads.first().zip(heads.last()).map_or(0..0, |(first, last)| first.0..last.0);
    between.filter(|&i| cx.items[i].kind == Kind::Text).map(|i| (i, fold(cx.words(i)))).filter(|(_, folded)| !folded.is_empty())
}

/// Whether folded words are a piece of a head that is not there as often as the others of its order: 其他 beside every
/// 其他结果 is none of it.
fn is_piece(cx: &Context, table: &Table, folded: &str, heads: &[LabelId]) -> bool {
    let times = |l: LabelId| heads.iter().filter(|h| **h == l).count();
    let whole = |l: LabelId| table.head_orders.iter().flatten().any(|order| order.contains(&l) && times(l) > 0 && order.iter().all(|o| times(*o) <= times(l)));
    table.headers.iter().any(|&l| !whole(l) && cx.form.texts(l).iter().any(|t| t.contains(folded)))
}

/// A second row of figures without a label right below the first.
enum Second {
    /// Its figures stand in just the columns that the first leaves empty; the cells of both.
    Rest(Vec<usize>),
    /// Either may be the one that is meant, or the second is the rest of the first; where it begins.
    Stray(usize),
}

fn second_row(cx: &Context, row: &Row, cells: &[usize]) -> Option<Second> {
    let k = row.cells.len();
    let end = cells.last()? + 1;
    if cx.items.get(end)?.kind != Kind::RowEnd {
        return None;
    }
    let is_blank = |i: &usize| cx.items[*i].kind == Kind::Blank;
    let mut rows = cx.rows().skip_while(|row| row.start <= end).map(|row| (row.clone(), tail(cx, row)));
    let (next, rest) = rows.find(|(row, rest)| !row.clone().all(|i| is_blank(&i)) || is_left_open(cx, rest, k))?;
    if !next.clone().all(|i| cx.items[i].is_cell() || cx.items[i].is_gap()) {
        return None;
    }
    let start = next.start;
    let figures = rest.iter().filter(|i| !is_blank(i)).count();
    let one_of = |(&a, &b): (&usize, &usize)| (is_empty(cx, a) != is_empty(cx, b)).then(|| if is_empty(cx, a) { b } else { a });
    if cells.len() == k && rest.len() == k && figures > 0 && figures < k {
        let whole: Option<Vec<usize>> = cells.iter().zip(&rest).map(one_of).collect();
        if let Some(whole) = whole.filter(|w| sums(cx, row, w) == Some(true)) {
            return Some(Second::Rest(whole));
        }
    }
    // A figure by itself may be the page's number.
    let open = figures > 0 && rest.len() > 1 && cells.iter().any(is_blank);
    (open || may_be_row(cx, &rest, k)).then_some(Second::Stray(start))
}

/// The cells at the end of a row of the text.
fn tail(cx: &Context, row: Range<usize>) -> Vec<usize> {
    let first = row.clone().rev().take_while(|&i| cx.items[i].is_cell() || cx.items[i].is_gap()).last().unwrap_or(row.end);
    (first..row.end).filter(|&i| cx.items[i].is_cell()).collect()
}

/// Whether cells may be a row of the table or what is left of one: as many as it has columns, or more than the number of a page has,
/// `- 5 -` or `5 / 9`, with a figure among them; or nothing but dashes, one for each column.
fn may_be_row(cx: &Context, cells: &[usize], k: usize) -> bool {
    let stands = cells.iter().filter(|&&i| !is_empty(cx, i)).count();
    let figures = cells.iter().any(|&i| cx.items[i].kind != Kind::Blank);
    figures && (cells.len() == k || stands > MOST_OF_PAGE) || is_left_open(cx, cells, k)
}

const MOST_OF_PAGE: usize = 3;

/// Whether in each cell of a row of the table a dash or the like says that there is nothing; a rule is longer.
fn is_left_open(cx: &Context, cells: &[usize], k: usize) -> bool {
    let dash = |&i: &usize| cx.items[i].kind == Kind::Blank && !is_empty(cx, i) && cx.words(i).trim().chars().nth(2).is_none();
    cells.len() == k && cells.iter().all(dash)
}

/// Rows of figures apart from that under the heads found, under heads that are there in pieces: nobody can tell which row is meant.
fn hidden<'c>(cx: &'c Context, table: &'c Table, row: usize, last: usize) -> impl Iterator<Item = FoundRow> + 'c {
    let k = table.rows[row].cells.len();
    cx.rows().filter_map(move |range| {
        let cells = tail(cx, range);
        let item = *cells.first().filter(|&&i| cx.is_own(i) && may_be_row(cx, &cells, k))?;
        let above = heads_over(cx, table, item);
        let pieces = above.iter().filter(|&&i| cx.items[i].kind == Kind::Text).count();
        let is_other = pieces >= LEAST_PIECES && !above.contains(&last);
        is_other.then(|| FoundRow { cells: first_full(cx, &cells, k), ..FoundRow::new(row, item, cells) })
    })
}

/// So many pieces of heads above a row say that it stands under them.
const LEAST_PIECES: usize = 3;

/// The items right above a row of figures that are heads of a table or pieces of them, from the lowest up.
fn heads_over(cx: &Context, table: &Table, item: usize) -> Vec<usize> {
    let is_piece = |i: usize| short(cx, i) && {
        let folded = fold(cx.words(i));
        !folded.is_empty() && table.headers.iter().any(|&l| cx.form.texts(l).iter().any(|t| t.contains(&folded)))
    };
    let is_head = |i: usize| cx.head(table, i).is_some() || cx.items[i].kind == Kind::Text && is_piece(i);
    (0..item).rev().take(REACH).filter(|&i| !matches!(cx.items[i].kind, Kind::Blank | Kind::RowEnd | Kind::Gap(_))).take_while(|&i| is_head(i)).collect()
}

/// So many items above a row are looked at for its heads.
const REACH: usize = 80;

/// The first head, whole or a piece, of a line that has those of one level in another order than the form's over and over, each time
/// with the same ones left out.
fn out_of_order(cx: &Context, table: &Table, above: &[usize]) -> Option<usize> {
    let named = |i: usize, order: &[LabelId]| {
        if let Some(head) = cx.head(table, i) {
            return order.iter().position(|l| *l == head);
        }
        let folded = fold(cx.words(i));
        let mut of = (0..order.len()).filter(|&at| cx.form.texts(order[at]).iter().any(|t| t.contains(&folded)));
        of.next().filter(|_| of.next().is_none())
    };
    let follows = |places: &[usize]| {
        let once = places.windows(2).take_while(|w| w[0] < w[1]).count() + 1;
        places.chunks(once).all(|again| again == &places[..once])
    };
    let in_lines: Vec<&[usize]> = above.chunk_by(|a, b| cx.items[*a].line == cx.items[*b].line).collect();
    let disordered = |line: &&[usize]| {
        table.head_orders.iter().filter_map(|group| group.first().filter(|_| group.len() == 1)).any(|order| {
            let places: Vec<usize> = line.iter().rev().filter_map(|&i| named(i, order)).collect();
            places.len() > 1 && !follows(&places)
        })
    };
    in_lines.into_iter().rev().find(disordered).and_then(|line| line.last().copied())
}

/// The row of figures under its heads: whatever is empty in front is padding of the head or a blank, and only where
/// exactly `k` cells are left does that make no difference.
fn first_full(cx: &Context, cells: &[usize], k: usize) -> Option<Vec<usize>> {
    if cells.len() == k && (cx.divider == Divider::Grid || all_blank(cx, cells) || cells.first().is_some_and(|&i| !is_empty(cx, i))) {
        return Some(cells.to_vec());
    }
    let filled = cells.iter().position(|&i| !is_empty(cx, i))?;
    let row_begins = cells.first().is_some_and(|&i| i > 0 && cx.items[i - 1].kind == Kind::RowEnd);
    if row_begins { window(cx, cells, k) } else { window(cx, &cells[filled..], k) }
}

/// Runs of heads without a figure between them: the last item of each run and its heads.
fn head_runs(cx: &Context, table: &Table) -> Vec<(usize, Vec<(usize, LabelId)>)> {
    let mut runs: Vec<(usize, Vec<(usize, LabelId)>)> = Vec::new();
    for place in &cx.places {
        let Some(head) = cx.role(table, place.hit).head else { continue };
        match runs.last_mut().filter(|run| goes_on(cx, run.0, place.item)) {
            Some((last, run)) => {
                *last = place.item;
                run.push((place.item, head));
            }
            None => runs.push((place.item, vec![(place.item, head)])),
        }
    }
    runs
}

/// Whether nothing but empty cells, and two short words at most, stands between two heads.
fn goes_on(cx: &Context, one: usize, other: usize) -> bool {
    let mut words = 0;
    (one + 1..other).all(|i| match cx.items[i].kind {
        Kind::Blank | Kind::RowEnd | Kind::Gap(_) => true,
        Kind::Text => {
            words += 1;
            words <= 2 && short(cx, i)
        }
        _ => false,
    })
}

/// The cells under heads: up to the next label or words. Row ends before the first figure divide the head's rows.
pub fn under(cx: &Context, last: usize, k: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for i in last + 1..cx.items.len() {
        match cx.items[i].kind {
            Kind::Label(_) | Kind::Text => break,
            Kind::Gap(_) => {}
            // The row of figures is over; what comes below is another row.
            Kind::RowEnd if out.iter().any(|&o: &usize| cx.items[o].kind != Kind::Blank) => break,
            // A row of blanks is the head's own, unless it has just the cells of the table.
            Kind::RowEnd if out.len() == k => break,
            Kind::RowEnd => out.clear(),
            _ => out.push(i),
        }
    }
    out
}

/// A row without any label that has exactly the figures of the table, where it is the only such row of the text.
pub fn align_by_shape(cx: &Context, table: &Table, after: usize) -> Option<Alignment> {
    let row = table.filled().next()?;
    let k = table.rows[row].cells.len();
    let mut found = Vec::new();
    let mut start = after;
    for end in (after..=cx.own_until(after)).filter(|&i| cx.items.get(i).is_none_or(|x| x.kind == Kind::RowEnd)) {
        let cells = tail(cx, start..end);
        // Words before it in its line name it; those above, with no end of their own, leave open what it is.
        let begins = |i: usize| i == start || cx.items[i - 1].is_gap() || cx.last_line(i - 1) != cx.items[i].line;
        if cells.len() == k && begins(cells[0]) && cells.iter().any(|&i| cx.items[i].kind != Kind::Blank) {
            let bare = (start..end).all(|i| cx.items[i].is_cell() || cx.items[i].is_gap()) && cells[k - 1] - cells[0] + 1 == k;
            found.push((cells, bare));
        }
        start = end + 1;
    }
    let (1, Some((cells, true))) = (found.len(), found.pop()) else { return None };
    let start = cells[0];
    // Without heads its own sums alone say that these are its columns.
    if sums(cx, &table.rows[row], &cells) == Some(false) {
        return None;
    }
    let mut rows = vec![FoundRow { exact: false, cells: Some(cells.clone()), ..FoundRow::new(row, start, cells) }];
    let above = heads_over(cx, table, start);
    rows[0].why = Rows::new(cx, (0..after).map(|i| (i, NONE))).contradicts(cx, table, &rows[0]).or_else(|| out_of_order(cx, table, &above)).map(Why::Head);
    match second_row(cx, &table.rows[row], &rows[0].all) {
        Some(Second::Rest(whole)) => rows[0].cells = Some(whole),
        Some(Second::Stray(item)) => rows[0].doubt(Why::Stray(item)),
        None => {}
    }
    let rivals = hidden(cx, table, row, above.first().copied().unwrap_or(start)).collect();
    Some(Alignment { rows, rivals, ..Default::default() })
}
