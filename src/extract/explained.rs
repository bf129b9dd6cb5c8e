//! What explains words beside a table: the report's own names and years, the form's words, and what usually stands there.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::align::Context;
use super::atoms::is_separator;
use super::body::{DEPARTMENT, level, own_place};
use super::captions::{LEAST_LABEL, is_word, of_months, spoken};
use super::fields::{FieldWords, longest_of, years_in};
use super::labels::is_han_numeral;
use super::scope;
use super::word::ending;
use crate::fold::{fold, fold_char};
use crate::form::Form;
use crate::model::Report;

/// So many lines, or cells, above the heads of a table may be about it, where no heading stands before.
const ABOVE: usize = 6;

/// So many below its last row.
const BELOW: usize = 3;

/// In letters, the longest words that are a caption although a comma stands in them.
const BRIEF: usize = 30;

/// In bytes, the longest line that is looked at as a whole; of longer ones the sentences are.
const LONGEST: usize = 300;

/// Letters at the start of a line that number it: 表 3.
const NUMBERING: usize = 3;

/// In bytes, the longest line that states units and nothing else.
const UNIT_LINE: usize = 36;

/// What stands between the ends of a stretch of time.
const DASHES: [char; 7] = ['-', '—', '－', '–', '~', '～', '至'];

/// With these a note below a table begins.
const MARKS: [char; 5] = ['*', '＊', '※', '①', '②'];

/// The form's words that explain what stands beside a table, as automata, made once a run.
pub struct Known {
    /// What explains itself.
    plain: AhoCorasick,
    /// What is about figures, behind so many phrases that hold such words and are not: 详见下表.
    about: AhoCorasick,
    phrases: usize,
    sections: AhoCorasick,
    /// By these a clause about all tables is found, and by those behind so many, the statistics period.
    all: AhoCorasick,
    clauses: usize,
}

impl Known {
    pub fn new(form: &Form) -> Known {
        let (b, w) = (&form.beside, &form.words);
        let labels = form.labels.iter().flat_map(|l| &l.texts).filter(|t| t.chars().count() >= LEAST_LABEL);
        let units = form.figures.units.values().flat_map(|u| u.keys());
        let lists = [&b.plain, &w.unit_marks, &w.unit_kinds, &w.issuers, &form.recognise.sections];
        let phrases: Vec<&String> = b.plain.iter().filter(|w| b.about.stands_in(w)).collect();
        Known {
            plain: longest_of(lists.into_iter().flatten().chain(form.recognise.titles.iter()).chain(labels).chain(units).filter(|w| !w.is_empty())),
            about: longest_of(phrases.iter().copied().chain(b.about.iter())),
            phrases: phrases.len(),
            sections: longest_of(&form.recognise.sections),
            all: longest_of(b.all.iter().chain(&form.preamble.period)),
            clauses: b.all.len(),
        }
    }

    /// Whether the title of a part of a report stands in folded words.
    pub fn names_section(&self, folded: &str) -> bool {
        self.sections.is_match(folded)
    }

    fn is_about(&self, folded: &str) -> bool {
        self.about.find_iter(folded).any(|m| m.pattern().as_usize() >= self.phrases)
    }
}

/// What explains words beside a table.
pub struct Own<'a> {
    pub cx: &'a Context<'a>,
    words: &'a FieldWords<'a>,
    /// The names of the report's body, folded, the longest first, and what it calls itself.
    names: Vec<String>,
    /// What body and year are called where words narrow figures to them.
    pub alone: Vec<String>,
}

impl<'a> Own<'a> {
    pub fn new(cx: &'a Context<'a>, words: &'a FieldWords<'a>, report: &Report) -> Own<'a> {
        let mut names: Vec<String> = [report.body_full.as_deref(), report.body.as_deref(), report.body.as_deref().map(|b| own_place(words, b))].into_iter().flatten().map(fold).collect();
        // 全镇, 我镇, 本镇 are its own as well.
        let kind = names.last().and_then(|place| ending(place, &words.endings).map(|(_, e)| e.to_string()).min_by_key(String::len));
        let form = &words.form.words;
        let alone = scope::names(cx, report, &names.iter().map(String::as_str).collect::<Vec<_>>(), kind.as_deref());
        names.extend(kind.iter().flat_map(|kind| form.whole.iter().chain(&form.selves).map(move |own| format!("{own}{kind}"))));
        Own { cx, words, names, alone }
    }

    fn known(&self) -> &'a Known {
        &self.words.known
    }

    /// The lines or cells of a part of the text that hold words; of long ones the sentences.
    pub fn pieces(&self, bytes: Range<usize>) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
        let lines = self.cx.text[bytes].split(|c| is_separator(c) && !matches!(c, ' ' | '\u{3000}'));
        let sentences = lines.flat_map(|line| line.split_inclusive(move |c| line.len() > LONGEST && matches!(c, '。' | ' ' | '\u{3000}')));
        sentences.map(str::trim).filter(|p| p.contains(is_word) || is_stretch(p))
    }

    /// From the heading of the part, with what stands beside its title, to the heads; the title may stand again right above
    /// them. Where there is none, the words next to them and what speaks of the table.
    pub fn above(&self, bytes: Range<usize>) -> Vec<&'a str> {
        let mut out: Vec<&str> = Vec::new();
        let (mut title, mut titled) = (None, 0);
        for piece in self.pieces(bytes).rev().take(ABOVE) {
            let here = self.title(piece);
            if here.is_some() && title.is_some() && here != title {
                break;
            }
            // The running text of the part before may have run into the heading.
            out.push(if here.is_some() { piece.rsplit('。').next().unwrap_or(piece) } else { piece });
            if here.is_some() {
                (title, titled) = (here, out.len());
            }
        }
        if titled > 0 {
            out.truncate(titled);
        }
        out.retain(|p| {
            let folded = fold(p);
            !self.cx.form.beside.back.iter().any(|b| folded.starts_with(b.as_str()))
        });
        if titled == 0 {
            let nearest = out.first().copied();
            out.retain(|p| Some(*p) == nearest || self.is_about(p));
        }
        out
    }

    /// From the last row to the heading of the next part. Where none follows soon, what speaks of the table.
    pub fn below(&self, bytes: Range<usize>) -> Vec<&'a str> {
        let near: Vec<&str> = self.pieces(bytes).take(BELOW + 1).collect();
        match near.iter().position(|p| self.title(p).is_some()) {
            Some(title) => near[..title].to_vec(),
            None => near.into_iter().take(BELOW).filter(|p| self.is_about(p)).collect(),
        }
    }

    /// Whether a line names this report: its body, its year and what it is.
    pub fn is_report_title(&self, words: &str) -> bool {
        if words.len() > LONGEST || words.ends_with('。') || !words.contains("20") {
            return false;
        }
        let folded = fold(words);
        if !self.names.iter().any(|n| folded.contains(n.as_str())) {
            return false;
        }
        let titles = &self.cx.form.recognise.titles;
        // The year may part the name of a report: 政府信息公开工作2023年年度报告.
        self.cx.years.iter().any(|y| folded.contains(&y.to_string()) && (titles.stands_in(&folded) || [("年年", "年"), ("年度", "年度"), ("年", "")].iter().any(|(sign, left)| titles.stands_in(&folded.replace(&format!("{y}{sign}"), left)))))
    }

    /// The part of a report whose title words hold.
    fn title(&self, words: &str) -> Option<usize> {
        let folded = (words.len() <= LONGEST).then(|| fold(words))?;
        self.known().sections.find(&folded).map(|m| m.pattern().as_usize())
    }

    /// Whether words say themselves that they are about a table: a note, a remark in brackets, a sentence that names it.
    pub fn is_about(&self, words: &str) -> bool {
        let folded = fold(words);
        is_bracketed(words) || words.starts_with(MARKS) || self.is_note(&folded) || self.known().is_about(&folded)
    }

    /// Whether words that nothing explains doubt what they are about.
    pub fn has_doubt(&self, left: &str) -> bool {
        self.cx.form.beside.doubts.stands_in(left) || self.cx.form.words.other_years.stands_in(left)
    }

    /// Whether a body is among what nothing explains.
    pub fn other_body(&self, left: &str) -> bool {
        left.split(' ').any(|piece| level(self.words, piece).is_some_and(|l| l != DEPARTMENT))
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

    /// Where a clause stands that is about all tables (true), or tells the statistics period.
    pub fn clauses(&self) -> impl Iterator<Item = (usize, bool)> + use<'a> {
        let known = self.known();
        known.all.find_iter(self.cx.text).map(move |m| (m.start(), m.pattern().as_usize() < known.clauses))
    }

    /// What nothing explains of words beside a table, folded; what was taken out is a space. Of running text it is what speaks
    /// of the table.
    pub fn unexplained(&self, words: &str) -> Option<String> {
        let sentence = is_sentence(words);
        let words = unsigned(self.cx.form, spoken(words));
        if words.len() > 4 * LONGEST {
            return None;
        }
        // Units are told, or withheld, by themselves.
        let at = words.as_ptr() as usize - self.cx.text.as_ptr() as usize;
        if words.len() <= UNIT_LINE && self.cx.units.iter().any(|u| (at..at + words.len()).contains(&u.at)) {
            return None;
        }
        let folded = fold(words);
        let telling = !sentence || words.starts_with(MARKS) || self.is_note(&folded) || self.known().is_about(&folded);
        telling.then(|| self.left(words, folded))?
    }

    /// What is left of words, `folded`, when all is taken away that explains itself.
    pub fn left(&self, words: &str, mut folded: String) -> Option<String> {
        if let Some(at) = scope::narrows(self, &folded) {
            folded.truncate(at);
            let left = self.unnamed(words, folded)?;
            return (self.has_doubt(&left) || self.other_body(&left) || self.other_time(words)).then_some(left);
        }
        self.unnamed(words, folded)
    }

    /// What is left of words, `folded`, without the names and words that explain themselves.
    fn unnamed(&self, words: &str, mut named: String) -> Option<String> {
        let form = self.cx.form;
        self.names.iter().for_each(|name| self.without_own(&mut named, name));
        let without = |words: &str| {
            let mut left = String::with_capacity(words.len());
            self.known().plain.replace_all_with(words, &mut left, |_, _, left| {
                left.push(' ');
                true
            });
            left
        };
        let letters = |left: &str| left.chars().any(|c| is_word(c) && !is_han_numeral(c));
        let left = without(&named);
        if !letters(&left) {
            return (!self.own_numbers(words)).then_some(left);
        }
        // A label may stand in pieces, and figures beside it.
        let pieces = words.split(|c: char| !c.is_alphanumeric()).map(fold);
        let of_labels: Vec<String> = pieces.filter(|p| p.contains(is_word) && form.labels.iter().flat_map(|l| &l.texts).any(|t| t.contains(p.as_str()))).collect();
        if of_labels.is_empty() {
            return Some(left);
        }
        of_labels.iter().for_each(|p| named = named.replacen(p, " ", 1));
        let left = without(&named);
        (letters(&left) || self.other_time(words)).then_some(left)
    }

    /// Takes the body's name out, and the regions before it.
    fn without_own(&self, left: &mut String, name: &str) {
        let Some(at) = left.find(name).filter(|_| !name.is_empty()) else { return };
        let before = &left[..at];
        // Words before the region may say that the figures are but those of that one.
        let alone = self.cx.form.beside.scope.only.stands_in(before);
        let region = !alone && self.cx.form.body.regions.keys().any(|sign| before.ends_with(sign.as_str())) && before.chars().count() <= BRIEF / 2;
        left.replace_range(if region { 0 } else { at }..at + name.len(), " ");
    }

    /// The numbers in words but for the line's own and the report's years.
    fn numbers(&self, words: &str) -> Vec<i32> {
        let digit = |c: char| fold_char(c).filter(char::is_ascii_digit);
        // 3件 counts things.
        let units = || self.cx.form.figures.units.values().flat_map(|u| u.keys());
        let counts = |n: &&str| units().any(|u| words[n.as_ptr() as usize + n.len() - words.as_ptr() as usize..].starts_with(u.as_str()));
        // 〔2021〕30号 is a notice.
        let cites = |n: &&str| words[..n.as_ptr() as usize - words.as_ptr() as usize].ends_with(['〔', '[', '［']);
        let runs = words.split(|c| digit(c).is_none()).filter(|n| !n.is_empty()).filter(|n| !counts(n) && !cites(n));
        let numbers: Vec<String> = runs.map(|n| n.chars().filter_map(digit).collect()).collect();
        let numbered = words.chars().take(NUMBERING).any(|c| digit(c).is_some()) && numbers.first().is_some_and(|n| n.len() < NUMBERING);
        numbers.iter().skip(usize::from(numbered)).map(|n| n.parse().unwrap_or(i32::MAX)).filter(|n| !self.cx.years.contains(n)).collect()
    }

    /// Whether there are none but the first and last day of a year.
    pub fn own_numbers(&self, words: &str) -> bool {
        let days = self.numbers(words);
        days.is_empty() || days.iter().all(|n| [1, 12, 31].contains(n)) && [1, 12].iter().all(|n| days.contains(n))
    }

    /// Whether words name a year that is not the report's, or months that are not a whole one.
    pub fn other_time(&self, words: &str) -> bool {
        of_months(words) || self.numbers(words).iter().any(|n| (1990..2100).contains(n))
    }

    fn is_note(&self, folded: &str) -> bool {
        self.cx.form.words.note_marks.iter().any(|m| folded.starts_with(m.as_str()))
    }

    /// Whether words about a table, of which `left` is not explained, say that its figures are others: another year's or
    /// stretch of time's, another body's, or in words of doubt. `row`: they name a row or column of it.
    pub fn doubts(&self, words: &str, left: &str, row: bool) -> bool {
        let sentence = is_sentence(words);
        let words = unsigned(self.cx.form, words);
        let folded = fold(words);
        let note = self.is_note(&folded);
        if !self.known().is_about(&folded) && (sentence || note) && !(note && row) {
            return false;
        }
        let other_time = self.other_time(words) || self.numbers(words).len() > 2 && !self.own_numbers(words);
        other_time || row && self.cx.form.words.qualifiers.stands_in(left) || self.has_doubt(left) || self.other_body(left)
    }
}

/// Whether a bracket stands around words.
pub fn is_bracketed(words: &str) -> bool {
    words.starts_with(['（', '(', '【', '[']) && words.ends_with(['）', ')', '】', ']'])
}

/// What stands before the words for who filled the form in, and when.
pub fn unsigned<'w>(form: &Form, words: &'w str) -> &'w str {
    &words[..form.beside.signers.first_in(words).unwrap_or(words.len())]
}

/// A stretch of time in digits alone: 2023.1—2023.6.
fn is_stretch(words: &str) -> bool {
    words.len() > 8 && words.contains("20") && words.contains(DASHES) && words.contains('.') && words.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' ') || DASHES.contains(&c))
}

/// Running text, and no caption.
fn is_sentence(words: &str) -> bool {
    let within = words.trim_end_matches('。').contains('。');
    within || words.ends_with(['。', '；', '：', ':']) || words.contains(['，', '；']) && fold(words).chars().count() > BRIEF
}
