//! What a page is: a report, or one of the pages about reports that show the same tables.

use super::body::{DEPARTMENT, clean_body, preamble_body};
use super::preamble;
use super::title::{Title, is_article};
use super::year::{begun_year, period};
use crate::extract::items::atoms::{Atoms, ROUND, remark_at};
use crate::extract::items::labels::is_han_numeral;
use crate::extract::lines::lines;
use crate::extract::words::dates::years_in;
use crate::extract::words::wanted::places;
use crate::extract::{Extractor, NotAReport};
use crate::fold::fold;
use crate::form::OtherPage;
use crate::model::{Report, Status, Text};

/// In characters, the longest line that may name a page.
const LONGEST: usize = 60;

/// The first and the last month of a year, as they stand in folded words: 1-12月.
const WHOLE_YEAR: [&str; 2] = ["112", "0112"];

/// So many parts are all of a report's, or all but the last.
const ALL_PARTS: usize = 5;

/// So many sentences are a text.
const SENTENCES: usize = 2;

/// So many lines that begin an article make rules.
const ARTICLES: usize = 3;

/// So many cells with digits that were not read are a report's.
const LEAST_WITHHELD: usize = 12;

/// The words at the head of a page that decide what it is.
struct Head {
    /// Its title, or its first line where it has none.
    words: String,
    /// Its first line, where that is no sentence and names a report.
    line: Option<String>,
}

impl Head {
    /// Whether something is so of the title or of the first line.
    fn any(&self, is: impl Fn(&str) -> bool) -> bool {
        is(&self.words) || self.line.as_deref().is_some_and(is)
    }

    /// No report, as these words say.
    fn refuses(self, reason: &str) -> Result<(), NotAReport> {
        Err(NotAReport { reason: reason.into(), words: self.words })
    }
}

/// What the figures of a page show.
#[derive(Clone, Copy)]
struct Filled {
    /// The form was filled in, though its figures may not be read.
    stated: bool,
    /// A figure is more than nothing.
    nonzero: bool,
}

impl Filled {
    fn of(report: &Report) -> Filled {
        let mut values = report.figures.iter().filter_map(|f| f.value).peekable();
        let stated = values.peek().is_some();
        let nonzero = values.any(|v| v != 0.0);
        let withheld = || report.figures.iter().filter(|f| f.status == Status::Unreadable && f.raw.contains(|c: char| c.is_ascii_digit())).take(LEAST_WITHHELD).count() == LEAST_WITHHELD;
        Filled { stated: stated || withheld(), nonzero }
    }
}

/// Whether a line is short enough to name a page, and no sentence.
fn may_name_page(line: &str) -> bool {
    let is_sentence = |l: &str| l[..remark_at(l, ROUND).unwrap_or(l.len())].contains(['。', '，', '；']);
    line.len() <= 4 * LONGEST && line.chars().count() <= LONGEST && !is_sentence(line)
}

impl Extractor<'_> {
    /// A report has a statutory table, or a title that names one and its parts; a page about reports has another title. One
    /// whose title is lost has numbered parts and says of what stretch of time it is. A page about reports may show the
    /// form with nothing in it, or with nothing but 0.
    pub fn recognise(&self, text: &Text, atoms: &Atoms, title: Option<&Title>, report: &Report) -> Result<(), NotAReport> {
        let filled = Filled::of(report);
        let first = text.text.lines().map(str::trim).find(|l| !l.is_empty()).filter(|l| may_name_page(l));
        let first = fold(first.unwrap_or(""));
        let head = Head { words: title.map_or_else(|| first.clone(), |t| t.words.clone()), line: Some(first).filter(|l| self.form.recognise.titles.stands_in(l)) };
        if let Some(reason) = self.refused_by_head(&head, atoms, title, filled) {
            return head.refuses(reason);
        }
        self.refused_below(&text.text, title, report, filled)?;
        if report.editions.iter().any(Option::is_some) {
            return if self.is_sample(title, report, filled) { head.refuses("sample") } else { Ok(()) };
        }
        match self.refused_without_tables(&head, &text.text, atoms, title) {
            Some(reason) => head.refuses(reason),
            None => Ok(()),
        }
    }

    /// Why the words at its head say that a page is no report.
    fn refused_by_head(&self, head: &Head, atoms: &Atoms, title: Option<&Title>, filled: Filled) -> Option<&str> {
        let r = &self.form.recognise;
        // XX镇20XX年…: nobody filled it in.
        // A letter more says that a name was taken out.
        let named_so = |line: &str, name: &String| name.chars().next().is_some_and(|c| places(line, name).any(|at| c.is_ascii() || !line[..at].ends_with(c)));
        let unfilled = |line: &str| r.unfilled_years.stands_in(line) || !filled.nonzero && r.unfilled_names.iter().any(|name| named_so(line, name));
        if head.any(unfilled) {
            return Some("sample");
        }
        if self.is_of_month(&head.words) {
            return Some("part_of_year");
        }
        // Most words have none of all their titles.
        if !head.any(|line| self.words.others.stands_in(line)) {
            return None;
        }
        // 关于报送2023年度政府信息公开工作年度报告的通知: nobody's report, and every figure of its form is 0.
        let told = || preamble_body(&self.words, &atoms.folded).is_some();
        let is_nobodys = !filled.nonzero && title.is_some_and(|t| t.body.is_none() && (!t.years.is_empty() || !told()));
        // 某某镇人民政府关于报送…: a body hands its report on.
        let hands_on = |o: &OtherPage| o.titles.iter().filter_map(|t| head.words.find(t.as_str())).any(|at| clean_body(&self.words, &head.words[..at]).is_some());
        let may_be = |o: &&OtherPage| o.voids || !filled.stated || is_nobodys && !hands_on(o);
        r.other.iter().filter(may_be).find(|o| head.any(|line| o.titles.stands_in(line))).map(|o| o.reason.as_str())
    }

    /// Below links to reports of others a page names itself, above its tables.
    fn refused_below(&self, text: &str, title: Option<&Title>, report: &Report, filled: Filled) -> Result<(), NotAReport> {
        let r = &self.form.recognise;
        let tables = report.table_lines.iter().map(|l| l.0 as usize).min().unwrap_or(0);
        let below = title.map_or(0, |t| if t.line == 0 { usize::MAX } else { t.line as usize });
        let own = title.and_then(|t| t.body.as_deref());
        let lines = text.lines().take(tables.saturating_sub(1)).skip(below).map(str::trim).filter(|l| may_name_page(l)).map(fold);
        for line in lines.filter(|line| self.words.others.stands_in(line)) {
            let is = |o: &&OtherPage| (o.alone || r.titles.stands_in(&line)) && o.titles.stands_in(&line) && !years_in(&line).is_empty();
            let others = || !filled.nonzero && own.is_none_or(|body| !line.contains(body));
            if let Some(o) = r.other.iter().filter(|o| o.voids || others()).find(is) {
                return Err(NotAReport { reason: o.reason.clone(), words: line });
            }
        }
        Ok(())
    }

    /// 镇2023年…报告, under which no cell is filled in: whoever fills the form in puts a name before it.
    fn is_sample(&self, title: Option<&Title>, report: &Report, filled: Filled) -> bool {
        let nameless = title.is_some_and(|t| t.body.is_none() && self.begins_with_a_kind(&t.words));
        let of = |status: Status| report.figures.iter().filter(|f| f.status == status).count();
        nameless && !filled.stated && 2 * of(Status::Blank) > report.figures.len() - of(Status::Absent)
    }

    /// Why a page without a statutory table is no report.
    fn refused_without_tables(&self, head: &Head, text: &str, atoms: &Atoms, title: Option<&Title>) -> Option<&'static str> {
        let r = &self.form.recognise;
        if self.is_institutions(&head.words) {
            return Some("other_report");
        }
        let article = |l: &&str| l.trim_start().starts_with(self.form.title.article[0].as_str()) && is_article(&self.words, &fold(l));
        if text.lines().filter(article).take(ARTICLES).count() == ARTICLES {
            return Some("rules");
        }
        let numbered = |part: &&String| places(&atoms.folded, part).any(|at| atoms.folded[..at].ends_with(|c: char| c.is_ascii_digit() || is_han_numeral(c)));
        let stands = |part: &&String| atoms.folded.contains(part.as_str());
        let former = r.former.iter().filter(numbered).count();
        let (parts, of_untitled) = (former + r.sections.iter().filter(stands).count(), || former + r.sections.iter().filter(numbered).count());
        let named = title.is_some() || preamble_body(&self.words, &atoms.folded).is_some();
        let of_a_year = || !period(&self.words, &atoms.folded).is_empty() || preamble::told(&self.words, text).year.is_some() || self.has_all_parts(text);
        if !named && !(of_untitled() >= r.sections_needed && of_a_year()) {
            return Some("no_title");
        }
        let has_parts = parts >= r.sections_needed || title.is_some_and(|t| self.is_free(t, text));
        (!has_parts).then_some("no_parts")
    }

    /// Whether a text has the parts of a report in their order, all but the last or that too, and sentences that begin with its year.
    fn has_all_parts(&self, text: &str) -> bool {
        let parts = self.sections.read(&lines(text, &[])).0;
        parts.len() >= ALL_PARTS && parts.iter().zip(1..).all(|(part, number)| part.number == number) && begun_year(&self.words, text).is_some()
    }

    /// Whether a text is a report of the years in which its parts were not prescribed: the title by itself says whose and of which year,
    /// and below it stand sentences about what was opened.
    fn is_free(&self, title: &Title, text: &str) -> bool {
        let r = &self.form.recognise;
        let of_then = title.is_whole() && !title.on_the_way && title.line > 0 && title.years.iter().all(|year| *year <= r.free_until);
        let below = || text.lines().skip(title.line as usize).flat_map(|line| line.split_inclusive('。')).filter(|sentence| sentence.ends_with('。'));
        of_then && below().take(SENTENCES).count() == SENTENCES && below().any(|sentence| r.spoken_of.stands_in(sentence))
    }

    /// Whether a title is that of a report of a school, a hospital or a company, which is made under other rules.
    fn is_institutions(&self, title: &str) -> bool {
        let r = &self.form.recognise;
        let ends_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) || r.titles.begins(rest);
        let of_one = |kind: &String| places(title, kind).any(|at| ends_name(&title[at + kind.len()..]));
        !r.institutions.governed.stands_in(title) && r.institutions.kinds.iter().any(of_one)
    }

    /// Whether a title has a month, or a stretch of months that is no whole year, right before the name of its report:
    /// 2023年12月政府信息公开工作报告, 2023年1-11月….
    fn is_of_month(&self, title: &str) -> bool {
        let of_name = |at: usize| self.form.recognise.titles.begins(&title[at + '月'.len_utf8()..]);
        let part = |at: usize| {
            let before = title[..at].trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '月' | '至' | '到'));
            let months: String = title[before.len()..at].chars().filter(char::is_ascii_digit).collect();
            (1..=4).contains(&months.len()) && before.ends_with(['年', '度']) && !WHOLE_YEAR.contains(&months.as_str())
        };
        places(title, "月").any(|at| part(at) && of_name(at))
    }

    /// Whether words begin with a kind of body and a year, and no name stands before them.
    fn begins_with_a_kind(&self, title: &str) -> bool {
        let names_no_office = |(level, end): (&&str, &String)| *level != DEPARTMENT && title.strip_prefix(end.as_str()).is_some_and(|rest| rest.starts_with("20"));
        self.words.levels.iter().zip(self.words.endings.iter()).any(names_no_office)
    }
}
