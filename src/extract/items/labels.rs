//! Finds the form's labels in the folded text, all of them in one pass.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::atoms::{Atoms, ROUND, atoms, is_separator};
use super::figure::{FigureReader, Reading};
use crate::extract::words::trie::Trie;
use crate::extract::words::wanted::longest_of;
use crate::form::{Form, LabelId, Table};

/// Bytes of the longest label with its explanation.
pub const LONGEST: usize = 240;

/// The texts of all labels.
pub struct Lexicon {
    texts: Trie,
    /// Per pattern, the labels that it may stand for (总计 stands in two tables and in head and rows).
    patterns: Vec<Vec<LabelId>>,
    /// Per table of the form and pattern: the row that the label names, and whether it may be a head.
    roles: Vec<Vec<Role>>,
    /// Per pattern, whether it is a label's text with letters in place of others that are alike in shape.
    misread: Vec<bool>,
    /// Finds such letters, and by each of them the one that labels have.
    read: AhoCorasick,
    own: Vec<String>,
}

/// What a label's words may be in one table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Role {
    /// Index into the table's rows.
    pub row: Option<u16>,
    pub head: Option<LabelId>,
    /// Belongs to this statutory table in some edition.
    pub own: bool,
}

/// One place where a label stands.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Index into the lexicon's patterns.
    pub pattern: u32,
    /// First and last fragment.
    pub first: u32,
    pub last: u32,
    /// Byte range of a figure that stands in the last fragment right behind the label, in the text.
    pub figure: Option<(u32, u32)>,
    /// Byte range of digits that stand glued before the label, which are no numbering.
    pub before: Option<(u32, u32)>,
    /// An explanation in brackets begins behind the label and does not end in its last fragment.
    pub open: bool,
    /// A figure alone stands in brackets behind it: a note's number, or what is counted.
    pub counts: bool,
}

impl Lexicon {
    pub fn new(form: &Form) -> Lexicon {
        let mut texts: BTreeMap<&str, Vec<LabelId>> = BTreeMap::new();
        for (id, label) in form.labels.iter().enumerate() {
            for text in &label.texts {
                texts.entry(text).or_default().push(id as LabelId);
            }
        }
        let known: Vec<&str> = texts.keys().copied().collect();
        let alike: Vec<(char, char)> = form.words.alike.iter().filter_map(|pair| Some((pair.chars().nth(1)?, pair.chars().next()?))).collect();
        let slips: Vec<(String, Vec<LabelId>)> = texts.iter().flat_map(|(text, labels)| misread(text, &alike).into_iter().map(|slip| (slip, labels.clone()))).collect();
        for (slip, labels) in &slips {
            if known.binary_search(&slip.as_str()).is_err() {
                let own = texts.entry(slip).or_default();
                own.extend(labels.iter().filter(|l| !own.contains(l)).collect::<Vec<_>>());
            }
        }
        let misread = texts.keys().map(|t| known.binary_search(t).is_err()).collect();
        let trie = Trie::new(texts.keys().map(|t| t.chars()), std::iter::empty());
        let patterns: Vec<Vec<LabelId>> = texts.into_values().collect();
        let roles = form.tables.iter().map(|t| patterns.iter().map(|labels| role(form, t, labels)).collect()).collect();
        let (read, own): (Vec<String>, Vec<String>) = alike.iter().map(|(read, own)| (read.to_string(), own.to_string())).unzip();
        Lexicon { texts: trie, patterns, roles, misread, read: longest_of(&read), own }
    }

    /// Whether a hit is a label of which letters were read as others that are alike in shape.
    pub fn is_misread(&self, hit: &Hit) -> bool {
        self.misread[hit.pattern as usize]
    }

    /// Whether words hold letters that are read for others.
    pub fn may_be_misread(&self, words: &str) -> bool {
        self.read.is_match(words)
    }

    /// Words around a label that was misread, with the letters that labels have.
    pub fn respelled(&self, words: &str) -> String {
        self.read.replace_all(words, &self.own)
    }

    /// What a hit may be in the table with this index among the form's tables.
    pub fn role(&self, table: usize, hit: &Hit) -> Role {
        self.roles[table][hit.pattern as usize]
    }

    /// Whether a hit names a row of some table.
    pub fn names_row(&self, hit: &Hit) -> bool {
        self.roles.iter().any(|roles| roles[hit.pattern as usize].row.is_some())
    }

    /// The labels that a hit may stand for.
    pub fn labels(&self, hit: &Hit) -> &[LabelId] {
        &self.patterns[hit.pattern as usize]
    }

    /// Last fragment and end in the folded text of every place where the words of a label stand, whatever is around them.
    pub fn ends<'a>(&'a self, atoms: &'a Atoms) -> impl Iterator<Item = (usize, usize)> + 'a {
        let starts = (0..atoms.folded.len()).filter(|&i| atoms.folded.is_char_boundary(i));
        let mut from = 0;
        starts.filter_map(move |at| {
            let (_, end) = (at >= from).then(|| self.label_at(&atoms.folded, at)).flatten()?;
            from = end;
            Some((atoms.at_fold(end - 1), end))
        })
    }

    /// Every label that fills its cell: before it only its numbering, behind it only an explanation in brackets or a
    /// figure. The same words inside a sentence are no label, so the search begins at fragments only.
    pub fn hits(&self, text: &str, atoms: &Atoms, figures: &FigureReader) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(128);
        let mut f = 0;
        let mut group = Vec::new();
        while f < atoms.fragments.len() {
            self.group(atoms, f, &mut group);
            if let Some(last) = group.last() {
                let next = last.last + 1;
                chain(text, atoms, figures, &group, &mut hits);
                f = next;
            } else {
                f += 1;
            }
        }
        hits
    }

    /// The labels that words are, if they are labels without a figure, in one piece, and nothing else; else none.
    pub fn alone(&self, words: &str, figures: &FigureReader) -> Vec<Hit> {
        if words.len() > LONGEST {
            return Vec::new();
        }
        let atoms = atoms(words);
        let hits = if atoms.fragments.len() == 1 { self.hits(words, &atoms, figures) } else { Vec::new() };
        if hits.iter().all(|h| h.figure.is_none() && h.before.is_none() && !h.open) { hits } else { Vec::new() }
    }

    /// The labels that begin in fragment `f`, and those that follow in the fragment where one ends.
    fn group(&self, atoms: &Atoms, f: usize, group: &mut Vec<Match>) {
        group.clear();
        let (mut at, mut end) = (atoms.fragments[f].fold_start as usize, atoms.fragments[f].fold_end as usize);
        let mut fragment = f;
        while let Some((start, pattern, stop)) = self.label_behind_numbering(&atoms.folded, at, end) {
            let last = fragment + atoms.fragments[fragment..].iter().take_while(|f| (f.fold_end as usize) < stop).count();
            group.push(Match { pattern, start, end: stop, first: fragment, last });
            (fragment, at, end) = (last, stop, atoms.fragments[last].fold_end as usize);
        }
    }

    /// A label at `at` or behind numbering or digits there, before `end`: its start, pattern and end.
    fn label_behind_numbering(&self, folded: &str, at: usize, end: usize) -> Option<(usize, u32, usize)> {
        let mut start = at;
        let mut numerals = 0;
        while start < end {
            if let Some((pattern, stop)) = self.label_at(folded, start) {
                return Some((start, pattern, stop));
            }
            // Numbering, or a fragment of digits alone, as most of a table is.
            if folded.as_bytes()[start].is_ascii_digit() {
                start += 1;
                continue;
            }
            let c = folded[start..].chars().next()?;
            numerals += 1;
            if !is_han_numeral(c) || numerals > 2 {
                return None;
            }
            start += c.len_utf8();
        }
        None
    }

    /// The longest label that begins exactly at `at`: its pattern and end.
    #[inline]
    fn label_at(&self, folded: &str, at: usize) -> Option<(u32, usize)> {
        let words = &folded[at..];
        let (pattern, length) = if self.texts.may_begin(words) { self.texts.longest(words)? } else { return None };
        Some((pattern, at + length))
    }
}

/// The text of a label with one of its letters read as another, or each letter of one kind or of two.
fn misread(text: &str, alike: &[(char, char)]) -> Vec<String> {
    let pairs: Vec<(char, char)> = alike.iter().copied().filter(|(_, own)| text.contains(*own)).collect();
    let all = |text: &str, (read, own): (char, char)| text.replace(own, read.encode_utf8(&mut [0; 4]));
    let once = |&(read, own): &(char, char)| {
        let at = text.match_indices(own).map(|m| m.0);
        at.map(move |at| format!("{}{read}{}", &text[..at], &text[at + own.len_utf8()..])).collect::<Vec<_>>()
    };
    let one = pairs.iter().flat_map(once);
    let kinds = pairs.iter().enumerate().flat_map(|(n, &a)| pairs[n..].iter().map(move |&b| all(&all(text, a), b)));
    one.chain(kinds).collect()
}

fn role(form: &Form, table: &Table, labels: &[LabelId]) -> Role {
    Role {
        row: table.rows.iter().position(|r| r.label.is_some_and(|l| labels.contains(&l))).map(|r| r as u16),
        head: labels.iter().copied().find(|l| table.headers.contains(l)),
        own: labels.iter().any(|l| form.labels[*l as usize].table == table.table),
    }
}

struct Match {
    pattern: u32,
    start: usize,
    end: usize,
    first: usize,
    last: usize,
}

/// How many hits that share fragments stand before those that only explain the last of them.
///
/// 行政许可（第二十条第（五）项）: in brackets that open behind a label and go on to the end, another explains it.
fn explained(text: &str, atoms: &Atoms, group: &[Match]) -> usize {
    let start = |i: usize| atoms.unfold(text, group[i].first, group[i].start);
    let (mut labels, mut behind, mut least) = (group.len(), None, 0);
    for i in (1..group.len()).rev() {
        // The fewest brackets that are open from the label before on, at this one and at each behind it.
        let (from, to) = (start(i - 1), behind.unwrap_or_else(|| start(i)));
        least = depth(&text[from..to]) + least.min(0);
        if least > 0 {
            labels = i;
        }
        behind = Some(from);
    }
    labels
}

/// Checks what stands before, between and behind hits that share fragments.
fn chain(text: &str, atoms: &Atoms, figures: &FigureReader, group: &[Match], hits: &mut Vec<Hit>) {
    let group = &group[..explained(text, atoms, group)];
    let mut out: Vec<Hit> = Vec::with_capacity(group.len());
    let mut from = atoms.fragments[group[0].first].fold_start as usize;
    let mut before = None;
    for (i, g) in group.iter().enumerate() {
        if i == 0 && ends_clause(text, atoms, g, from) {
            return;
        }
        if i > 0 {
            // What stands between two hits in one fragment: a figure of the first, numbering of the second.
            match between(text, atoms, figures, g.first, from, g.start) {
                Some(figure) => out.last_mut().expect("a hit stands before this one").figure = figure,
                None => return,
            }
        } else if !is_numbering(&atoms.folded[from..g.start]) {
            let prefix = &atoms.folded[from..g.start];
            // Figures of the row above ran into the numbering.
            if (prefix.len() != 2 && prefix.len() <= 6) || !prefix.bytes().all(|b| b.is_ascii_digit()) {
                return;
            }
            before = Some((atoms.fragments[g.first].start, atoms.unfold(text, g.first, g.start) as u32));
        }
        out.push(Hit { pattern: g.pattern, first: g.first as u32, last: g.last as u32, figure: None, before: before.take(), open: false, counts: false });
        from = g.end;
    }
    let last = &group[group.len() - 1];
    let fragment = atoms.fragments[last.last];
    if (fragment.fold_end as usize) > last.end || has_tail(text, atoms, last) {
        let start = atoms.unfold(text, last.last, last.end);
        // A bracket before the next letter belongs to the tail.
        let start = tail_start(text, fragment.start as usize, start);
        let words = &text[start..fragment.end as usize];
        let label = &text[atoms.unfold(text, last.first, last.start)..start];
        match if is_closed(label, words) { Tail::Explanation } else { tail(figures, words) } {
            Tail::Explanation => {
                let hit = out.last_mut().expect("the group has a hit");
                (hit.open, hit.counts) = (depth(words) > 0, is_count(words));
            }
            Tail::Figure => out.last_mut().expect("the group has a hit").figure = Some(without_signs(text, start, fragment.end as usize)),
            Tail::Words => return,
        }
    } else if text[..fragment.end as usize].ends_with(OPEN) && closes(&text[fragment.end as usize..]) {
        // 本年收费金额（ 元 ）
        out.last_mut().expect("the group has a hit").open = true;
    }
    hits.append(&mut out);
}

/// Whether a bracket closes behind a few letters, none of which is a figure's.
fn closes(behind: &str) -> bool {
    let few = behind.chars().filter(|c| !is_separator(*c)).take(LONGEST_UNIT + 1);
    few.map_while(|c| (!c.is_numeric()).then_some(c)).any(|c| CLOSE.contains(&c))
}

/// Letters of a unit in brackets: 单位：万元.
const LONGEST_UNIT: usize = 6;

/// Whether the brackets that a label itself opens close at the end of the words behind it: 采购总金额（单位：万元，保留两位小数）.
fn is_closed(label: &str, behind: &str) -> bool {
    behind.trim_end().ends_with(CLOSE) && depth(label) == 1 && depth(behind) == -1
}

/// The brackets that explain labels and figures; a label's 〔2021〕 is none.
pub const OPEN: [char; 4] = ['(', '（', '[', '【'];
pub const CLOSE: [char; 4] = [')', '）', ']', '】'];

/// Whether a 0 and the sign between clauses stand before a label, as in «自然人 0，商业企业»: a figure, and no numbering.
fn ends_clause(text: &str, atoms: &Atoms, found: &Match, from: usize) -> bool {
    let before = &atoms.folded[from..found.start];
    before.starts_with('0') && text[atoms.fragments[found.first].start as usize..atoms.unfold(text, found.first, found.start)].contains(['，', '；'])
}

/// True where signs that folding dropped stand behind the label's last letter.
fn has_tail(text: &str, atoms: &Atoms, found: &Match) -> bool {
    let f = atoms.fragments[found.last];
    text[f.start as usize..f.end as usize].ends_with(['-', '—', '/', '－', '–'])
}

/// Steps back from the first letter behind a label over an opening bracket or a sign.
fn tail_start(text: &str, from: usize, at: usize) -> usize {
    let mut start = at;
    for (i, c) in text[from..at].char_indices().rev() {
        if matches!(c, '(' | '（' | '[' | '【' | '+' | '-' | '－' | '—' | '/' | ':' | '：' | '–') {
            start = from + i;
        } else if crate::fold::fold_char(c).is_some() {
            break;
        }
    }
    start
}

enum Tail {
    Explanation,
    Figure,
    Words,
}

/// Signs that stand around a figure behind a label and are no part of it.
fn is_around(c: char) -> bool {
    matches!(c, ':' | '：' | ' ' | '。' | '；' | ';' | '*' | '”' | '"' | '、')
}

/// A place in the text without such signs.
fn without_signs(text: &str, start: usize, end: usize) -> (u32, u32) {
    let from = end - text[start..end].trim_start_matches(is_around).len();
    (from as u32, (from + text[from..end].trim_end_matches(is_around).len()) as u32)
}

/// Whether words are a figure alone in brackets, square ones apart: those hold a note's number.
fn is_count(words: &str) -> bool {
    let words = words.trim_matches(is_around);
    let round = words.strip_prefix(ROUND[0]).and_then(|w| w.strip_suffix(ROUND[1]));
    let inside = round.or_else(|| words.strip_prefix('【')?.strip_suffix('】'));
    inside.map(str::trim).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)))
}

/// How many more brackets open in words than close.
pub fn depth(words: &str) -> isize {
    words.matches(OPEN).count() as isize - words.matches(CLOSE).count() as isize
}

/// A digit in a ring, or a raised one.
fn is_footnote(tail: &str) -> bool {
    let mut signs = tail.chars();
    matches!((signs.next(), signs.next()), (Some('①'..='⑳' | '¹' | '²' | '³' | '⁴'..='⁹'), None))
}

fn tail(figures: &FigureReader, tail: &str) -> Tail {
    let tail = tail.trim_matches(is_around);
    if tail.is_empty() || tail.starts_with(OPEN) || is_footnote(tail) {
        return Tail::Explanation;
    }
    match figures.read(tail) {
        Reading::Figure(_) | Reading::WithUnit(..) | Reading::Blank | Reading::Unreadable => Tail::Figure,
        Reading::Text => Tail::Words,
    }
}

/// What stands between two labels of one fragment: nothing but numbering (no figure), or a figure; none where words do.
#[allow(clippy::option_option)]
fn between(text: &str, atoms: &Atoms, figures: &FigureReader, f: usize, from: usize, to: usize) -> Option<Option<(u32, u32)>> {
    let gap = &atoms.folded[from..to];
    let start = atoms.unfold(text, f, from);
    let end = atoms.unfold(text, f, to);
    // «许可5处罚»: a bare digit between two labels is a figure, with a dot or bracket it is numbering.
    if is_numbering(gap) && text[start..end] != *gap || gap.is_empty() {
        return Some(None);
    }
    let start = tail_start(text, atoms.fragments[f].start as usize, start);
    match tail(figures, &text[start..end]) {
        Tail::Explanation => Some(None),
        Tail::Figure => Some(Some(without_signs(text, start, end))),
        Tail::Words => None,
    }
}

/// Whether words are the sign alone that closes what a label opens.
pub fn is_closed_by(label: &str, words: &str) -> bool {
    let pairs: [(&[char], &[char]); 4] = [(&OPEN, &CLOSE), (&['“'], &['”']), (&['‘'], &['’']), (&['《'], &['》'])];
    let is_one_of = |signs: &[char]| words.chars().count() == 1 && words.ends_with(signs);
    pairs.into_iter().any(|(open, close)| is_one_of(close) && label.matches(open).count() > label.matches(close).count())
}

/// The numbering of a label, folded: nothing, `三`, `十一`, `5`.
pub fn is_numbering(folded: &str) -> bool {
    if folded.len() == 1 {
        return folded.as_bytes()[0].is_ascii_digit();
    }
    folded.chars().count() <= 2 && folded.chars().all(is_han_numeral)
}

/// Words without the number that they begin with, in digits or in Han numerals.
pub fn unnumbered(words: &str) -> &str {
    words.trim_start_matches(|c: char| c.is_ascii_digit() || is_han_numeral(c))
}

pub use crate::fold::is_han_numeral;
