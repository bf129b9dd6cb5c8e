//! Where tables begin that are not this report's: last year's under a caption of their own, a sample, the sums of a region,
//! or the report of another body in the same file. What stands there may contradict this report's figures, but never takes
//! their place.

use std::cell::{LazyCell, OnceCell};
use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};

use super::explained::unsigned;
use crate::extract::about::body::{DEPARTMENT, ends_a_name, split_organ, told_body, without_regions};
use crate::extract::about::title::Title;
use crate::extract::items::atoms::{Atoms, SQUARE, around, is_separator, line_at, place_of};
use crate::extract::items::cells::{Item, Kind};
use crate::extract::items::labels::is_han_numeral;
use crate::extract::prepared::FieldWords;
use crate::extract::words::cut::Cut;
use crate::extract::words::wanted::{head_of, longest_of, places, starts};
use crate::extract::words::word::{alike, ending};
use crate::fold::{fold, fold_char};
use crate::form::{Form, WordList};

/// The longest line that may be a caption or a title, in letters.
const LONGEST: usize = 50;

/// In bytes, the longest sentence that names a table.
const SENTENCE: usize = 8 * LONGEST;

/// In letters, the longest line that may be about nothing but a stretch of time.
const BRIEF: usize = 24;

/// What ends a sentence that may name a table.
const SENTENCE_ENDS: [char; 3] = ['。', '！', '\n'];

/// Letters of a label that is more than a word for a sum.
pub const LEAST_LABEL: usize = 3;

/// Letters of a place's name before its kind.
const LEAST_NAME: usize = 2;

/// So many letters of a note may stand before its first word about a table: 特别提示：上表….
const NOTE_BEGINS: usize = 5;

/// Bytes of the end of a title that name it.
const LEAST_TITLE: usize = 3 * 8;

/// Digits of a year.
const YEAR: usize = 4;

/// What tells captions, prepared once a run.
pub struct CaptionWords {
    /// The words of captions of others' figures, a month's among them, and the ends of bodies' names: few lines have one.
    signs: WordList,
    /// What names all of a region.
    whole: WordList,
    /// The titles of a report's parts that are long enough to stand among other words.
    titles: AhoCorasick,
    /// The last letters of the headings of its parts.
    heading_ends: Vec<char>,
    /// What stands before who filled a form in.
    signers: Rare,
    /// What a line says that corrects a figure.
    amends: AhoCorasick,
    /// What a sentence calls the tables.
    table_names: Rare,
}

impl CaptionWords {
    pub fn new(form: &Form) -> CaptionWords {
        let w = &form.words;
        let sections = &form.recognise.sections;
        let whole: Vec<String> = w.whole.iter().flat_map(|whole| form.body.regions.keys().map(move |sign| format!("{whole}{sign}"))).collect();
        let others = [&w.samples, &w.periods, &w.other_years].into_iter().flat_map(|l| l.iter()).chain(&whole);
        let endings = form.body.level.iter().flat_map(|l| &l.endings);
        let mut heading_ends: Vec<char> = form.tables.iter().flat_map(|t| &t.headings).chain(sections).filter_map(|h| h.chars().next_back()).collect();
        heading_ends.sort_unstable();
        heading_ends.dedup();
        CaptionWords {
            signs: WordList::from(others.chain(endings).cloned().chain(["月".into()]).collect::<Vec<_>>()),
            whole: WordList::from(whole),
            titles: AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(sections.iter().filter(|t| t.len() >= LEAST_TITLE)).expect("some words make an automaton"),
            heading_ends,
            signers: Rare::new(form.beside.signers.iter()),
            amends: longest_of(&w.amends),
            table_names: Rare::new(w.table_names.iter().flatten()),
        }
    }
}

/// Words of which most texts have none. Not all processors can look for all of them at once.
struct Rare(Option<packed::Searcher>);

impl Rare {
    fn new<'w>(words: impl IntoIterator<Item = &'w String>) -> Rare {
        Rare(packed::Searcher::new(words))
    }

    fn may_stand_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.find(text).is_some())
    }
}

/// Items that are not this report's.
#[derive(Debug)]
pub struct Foreign {
    pub items: Range<usize>,
    /// The bytes of the words that say so.
    pub words: (u32, u32),
}

/// A part of the text about a table that stands elsewhere, as where texts and tables are kept apart.
#[derive(Debug)]
pub struct Told {
    /// Index into [`TABLES`](crate::form::TABLES).
    pub table: usize,
    pub bytes: Range<usize>,
}

/// What of a text is not this report's, in order. It goes on with the heading of a part that it had not reached before, where
/// the table behind that heading had not stood before either. `own` are the report's title and years; `table` tells of which
/// table alone an item is a label. And what of the text is about a table that stands elsewhere.
pub fn foreign(words: &FieldWords, text: &str, atoms: &Atoms, items: &[Item], own: (Option<&Title>, &[i32]), table: impl Fn(&Item) -> Option<usize>) -> (Vec<Foreign>, Vec<Told>) {
    let Some((at, first)) = items.iter().enumerate().find(|(_, x)| matches!(x.kind, Kind::Label(_))) else { return Default::default() };
    let above = &text[..first.start as usize];
    let whole = line_at(text, above.len()).len() >= WHOLE_TEXT;
    let captions = Captions { words, text, above, atoms, whole, title: own.0, years: own.1, body: OnceCell::new() };
    let labels: Vec<usize> = (at..items.len()).filter(|&i| matches!(items[i].kind, Kind::Label(_))).collect();
    let labelled = |among: Range<usize>| labels.get(labels.partition_point(|l| *l < among.start)).is_some_and(|l| *l < among.end);
    let place = |line: &str| place_of(text, line);
    let pieces = |line| captions.pieces(line);
    let line = |item: usize, words| LinePiece { item, words, part: captions.part(words) };
    // A caption may stand right above the first table, or above signs of the table alone.
    let before = above.lines().rev().flat_map(|line| pieces(line).rev()).map(str::trim).filter(|l| !l.is_ascii()).take(2).map(|l| line(0, l));
    // Words without a sign that divides cells may be several lines. 1-6月 begins like a figure.
    let words_of = |x: &Item| &text[x.start as usize..x.end as usize];
    let texts = items.iter().enumerate().skip(at).filter(|(_, x)| x.kind == Kind::Text || x.kind == Kind::Unreadable && words_of(x).contains(is_word));
    // A sign that divides cells may divide a sentence: of a line of words its beginning may say that figures are nobody's.
    let told = |line: &str| alone(text, place(line), place(line) + line.len()) || begins_words(text, place(line)) && captions.is_sample(line);
    let behind = texts.flat_map(|(i, x)| words_of(x).split('\n').map(move |line| (i, line.trim()))).filter(|(_, line)| told(line));
    let behind: Vec<LinePiece> = behind.flat_map(|(i, words)| pieces(words).map(move |piece| line(i, piece))).collect();
    let headings = above.lines().flat_map(pieces).map(|words| line(0, words)).chain(behind.iter().copied()).filter(|l| l.part.is_some());
    let elsewhere = captions.elsewhere(headings.map(|l| (l.item, l.words)), place, labelled);
    let mut out: Vec<Foreign> = Vec::new();
    let (mut open, mut of_all) = (false, false);
    // Where the table began that a note may be about, and the one before.
    let (mut from, mut earlier) = (0, 0);
    let lines: Vec<LinePiece> = before.chain(behind.iter().copied()).collect();
    for (n, &LinePiece { item, words: line, part }) in lines.iter().enumerate() {
        let is_foreign = LazyCell::new(|| captions.is_foreign(line, place(line)));
        // The heading of the next part, which begins here, stands between the words and the next table.
        let below = || {
            let next = lines[n + 1..].iter().find(|l| l.part.is_some());
            let seen = &text[..place(line)];
            next.is_some_and(|next| !labelled(item..next.item) && captions.goes_on(next, seen))
        };
        // A note between a heading and its table that leads back may be about either table.
        let between = || {
            let heading = lines[..n].iter().rev().find(|l| l.part.is_some());
            let next = lines[n + 1..].iter().find(|l| l.part.is_some()).map_or(items.len(), |l| l.item);
            heading.is_some_and(|h| place(h.words) < place(line)) && !labelled(from..item) && labelled(item..next)
        };
        if part.is_some() {
            (earlier, from) = (from, item);
        } else if !open && captions.leads_back(line) && between() {
            out.push(Foreign { items: earlier..items.len(), words: (place(line) as u32, (place(line) + line.len()) as u32) });
            open = true;
            continue;
        } else if !open && labelled(from..item) && (captions.is_note(line) || *is_foreign && !captions.is_ahead(line) && below()) {
            // A second note says nothing new of the same table.
            if out.last().is_none_or(|last| last.items.start != from) {
                out.push(Foreign { items: from..item, words: (place(line) as u32, (place(line) + line.len()) as u32) });
            }
            continue;
        }
        if !open && *is_foreign && !captions.is_head(items, item, line, words_of) {
            out.push(Foreign { items: item..items.len(), words: (place(line) as u32, (place(line) + line.len()) as u32) });
            open = true;
            // Above the heading of the first table's part a sentence is about all tables.
            of_all = place(line) < above.len() && lines[..n].iter().any(|l| l.part.is_some()) && captions.is_of_all(line);
        } else if let Some(last) = out.last_mut().filter(|_| open)
            && !of_all
            && labelled(last.items.start..item)
            && captions.goes_on(&lines[n], &text[..last.words.0 as usize])
            && items[item..].iter().find_map(&table).is_some_and(|next| !items[..last.items.start].iter().any(|x| table(x) == Some(next)))
        {
            last.items.end = item;
            open = false;
        }
    }
    let kept_apart = elsewhere.iter().filter_map(|told| {
        let lines = || text[told.bytes.clone()].split('\n').flat_map(pieces);
        lines().find(|line| captions.is_foreign(line, place(line)) || captions.is_note(line)).map(|line| (told.table, line))
    });
    for (of, line) in kept_apart.chain(captions.named()) {
        let words = (place(line) as u32, (place(line) + line.len()) as u32);
        out.extend(runs(items, of, &table).into_iter().map(|items| Foreign { items, words }));
    }
    out.sort_by_key(|f| f.items.start);
    (out, elsewhere)
}

/// A line of the text, or a piece of one.
#[derive(Clone, Copy)]
struct LinePiece<'t> {
    item: usize,
    words: &'t str,
    /// The part of the report of which it is the heading.
    part: Option<usize>,
}

/// The items from each first label of a table to the next label of another one.
fn runs(items: &[Item], table: usize, of: impl Fn(&Item) -> Option<usize>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (i, other) in items.iter().enumerate().filter_map(|(i, x)| Some((i, of(x)?))) {
        match out.last_mut().filter(|_| open) {
            Some(run) if other != table => (run.end, open) = (i, false),
            None if other == table => {
                out.push(i..items.len());
                open = true;
            }
            _ => {}
        }
    }
    out
}

pub fn is_word(c: char) -> bool {
    // Nearly all are Han characters.
    matches!(c, '\u{4E00}'..='\u{9FFF}') || !c.is_ascii() && c.is_alphabetic()
}

/// Whether a folded heading is this title, behind a number at most.
fn is_title(heading: &str, title: &str) -> bool {
    heading.strip_suffix(title).is_some_and(|number| number.chars().all(|c| c.is_ascii_digit() || is_han_numeral(c)))
}

/// What a line says that another program wrote down: its words in quotes, behind a name.
pub fn spoken(line: &str) -> &str {
    if memchr::memchr(b'"', line.as_bytes()).is_some() { line.rsplit('"').find(|l| !l.is_ascii()).unwrap_or(line) } else { line }
}

/// Short lines that correct a figure of the tables, and longer ones that begin with that, folded; the figure may stand in a cell
/// of its own behind the words.
pub fn amended(words: &FieldWords, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for at in starts(&words.captions.amends, text) {
        let line = line_at(text, at);
        let behind = || text[line.end..].trim_start_matches(is_separator).starts_with(|c: char| c.is_ascii_digit());
        // Columns may be kept apart by many spaces.
        let solid = || text[line.clone()].split_whitespace().map(str::len).sum::<usize>();
        // A line that begins so is about that alone, however much it says.
        let most = if fold(&text[line.start..at]).is_empty() { WHOLE_TEXT / 2 } else { 4 * LONGEST };
        if (line.len() <= most || line.len() < WHOLE_TEXT && solid() <= most) && (text[line.clone()].contains(char::is_numeric) || behind()) {
            out.push(fold(&text[line]));
        }
    }
    out
}

/// What tells a caption of others' figures.
struct Captions<'a> {
    words: &'a FieldWords<'a>,
    text: &'a str,
    /// What stands above the first label.
    above: &'a str,
    /// The whole text in fragments.
    atoms: &'a Atoms,
    /// The whole text stands on one line.
    whole: bool,
    title: Option<&'a Title>,
    /// The years that the report is about.
    years: &'a [i32],
    body: OnceCell<Option<String>>,
}

impl Captions<'_> {
    /// The place of the report's body, as title or preamble name it.
    fn body(&self) -> Option<&str> {
        let named = || self.title.and_then(|t| t.body.clone()).or_else(|| told_body(self.words, self.text, &self.atoms.folded));
        self.body.get_or_init(|| named().map(|b| split_organ(self.words, &b).0.to_string())).as_deref()
    }

    /// A line that is no sentence and no label, and that says of what stands below it that it is a sample, another year's,
    /// a whole region's or another body's.
    fn is_foreign(&self, line: &str, at: usize) -> bool {
        // Who signed may stand far behind.
        let line = head_of(spoken(line), 6 * LONGEST);
        let line = if self.words.captions.signers.may_stand_in(line) { unsigned(self.words.form, line) } else { line };
        if line.len() > 4 * LONGEST {
            return false;
        }
        let sentence = line.contains(['。', '，', '；', ';', ',']);
        if sentence && line.len() > 4 * BRIEF {
            return false;
        }
        let form = self.words.form;
        let folded = fold(line);
        let title = LazyCell::new(|| self.title_in(&folded));
        let around = || title.as_ref().is_some_and(|t| t.end < folded.len() || !unnumbered(&folded[..t.start]).is_empty());
        if !self.has_sign(&folded) && !around() || leads_on(&self.words.form.title.links, line) {
            return false;
        }
        let brief = folded.chars().count() <= BRIEF;
        if line.chars().count() > LONGEST || sentence && (!(brief && form.words.samples.stands_in(&folded)) || self.tells_of_work(line, &folded)) {
            return false;
        }
        let caption = form.words.caption_nouns.stands_in(&folded);
        let named = || form.words.samples.stands_in(&folded) || brief && form.words.periods.stands_in(&folded) || caption && (form.words.other_years.stands_in(&folded) || self.of_region(&folded));
        let dated = || self.of_year(line, &folded) || of_months(line) || caption && !folded.contains(['日', '月']) && self.of_years(line);
        if named() || brief && dated() {
            return !self.of_label(&folded);
        }
        if form.words.issuers.iter().find_map(|w| folded.strip_prefix(w.as_str())).is_some_and(|body| self.of_other(body)) {
            return true;
        }
        if title.as_ref().is_some_and(|title| self.with_title(&folded, title, line)) || brief && self.is_place(&folded) && !self.of_label(&folded) {
            return true;
        }
        let nouns = form.words.caption_nouns.iter().filter_map(|n| folded.strip_suffix(n.as_str()));
        [folded.as_str()].into_iter().chain(nouns).any(|heading| self.before_title(heading).is_some_and(|named| self.differs(named, at)))
            || caption && form.words.caption_nouns.iter().any(|n| folded.strip_suffix(n.as_str()).is_some_and(|b| self.of_other(b)))
    }

    /// Whether a line is a finished sentence that tells what was done and names no figures of a table: 对各村（社区）开展培训2次。
    fn tells_of_work(&self, line: &str, folded: &str) -> bool {
        let (words, beside) = (&self.words.form.words, &self.words.form.beside);
        let pointing = [&words.ahead, &words.notes, &words.holding, &beside.about, &beside.reports].iter().any(|list| list.stands_in(folded));
        if !line.ends_with('。') || pointing || words.table_names.iter().flatten().any(|name| folded.contains(name.as_str())) {
            return false;
        }
        let names_figures = |c: &str| [&words.caption_nouns, &beside.topics, &beside.figures].iter().any(|list| list.stands_in(c));
        let clauses: Vec<String> = line.split(['。', '，', '；', ';', ',']).map(fold).collect();
        let begins = |c: &str| words.works.begins(c);
        let figures = names_figures(folded);
        if words.samples.iter().filter(|sample| folded.contains(sample.as_str())).all(|sample| words.workers.contains(sample)) {
            let counts = || !figures && folded.bytes().any(|b| b.is_ascii_digit()) && words.works.stands_in(folded);
            let worked = || clauses.iter().any(|c| begins(c) && !names_figures(c)) && clauses.iter().all(|c| begins(c) || !names_figures(c));
            return counts() || worked() && !(figures && beside.being.stands_in(folded));
        }
        // What ends with a word for nobody's figures says it of figures.
        let ends = |c: &str| words.samples.iter().any(|sample| c.ends_with(sample.as_str()));
        !figures && clauses.iter().filter(|c| words.samples.stands_in(c)).all(|c| begins(c) && !ends(c))
    }

    /// Whether a line has what captions of others' figures have one of where they have no words around a title: a sign of those,
    /// or a year. Digits may stand within a name.
    fn has_sign(&self, folded: &str) -> bool {
        let letters = folded.trim_start_matches(|c: char| c.is_ascii_digit());
        let dated = || folded.len() - letters.len() >= YEAR || letters.bytes().any(|b| b.is_ascii_digit());
        self.words.captions.signs.stands_in(folded) || dated()
    }

    /// Where the longest title of a part of the report stands in folded words.
    fn title_in(&self, folded: &str) -> Option<Range<usize>> {
        let titles = self.words.captions.titles.find_overlapping_iter(folded);
        titles.max_by_key(|m| (m.len(), m.pattern(), Reverse(m.start()))).map(|m| m.range())
    }

    /// Whether an item that names a year is a head: of its row where a figure stands beside it, as beside another that names
    /// the report's year, or of its column where such a head stands among its neighbours.
    fn is_head<'t>(&self, items: &[Item], item: usize, line: &str, words_of: impl Fn(&Item) -> &'t str) -> bool {
        let dated = |words: &str| words.len() <= 4 * BRIEF && self.is_date(words, &fold(words));
        let (year, ours) = (|x: &&Item| dated(words_of(x)), |x: &Item| dated(words_of(x)) && !self.of_years(words_of(x)));
        let of_row = || items.get(item + 1).is_some_and(Item::is_figure) && items.windows(2).any(|w| w[1].is_figure() && ours(&w[0]));
        let of_column = || items[..item].iter().rev().take_while(year).any(ours) || items[(item + 1).min(items.len())..].iter().take_while(year).any(ours);
        dated(line) && (of_row() || of_column())
    }

    /// Whether a line ends with a label's words, or is a piece of one. 合计 is a label, and ends captions of sums.
    fn of_label(&self, folded: &str) -> bool {
        self.words.form.labels.iter().any(|l| l.texts.iter().any(|t| t.chars().count() >= LEAST_LABEL && folded.ends_with(t.as_str()) || t.contains(folded)))
    }

    /// The title of a part of the report with words around it that say whose figures follow: 三、上年收到和处理…（县直部门）.
    fn with_title(&self, folded: &str, title: &Range<usize>, line: &str) -> bool {
        let around = [&folded[..title.start], &folded[title.end..]].concat();
        let around = unnumbered(&around);
        !around.is_empty() && (line.contains(['%', '％']) || self.words.form.words.other_years.stands_in(around) || self.of_others(around) || of_months(line) || self.is_place(&yearless(around)))
    }

    /// Whether a line is the heading of a part of the report that stands behind all those whose headings were seen.
    fn goes_on(&self, line: &LinePiece, seen: &str) -> bool {
        line.part.is_some_and(|here| seen.lines().flat_map(|l| self.pieces(l)).filter_map(|l| self.part(l)).max().is_some_and(|last| last < here))
    }

    /// A line; or the pieces of one on which a whole text stands, or a heading beside other words.
    fn pieces<'l>(&self, line: &'l str) -> impl DoubleEndedIterator<Item = &'l str> + use<'l> {
        let several = self.whole || !self.is_fragment(line) && Cut::at(line, is_separator).any(|piece| self.part(piece).is_some());
        let pieces = several.then(|| Cut::at(line, is_separator));
        (!several).then_some(line).into_iter().chain(pieces.into_iter().flatten())
    }

    /// Whether no separator stands in a line.
    fn is_fragment(&self, line: &str) -> bool {
        let (start, fragments) = (place_of(self.text, line), &self.atoms.fragments);
        let fragment = fragments.get(fragments.partition_point(|f| (f.start as usize) < start));
        line.is_empty() || fragment.is_some_and(|f| (f.start as usize, f.end as usize) == (start, start + line.len()))
    }

    /// The part of the report of which a line is the heading.
    fn part(&self, line: &str) -> Option<usize> {
        let sections = &self.words.form.recognise.sections;
        let heading = self.heading(line)?;
        sections.iter().position(|s| is_title(&heading, s)).or_else(|| {
            let table = self.table_under(&heading)?;
            let headings = &self.words.form.tables.iter().find(|t| t.table == table)?.headings;
            sections.iter().position(|s| headings.contains(s))
        })
    }

    /// The table of the part of which a line is the heading.
    fn table(&self, line: &str) -> Option<usize> {
        self.table_under(&self.heading(line)?)
    }

    fn table_under(&self, heading: &str) -> Option<usize> {
        self.words.form.tables.iter().find(|t| t.headings.iter().any(|h| is_title(heading, h))).map(|t| t.table)
    }

    /// A line, folded, if it may be a heading.
    fn heading(&self, line: &str) -> Option<String> {
        let line = spoken(line);
        // Most lines end with another letter than all titles.
        let last = line.chars().rev().find_map(fold_char)?;
        (self.words.captions.heading_ends.contains(&last) && line.trim().len() <= 4 * LONGEST).then(|| fold(line))
    }

    /// The parts of the text under the heading of a part that has a table, where none stands before the next heading.
    /// `headings` are those of the text in order, each with its item; `tabled` tells whether labels are among items.
    fn elsewhere<'t>(&self, headings: impl Iterator<Item = (usize, &'t str)>, place: impl Fn(&str) -> usize, tabled: impl Fn(Range<usize>) -> bool) -> Vec<Told> {
        let mut out = Vec::new();
        let mut open: Option<(usize, usize, usize)> = None;
        for (item, line) in headings {
            if let Some((table, _, start)) = open.filter(|(_, from, _)| !tabled(*from..item)) {
                out.push(Told { table, bytes: start..place(line) });
            }
            open = self.table(line).map(|table| (table, item, place(line) + line.len()));
        }
        out
    }

    /// The sentences, anywhere in the text, that name a table and say that its figures are others': 第三部分的数据尚待核实.
    fn named(&self) -> Vec<(usize, &str)> {
        let words = &self.words.form.words;
        if !self.words.captions.table_names.may_stand_in(self.text) {
            return Vec::new();
        }
        let names = (0..).zip(&words.table_names).flat_map(|(table, names)| names.iter().map(move |n| (table, n)));
        let sentences = names.flat_map(|(table, name)| places(self.text, name).map(move |at| (table, around(self.text, at, &SENTENCE_ENDS, 2 * SENTENCE))));
        let says = |line: &str| line.len() <= SENTENCE && Some(fold(line)).is_some_and(|l| words.samples.stands_in(&l) || self.of_region(&l) || words.misplaced.stands_in(&l) && self.of_years(&l));
        sentences.filter(|(_, line)| says(line)).collect()
    }

    /// What stands before the title of a report or of one of its parts, or the end of one, with which a heading ends.
    fn before_title<'h>(&self, heading: &'h str) -> Option<&'h str> {
        let ends = |title: &str| {
            let alike = heading.bytes().rev().zip(title.bytes().rev()).take_while(|(a, b)| a == b).count();
            heading.len() - heading.ceil_char_boundary(heading.len() - alike)
        };
        let enough = |title: &str, end: usize| end == title.len() || end >= LEAST_TITLE;
        alike(heading, &self.words.headings).map(|t| (ends(t), t)).filter(|(end, t)| enough(t, *end)).map(|(end, _)| &heading[..heading.len() - end]).min_by_key(|named| named.len())
    }

    /// Whether a line below a table says of it what a caption of others' figures says.
    fn is_note(&self, line: &str) -> bool {
        let line = spoken(line);
        let words = &self.words.form.words;
        if line.len() > 4 * LONGEST || !words.notes.stands_in(line) {
            return false;
        }
        let folded = fold(line);
        let begins = folded.char_indices().take(NOTE_BEGINS).any(|(at, _)| words.notes.begins(&folded[at..]));
        begins && (self.of_others(&folded) || of_months(line))
    }

    /// Whether a line says so of figures that stand above it.
    fn leads_back(&self, line: &str) -> bool {
        let form = self.words.form;
        self.is_note(line) && form.words.caption_nouns.stands_in(line) && Some(fold(line)).is_some_and(|l| form.beside.back.iter().any(|b| l.starts_with(b.as_str())))
    }

    /// Whether a line says that it is about what stands below it.
    fn is_ahead(&self, line: &str) -> bool {
        self.words.form.words.ahead.stands_in(&fold(line))
    }

    /// Whether words about a table say that its figures are a sample, or another stretch of time's, year's or region's.
    fn of_others(&self, folded: &str) -> bool {
        let words = &self.words.form.words;
        words.samples.stands_in(folded) || words.periods.stands_in(folded) || self.of_years(folded) || self.of_region(folded)
    }

    /// A line that names a year or a stretch of time and nothing else, and none of the report's years.
    fn of_year(&self, line: &str, folded: &str) -> bool {
        // One day, or month, is that of publication.
        self.is_date(line, folded) && (folded.contains('至') || !folded.contains(['日', '月']) && !is_of_one_day(line)) && self.of_years(line)
    }

    /// Whether a line says that figures are nobody's.
    fn is_sample(&self, line: &str) -> bool {
        line.len() <= 4 * BRIEF && self.words.form.words.samples.stands_in(&fold(line))
    }

    /// Whether a line is a sentence that says that figures are nobody's, and names none of the tables.
    fn is_of_all(&self, line: &str) -> bool {
        line.ends_with('。') && self.is_sample(line) && !self.words.form.words.table_names.iter().flatten().any(|name| line.contains(name.as_str()))
    }

    /// Whether a line names a year or a stretch of time, and nothing else.
    fn is_date(&self, line: &str, folded: &str) -> bool {
        let letters = &self.words.form.words.date_letters;
        !years_in_digits(line).is_empty() && !folded.bytes().all(|b| b.is_ascii_digit()) && folded.chars().all(|c| c.is_ascii_digit() || letters.contains(c))
    }

    /// Whether years are named, and none of the report's own.
    fn of_years(&self, folded: &str) -> bool {
        let theirs = years_in_digits(folded);
        !theirs.is_empty() && !self.years.is_empty() && !theirs.iter().any(|y| self.years.contains(y))
    }

    /// Whether these words name a body that is not the report's; 我镇 is its own.
    fn of_other(&self, named: &str) -> bool {
        let form = self.words.form;
        let place = split_organ(self.words, named).0;
        let mut endings = ending(place, &self.words.endings).map(|(_, e)| &place[..place.len() - e.len()]).peekable();
        let is_body = endings.peek().is_some() && !endings.any(|name| name.is_empty() || form.words.selves.iter().any(|w| name.ends_with(w.as_str())));
        is_body && self.body().is_some_and(|own| !named.contains(tail(own)) && !own.ends_with(place))
    }

    /// Whether these words are the name of a place, and nothing more, that is not the report's.
    fn is_place(&self, named: &str) -> bool {
        let place = split_organ(self.words, named).0;
        let is_kind = |(n, end): (usize, &str)| self.words.levels[n] != DEPARTMENT && place[..place.len() - end.len()].chars().count() >= LEAST_NAME;
        ending(place, &self.words.endings).any(is_kind) && self.of_other(named)
    }

    /// Words for a whole region, 全县, that the report's body is not.
    fn of_region(&self, folded: &str) -> bool {
        let form = self.words.form;
        if !self.words.captions.whole.stands_in(folded) {
            return false;
        }
        let named = |at: Range<usize>| self.body().is_some_and(|body| ends_a_name((body, without_regions(self.words, body)), folded, at));
        let whole = |sign: &&String| {
            let mut words = form.words.whole.iter().map(|w| format!("{w}{sign}"));
            words.any(|word| places(folded, &word).any(|at| !named(at..at + word.len())))
        };
        form.body.regions.keys().find(whole).is_some_and(|sign| self.body().is_none_or(|body| !body.ends_with(sign.as_str())))
    }

    /// True where the words before a title name another year than the report's own title, or a body that nothing above
    /// them and the tables names.
    fn differs(&self, named: &str, at: usize) -> bool {
        if named.is_empty() {
            return false;
        }
        if self.of_years(named) {
            return true;
        }
        let body = yearless(named);
        let tail = tail(split_organ(self.words, &body).0);
        tail.chars().count() == TAIL && self.of_other(&body) && !fold(&self.above[..at.min(self.above.len())]).contains(tail)
    }
}

/// The last letters of a place's name are its own; what stands before them may be its county.
const TAIL: usize = 3;

fn tail(place: &str) -> &str {
    let start = place.char_indices().rev().take(TAIL).last().map_or(0, |(at, _)| at);
    &place[start..]
}

fn years_in_digits(words: &str) -> Vec<i32> {
    let digit = |c: char| fold_char(c).and_then(|c| c.to_digit(10));
    let runs = words.split(|c: char| digit(c).is_none()).filter(|run| run.chars().count() == YEAR);
    runs.map(|run| run.chars().filter_map(digit).fold(0, |year, d| 10 * year + d as i32)).collect()
}

/// Whether a line leads to another page, behind buttons at most: 【关闭】 下一篇：….
pub fn leads_on(links: &[String], line: &str) -> bool {
    let signs = [':', '：', '>', '》', '】', ']'];
    if !line.contains(signs) {
        return false;
    }
    let link = links.iter().find_map(|link| Some((line.find(link.as_str())?, link.len())));
    let buttons = |before: &str| before.split_whitespace().all(|b| b.starts_with(SQUARE[0]) && b.ends_with(SQUARE[1]));
    link.is_some_and(|(at, len)| line[at + len..].trim_start().starts_with(signs) && buttons(&line[..at]))
}

/// Whether all digits of a line are those of one day: 2023-01-21, 2023年1月21日 10:30.
pub fn is_of_one_day(line: &str) -> bool {
    let mut numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let shape = [4..=4, 1..=2, 1..=2].into_iter().all(|digits| numbers.next().is_some_and(|n| digits.contains(&n.len())));
    let clock = numbers.clone().count() <= 3 && numbers.all(|n| n.len() == 2);
    let at = line.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    shape && clock && line[at..].get(YEAR..).is_some_and(|rest| rest.starts_with(['-', '/', '.', '年']))
}

/// Words without the number before them.
fn unnumbered(words: &str) -> &str {
    words.trim_start_matches(|c: char| c.is_ascii_digit() && words.len() < 4 || is_han_numeral(c))
}

/// Words without the year beside them.
fn yearless(words: &str) -> String {
    let letters: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
    letters.trim_matches(['年', '度', '的']).to_string()
}

/// Whether a line names months from one to another that are not a whole year: 1-6月, 2022年7月—12月, 2022年1月1日至2022年6月30日.
pub fn of_months(line: &str) -> bool {
    // Most lines name none.
    if !line.contains('月') {
        return false;
    }
    let sign = |c: char| match c {
        '月' => Some(c),
        '-' | '—' | '－' | '–' | '~' | '～' | '至' | '到' => Some('-'),
        c if c.is_whitespace() => None,
        c => Some(fold_char(c).filter(char::is_ascii_digit).unwrap_or(' ')),
    };
    let signs: String = line.chars().filter_map(sign).collect();
    let month = |digits: &str| digits.parse().ok().filter(|m| (1..=12).contains(m));
    let undigited = |s: &str| s.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    signs.match_indices('-').any(|(at, _)| {
        // Behind the month may stand its day.
        let (before, after) = (signs[..at].trim_end(), &signs[at + 1..]);
        let before = before[..undigited(before)].strip_suffix('月').unwrap_or(before);
        let from: Option<u32> = month(&before[undigited(before)..]);
        let to = after.find('月').and_then(|end| month(after[..end].rsplit(' ').next()?));
        from.zip(to).is_some_and(|stretch| stretch != (1, 12))
    })
}

/// A line at least so long, in bytes, is no line of a page: the whole text stands on it.
const WHOLE_TEXT: usize = 2000;

/// Whether a line of words without any figure begins at a place.
fn begins_words(text: &str, at: usize) -> bool {
    let line = &text[line_at(text, at)];
    line.len() < WHOLE_TEXT && is_bare(&line[..at - place_of(text, line)]) && !line.contains(char::is_numeric)
}

/// Whether nothing of a text is left once it is folded.
fn is_bare(text: &str) -> bool {
    text.chars().all(|c| fold_char(c).is_none())
}

/// True where nothing else stands on the line of a place but brackets and signs, or where lines say nothing.
fn alone(text: &str, start: usize, end: usize) -> bool {
    // No more of a line is looked at than tells that it is the whole text.
    let (from, to) = (text.floor_char_boundary(start.saturating_sub(WHOLE_TEXT)), text.ceil_char_boundary((end + WHOLE_TEXT).min(text.len())));
    let before = text[from..start].rsplit('\n').next().unwrap_or("");
    let after = text[end..to].split('\n').next().unwrap_or("");
    if before.len() + after.len() >= WHOLE_TEXT {
        return true;
    }
    is_bare(before) && is_bare(after)
}
