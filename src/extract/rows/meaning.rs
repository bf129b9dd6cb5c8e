//! Rows whose words, or those around them, say that their figures are not the ones that the form means.

use super::chain::{is_near, qualified};
use super::heads::share_cell;
use super::remarks::{is_unexplained, says_others};
use crate::extract::context::{Context, FoundRow, Why};
use crate::extract::items::atoms::{ROUND, line_at, remark_at};
use crate::extract::items::cells::{Divider, Kind};
use crate::extract::items::labels::is_han_numeral;
use crate::fold::fold;
use crate::form::{LabelId, Table};

/// Doubts rows whose labels share a cell with another's, as in `行政处罚、行政强制`: the figures behind them are of both.
pub fn doubt_joined(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    let row_of = |item: usize| match cx.items.get(item)?.kind {
        Kind::Label(h) => cx.role(table, h).row.map(usize::from).filter(|&r| !table.rows[r].is_heading()),
        _ => None,
    };
    // Whether no sign divides two labels; where lines and spaces do, whether one line holds both and more.
    let together = |a: usize, b: usize| {
        let Some(between) = cx.between(a, b) else { return true };
        match cx.divider {
            // Every cell is opened by a tab.
            Divider::TabLed => !between.contains('\t') && between.matches('\n').count() < 2,
            Divider::Lines => share_cell(cx, a, b) || !between.contains('\n') && on_short_line(cx.text, cx.items[a].start as usize),
            _ => share_cell(cx, a, b),
        }
    };
    let named: Vec<usize> = rows.iter().filter(|r| names_another(cx, table, r, rows)).map(|r| r.row).collect();
    for row in rows.iter_mut() {
        let other = |item: usize| row_of(item).is_some_and(|r| r != row.row);
        let before = row.item.checked_sub(1).filter(|&b| other(b) && together(b, row.item));
        // Behind the label of a row whose figures bear names stands the first of these.
        let name = |a: usize| row.named.is_some() && cx.head(table, a).is_some();
        let after = Some(row.item + 1).filter(|&a| other(a) && !name(a) && together(row.item, a));
        let within = named.contains(&row.row).then_some(row.item);
        if let Some(item) = before.or(after).or(within) {
            row.doubt(Why::Joined(item));
        }
    }
}

/// In bytes; a longer line is no row: the whole text stands on it.
const LONGEST_ROW: usize = 1000;

pub fn on_short_line(text: &str, at: usize) -> bool {
    line_at(text, at).len() < LONGEST_ROW
}

/// Bytes of a label's numbering, at most.
const NUMBERING: usize = 12;

/// So many letters of a label name its row wherever they stand; shorter ones are words of others.
const LEAST_NAME: usize = 4;

/// Whether the words of a row's label go on with another row's: `行政处罚（含行政强制）`. A list in brackets of which most are no
/// rows explains the label, where the rows that it names have figures of their own.
fn names_another(cx: &Context, table: &Table, row: &FoundRow, rows: &[FoundRow]) -> bool {
    let texts = |r: usize| cx.form.texts_of(&table.rows[r]);
    // Most labels stand alone in their cell.
    let longest = texts(row.row).iter().map(String::len).max().unwrap_or(0);
    if table.rows[row.row].label.is_none() || cx.words(row.item).len() <= longest + NUMBERING {
        return false;
    }
    let folded = fold(cx.words(row.item));
    let Some(own) = texts(row.row).iter().filter(|t| folded.contains(t.as_str())).max_by_key(|t| t.len()) else { return false };
    if folded.chars().count() < own.chars().count() + LEAST_NAME {
        return false;
    }
    let rest = folded.replacen(own.as_str(), "\n", 1);
    let others = table.filled().filter(|&r| r != row.row);
    let beyond = |behind: &str| cx.form.words.beyond.iter().any(|w| behind.starts_with(w.as_str()));
    let names = |text: &String| rest.match_indices(text.as_str()).any(|(at, name)| !beyond(&rest[at + name.len()..]));
    let said = |r: &usize| texts(*r).iter().filter(|t| t.chars().count() >= LEAST_NAME).any(names);
    let named: Vec<usize> = others.filter(said).collect();
    let stands = |r: &usize| rows.iter().any(|f| f.row == *r && f.cells.is_some());
    !named.is_empty() && !(listed(cx.words(row.item)) > 2 * named.len() && named.iter().all(stands))
}

/// How many things a label lists in brackets at its end.
pub fn listed(words: &str) -> usize {
    let words = words.trim_end();
    remark_at(words, ROUND).map_or(0, |at| words[at..].split(['、', '，', ',', '和', '及']).filter(|w| !fold(w).is_empty()).count())
}

/// Doubts the rows of a group whose heading, in front of the first of them, is another's, or says that the figures are: 上年度
/// 办理结果, or （三）予以公开 over the rows of （三）不予公开.
pub fn doubt_groups(cx: &Context, table: &Table, rows: &mut [FoundRow], bounded: bool) {
    let is_heading = |l: &LabelId| table.rows.iter().any(|r| r.label == Some(*l) && r.is_heading());
    let mut doubted: Vec<(LabelId, usize)> = Vec::new();
    let lone: Vec<(usize, usize)> = rows.iter().filter_map(|row| Some((row.row, beside_heading(cx, table, rows, row)?))).collect();
    for row in rows.iter_mut() {
        let item = lone.iter().find(|l| l.0 == row.row).map(|l| l.1);
        row.why = row.why.or(item.map(Why::Group));
    }
    for row in rows.iter() {
        let headings = &table.rows[row.row].headings;
        let Some(&parent) = headings.first() else { continue };
        let own = |l: &LabelId| headings.contains(l);
        let on_line = |i: usize| matches!(cx.divider, Divider::Grid | Divider::TabLed) || cx.items[i].line == cx.items[row.item].line;
        // Where every cell has a line of its own, the heading stands on those above.
        let beside = |i: &usize| matches!(cx.items[*i].kind, Kind::Label(_) | Kind::Text | Kind::Blank) && (on_line(*i) || !bounded);
        let mut front: Vec<usize> = (0..row.item).rev().take_while(beside).take(4).collect();
        let upper = line_above(cx, row.item).filter(|i| front.last().is_none_or(|last| i < last));
        front.extend(upper);
        let said = front.iter().any(|&i| cx.labels(i).iter().any(own));
        let wrong = front.iter().copied().find(|&i| match cx.items[i].kind {
            Kind::Label(_) => {
                let (labels, role) = (cx.labels(i), cx.role_of(table, i));
                let names_own = labels.iter().any(own);
                let names_other = || labels.iter().any(is_heading) || on_line(i) && upper != Some(i) && role.row.is_some();
                qualified(cx, i) && names_own || !said && !names_own && role.head.is_none() && names_other()
            }
            Kind::Text => !said && is_other_heading(cx, table, i, (parent, headings)),
            _ => false,
        });
        let wrong = wrong.or_else(|| row_for_heading(cx, table, row).filter(|_| cx.divider == Divider::Lines && !bounded && !said));
        doubted.extend(wrong.map(|item| (parent, item)));
    }
    if doubted.is_empty() {
        return;
    }
    for row in rows.iter_mut() {
        let item = doubted.iter().find(|(heading, _)| table.rows[row.row].headings.contains(heading)).map(|d| d.1);
        row.why = row.why.or(item.map(Why::Group));
    }
}

/// The words that stand alone on the line above an item's, which are its group's heading where that has a line of its own.
fn line_above(cx: &Context, item: usize) -> Option<usize> {
    let line = cx.items[item].line;
    let above = (0..item).rev().find(|&i| cx.items[i].line < line && cx.items[i].stands())?;
    let words = |i: usize| matches!(cx.items[i].kind, Kind::Label(_) | Kind::Text);
    let of_line = (0..=above).rev().take_while(|&i| cx.items[i].line == cx.items[above].line);
    (words(above) && of_line.filter(|&i| words(i) || cx.items[i].is_filled()).count() == 1).then_some(above)
}

/// The heading that shares a cell with the label of a row which is not the first below it, where none of the others is there:
/// （六）其他处理 3.其他 may be all of them.
fn beside_heading(cx: &Context, table: &Table, rows: &[FoundRow], row: &FoundRow) -> Option<usize> {
    let own = &table.rows[row.row];
    let before = row.item.checked_sub(1).filter(|&i| own.parent.is_some_and(|p| cx.labels(i).contains(&p)))?;
    let kin = |n: usize| n != row.row && table.rows[n].parent == own.parent && table.rows[n].depth == own.depth && !table.rows[n].is_heading();
    let first = (0..row.row).any(kin);
    let same_cell = share_cell(cx, before, row.item) || cx.divider == Divider::Lines && cx.items[before].line == cx.items[row.item].line;
    (own.depth > 2 && first && same_cell && !rows.iter().any(|r| kin(r.row))).then_some(before)
}

/// The label of a row further up that stands without figures, numbered as headings are, right above a row below a heading.
fn row_for_heading(cx: &Context, table: &Table, row: &FoundRow) -> Option<usize> {
    let own = &table.rows[row.row];
    let above = (0..row.item).rev().find(|&i| !cx.items[i].is_gap())?;
    let is_row = |l: &LabelId| table.rows.iter().any(|r| r.label == Some(*l) && !r.is_heading() && r.depth < own.depth);
    let numbered = || cx.first_letter(above).is_some_and(is_han_numeral);
    (own.depth > 2 && cx.labels(above).iter().any(is_row) && numbered()).then_some(above)
}

/// Whether words stand where the heading of a group is, numbered as one, and are not almost its own.
fn is_other_heading(cx: &Context, table: &Table, item: usize, (parent, headings): (LabelId, &[LabelId])) -> bool {
    let folded = fold(cx.words(item));
    let bare = folded.trim_start_matches(is_han_numeral);
    // 一百九十九 is a figure.
    if folded.chars().count() <= LONGEST_FIGURE && cx.words(item).chars().all(char::is_alphanumeric) {
        return false;
    }
    // 全县本年度办理结果, 拟不予公开: words before its own that make them another's.
    // 2023年度办理结果 ends as its own does.
    let end = |t: &String| t.chars().rev().zip(bare.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>();
    let alike = |t: &String| end(t) > 2 * '年'.len_utf8();
    let ends = |t: &String| is_near(cx.form, bare, t) || alike(t) && !changes(cx, &bare[..bare.len() - end(t)], "");
    let near = |t: &String| bare.find(t.as_str()).map_or_else(|| ends(t), |at| !changes(cx, &bare[..at], &bare[at + t.len()..]));
    // Narrow columns break labels and headings into pieces, and the first of them is numbered.
    let piece = || table.rows.iter().any(|r| cx.form.texts_of(r).iter().any(|t| t.starts_with(bare)));
    let texts = |heading: LabelId| cx.form.texts(heading);
    let longest = if texts(parent).iter().any(alike) { 2 * LONGEST_HEADING } else { LONGEST_HEADING };
    bare.len() < folded.len() && (2..=longest).contains(&bare.chars().count()) && !headings.iter().any(|h| texts(*h).iter().any(near)) && !piece()
}

/// Whether words before or behind a label's say that it means another thing.
fn changes(cx: &Context, before: &str, behind: &str) -> bool {
    let others = |words: &str| !words.is_empty() && (says_others(cx.form, &cx.years, words) || is_unexplained(cx.form, &cx.years, words));
    // 2023年度办理结果 is the own year's.
    let undated = cx.years.iter().fold(before.to_string(), |before, year| before.replace(&year.to_string(), ""));
    undated.contains(|c| cx.form.words.distinguishing.contains(c)) || others(before) || others(behind)
}

/// The longest figure in Han numerals, in letters.
const LONGEST_FIGURE: usize = 7;

/// The longest heading of a group, in letters.
const LONGEST_HEADING: usize = 12;

/// Doubts rows that a line of the text corrects: `更正：行政许可应为44`.
pub fn doubt_corrected(cx: &Context, table: &Table, rows: &mut [FoundRow]) {
    if cx.amended.is_empty() {
        return;
    }
    for row in rows.iter_mut() {
        if cx.amended.iter().any(|line| cx.form.texts_of(&table.rows[row.row]).iter().any(|t| line.contains(t.as_str()))) {
            row.doubt(Why::Corrected(row.item));
        }
    }
}
