//! What explains words beside a table: the report's own names and years, the form's words, and what usually stands there.

use std::cell::OnceCell;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::block::{Keys, Kind};
use super::captions::{LEAST_LABEL, is_of_one_day, is_word, leads_on, of_months, spoken};
use super::scope;
use crate::extract::about::body::{DEPARTMENT, TOWNSHIP, acceptable, clean_body, level, may_be_road, own_place, township_of};
use crate::extract::about::head::fields;
use crate::extract::context::Context;
use crate::extract::items::atoms::{BRACKETS, COLON, is_separator, place_of};
use crate::extract::items::labels::{is_han_numeral, unnumbered};
use crate::extract::prepared::FieldWords;
use crate::extract::words::cut::Cut;
use crate::extract::words::dates::years_in;
use crate::extract::words::lists::Lists;
use crate::extract::words::wanted::{head_of, longest_of, places};
use crate::extract::words::word::{Words, beginning, ending};
use crate::fold::{fold, fold_char};
use crate::form::{Form, WordList};
use crate::model::Report;

/// So many lines, or cells, above the heads of a table may be about it, where no heading stands before.
const ABOVE: usize = 6;

/// So many below its last row.
const BELOW: usize = 3;

/// In letters, the longest words that are a caption although a comma stands in them.
pub const BRIEF: usize = 30;

/// In bytes, the longest line that is looked at as a whole; of longer ones the sentences are.
const LONGEST: usize = 300;

/// Letters at the start of a line that number it: 表 3.
const NUMBERING: usize = 3;

/// In bytes, what may stand between words that point to figures and what those are called, with that.
const POINTED: usize = 36;

/// In bytes, the longest line that states units and nothing else.
const UNIT_LINE: usize = 36;

/// Digits of a year.
const YEAR: usize = 4;

/// In two digits it stands in so many bytes with its sign at most, behind these.
const IN_SHORT: usize = 9;
const CENTURY: i32 = 2000;

/// In letters, the longest name of an office that stands for itself.
const LONGEST_OFFICE: usize = 10;

/// So many years before the report's one of two digits may be: 22年.
const NEAR: i32 = 5;

/// What stands between the ends of a stretch of time.
const DASHES: [char; 7] = ['-', '—', '－', '–', '~', '～', '至'];

/// What stands before the number of an article, and behind it.
const ARTICLE: char = '第';
const CITED: [char; 4] = ['条', '款', '页', '号'];

/// With these a note below a table begins.
const MARKS: [char; 5] = ['*', '＊', '※', '①', '②'];

/// The form's words that explain what stands beside a table, as automata, made once a run.
pub struct Known {
    /// What explains itself.
    plain: Explaining,
    /// What is about figures, behind so many phrases that hold such words and are not: 详见下表.
    about: AhoCorasick,
    phrases: usize,
    sections: AhoCorasick,
    titles: AhoCorasick,
    /// By these a clause is found that is about tables or tells the statistics period; what a clause calls the report; and
    /// what points to the tables, where it stands before what figures are called.
    signs: Lists<3>,
    /// So many of the last point wherever they stand, the others where a clause begins with them.
    pointing: usize,
    /// What each of the first is about.
    about_what: Vec<About>,
    /// Units of figures.
    pub units: Words,
    /// What a clause about the report or all tables may hold besides what explains itself.
    stated: Explaining,
    /// What narrows figures to a body or year, or to those without some.
    pub narrowing: WordList,
    /// What a short line at the edge of a page holds that doubts the report or names its figures.
    pub edges: WordList,
    /// With what clauses against figures begin.
    pub against: WordList,
    /// The keys of information blocks.
    pub keys: Keys,
}

/// Words that explain themselves. A word of doubt that begins before one of them, and goes over into it, stays whole: 未审核.
struct Explaining {
    words: AhoCorasick,
    /// So many of them explain themselves; the others are words of doubt.
    explained: usize,
}

impl Explaining {
    fn new<'w>(explained: impl Iterator<Item = &'w String>, kept: impl Iterator<Item = &'w String>) -> Explaining {
        let mut words: Vec<&String> = explained.collect();
        let count = words.len();
        words.extend(kept);
        Explaining { words: longest_of(words), explained: count }
    }

    /// Folded words with a space for each that explains itself.
    fn without(&self, words: &str) -> String {
        let mut left = String::with_capacity(words.len());
        self.words.replace_all_with(words, &mut left, |found, word, left| {
            left.push_str(if found.pattern().as_usize() < self.explained { " " } else { word });
            true
        });
        left
    }
}

/// What a clause is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum About {
    /// All tables.
    Tables,
    /// One of them, by its index into [`TABLES`](crate::form::TABLES).
    Table(usize),
    /// The report.
    Report,
    /// The statistics period.
    Period,
}

impl Known {
    pub fn new(form: &Form) -> Known {
        let (b, w) = (&form.beside, &form.words);
        let labels = form.labels.iter().flat_map(|l| &l.texts).filter(|t| t.chars().count() >= LEAST_LABEL);
        let units = form.figures.units.values().flat_map(|u| u.keys());
        let lists = [&b.plain, &w.unit_marks, &w.unit_kinds, &w.issuers, &form.recognise.sections];
        let plain: Vec<&String> = lists.into_iter().flatten().chain(form.recognise.titles.iter()).chain(labels).chain(units).filter(|w| !w.is_empty()).collect();
        let stated = b.reports.iter().chain(&b.all).chain(&form.preamble.period).chain(w.table_names.iter().flatten()).chain(b.stated.iter());
        let phrases: Vec<&String> = b.plain.iter().filter(|w| b.about.stands_in(w)).collect();
        let tables = w.table_names.iter().enumerate().flat_map(|(t, names)| names.iter().map(move |name| (name, About::Table(t))));
        let clauses: Vec<(&String, About)> = b.all.iter().map(|c| (c, About::Tables)).chain(tables).chain(form.preamble.period.iter().map(|p| (p, About::Period))).collect();
        Known {
            plain: Explaining::new(plain.iter().copied(), b.doubts.iter().chain(w.other_years.iter())),
            stated: Explaining::new(plain.iter().copied().chain(stated), b.doubts.iter()),
            about: longest_of(phrases.iter().copied().chain(b.about.iter())),
            phrases: phrases.len(),
            sections: longest_of(&form.recognise.sections),
            titles: longest_of(form.recognise.titles.iter()),
            about_what: clauses.iter().map(|c| c.1).collect(),
            signs: Lists::new([clauses.into_iter().map(|c| c.0).collect(), b.reports.iter().collect(), b.pointing.iter().chain(&b.opening).collect()]),
            pointing: b.pointing.len(),
            units: form.figures.units.values().flat_map(|u| u.keys()).cloned().collect::<Vec<_>>().into(),
            narrowing: WordList::from([&b.scope.only[..], &b.scope.without].concat()),
            edges: WordList::from([&b.doubts[..], &b.figures].concat()),
            against: WordList::from(b.against.iter().filter_map(|a| a.words.first()).flat_map(|list| list.iter()).chain(b.until.iter()).cloned().collect::<Vec<_>>()),
            keys: Keys::new(form),
        }
    }

    fn is_about(&self, folded: &str) -> bool {
        self.about.find_iter(folded).any(|m| m.pattern().as_usize() >= self.phrases)
    }
}

/// What explains words beside a table.
pub struct Own<'a> {
    pub cx: &'a Context<'a>,
    pub words: &'a FieldWords<'a>,
    /// The names of the report's body, folded, the longest first.
    pub names: Vec<String>,
    /// The end of its place's name: 镇.
    pub kind: Option<String>,
    /// What it calls itself, with that.
    selves: Vec<String>,
    /// Whether the end of the place's name stands in all its names.
    of_kind: bool,
    /// The place of its body, without the regions above.
    pub place: Option<String>,
    pub title: Option<String>,
    pub year: Option<i32>,
    alone: OnceCell<Vec<String>>,
}

impl<'a> Own<'a> {
    pub fn new(cx: &'a Context<'a>, words: &'a FieldWords<'a>, report: &Report) -> Own<'a> {
        let place = report.body.as_deref().map(|body| own_place(words, body));
        let names: Vec<String> = [report.body_full.as_deref(), report.body.as_deref(), place].into_iter().flatten().map(fold).collect();
        // 全镇, 我镇, 本镇 are its own as well.
        let kind = names.last().and_then(|place| ending(place, &words.endings).map(|(_, e)| e.to_string()).min_by_key(String::len));
        let form = &words.form.words;
        let selves = kind.iter().flat_map(|kind| form.whole.iter().chain(&form.selves).map(move |own| format!("{own}{kind}"))).collect();
        let of_kind = kind.as_ref().is_some_and(|kind| names.iter().all(|name| name.contains(kind.as_str())));
        Own { cx, words, names, kind, selves, of_kind, place: place.map(String::from), title: report.title.clone(), year: report.year, alone: OnceCell::new() }
    }

    /// What the report's body calls itself.
    pub fn selves(&self) -> &[String] {
        &self.selves
    }

    /// What body and year are called where words narrow figures to them: few reports have such words.
    pub fn alone(&self) -> &[String] {
        self.alone.get_or_init(|| scope::names(self))
    }

    /// Whether folded words may hold a name of the report's body.
    fn may_name_own(&self, folded: &str) -> bool {
        !self.of_kind || self.kind.as_ref().is_some_and(|kind| folded.contains(kind.as_str()))
    }

    pub fn known(&self) -> &'a Known {
        &self.words.known
    }

    /// The lines or cells of a part of the text that hold words; of long ones the sentences.
    pub fn pieces(&self, bytes: Range<usize>) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        self.pieces_with(bytes, |_| false)
    }

    /// The same with others that are asked for.
    fn pieces_with(&self, bytes: Range<usize>, others: fn(&str) -> bool) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        let lines = Cut::at(&self.cx.text[bytes], |c| is_separator(c) && !matches!(c, ' ' | '\u{3000}'));
        let sentences = lines.flat_map(|line| {
            let (short, long) = if line.len() > LONGEST { (None, line) } else { (Some(line), "") };
            short.into_iter().chain(Cut::behind(long, |c| matches!(c, '。' | ' ' | '\u{3000}')))
        });
        let doubts = &self.cx.form.beside.doubts;
        let foreign = move |p: &str| p.len() <= LONGEST && p.bytes().any(|b| b.is_ascii_alphabetic()) && doubts.stands_in(&fold(p));
        // A cell over several columns may be written once a column.
        let mut last = "";
        sentences.map(str::trim).filter(move |p| p.contains(is_word) || is_stretch(p) || foreign(p) || others(p)).filter(move |p| std::mem::replace(&mut last, p) != *p)
    }

    /// From the heading of the part, with what stands beside its title, to the heads; the title may stand again right above
    /// them. Where there is none, the words next to them and what speaks of the table.
    pub fn above(&self, bytes: Range<usize>) -> Vec<&'a str> {
        let mut out: Vec<&str> = Vec::new();
        let (mut title, mut titled) = (None, 0);
        for piece in self.pieces_with(bytes, is_year).rev().take(ABOVE) {
            let here = self.title(piece);
            if here.is_some() && title.is_some() && here != title {
                break;
            }
            if here.is_none() {
                out.push(piece);
                continue;
            }
            out.extend(self.from_title(piece).into_iter().rev());
            (title, titled) = (here, out.len());
        }
        if titled > 0 {
            out.truncate(titled);
        }
        // What stands between the heading of a table's part and its heads may be about it all the same.
        if !title.is_some_and(|n| self.cx.form.tables.iter().any(|t| t.headings.contains(&self.cx.form.recognise.sections[n]))) {
            out.retain(|p| !self.points_back(&fold(p)));
        }
        if titled == 0 {
            // Outside the part of a table a number may count anything.
            out.retain(|p| p.contains(is_word) || !is_year(p));
            let nearest = out.first().copied();
            out.retain(|p| Some(*p) == nearest || self.is_about(p) || p.ends_with(COLON));
        }
        out
    }

    /// From the last row to the heading of the next part. Where none follows soon, what speaks of the table.
    pub fn below(&self, bytes: Range<usize>) -> Vec<&'a str> {
        let near: Vec<&str> = self.pieces(bytes).take(BELOW + 1).collect();
        match near.iter().position(|p| self.is_heading(p)) {
            Some(title) => near[..title].to_vec(),
            None => near.into_iter().take(BELOW).filter(|p| self.is_about(p)).collect(),
        }
    }

    /// Whether words begin with one for what stands above them.
    pub fn points_back(&self, words: &str) -> bool {
        self.cx.form.beside.back.iter().any(|b| words.starts_with(b.as_str()))
    }

    /// Whether a line names this report: its body, its year and what it is.
    pub fn is_report_title(&self, words: &str) -> bool {
        if words.len() > LONGEST || words.ends_with('。') || !words.contains("20") {
            return false;
        }
        let folded = fold(words);
        if !self.may_name_own(&folded) || !self.names.iter().chain(&self.selves).any(|n| folded.contains(n.as_str())) {
            return false;
        }
        let titles = &self.cx.form.recognise.titles;
        // The year may part the name of a report: 政府信息公开工作2023年年度报告.
        self.cx.years.iter().any(|y| folded.contains(&y.to_string()) && (titles.stands_in(&folded) || [("年年", "年"), ("年度", "年度"), ("年", "")].iter().any(|(sign, left)| titles.stands_in(&folded.replace(&format!("{y}{sign}"), left)))))
    }

    /// Where the last name of a report in words ends.
    pub fn named_until(&self, words: &str) -> Option<usize> {
        Some(self.known().titles.find_iter(words).last()?.end())
    }

    /// What stands behind the report's name in its title.
    pub fn behind_title<'w>(&self, line: &'w str) -> Option<&'w str> {
        let end = self.named_until(line)?;
        let behind = line[end..].trim();
        let folded = fold(behind);
        let labelled = || self.cx.form.title.behind.iter().any(|label| folded.starts_with(label.as_str())) || !fields(self.words, behind).is_empty();
        (!folded.is_empty() && !labelled()).then_some(behind)
    }

    /// Folded words with the title of a part as it is written, where letters of it were read as others that are alike in shape.
    fn as_heading(&self, mut folded: String) -> String {
        if self.cx.lexicon.may_be_misread(&folded) {
            let respelled = self.cx.lexicon.respelled(&folded);
            if let Some(m) = self.known().sections.find(&respelled).filter(|m| folded.is_char_boundary(m.start()) && folded.is_char_boundary(m.end())) {
                folded.replace_range(m.range(), &respelled[m.range()]);
            }
        }
        folded
    }

    /// The sentences of words from the one on that holds the title of a part, or from the first of several in a row: the running
    /// text of the part before may have run into the heading, and the heading into a sentence.
    fn from_title<'w>(&self, words: &'w str) -> Vec<&'w str> {
        let mut sentences: Vec<&str> = Cut::behind(words, |c| c == '。').map(str::trim).filter(|s| s.contains(is_word)).collect();
        if sentences == [words] {
            return sentences;
        }
        let titled = |s: &&str| self.title(s).is_some();
        let Some(last) = sentences.iter().rposition(titled) else { return vec![words] };
        let first = last - sentences[..last].iter().rev().take_while(|s| titled(s)).count();
        sentences.drain(..first);
        sentences
    }

    /// Whether the title of a part that words hold is a heading: a sentence may name it as well.
    fn is_heading(&self, words: &str) -> bool {
        let titled = self.title(words).is_some();
        if !titled || !words.ends_with('。') {
            return titled;
        }
        let folded = self.as_heading(fold(words));
        self.known().sections.find(&folded).is_some_and(|m| unnumbered(&folded[..m.start()]).is_empty())
    }

    /// Folded words without the titles of parts.
    pub fn without_titles(&self, folded: &str) -> String {
        let mut left = String::with_capacity(folded.len());
        self.known().sections.replace_all_with(folded, &mut left, |_, _, left| {
            left.push(' ');
            true
        });
        left
    }

    /// Whether words are the heading of a part that has a table.
    pub fn heads_table(&self, words: &str) -> bool {
        let section = self.title(words).map(|n| &self.cx.form.recognise.sections[n]).filter(|_| self.is_heading(words));
        section.is_some_and(|section| self.cx.form.tables.iter().any(|t| t.headings.contains(section)))
    }

    /// The part of a report whose title words hold.
    pub fn title(&self, words: &str) -> Option<usize> {
        let folded = (words.len() <= LONGEST).then(|| self.as_heading(fold(words)))?;
        self.known().sections.find(&folded).map(|m| m.pattern().as_usize())
    }

    /// Whether words say themselves that they are about a table: a note, a remark in brackets, a sentence that names it.
    pub fn is_about(&self, words: &str) -> bool {
        let folded = fold(words);
        is_bracketed(words) || words.starts_with(MARKS) || self.is_note(&folded) || self.known().is_about(&folded)
    }

    /// Whether words that nothing explains doubt what they are about.
    pub fn has_doubt(&self, left: &str) -> bool {
        self.cx.form.beside.has_doubt(left) || self.cx.form.words.other_years.stands_in(left)
    }

    /// What is left without the words for all that is in a region.
    pub fn without_scope(&self, left: &str) -> String {
        let wide = &self.cx.form.beside.wide;
        if !wide.stands_in(left) {
            return left.to_string();
        }
        wide.iter().fold(left.to_string(), |left, scope| left.replace(scope.as_str(), " "))
    }

    /// Whether words doubt in a way that has no other meaning in running text.
    pub fn has_plain_doubt(&self, left: &str) -> bool {
        self.cx.form.beside.doubts.stands_in(left)
    }

    /// Whether a body is among what nothing explains, and not the place before an office's name: 某某县（政务公开）办.
    fn other_body(&self, left: &str) -> bool {
        let office = |next: Option<&&str>| next.is_some_and(|next| self.words.endings.iter().zip(&self.words.levels).any(|(end, of)| *of == DEPARTMENT && next.starts_with(&**end)));
        let pieces: Vec<&str> = left.split(' ').collect();
        (0..pieces.len()).any(|n| level(self.words, pieces[n]).is_some_and(|l| l != DEPARTMENT) && !may_be_road(self.words, pieces[n]) && !office(pieces.get(n + 1)))
    }

    /// Whether a township, or an organ with its place, is named within what nothing explains.
    pub fn names_body(&self, left: &str) -> bool {
        let body = &self.cx.form.body;
        let kinds = || body.level.iter().filter(|l| l.level == TOWNSHIP).flat_map(|l| &l.endings).chain(&body.issuing);
        let named = |piece: &str| kinds().flat_map(|kind| places(piece, kind).map(move |at| at + kind.len())).any(|end| level(self.words, &piece[..end]).is_some() && acceptable(self.words, &piece[..end]));
        self.other_body(left) || left.split(' ').any(named)
    }

    /// Whether words behind a title name years, and not that which the report is about.
    pub fn other_year(&self, words: &str, year: Option<i32>) -> bool {
        let named = years_in(&fold(words));
        !named.is_empty() && year.is_some_and(|y| !named.contains(&y))
    }

    /// Whether words name a month of the year behind the report's: 2023年1月发布.
    pub fn is_of_publication(&self, words: &str, year: Option<i32>) -> bool {
        words.contains('月') && year.is_some_and(|y| years_in(&fold(words)) == [y + 1])
    }

    /// Whether words are a day of the year behind the report's and no more, as below a signature.
    fn is_day_of_publication(&self, words: &str) -> bool {
        let label = |label: &str| self.cx.form.title.behind.iter().any(|b| *b == fold(label));
        let words = words.split_once(['：', ':']).filter(|(before, _)| label(before)).map_or(words, |(_, day)| day);
        let bare = words.chars().filter_map(fold_char).all(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '日'));
        let year = || words.trim_start().get(..4)?.parse::<i32>().ok();
        bare && is_of_one_day(words) && year().is_some_and(|day| self.cx.years.first().is_some_and(|own| day == own + 1))
    }

    /// Where words stand in a part of the text that tell what their clause is about, and where some point to figures of the
    /// tables: 前面几张表, 所报件数; with whether they do so but where a clause begins with them: 表中.
    pub fn signs(&self, part: Range<usize>) -> (Vec<(usize, About)>, Vec<(usize, bool)>) {
        let (known, text, figures) = (self.known(), self.cx.text, &self.cx.form.beside.figures);
        let begins = |at: &usize| text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let near = |word: &Range<usize>| {
            let behind = head_of(&text[word.end..part.end], POINTED);
            figures.stands_in(&text[word.clone()]) || figures.stands_in(&behind[..behind.find(|c: char| !c.is_alphanumeric()).unwrap_or(behind.len())])
        };
        let [clauses, reports, pointing] = known.signs.find(&text[part.clone()]);
        let in_text = |at: Range<usize>| part.start + at.start..part.start + at.end;
        let of_tables = clauses.into_iter().map(|(at, what)| (in_text(at).start, known.about_what[what]));
        let of_report = reports.into_iter().map(|(at, _)| in_text(at).start).filter(begins).map(|at| (at, About::Report));
        let pointers = pointing.into_iter().map(|(at, what)| (in_text(at), what >= known.pointing));
        let pointers = pointers.filter(|(at, opens)| near(at) && (!opens || begins(&at.start))).map(|(at, opens)| (at.start, opens));
        (of_tables.chain(of_report).collect(), pointers.collect())
    }

    /// Whether words compare figures with others: those of another year that they name are not the tables'.
    pub fn compares(&self, words: &str) -> bool {
        self.cx.form.beside.compares.stands_in(words)
    }

    /// Whether words call figures by what they are.
    pub fn names_figures(&self, words: &str) -> bool {
        self.cx.form.beside.figures.stands_in(words)
    }

    /// Whether a clause speaks of the report and does not go on as such clauses do: 本报告由…编制. Another township that it
    /// was made by is not usual.
    pub fn is_unusual(&self, clause: &str) -> bool {
        let (b, folded) = (&self.cx.form.beside, fold(clause));
        let Some(rest) = b.reports.behind(&folded) else { return false };
        let made_by = self.cx.form.preamble.makers.iter().find_map(|by| rest.strip_prefix(by.as_str()));
        made_by.map_or_else(|| !b.usual.begins(rest), |by| self.other_township(by))
    }

    /// Whether words begin with a township's name and it is not the report's, which is a township's too.
    fn other_township(&self, words: &str) -> bool {
        let Some(own) = self.place.as_deref().filter(|place| level(self.words, place) == Some(TOWNSHIP)) else { return false };
        let end = self.words.sentences.after.find(words).map_or(words.len(), |m| m.start());
        let named = clean_body(self.words, &words[..end]).and_then(|body| Some(own_place(self.words, township_of(self.words, &body)?).to_string()));
        let name = |place: &str| ending(place, &self.words.endings).map(|(_, e)| place.len() - e.len()).min().map_or(place.to_string(), |end| place[..end].to_string());
        named.is_some_and(|named| !name(own).contains(&name(&named)) && !name(&named).contains(&name(own)))
    }

    /// What nothing explains of words beside a table, folded; what was taken out is a space. Of running text it is what speaks
    /// of the table.
    pub fn unexplained(&self, words: &str) -> Option<String> {
        let sentence = is_sentence(words);
        let words = unsigned(self.cx.form, spoken(words));
        if words.len() > 4 * LONGEST {
            return None;
        }
        if self.is_open_key(words) {
            return None;
        }
        // Units are told, or withheld, by themselves.
        if words.len() <= UNIT_LINE && self.states_unit(words) && !self.says_whose(words) {
            return None;
        }
        let folded = self.as_heading(fold(words));
        let telling = !sentence || words.starts_with(MARKS) || self.is_note(&folded) || self.known().is_about(&folded);
        (telling && !leads_on(&self.cx.form.title.links, words)).then(|| self.left(words, folded))?
    }

    /// Whether words are a key of the page's information before a colon, of which the value stands elsewhere: 索引号：. A remark
    /// says something by itself, and so do words for a part.
    fn is_open_key(&self, words: &str) -> bool {
        words.ends_with(COLON) && !self.cx.form.beside.parts.stands_in(words) && self.known().keys.of(words).is_some_and(|kind| kind != Kind::Note)
    }

    /// Whether a unit is stated within words of the text.
    pub fn states_unit(&self, words: &str) -> bool {
        let at = place_of(self.cx.text, words);
        self.cx.units.iter().any(|u| (at..at + words.len()).contains(&u.at))
    }

    /// Whether words that state a unit say besides whose the figures are: 2022年度 单位：件.
    fn says_whose(&self, words: &str) -> bool {
        let others = |left: String| self.cx.form.beside.wide.stands_in(&left) || self.cx.form.words.other_years.stands_in(&left) || self.other_body(&left);
        self.other_time(words) || words.contains('月') && !self.own_numbers(words) || self.left(words, fold(words)).is_some_and(others)
    }

    /// In letters, what of folded words explains itself by nothing, digits aside.
    pub fn unexplained_letters(&self, folded: &str) -> usize {
        self.known().plain.without(folded).chars().filter(|c| *c != ' ' && !c.is_ascii_digit()).count()
    }

    /// What is left of words, `folded`, when all is taken away that explains itself.
    pub fn left(&self, words: &str, folded: String) -> Option<String> {
        self.narrowed(&self.known().plain, words, folded)
    }

    /// What is left of a clause about the report or all tables, when also what it calls them is taken away.
    pub fn left_of_statement(&self, clause: &str, year: Option<i32>) -> Option<String> {
        let left = self.narrowed(&self.known().stated, clause, fold(clause))?;
        (has_words(&left) || of_months(clause) || self.ends_early(clause) || !self.compares(clause) && self.other_year(clause, year)).then_some(left)
    }

    /// What is left of words; those that narrow figures to the own body or year are explained.
    fn narrowed(&self, plain: &Explaining, words: &str, folded: String) -> Option<String> {
        let narrow = scope::narrows(self, &folded);
        let left = self.left_by(plain, words, folded, narrow)?;
        (narrow.is_none() || self.has_doubt(&left) || self.other_body(&left) || self.other_time(words)).then_some(left)
    }

    /// What is left when the report's own names are taken away, and all that one of the lists explains; of folded words those
    /// before a place.
    fn left_by(&self, plain: &Explaining, words: &str, mut named: String, until: Option<usize>) -> Option<String> {
        let form = self.cx.form;
        let numbered = named.bytes().filter(u8::is_ascii_digit).count() > 0;
        named.truncate(until.unwrap_or(named.len()));
        if self.may_name_own(&named) {
            self.names.iter().chain(&self.selves).for_each(|name| self.without_own(&mut named, name));
        }
        // Words of another language say nothing, unless they doubt: DRAFT.
        let letters = |left: &str| has_words(left) || left.bytes().any(|b| b.is_ascii_alphabetic()) && form.beside.doubts.stands_in(left);
        named = without_articles(&named);
        let left = plain.without(&named);
        if !letters(&left) {
            return (numbered && !self.own_numbers(words)).then_some(left);
        }
        // A label may stand in pieces, and figures beside it.
        let pieces: Vec<String> = words.split(|c: char| !c.is_alphanumeric()).map(fold).filter(|p| !p.is_empty()).collect();
        let alone = is_bracketed(words) && pieces.len() == 1 && pieces[0].chars().count() == 1;
        let of_labels: Vec<String> = pieces.into_iter().filter(|p| !alone && p.contains(is_word) && form.labels.iter().flat_map(|l| &l.texts).any(|t| t.contains(p.as_str()))).collect();
        if of_labels.is_empty() {
            return Some(left);
        }
        of_labels.iter().for_each(|p| named = named.replacen(p, " ", 1));
        let left = plain.without(&named);
        (letters(&left) || self.other_time(words)).then_some(left)
    }

    /// Takes the body's name out, and the regions before it.
    fn without_own(&self, left: &mut String, name: &str) {
        let Some(at) = places(left, name).next().filter(|_| !name.is_empty()) else { return };
        let before = &left[..at];
        // Words before the region may say that the figures are but those of that one, or doubt.
        let alone = self.cx.form.beside.scope.only.stands_in(before) || self.has_plain_doubt(before);
        let region = !alone && self.cx.form.body.regions.keys().any(|sign| before.ends_with(sign.as_str())) && before.chars().count() <= BRIEF / 2;
        left.replace_range(if region { 0 } else { at }..at + name.len(), " ");
    }

    /// The numbers in words but for the line's own and the report's years.
    fn numbers(&self, words: &str) -> Vec<i32> {
        let digit = |c: char| fold_char(c).and_then(|c| c.to_digit(10)).map(|d| d as i32);
        // 3件 counts things.
        let counts = |n: &&str| beginning(&words[place_of(words, n) + n.len()..], &self.known().units).next().is_some();
        // 〔2021〕30号 is a notice.
        let cites = |n: &&str| words[..place_of(words, n)].ends_with(['〔', '[', '［']);
        let mut runs = words.split(|c| digit(c).is_none()).filter(|n| !n.is_empty()).filter(|n| !counts(n) && !cites(n)).peekable();
        let numbered = words.chars().take(NUMBERING).any(|c| digit(c).is_some()) && runs.peek().is_some_and(|n| n.chars().count() < NUMBERING);
        let value = |n: &str| n.chars().filter_map(digit).try_fold(0_i32, |n, d| n.checked_mul(10)?.checked_add(d)).unwrap_or(i32::MAX);
        self.year_in_short(words).into_iter().chain(runs.skip(usize::from(numbered)).map(value)).filter(|n| !self.cx.years.contains(n)).collect()
    }

    /// The year near the report's that words begin with in two digits: 22年.
    fn year_in_short(&self, words: &str) -> Option<i32> {
        let folded = fold(head_of(words, IN_SHORT));
        let year = CENTURY + folded.split_once('年').filter(|(digits, _)| digits.len() == 2)?.0.parse::<i32>().ok()?;
        // 24年1月 is of a day.
        let dated = words.split_once('年')?.1.starts_with(char::is_numeric);
        (!dated && self.cx.years.iter().any(|own| (own - NEAR..=own + 1).contains(&year))).then_some(year)
    }

    /// Whether there are none but the first and last day of a year.
    pub fn own_numbers(&self, words: &str) -> bool {
        let days = self.numbers(words);
        days.is_empty() || days.iter().all(|n| [1, 12, 31].contains(n)) && [1, 12].iter().all(|n| days.contains(n))
    }

    /// Whether words name a year that is not the report's, or months that are not a whole one.
    pub fn other_time(&self, words: &str) -> bool {
        of_months(words) || self.ends_early(words) || self.numbers(words).iter().any(|n| (1990..2100).contains(n))
    }

    /// Whether folded words begin with the mark of a note.
    pub fn is_note(&self, folded: &str) -> bool {
        self.cx.form.words.note_marks.iter().any(|m| folded.starts_with(m.as_str()))
    }

    /// Whether a note begins with what its figures are alone.
    fn narrows_alone(&self, folded: &str) -> bool {
        self.cx.form.words.note_marks.iter().any(|m| folded.strip_prefix(m.as_str()).is_some_and(|note| self.cx.form.beside.scope.only.begins(note)))
    }

    /// Whether an office with a number before it is all that nothing explains: 1.党政办公室 is one of several.
    fn is_numbered_office(&self, left: &str) -> bool {
        let (left, office) = (left.trim(), unnumbered(left.trim()));
        let is_office = |name: &str| ending(name, &self.words.endings).any(|(n, end)| self.words.levels[n] == DEPARTMENT && end.len() < name.len());
        office.len() < left.len() && office.chars().count() <= LONGEST_OFFICE && is_office(office)
    }

    /// Whether words about a table, of which `left` is not explained, say that its figures are others: another year's or
    /// stretch of time's, another body's, or in words of doubt. `row`: they name a row or column of it.
    pub fn doubts(&self, words: &str, left: &str, row: bool) -> bool {
        // What leads over in words as well is asked by itself, see `leads`.
        let leads = || self.cx.form.words.ahead.iter().any(|ahead| words.trim_end_matches(COLON).ends_with(ahead.as_str()));
        let sentence = is_sentence(words) || words.ends_with(COLON) && leads();
        let words = unsigned(self.cx.form, words);
        let folded = fold(words);
        let note = self.is_note(&folded);
        // 注：待核实 says nothing but that, and 注：仅统计网上申请 what the figures are alone.
        let plain = note && (self.narrows_alone(&folded) || self.cx.form.beside.doubts.iter().any(|doubt| doubt == left.trim()));
        if !plain && !self.known().is_about(&folded) && (sentence || note) && !(note && row) {
            return false;
        }
        // What was made the year after is this year's all the same, and so is what is compared with another.
        let b = &self.cx.form.beside;
        let settled = self.compares(words) || self.is_day_of_publication(words) || b.made.stands_in(words) && self.is_of_publication(words, self.cx.years.first().copied());
        let other_time = !settled && (self.other_time(words) || self.numbers(words).len() > 2 && !self.own_numbers(words));
        other_time || row && self.cx.form.words.qualifiers.stands_in(left) || self.has_doubt(left) || self.other_body(left) || self.is_numbered_office(left)
    }
}

/// Whether anything but numbers is left.
pub fn has_words(left: &str) -> bool {
    left.contains(|c| is_word(c) && !is_han_numeral(c))
}

/// Words without the numbers of articles and pages: 第五十条.
fn without_articles(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(ARTICLE) {
        let behind = &rest[at + ARTICLE.len_utf8()..];
        let number = behind.len() - unnumbered(behind).len();
        let cited = number > 0 && behind[number..].starts_with(CITED);
        out.push_str(&rest[..at]);
        out.push(if cited { ' ' } else { ARTICLE });
        rest = &behind[if cited { number } else { 0 }..];
    }
    out + rest
}

/// Whether a bracket stands around words.
pub fn is_bracketed(words: &str) -> bool {
    words.starts_with(BRACKETS[0]) && words.ends_with(BRACKETS[1])
}

/// What stands before the words for who filled the form in, and when.
pub fn unsigned<'w>(form: &Form, words: &'w str) -> &'w str {
    &words[..form.beside.signers.first_in(words).unwrap_or(words.len())]
}

/// A stretch of time in digits alone: 2023.1—2023.6.
fn is_stretch(words: &str) -> bool {
    words.len() > 8 && words.contains("20") && words.contains(DASHES) && words.contains('.') && words.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' ') || DASHES.contains(&c))
}

/// Running text, and no caption. Of words before a colon a caption is one short clause: 县水利局：.
fn is_sentence(words: &str) -> bool {
    let within = words.trim_end_matches('。').contains('。');
    let (colon, parted) = (words.ends_with(COLON), words.contains(['，', '；']));
    within || words.ends_with('。') || colon && parted || (colon || parted) && fold(words).chars().count() > BRIEF
}

/// Whether a line is the number of a year and nothing else, in brackets or before a colon at most: 2022：.
fn is_year(words: &str) -> bool {
    let digits = words.trim_matches(|c| COLON.contains(&c) || BRACKETS.iter().any(|b| b.contains(&c)));
    digits.len() <= 3 * YEAR && fold(digits).len() == YEAR && digits.chars().all(char::is_numeric) && years_in(&fold(digits)).len() == 1
}
