//! Words that lead over to figures, and say of them that they are others: a line between the heading of a part and its table
//! (2022年的情况如下：), one alone in a row of the table, what stands before a title. Running text stands in such places as well,
//! and tells of other years and bodies what it wants; so only what announces figures is asked, and only for what has no other
//! meaning there.

use super::explained::{BRIEF, Own, is_bracketed};
use crate::extract::about::body::{DEPARTMENT, TOWNSHIP, level};
use crate::extract::items::atoms::{is_separator, line_at, place_of};
use crate::extract::items::labels::{CLOSE, OPEN, is_han_numeral};
use crate::extract::words::dates::date_in;
use crate::extract::words::wanted::places;
use crate::fold::{fold, fold_char};

/// In letters, the longest sentence that is nothing but a caption with a stop: 摘自2022年年报。
const SHORT: usize = 14;

/// In letters, one that is so although it does not call figures anything.
const SHORTEST: usize = 6;

/// In letters, the longest remark before a title.
const REMARK: usize = 14;

/// What ends a clause.
const CLAUSE: [char; 4] = ['，', ',', '；', ';'];

/// What ends a line that announces what stands below it.
const COLON: [char; 2] = ['：', ':'];

/// What stands between the steps of a way through a site.
const STEPS: [char; 9] = ['>', '＞', '»', '›', '/', '|', '-', '—', '_'];

impl<'a> Own<'a> {
    /// The lines above and below a table that say in another way than captions and notes do that its figures are others.
    /// `wide`: the report is about all that is in a region.
    pub fn of_others<'l>(&'l self, (above, below): (&'l [&'a str], &'l [&'a str]), wide: bool) -> impl Iterator<Item = &'a str> + use<'l, 'a> {
        // Below the table a colon announces what follows, unless nothing does.
        let under = below.iter().enumerate().filter(move |(n, line)| line.ends_with('。') || n + 1 == below.len()).map(|(_, line)| line);
        let says = move |line: &&&str| self.announces_others(line, wide) || self.opens_others(line, wide);
        // Beside one for the own year it is a head.
        let years = above.iter().any(|line| line.len() <= 4 * SHORT && self.cx.form.beside.scope.own.contains(&fold(line)));
        above.iter().filter(move |line| says(line) || !years && self.is_last_year(line)).chain(under.filter(says)).copied()
    }

    /// Whether a line beside a table that ends as a sentence announces figures that are others.
    fn announces_others(&self, line: &str, wide: bool) -> bool {
        let words = line.trim_end_matches('。');
        let (colon, stop) = (words.ends_with(COLON), words.len() < line.len());
        let words = words.trim_end_matches(COLON);
        (colon || stop) && self.says_others(words.rsplit('。').next().unwrap_or(words), colon, wide)
    }

    /// Whether words alone in a row, or in a line among the rows, say of those below that they are others.
    pub fn heads_others(&self, words: &str, wide: bool) -> bool {
        let brief = words.len() <= 4 * BRIEF && (words.ends_with(COLON) || self.cx.form.beside.topics.stands_in(words)) && self.stands_alone(words);
        // What is numbered is a row.
        brief && !words.chars().find_map(fold_char).is_some_and(is_han_numeral) && self.says_others(words.trim_end_matches('。').trim_end_matches(COLON), true, wide)
    }

    /// Whether nothing else stands on the line of words, or them again: a cell over several columns.
    fn stands_alone(&self, words: &str) -> bool {
        let text = self.cx.text;
        let line = &text[line_at(text, place_of(text, words))];
        line.split(|c| is_separator(c) && !matches!(c, ' ' | '\u{3000}')).map(str::trim).all(|piece| piece.is_empty() || piece == words)
    }

    /// Whether the last clause of words that lead over to figures says that they are others; `ahead`: something tells that they
    /// do lead over.
    fn says_others(&self, words: &str, ahead: bool, wide: bool) -> bool {
        let brief = |words: &&str| words.len() <= 4 * BRIEF && words.chars().count() <= BRIEF;
        let Some(clause) = Some(words).filter(brief).or_else(|| words.rsplit(CLAUSE).next().filter(brief)) else { return false };
        let (form, folded) = (self.cx.form, fold(clause));
        let ahead = ahead || form.words.ahead.stands_in(&folded);
        let letters = folded.chars().count();
        let short = || !clause.contains(CLAUSE) && letters <= SHORT && (letters <= SHORTEST || form.beside.topics.stands_in(&folded));
        if !ahead && !short() || self.cx.years.is_empty() {
            return false;
        }
        let Some(mut left) = self.left(clause, folded.clone()) else { return false };
        if wide {
            left = self.without_scope(&left);
        }
        let part = || form.beside.parts.stands_in(&folded) && form.words.narrowing.stands_in(&left);
        // 为便于比较，附上年情况 compares before it says whose.
        let last = clause.rsplit(CLAUSE).next().unwrap_or(clause);
        let of_time = |words: &str| !self.compares(words) && (self.other_time(words) || self.left(words, fold(words)).is_some_and(|left| form.words.other_years.stands_in(&left)));
        let time = || of_time(clause) || of_time(last);
        let body = || !wide && (self.of_township(&left) || self.of_office(&folded, &left));
        let doubted = || form.beside.leading.stands_in(&folded) || ahead && (self.has_plain_doubt(&left) || form.words.samples.stands_in(&folded));
        doubted() || time() || body() || part()
    }

    /// Whether a clause about the tables says in a way that has no other meaning that their figures are others.
    pub fn says_tables_others(&self, clause: &str, wide: bool, year: Option<i32>) -> bool {
        let Some(left) = self.left_of_statement(clause, year) else { return false };
        let plain = if wide { self.has_plain_doubt(&self.without_scope(&left)) } else { self.has_plain_doubt(&left) || self.of_township(&left) };
        plain || self.ends_early(clause) || !self.compares(clause) && (self.other_year(clause, year) || self.is_last_years(clause))
    }

    /// Whether a clause of a line beside a table begins with what points to the tables, and says that their figures are others.
    fn opens_others(&self, line: &str, wide: bool) -> bool {
        let clauses = line.split(CLAUSE).flat_map(|clause| clause.split('。')).map(|clause| self.unmarked(clause.trim()));
        let opening = &self.cx.form.beside.opening;
        line.ends_with('。') && clauses.filter(|clause| opening.iter().any(|word| clause.starts_with(word.as_str()))).any(|clause| self.says_tables_others(clause, wide, self.year))
    }

    /// A clause without the sign of a note before it: 备注：本报告已撤回.
    pub fn unmarked<'w>(&self, clause: &'w str) -> &'w str {
        let mark = self.cx.form.words.note_marks.iter().find_map(|mark| clause.strip_prefix(mark.as_str())?.strip_prefix(COLON));
        mark.unwrap_or(clause)
    }

    /// Whether a township, or an organ with its place, is named within what nothing explains, where the report is another township's.
    pub fn of_township(&self, left: &str) -> bool {
        let Some(own) = self.place.as_deref().filter(|place| level(self.words, place) == Some(TOWNSHIP)) else { return false };
        // 东关办事处 is 东关街道's.
        let stem: String = own.chars().take(2).collect();
        !left.contains(&stem) && self.names_body(left)
    }

    /// Whether folded words begin with an office of a region, or of a township, that a township's report is not of: 市司法局, 镇卫生院.
    fn of_office(&self, folded: &str, left: &str) -> bool {
        let of_township = self.place.as_deref().is_some_and(|place| level(self.words, place) == Some(TOWNSHIP));
        let first = left.split(' ').next().unwrap_or_default();
        let form = &self.cx.form.body;
        let of_region = || form.regions.keys().chain(&self.kind).any(|sign| first.starts_with(sign.as_str())) && !form.offices.iter().any(|office| first.ends_with(office.as_str()));
        of_township && folded.starts_with(first) && of_region() && level(self.words, first) == Some(DEPARTMENT)
    }

    /// Whether a line is a word for the last year and nothing else: 上年度.
    fn is_last_year(&self, line: &str) -> bool {
        line.len() <= 4 * SHORT && self.cx.form.words.other_years.behind(&fold(line)).is_some_and(|rest| rest.chars().count() <= 1)
    }

    /// Whether words say that something is the last year's: 以下数据为上年度数据.
    pub fn is_last_years(&self, words: &str) -> bool {
        let form = self.cx.form;
        let folded = fold(words);
        let said = |year: &String| places(&folded, year).any(|at| form.beside.being.iter().any(|being| folded[..at].ends_with(being.as_str())));
        form.words.other_years.iter().any(said) && self.left(words, folded.clone()).is_some_and(|left| form.words.other_years.stands_in(&left))
    }

    /// Whether words say that figures end with a month that is not a year's last: 截至2023年9月.
    pub fn ends_early(&self, words: &str) -> bool {
        if !words.contains('月') || !self.cx.form.beside.until.stands_in(words) {
            return false;
        }
        let folded = fold(words);
        let month = |behind: &str| {
            let digits = |words: &str| words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let year = behind[..digits(behind)].parse::<i32>().ok().filter(|_| behind[digits(behind)..].starts_with('年'));
            let rest = year.map_or(behind, |_| &behind[digits(behind) + '年'.len_utf8()..]);
            let month = rest[..digits(rest)].parse::<i32>().ok().filter(|_| rest[digits(rest)..].starts_with('月'))?;
            Some((year, month))
        };
        let until = self.cx.form.beside.until.iter().flat_map(|until| places(&folded, until).map(|at| at + until.len()));
        until.filter_map(|at| month(&folded[at..])).any(|(year, month)| (1..12).contains(&month) && year.is_none_or(|y| self.cx.years.contains(&y)))
    }

    /// What stands on a title's line before its body's name and a sign: （废止）, 更正前：; no way through a site.
    pub fn before_title<'w>(&self, line: &'w str) -> Option<&'w str> {
        if line.starts_with(OPEN) {
            return line.find(CLOSE).map(|end| &line[..line.ceil_char_boundary(end + 1)]).filter(|remark| remark.len() < line.len() && remark.chars().count() <= REMARK);
        }
        let before = &line[..line.find(self.place.as_deref()?)?];
        let end = before.rfind(|c: char| !c.is_alphanumeric())?;
        let remark = before[..before.ceil_char_boundary(end + 1)].trim();
        (!remark.contains(STEPS) && remark.chars().count() <= REMARK).then_some(remark)
    }

    /// Whether a remark before a title doubts it, or says that its figures are another year's.
    pub fn doubts_before_title(&self, remark: &str, year: Option<i32>) -> bool {
        let folded = fold(remark);
        if date_in(remark).is_some() || self.is_of_publication(remark, year) {
            return false;
        }
        let form = self.cx.form;
        let plain = |left: &str| self.has_plain_doubt(left) || form.beside.leading.stands_in(left);
        // A way through a site may stand there with spaces between its steps.
        let apart = is_bracketed(remark) || remark.ends_with(COLON);
        form.words.samples.stands_in(&folded) || apart && form.beside.leading.stands_in(&folded) || apart && self.names_figures(&folded) && self.other_year(remark, year) || self.left(remark, folded).is_some_and(|left| plain(&left) || is_bracketed(remark) && self.has_doubt(&left))
    }
}
