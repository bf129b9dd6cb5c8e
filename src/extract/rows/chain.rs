//! Labels as claims on rows of the form, and the chain of claims that is one table.

use super::remarks::{Says, around_label, goes_beyond, is_qualified, remark, says_others};
use crate::extract::context::{Context, short};
use crate::extract::items::cells::{Divider, Item, Kind};
use crate::extract::items::labels::{Hit, Lexicon, Role, is_han_numeral, unnumbered};
use crate::fold::{distance, fold};
use crate::form::{Form, LabelId, Row, Table};

/// One label of the text as a claim on a row of the form.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub item: usize,
    pub row: usize,
    pub exact: bool,
    weight: f64,
}

/// A label among the items of a text.
#[derive(Clone, Copy, Debug)]
pub struct LabelAt {
    pub item: usize,
    pub hit: u32,
    /// Nothing but blanks stands between it and the label before.
    beside: bool,
    /// What the words around it say of its figures.
    pub says: Says,
}

/// Every label of a text, for whichever table; `years` are those that the report is about.
pub fn places(form: &Form, (lexicon, hits): (&Lexicon, &[Hit]), text: (&str, Divider), items: &[Item], years: &[i32]) -> Vec<LabelAt> {
    let mut out = Vec::with_capacity(128);
    let mut beside = false;
    for (item, x) in items.iter().enumerate() {
        match x.kind {
            Kind::Label(hit) => {
                out.push(LabelAt { item, hit, beside, says: around_label(form, (lexicon, hits), text, items, item, years) });
                beside = true;
            }
            Kind::Blank | Kind::RowEnd | Kind::Gap(_) => {}
            _ => beside = false,
        }
    }
    out
}

pub fn candidates(cx: &Context, table: &Table) -> Vec<Claim> {
    let mut out = Vec::with_capacity(cx.places.len());
    let mut before: Option<Role> = None;
    let mut headings: Vec<LabelId> = table.rows.iter().filter(|r| r.depth > 2).filter_map(|r| r.parent).collect();
    headings.dedup();
    let mut heading: Option<LabelId> = None;
    for place in &cx.places {
        let (i, role) = (place.item, cx.role(table, place.hit));
        let foreign = place.beside && before.is_some_and(|n| !n.own);
        before = Some(role);
        if !role.own {
            continue;
        }
        let shared = || cx.labels(i).iter().any(|l| cx.form.labels[*l as usize].table != table.table);
        // 总计 behind 尚未审结 is a head of table 4, whatever else the word may stand for.
        if foreign && shared() {
            continue;
        }
        if let Some(&l) = cx.labels(i).iter().find(|l| headings.contains(l)) {
            heading = Some(l);
        }
        let Some(row) = role.row.map(usize::from) else { continue };
        if place.says == Says::Others || cx.hits[place.hit as usize].figure.is_some() && goes_on(cx, i) {
            continue;
        }
        if shared() && own_brief(cx, table, row) && is_elsewhere(cx, table, i) {
            continue;
        }
        // 其他 belongs to the heading that it stands under.
        let own = &table.rows[row];
        if !own.is_heading() && of_other_unit(cx, i, own) {
            continue;
        }
        if own.depth > 2 && own_brief(cx, table, row) && (heading.is_some() && heading != own.parent || numbered_as_heading(cx, i, own) || alone(cx, table, i, row)) {
            continue;
        }
        if own.depth > 2 && heading.is_some() {
            heading = own.parent;
        }
        let k = table.rows[row].cells.len();
        let cells = cx.items[i + 1..].iter().take(k + 4).filter(|x| !x.is_break()).take_while(|x| x.is_cell()).take(k).count();
        // A label of rows without any cell behind it is more likely a head or a mention.
        let weight = match (k, cells) {
            (0, _) => 1.0,
            (_, 0) => 0.3,
            (k, n) if n == k => 2.0,
            _ => 1.2,
        };
        out.push(Claim { item: i, row, exact: !cx.lexicon.is_misread(&cx.hits[place.hit as usize]), weight });
    }
    // What nothing explains is of another, where the row has a label without.
    let unknown = |c: &Claim| says(cx, c.item) == Says::Unknown;
    if cx.places.iter().any(|p| p.says == Says::Unknown) {
        let known: Vec<usize> = out.iter().filter(|c| !unknown(c)).map(|c| c.row).collect();
        out.retain(|c| !unknown(c) || !known.contains(&c.row));
    }
    out
}

/// Whether the label of a row is so short that other tables have it too.
fn own_brief(cx: &Context, table: &Table, row: usize) -> bool {
    table.rows[row].label.is_some_and(|l| cx.form.labels[l as usize].is_brief)
}

/// So many items above a short label the heading of its part is looked for.
const HEADING_ABOVE: usize = 160;

/// Whether a label without a number stands behind a piece of a head of another table in its row, below that table's heading and with no
/// other label of this one between: 总计 behind 尚未审 is a head there.
fn is_elsewhere(cx: &Context, table: &Table, item: usize) -> bool {
    let before = cx.items[..item].iter().rposition(|x| x.kind != Kind::Blank).filter(|&i| cx.items[i].kind == Kind::Text && short(cx, i));
    let Some(piece) = before.map(|i| fold(cx.words(i))).filter(|piece| piece.chars().nth(1).is_some()) else { return false };
    if cx.first_letter(item).is_none_or(is_han_numeral) {
        return false;
    }
    let of_head = |t: &Table| t.headers.iter().any(|l| cx.form.texts(*l).iter().any(|text| text.contains(&piece)));
    for i in (item.saturating_sub(HEADING_ABOVE)..item).rev() {
        match cx.items[i].kind {
            Kind::Label(hit) if cx.role(table, hit).row.is_some_and(|row| !own_brief(cx, table, usize::from(row))) => return false,
            Kind::Text if short(cx, i) => {
                let folded = fold(cx.words(i));
                let heads = |t: &&Table| t.headings.iter().any(|h| h == unnumbered(&folded));
                if let Some(heading) = cx.form.tables.iter().find(heads) {
                    return heading.table != table.table && of_head(heading);
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether the words between a label and the figure in its cell say that it counts another thing: （一）予以公开占比：0.
fn goes_on(cx: &Context, item: usize) -> bool {
    let folded = fold(cx.words(item));
    let texts = cx.labels(item).iter().flat_map(|l| cx.form.texts(*l));
    let rest = texts.filter_map(|t| Some(&folded[folded.find(t.as_str())? + t.len()..])).min_by_key(|rest| rest.len()).unwrap_or("");
    let rest = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    !rest.is_empty() && says_others(cx.form, &cx.years, rest)
}

/// Whether a label has the numbering of a heading above its row: （六）其他 is none of the rows of （六）其他处理.
fn numbered_as_heading(cx: &Context, item: usize, row: &Row) -> bool {
    let folded = fold(cx.words(item));
    let number = folded.trim_start_matches(is_han_numeral);
    number.len() < folded.len() && cx.form.texts_of(row).iter().any(|t| number.starts_with(t.as_str()))
}

/// Whether a text has neither the heading above a row nor another row below it, nor the row a number of its own.
fn alone(cx: &Context, table: &Table, item: usize, row: usize) -> bool {
    if cx.first_letter(item).is_some_and(|c| c.is_ascii_digit()) {
        return false;
    }
    let Row { parent: Some(parent), depth, .. } = table.rows[row] else { return false };
    let beside = table.rows.iter().enumerate().filter(|(n, r)| *n != row && r.parent == Some(parent) && r.depth == depth);
    !beside.filter_map(|(_, r)| r.label).chain([parent]).any(|l| cx.has(l))
}

/// True where brackets behind a label name a unit in which none of its row's cells counts: 行政处罚（万元）.
fn of_other_unit(cx: &Context, item: usize, row: &Row) -> bool {
    let Some(remark) = remark(cx.words(item)).map(fold) else { return false };
    let words = &cx.form.words;
    let unit = words.unit_marks.iter().find_map(|m| remark.strip_prefix(m.as_str())).unwrap_or(&remark);
    let counts = |u: &u16| cx.form.figures.units.get(&cx.form.indicators[*u as usize].unit).is_some_and(|m| m.contains_key(unit));
    let known = || cx.form.is_unit(unit) || words.no_units.iter().any(|n| n == unit);
    // Another edition's row of this label may count in it.
    let mut rows = cx.form.tables.iter().flat_map(|t| &t.rows).filter(|r| r.label == row.label);
    known() && !rows.any(|r| r.cells.iter().any(counts))
}

/// True where the words around a label say that its figures are others (上年, 累计), or nothing explains them: then it is no
/// label of the form.
pub fn qualified(cx: &Context, item: usize) -> bool {
    matches!(says(cx, item), Says::Unknown | Says::Others)
}

/// What the words around a label say of its figures.
pub fn says(cx: &Context, item: usize) -> Says {
    match cx.places.binary_search_by_key(&item, |p| p.item) {
        Ok(place) => cx.places[place].says,
        Err(_) if is_qualified(cx.form, &cx.years, cx.words(item)) => Says::Others,
        Err(_) => Says::Nothing,
    }
}

/// The heaviest chain of claims whose rows rise with the text. Distance costs, so that a chain keeps to one table.
pub fn best_chain(table: &Table, claims: &[Claim]) -> Vec<Claim> {
    let width = table.rows.iter().map(|r| r.cells.len()).max().unwrap_or(1) as f64 + 4.0;
    let mut best: Vec<(f64, Option<usize>)> = Vec::with_capacity(claims.len());
    // The heaviest chain up to each claim.
    let mut heaviest: Vec<f64> = Vec::with_capacity(claims.len());
    for (i, c) in claims.iter().enumerate() {
        let mut score = (c.weight, None);
        for (j, p) in claims[..i].iter().enumerate().rev() {
            // The nearest ones are nearly always the heaviest: no claim further up can outweigh them.
            if heaviest[j] + c.weight < score.0 {
                break;
            }
            let most = best[j].0 + c.weight;
            if most >= score.0 && p.row < c.row && p.item < c.item {
                let expected = (c.row - p.row) as f64 * width * 1.5;
                let far = ((c.item - p.item) as f64 - expected).max(0.0) * 0.03;
                // Of equal ones the first counts.
                if most - far > score.0 || most - far == score.0 && score.1.is_some() {
                    score = (most - far, Some(j));
                }
            }
        }
        best.push(score);
        heaviest.push(heaviest.last().map_or(score.0, |h| h.max(score.0)));
    }
    let mut at = (0..best.len()).max_by(|&a, &b| best[a].0.total_cmp(&best[b].0).then(b.cmp(&a)));
    let mut chain = Vec::new();
    while let Some(i) = at {
        chain.push(claims[i]);
        at = best[i].1;
    }
    chain.reverse();
    chain
}

/// Gives rows that are missing between two found ones to unknown words that are almost their label, where no other
/// label of the table is nearly as close.
pub fn add_fuzzy(cx: &Context, table: &Table, chain: &mut Vec<Claim>) {
    let mut added = Vec::new();
    for pair in 0..=chain.len() {
        let low = if pair == 0 { None } else { Some(chain[pair - 1]) };
        let high = chain.get(pair).copied();
        let rows = low.map_or(0, |c| c.row + 1)..high.map_or(table.rows.len(), |c| c.row);
        if rows.is_empty() {
            continue;
        }
        let from = low.map_or_else(|| high.map_or(0, |h| h.item.saturating_sub(12)), |c| c.item + 1);
        let to = high.map_or_else(|| low.map_or(0, |l| (l.item + 60).min(cx.own_until(l.item + 1))), |c| c.item);
        let mut floor = rows.start;
        for (item, words) in unknown_words(cx, from, to) {
            if let Some(row) = nearest(cx.form, table, &words, floor..rows.end) {
                added.push(Claim { item, row, exact: false, weight: 1.0 });
                floor = row + 1;
            }
        }
    }
    chain.extend(added);
    chain.sort_by_key(|c| c.item);
}

/// Runs of words between two items that a cell follows, folded; the item is the last of the run.
fn unknown_words(cx: &Context, from: usize, to: usize) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut i = from;
    while i < to {
        if cx.items[i].kind != Kind::Text {
            i += 1;
            continue;
        }
        let mut folded = String::new();
        let mut last = i;
        let mut j = i;
        while j < to && matches!(cx.items[j].kind, Kind::Text | Kind::Gap(_)) {
            if cx.items[j].kind == Kind::Text {
                folded.push_str(&fold(cx.words(j)));
                last = j;
            }
            j += 1;
        }
        if cx.next(last).is_some_and(|n| cx.items[n].is_cell()) && folded.chars().count() <= 60 {
            out.push((last, folded));
        }
        i = j;
    }
    out
}

/// Letters of a label's numbering, at most.
const NUMBERING: usize = 2;

/// The row whose label is within a sixth of its letters, and clearly closer than that of any other row of the table.
pub fn nearest(form: &Form, table: &Table, words: &str, rows: std::ops::Range<usize>) -> Option<usize> {
    // 2018年结转: a year is no numbering.
    let bare = unnumbered(words);
    let bare = if words[..words.len() - bare.len()].chars().count() > NUMBERING { words } else { bare };
    let letters_given = bare.chars().count();
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (i, row) in table.rows.iter().enumerate() {
        // The distance is at least the difference of the lengths, so most labels need no comparison.
        let near = |t: &String| (t.chars().count().abs_diff(letters_given) <= t.chars().count() / 6 + 3).then(|| (distance(bare, t).min(distance(words, t)), t.chars().count()));
        let Some(best) = form.texts_of(row).iter().filter_map(near).min() else { continue };
        scored.push((best.0, best.1, i));
    }
    scored.sort();
    let (d, letters, row) = *scored.first()?;
    let runner_up = scored.get(1).map_or(usize::MAX, |s| s.0);
    let w = &form.words;
    let other = |t: &String| [&w.qualifiers, &w.narrowing, &w.periods].into_iter().flat_map(|l| l.iter()).any(|q| words.contains(q.as_str()) && !t.contains(q.as_str()));
    let alike = |t: &String| !other(t) && !goes_beyond(form, bare, t) && distance(bare, t).min(distance(words, t)) == d && (same_meaning(form, bare, t) || same_meaning(form, words, t));
    let means_it = form.texts_of(&table.rows[row]).iter().any(alike);
    (means_it && letters >= 4 && d <= (letters / 6).max(1) && runner_up >= d + 2 && rows.contains(&row) && !table.rows[row].is_heading()).then_some(row)
}

/// True where no letter by which labels differ in meaning stands in words or in the text of a label alone, nor in the words one
/// that makes another word of it.
fn same_meaning(form: &Form, words: &str, text: &str) -> bool {
    let times = |c: char| (words.matches(c).count(), text.matches(c).count());
    form.words.distinguishing.chars().map(times).all(|(a, b)| a == b) && form.words.changing.chars().map(times).all(|(a, b)| a <= b)
}

/// Whether folded words are a label's text with at most a sixth of its letters wrong, and mean the same.
pub fn is_near(form: &Form, words: &str, text: &str) -> bool {
    let most = (words.chars().count() / 6).max(1);
    // The distance is at least the difference of the lengths, so most labels need no comparison.
    text.len().abs_diff(words.len()) <= 4 * most && distance(words, text) <= most && same_meaning(form, words, text) && !goes_beyond(form, words, text)
}
