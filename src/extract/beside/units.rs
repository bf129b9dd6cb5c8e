//! The units that a table states outside its cells: in a line of their own (单位：元) or behind a head.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::extract::context::{Alignment, Context};
use crate::extract::items::atoms::{BRACKETS, LineNumbers, is_separator};
use crate::extract::items::figure::{FigureReader, Reading};
use crate::extract::prepared::FieldWords;
use crate::extract::rows::tables::TableReading;
use crate::extract::words::wanted::starts;
use crate::fold::{fold, fold_char, fold_into, is_space};
use crate::form::{Form, Indicator, LabelId, TABLES};
use crate::model::{Figure, Problem, Status};

/// For a unit of the form, what a bare figure is multiplied with; none where the text states a unit that the form does
/// not know, or two.
pub type Units = BTreeMap<String, Option<f64>>;

/// The words between what is counted and its unit, in letters.
const LONGEST: usize = 16;

/// The letters of a number, with its sign and what may stand between it and its unit.
const LONGEST_NUMBER: usize = 6;

/// What stands for a sign that was lost: □元 may have been 万元.
const LOST: [char; 6] = ['□', '■', '▢', '\u{FFFD}', '?', '？'];

/// A unit of nothing that the form knows.
const UNKNOWN: &str = "%";

/// A statement of units in a text.
#[derive(Debug)]
pub struct Stated {
    /// The byte where it begins.
    pub at: usize,
    line: u32,
    /// Folded.
    units: Vec<String>,
    /// A sentence states them, of which the place says little: 收费金额以元计.
    spoken: bool,
}

/// Every statement of units in a text.
pub fn stated(words: &FieldWords, text: &str) -> Vec<Stated> {
    let (form, list) = (words.form, &words.form.words);
    let mut out = Vec::new();
    let (mut clause, mut lines) = (Clause::default(), LineNumbers::of(text));
    for at in starts(&words.units, text) {
        let behind = |word: &String| text[at..].strip_prefix(word.as_str());
        let marks = list.unit_marks.iter().filter_map(|mark| marked(form, (text, at), &mut clause, behind(mark)?));
        let kinds = list.unit_kinds.iter().filter_map(|kind| told(form, behind(kind)?));
        let all = marks.map(|units| (units, false)).chain(kinds.map(|unit| (vec![unit], true)));
        out.extend(all.map(|(units, spoken)| Stated { at, line: lines.at(at), units, spoken }));
    }
    out
}

/// What stands before one place of a text after another, folded, from the last sign that divides words or opens a bracket.
#[derive(Default)]
struct Clause {
    read: usize,
    folded: String,
}

impl Clause {
    fn before(&mut self, text: &str, at: usize) -> &str {
        let more = &text[self.read..at];
        let sign = more.char_indices().rev().find(|(_, c)| is_separator(*c) || matches!(c, '(' | '（' | '[' | '【'));
        let begin = sign.map_or(0, |(at, c)| at + c.len_utf8());
        if sign.is_some() {
            self.folded.clear();
        }
        fold_into(&more[begin..], &mut self.folded);
        self.read = at;
        &self.folded
    }
}

/// The units that a mark for them at a place of a text states, of which `rest` stands behind it: 单位：元.
fn marked(form: &Form, (text, at): (&str, usize), clause: &mut Clause, rest: &str) -> Option<Vec<String>> {
    let bracketed = opens_before(text, at);
    let rest = rest.trim_start_matches(|c| c == ' ' || bracketed && is_separator(c));
    let point = |c: char| matches!(c, ':' | '：') || bracketed && POINTS.contains(&c);
    let linked = |rest: &'_ str| form.words.unit_links.iter().find_map(|l| rest.strip_prefix(l.as_str()).map(str::len));
    let mut rest = rest.strip_prefix(point).map(str::len).or_else(|| linked(rest)).map(|left| &rest[rest.len() - left..])?;
    while let Some(left) = linked(rest) {
        rest = &rest[rest.len() - left..];
    }
    let before = clause.before(text, at);
    let about = |list: &[String]| list.iter().any(|w| before.ends_with(w.as_str()) || before.starts_with(w.as_str()));
    if !before.is_empty() && !form.words.unit_kinds.iter().any(|kind| kind == before) && !about(&form.words.notes) && !about(&form.words.note_marks) {
        return None;
    }
    let near = |is_end: &dyn Fn(char) -> bool| rest.char_indices().take(LONGEST + 1).find(|(_, c)| is_end(*c)).map(|(at, _)| at);
    let whole = || rest.chars().nth(LONGEST).is_none().then_some(rest.len());
    let end = near(&|c| matches!(c, '\n' | '\t' | ')' | '）' | ']' | '】' | '|' | '\u{1E}' | '\u{1F}')).or_else(whole);
    // Where lines say nothing the unit is the first word. In brackets it ends where they do, whatever divides it.
    let end = bracketed.then(|| closed(rest)).flatten().or(end).or_else(|| near(&is_separator))?;
    if rest[..end].chars().count() > LONGEST {
        return None;
    }
    Some(rest[..end].split(['、', '，', ',', '/']).flat_map(|words| whole_units(form, words)).collect())
}

/// The one that a sentence states behind what is said for what is counted: 金额以元计.
fn told(form: &Form, rest: &str) -> Option<String> {
    let behind_colon = rest.starts_with([':', '：']);
    if !behind_colon && !form.words.unit_links.iter().any(|l| rest.starts_with(l.as_str())) {
        return None;
    }
    let words: String = rest.chars().take(LONGEST).take_while(|c| *c != '\n').collect();
    in_words(form, &fold(&words), behind_colon)
}

/// What may stand for the colon before a unit in brackets.
const POINTS: [char; 7] = ['.', '．', ';', '；', '∶', '︰', '﹕'];

/// Whether a bracket opens right before a place of a text.
fn opens_before(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(is_separator).ends_with(BRACKETS[0])
}

/// Where the bracket closes in which a text begins, if no more letters stand before than a unit has.
fn closed(text: &str) -> Option<usize> {
    let mut letters = 0;
    for (at, c) in text.char_indices() {
        if BRACKETS[1].contains(&c) {
            return Some(at);
        }
        letters += usize::from(!is_separator(c));
        if BRACKETS[0].contains(&c) || letters > LONGEST {
            return None;
        }
    }
    None
}

/// The units in words between signs, folded. A space within one, 千 元, divides no two: what is a unit of the form, or a kind or
/// a multiple of one, is whole.
fn whole_units(form: &Form, words: &str) -> Vec<String> {
    let read = |u: &str| if u.contains(['%', '％', '‰']) { UNKNOWN.to_string() } else if u.contains(LOST) { lost(&fold(u)) } else { fold(u) };
    let pieces: Vec<String> = words.split(is_separator).map(read).filter(|u| !u.is_empty()).collect();
    let known = |unit: &str| form.figures.units.values().any(|m| m.contains_key(unit));
    let joined = pieces.concat();
    let multiple = form.figures.units.values().flat_map(|m| m.keys()).any(|k| joined.strip_suffix(k.as_str()).is_some_and(|m| form.words.multiples.iter().any(|x| x == m)));
    match &pieces[..] {
        [_, _, ..] if pieces.iter().any(|u| !known(u)) && (known(&joined) || multiple) => vec![joined],
        _ => pieces,
    }
}

/// A unit of which a sign was lost: of the same kind, and none of the form's.
fn lost(unit: &str) -> String {
    format!("{}{unit}", LOST[0])
}

/// The unit that a sentence states behind the word for what is counted: 金额均为元, 金额以元计; or behind a colon, 金额：元.
fn in_words(form: &Form, rest: &str, behind_colon: bool) -> Option<String> {
    let links = &form.words.unit_links;
    let mut bare = rest;
    while let Some(next) = links.iter().find_map(|l| bare.strip_prefix(l.as_str())) {
        bare = next;
    }
    let unit = form.figures.units.values().flat_map(|m| m.keys()).filter(|u| bare.starts_with(u.as_str())).max_by_key(|u| u.len())?;
    (behind_colon || bare.len() < rest.len()).then(|| unit.clone())
}

/// Where a statement of units must stand to be about a table.
pub enum Reach {
    Lines(std::ops::RangeInclusive<u32>),
    Bytes(std::ops::Range<usize>),
}

impl Reach {
    fn holds(&self, line: u32, at: usize) -> bool {
        match self {
            Reach::Lines(lines) => lines.contains(&line),
            Reach::Bytes(bytes) => bytes.contains(&at),
        }
    }
}

/// What one table states, from its place, its heads, and what is said of it elsewhere; `table` is an index into
/// [`TABLES`](crate::form::TABLES).
pub fn of_table(cx: &Context, table: usize, alignment: &Alignment, place: &Reach) -> Units {
    let mut out = Units::new();
    let here = |stated: &Stated| place.holds(stated.line, stated.at);
    for stated in &cx.units {
        // What is said under another part's heading is about that part's table.
        let next = cx.elsewhere.get(cx.elsewhere.partition_point(|told| told.bytes.end <= stated.at));
        let elsewhere = next.filter(|told| told.bytes.contains(&stated.at));
        if elsewhere.map_or_else(|| here(stated), |told| told.table == table) {
            stated.units.iter().for_each(|u| state(cx.form, u, &mut out));
        }
    }
    let labels = alignment.rows.iter().filter(|r| r.cells.is_some()).flat_map(|r| cx.labels(r.item).iter().map(|l| (r.item, *l)));
    for (item, label) in alignment.heads.iter().copied().chain(labels) {
        let known = &cx.form.labels[label as usize];
        // Most are a label's words and nothing else, or a number stands before those.
        let (words, first) = (cx.words(item), cx.first_letter(item));
        if !known.has_unit && known.texts.iter().any(|t| t == words) || !known.texts.iter().any(|t| t.chars().next() == first) {
            continue;
        }
        let raw = whole(cx, item, label);
        if !known.texts.iter().any(|t| t == raw) {
            of_label(cx.form, raw, label).iter().for_each(|unit| state(cx.form, unit, &mut out));
        }
    }
    for unit in cx.units.iter().filter(|s| s.spoken && !here(s)).flat_map(|s| &s.units) {
        contradict(cx.form, table, unit, &mut out);
    }
    out
}

/// The words of a label with the bracket that opens in them or, where they name an amount, right behind them: lines and cells may
/// break it, as may spaces.
fn whole<'t>(cx: &'t Context, item: usize, label: LabelId) -> &'t str {
    let words = cx.words(item);
    // Most labels are Han characters and no bracket, which other bytes begin.
    if !cx.form.labels[label as usize].has_unit && !words.bytes().any(|b| matches!(b, b'(' | b'[' | 0xE3 | 0xEF)) {
        return words;
    }
    let (start, end) = (cx.items[item].start as usize, cx.items[item].end as usize);
    let behind = &cx.text[end..];
    let begin = match words.rfind(BRACKETS[0]) {
        Some(open) if !words[open..].contains(BRACKETS[1]) => 0,
        _ if words.contains(BRACKETS[0]) || !cx.form.labels[label as usize].has_unit => return words,
        _ => {
            let rest = behind.trim_start_matches(is_separator);
            let Some(open) = rest.chars().next().filter(|c| BRACKETS[0].contains(c)) else { return words };
            behind.len() - rest.len() + open.len_utf8()
        }
    };
    closed(&behind[begin..]).map_or(words, |close| &cx.text[start..end + begin + close])
}

/// The units, folded, that the words of a label, with the bracket behind it, state: within it, behind it, or first in brackets there.
fn of_label(form: &Form, raw: &str, label: LabelId) -> Vec<String> {
    let label = &form.labels[label as usize];
    let (texts, words) = (&label.texts, fold(raw));
    // Most are a label's words and nothing else.
    if !label.has_unit && texts.contains(&words) {
        return Vec::new();
    }
    let Some(name) = texts.iter().filter(|t| words.starts_with(t.as_str())).max_by_key(|t| t.len()) else { return Vec::new() };
    let known = |unit: &str| form.figures.units.values().any(|m| m.contains_key(unit));
    let shorter = texts.iter().filter(|t| t.len() < name.len());
    let of_name = shorter.filter_map(|t| name.strip_prefix(t.as_str())).map(|rest| unmarked(form, rest));
    let mut out: Vec<String> = of_name.filter(|unit| known(unit)).map(String::from).collect();
    if let Some(unit) = raw.rsplit_once(LOST).map(|(_, unit)| fold(unit)).filter(|unit| known(unit)) {
        return vec![lost(&unit)];
    }
    let rest = unmarked(form, &words[name.len()..]);
    // 行政许可（2项）: a count is no unit.
    if (1..=4).contains(&rest.chars().count()) && !rest.contains(|c: char| c.is_ascii_digit()) {
        out.push(rest.to_string());
    } else {
        // 单位：元，保留两位小数
        let mut clause = String::new();
        for words in raw.split(['(', '（', '[', '【', '，', ',', '；', ';', '、']).skip(1) {
            clause.clear();
            fold_into(words, &mut clause);
            let unit = unmarked(form, &clause);
            out.extend(known(unit).then(|| unit.to_string()));
        }
    }
    out
}

/// Folded words without what says that a unit follows.
fn unmarked<'t>(form: &Form, words: &'t str) -> &'t str {
    form.words.unit_marks.iter().fold(words, |rest, mark| rest.strip_prefix(mark.as_str()).unwrap_or(rest))
}

/// Tells figures whose unit nothing states, where the unit of their column is not the only one that they may be in: the
/// column's is taken. Withholds those that would be too much for so many things.
pub fn tell_unstated(cx: &Context, reader: &FigureReader, (reading, place): (&TableReading, &Reach), units: &Units, figures: &mut [Figure], problems: &mut Vec<Problem>) {
    let form = cx.form;
    let value = |figures: &[Figure], indicator: u16| figures.iter().find(|f| f.indicator == indicator).and_then(|f| f.value);
    for n in 0..figures.len() {
        let Some(amount) = figures[n].value.filter(|v| *v != 0.0) else { continue };
        let indicator = &form.indicators[usize::from(figures[n].indicator)];
        if indicator.whole || units.contains_key(&indicator.unit) || matches!(reader.read(&figures[n].raw), Reading::WithUnit(..)) {
            continue;
        }
        let said = said_elsewhere(cx, reading, &indicator.unit);
        if said == Said::Own {
            continue;
        }
        let unclear = said == Said::Nothing && names_another(cx, place, &indicator.unit);
        let of_another = said == Said::Another || states_another(cx, reading, &figures[..n], figures[n].line, indicator);
        let too_much = of_another || unclear || form.figures.each.iter().filter(|e| e.amount == indicator.name).any(|e| {
            let of = form.indicators.iter().position(|i| i.name == e.of).and_then(|i| value(figures, i as u16));
            of.is_some_and(|of| of > 0.0 && amount > of * e.most)
        });
        let (table, unit) = (TABLES[reading.table.table], &indicator.unit);
        let says = if of_another {
            format!("the head of this amount of {table} states another unit than {unit}, the form's own, so it is withheld")
        } else if unclear {
            format!("words beside {table} name another unit than {unit}, the form's own, and may say that its amounts are in it, so this one is withheld")
        } else if too_much { format!("nothing states the unit of this amount of {table}; in {unit}, the form's own, it would be too much for so few things, so it is withheld") } else { format!("nothing states the unit of this amount of {table}; it is taken to be in {unit}, the form's own") };
        problems.push(Problem::new("extract/unit-not-stated", figures[n].line, figures[n].raw.as_str(), says));
        if too_much {
            (figures[n].status, figures[n].value) = (Status::Unreadable, None);
        }
    }
}

/// Whether right above the row of a figure that is the only one of its row, behind the `figures` before, stands a unit, and none of the figure's.
fn states_another(cx: &Context, reading: &TableReading, figures: &[Figure], line: u32, indicator: &Indicator) -> bool {
    let alone = reading.table.rows.iter().any(|r| matches!(r.cells[..], [only] if cx.form.indicators[usize::from(only)].name == indicator.name));
    let Some(from) = figures.iter().rev().map(|f| f.line).find(|l| *l > 0 && *l < line).filter(|_| alone) else { return false };
    let known = |unit: &String| cx.form.figures.units.values().any(|m| m.contains_key(unit));
    cx.units.iter().filter(|s| s.line > from && s.line <= line).flat_map(|s| &s.units).any(|u| known(u) && !cx.form.figures.units[&indicator.unit].contains_key(u))
}

/// Whether words at the place of a table name another unit than the form's own for what it counts in `unit`, in any way that may
/// state one: it ends a clause, or stands beside a word that leads to a unit. One behind a number is an amount's.
fn names_another(cx: &Context, place: &Reach, unit: &str) -> bool {
    let known = &cx.form.figures.units[unit];
    let led = |holds: &dyn Fn(&str) -> bool| cx.form.words.unit_links.iter().any(|l| holds(l));
    let mut lines = LineNumbers::of(cx.text);
    let mut names = |at: usize, end: usize| {
        let counted = cx.text[..at].chars().rev().take(LONGEST_NUMBER).take_while(|c| !is_separator(*c)).any(char::is_numeric);
        // A line may break a unit.
        let said = fold(&cx.text[cx.text.floor_char_boundary(end.saturating_sub(3 * LONGEST))..end]);
        let Some(whole) = known.keys().filter(|k| said.ends_with(k.as_str())).max_by_key(|k| k.len()) else { return false };
        let before = &said[..said.len() - whole.len()];
        let clause = || fold(cx.text[..at].rsplit(|c| fold_char(c).is_none() && !is_space(c)).next().unwrap_or_default());
        let behind: String = cx.text[end..].trim_start_matches(is_space).chars().map_while(fold_char).take(LONGEST).collect();
        // 以人民币元计
        let stands = behind.is_empty() || led(&|l| before.ends_with(l) || behind.starts_with(l)) || behind.chars().count() == 1 && led(&|l| clause().contains(l));
        !counted && known[whole] != 1.0 && stands && place.holds(lines.at(at), at)
    };
    known.keys().any(|k| memmem::find_iter(cx.text.as_bytes(), k).any(|at| names(at, at + k.len())))
}

/// What heads say of the unit of a table's amounts that was not taken for what they are in.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    /// The form's own.
    Own,
    /// Another one, or words that cannot be read as one.
    Another,
}

/// What the labels say that may be heads of the table, whether or not they were taken for one.
fn said_elsewhere(cx: &Context, reading: &TableReading, unit: &str) -> Said {
    let known = &cx.form.figures.units[unit];
    let of = |item: usize, label: LabelId| {
        let units = of_label(cx.form, whole(cx, item, label), label);
        let factors: Vec<f64> = units.iter().filter_map(|u| known.get(u).copied()).collect();
        let amount = || cx.form.labels[label as usize].texts.iter().any(|t| known.keys().any(|k| t.ends_with(k.as_str())));
        match &factors[..] {
            [] if !units.is_empty() && amount() => Said::Another,
            [] => Said::Nothing,
            all if all.iter().all(|f| *f == 1.0) => Said::Own,
            _ => Said::Another,
        }
    };
    let heads = cx.places.iter().filter_map(|p| Some((p.item, cx.role(reading.table, p.hit).head?)));
    heads.map(|(item, label)| of(item, label)).filter(|s| *s != Said::Nothing).reduce(|a, b| if a == b { a } else { Said::Another }).unwrap_or(Said::Nothing)
}

/// Leaves open what a bare figure is multiplied with where a sentence elsewhere states another unit than the table, or than the
/// form's own where that states none.
fn contradict(form: &Form, table: usize, unit: &str, out: &mut Units) {
    let has = |of: &String| form.indicators.iter().any(|i| i.table == table && i.unit == *of);
    for (of, factor) in form.figures.units.iter().filter(|(of, _)| has(of)).filter_map(|(of, known)| Some((of, known.get(unit)?))) {
        if out.get(of).copied().unwrap_or(Some(1.0)) != Some(*factor) {
            out.insert(of.clone(), None);
        }
    }
}

/// Adds one stated unit: for every unit of the form that it is a unit of.
fn state(form: &Form, unit: &str, out: &mut Units) {
    let multiple = |k: &String| unit.strip_prefix(k.as_str()).or(unit.strip_suffix(k.as_str())).is_some_and(|m| form.words.multiples.iter().any(|x| x == m));
    let none = unit == UNKNOWN || form.words.no_units.iter().any(|n| n == unit);
    for (of, known) in &form.figures.units {
        if none || !known.contains_key(unit) && known.keys().any(multiple) {
            out.insert(of.clone(), None);
            continue;
        }
        let factor = known.get(unit).copied();
        // 千件 is a unit of the kind, but the form does not say which.
        if factor.is_none() && !known.keys().any(|k| unit.ends_with(k.as_str()) && unit.chars().count() <= k.chars().count() + 2) {
            continue;
        }
        out.entry(of.clone()).and_modify(|f| *f = f.filter(|f| Some(*f) == factor)).or_insert(factor);
    }
}
