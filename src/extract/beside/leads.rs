//! Words that lead over to figures, and say of them that they are others: a line between the heading of a part and its table
//! (2022年的情况如下：), one alone in a row of the table, what stands before a title. Running text stands in such places as well,
//! and tells of other years and bodies what it wants; so only what announces figures is asked, and only for what has no other
//! meaning there.

use super::explained::{BRIEF, Own, has_words, is_bracketed};
use crate::extract::about::body::{DEPARTMENT, TOWNSHIP, acceptable, level};
use crate::extract::items::atoms::{COLON, is_separator, line_at, place_of};
use crate::extract::items::labels::{CLOSE, OPEN, is_han_numeral};
use crate::extract::words::dates::{centuries, date_in, han_year};
use crate::extract::words::wanted::places;
use crate::fold::{fold, fold_char};
use crate::form::WordList;

/// In letters, the longest sentence that is nothing but a caption with a stop: 摘自2022年年报。
const SHORT: usize = 14;

/// In letters, one that is so although it does not call figures anything.
const SHORTEST: usize = 6;

/// In letters, the longest remark before a title.
const REMARK: usize = 14;

/// In letters that nothing explains, a longer one that is a caption all the same.
const CAPTION: usize = 12;

/// Digits of a year.
const YEAR: usize = 4;

/// What ends a clause.
const CLAUSE: [char; 4] = ['，', ',', '；', ';'];

/// What stands between the steps of a way through a site.
const STEPS: [char; 9] = ['>', '＞', '»', '›', '/', '|', '-', '—', '_'];

impl<'a> Own<'a> {
    /// The lines above and below a table that say in another way than captions and notes do that its figures are others.
    /// `wide`: the report is about all that is in a region.
    pub fn of_others<'l>(&'l self, (above, below): (&'l [&'a str], &'l [&'a str]), wide: bool) -> impl Iterator<Item = &'a str> + use<'l, 'a> {
        // Below the table a colon announces what follows, unless nothing does.
        let under = below.iter().enumerate().filter(move |(n, line)| line.ends_with('。') || n + 1 == below.len()).map(|(_, line)| line);
        let says = move |line: &&str, under: bool| self.announces_others(line, under, wide) || self.opens_others(line, wide);
        // Beside one for the own year it is a head.
        let years = above.iter().any(|line| line.len() <= 4 * SHORT && self.cx.form.beside.scope.own.contains(&fold(line)));
        above.iter().filter(move |line| says(line, false) || !years && self.heads_last_year(line)).chain(under.filter(move |line| says(line, true))).copied()
    }

    /// Whether a line beside a table that ends as a sentence, or in words for what follows, announces figures that are others.
    /// `under`: it stands below the table.
    fn announces_others(&self, line: &str, under: bool, wide: bool) -> bool {
        let form = self.cx.form;
        let words = line.trim_end_matches('。');
        let (colon, stop) = (words.ends_with(COLON), words.len() < line.len());
        let words = words.trim_end_matches(COLON);
        let ends = |list: &WordList| list.iter().any(|word| words.ends_with(word.as_str()));
        let leads = || ends(&form.words.ahead) || !under && ends(&form.words.caption_nouns);
        if !colon && !stop && !leads() {
            return false;
        }
        let last = self.unheaded(words.rsplit('。').next().unwrap_or(words));
        self.says_others(last, colon || under && form.beside.upward.stands_in(last), wide)
    }

    /// A sentence without the heading of a part before a colon: 三、收到和处理…情况：2022年情况如下.
    fn unheaded<'w>(&self, sentence: &'w str) -> &'w str {
        sentence.rsplit_once(COLON).filter(|(before, _)| self.title(before).is_some()).map_or(sentence, |(_, behind)| behind)
    }

    /// Whether a line above a table says that there was nothing in another year: 2022年我镇没有收到政府信息公开申请。
    pub fn denies_others(&self, line: &str) -> bool {
        let Some(words) = line.strip_suffix('。') else { return false };
        let sentence = self.unheaded(words.rsplit('。').next().unwrap_or(words));
        if sentence.len() > 8 * BRIEF || !self.cx.form.beside.none.stands_in(sentence) || self.names_own_year(sentence) {
            return false;
        }
        self.begins_with_time(&fold(sentence)) && self.of_time(sentence)
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
        let caption = |words: &str| !words.contains(CLAUSE) && words.len() <= 8 * BRIEF && self.unexplained_letters(&fold(words)) <= CAPTION;
        let brief = |words: &&str| words.len() <= 4 * BRIEF && words.chars().count() <= BRIEF || caption(words);
        let last = words.rsplit(CLAUSE).next().unwrap_or(words);
        // What stands before a clause about the own year is about another: 2022年未收到申请；2023年情况如下.
        let own = last.len() < words.len() && self.names_own_year(last);
        let Some(clause) = Some(words).filter(|words| !own && brief(words)).or_else(|| Some(last).filter(brief)) else { return false };
        let (form, folded) = (self.cx.form, fold(clause));
        let ahead = ahead || form.words.ahead.stands_in(&folded);
        let letters = folded.chars().count();
        let short = || !clause.contains(CLAUSE) && letters <= SHORT && (letters <= SHORTEST || form.beside.topics.stands_in(&folded));
        let ahead = ahead || self.is_caption(clause, &folded);
        if self.cx.years.is_empty() || !ahead && !short() {
            return false;
        }
        if ahead && (self.begins_with_others(words, wide) || !own && !self.compares(words) && words.split(CLAUSE).any(|clause| self.is_last_year(clause))) {
            return true;
        }
        let Some(mut left) = self.left(clause, folded.clone()) else { return false };
        if wide {
            left = self.without_scope(&left);
        }
        let part = || form.beside.parts.stands_in(&folded) && form.words.narrowing.stands_in(&left);
        // 为便于比较，附上年情况 compares before it says whose.
        let time = || self.of_time(clause) || self.of_time(clause.rsplit(CLAUSE).next().unwrap_or(clause));
        let body = || !wide && (self.of_township(&self.without_grounds(&left)) || self.of_office(&folded, &left) || self.of_region_above(&left));
        let doubted = || form.beside.leading.stands_in(&folded) || ahead && (self.has_plain_doubt(&left) || form.words.samples.stands_in(&folded));
        doubted() || time() || body() || part()
    }

    /// Whether a clause is a caption with a stop: it ends in what captions call figures, and names but one thing that nothing
    /// explains. 2022年，我镇收到和处理政府信息公开申请情况
    fn is_caption(&self, clause: &str, folded: &str) -> bool {
        let topic = || self.cx.form.beside.topics.iter().any(|topic| folded.ends_with(topic.as_str()));
        topic() && !self.cx.form.beside.none.stands_in(folded) && self.left(clause, folded.to_string()).is_none_or(|left| left.split(' ').filter(|piece| has_words(piece)).count() <= 1)
    }

    /// Whether words name a time that is not the report's year, and compare nothing with it.
    fn of_time(&self, words: &str) -> bool {
        let words = &self.without_events(words);
        let folded = fold(words);
        let han = || han_year(&folded).is_some_and(|year| !self.cx.years.contains(&year));
        let last = || self.left(words, folded.clone()).is_some_and(|left| self.cx.form.words.other_years.stands_in(&left));
        !self.compares(words) && (self.other_time(words) || self.of_part(&folded) || han() || last())
    }

    /// Words without the years of remarks in which something else came about: 《条例》（2019年修订）.
    fn without_events(&self, words: &str) -> String {
        let events = &self.cx.form.preamble.events;
        let of_event = |at: usize| {
            let behind = words.get(at + YEAR..).and_then(|behind| behind.strip_prefix('年'));
            words[..at].ends_with(OPEN) && behind.is_some_and(|behind| events.begins(behind))
        };
        let mut out = String::with_capacity(words.len());
        let mut from = 0;
        for at in centuries(words).filter(|at| of_event(*at)) {
            out.push_str(&words[from..at]);
            from = at + YEAR + '年'.len_utf8();
        }
        out + &words[from..]
    }

    /// Whether folded words begin with a part of a year, behind the year and the own name at most: 2023年前三季度.
    fn of_part(&self, folded: &str) -> bool {
        let (b, stretch) = (&self.cx.form.beside, &self.cx.form.preamble.stretch);
        let Some(at) = b.spans.first_in(folded) else { return false };
        let mut before = folded[..at].to_string();
        self.names.iter().chain(self.selves()).filter(|name| !name.is_empty()).for_each(|name| before = before.replacen(name.as_str(), "", 1));
        before.chars().all(|c| c.is_ascii_digit() || stretch.contains(c) || b.span_letters.contains(c))
    }

    /// Whether the sentence of which the last clause leads over to figures begins with another time or body: 2022年，我镇严格按照
    /// 条例办理，情况如下.
    fn begins_with_others(&self, words: &str, wide: bool) -> bool {
        let Some((first, _)) = words.split_once(CLAUSE).filter(|(first, rest)| first.chars().count() <= BRIEF && !self.names_own_year(rest)) else { return false };
        let folded = fold(first);
        let body = || {
            let left = self.left(first, folded.clone()).unwrap_or_default();
            let piece = left.split(' ').find(|piece| has_words(piece)).unwrap_or_default();
            !piece.is_empty() && self.behind_time(&folded).starts_with(piece) && (self.of_township(piece) || self.cx.form.beside.wide.begins(piece))
        };
        self.begins_with_time(&folded) && self.of_time(first) || !wide && body()
    }

    /// Folded words without the year, or the stretch of time, that they begin with.
    fn behind_time<'w>(&self, folded: &'w str) -> &'w str {
        let stretch = &self.cx.form.preamble.stretch;
        folded.trim_start_matches(|c: char| c.is_ascii_digit() || stretch.contains(c))
    }

    /// What stands behind a name of the report's body with which folded words begin.
    fn behind_own_name<'w>(&self, folded: &'w str) -> Option<&'w str> {
        self.names.iter().chain(self.selves()).filter(|name| !name.is_empty()).find_map(|name| folded.strip_prefix(name.as_str()))
    }

    /// Whether folded words begin with a year, or with words for one, behind the own name at most, in which nothing came about
    /// that the words are about: 2019年修订的条例.
    fn begins_with_time(&self, folded: &str) -> bool {
        let form = self.cx.form;
        let words = self.behind_own_name(folded).unwrap_or(folded);
        let words = form.beside.until.behind(words).unwrap_or(words).trim_start_matches(|c| form.preamble.stretch.contains(c));
        let behind = words.trim_start_matches(|c: char| c.is_ascii_digit());
        if behind.len() == words.len() {
            return form.words.other_years.begins(words) || form.beside.spans.begins(words);
        }
        behind.starts_with('年') && !form.preamble.events.begins(&behind['年'.len_utf8()..])
    }

    /// What is left of words without what they say is according to others: 根据华亭市要求.
    fn without_grounds(&self, left: &str) -> String {
        let grounds = |piece: &&str| !self.cx.form.title.goes_over.iter().any(|ground| piece.starts_with(ground.as_str()));
        left.split(' ').filter(grounds).collect::<Vec<_>>().join(" ")
    }

    /// Whether words name a year of the report's.
    fn names_own_year(&self, words: &str) -> bool {
        let folded = fold(words);
        self.cx.years.iter().any(|year| folded.contains(&year.to_string()))
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
        let department = |name: &str| level(self.words, name) == Some(DEPARTMENT) && !form.offices.iter().any(|own| name.ends_with(own.as_str()));
        let of_region = |name: &str| form.regions.keys().chain(&self.kind).any(|sign| name.starts_with(sign.as_str())) && department(name);
        // A name may hold words that explain themselves: 县发展和改革局.
        let whole = || {
            let last = left.split(' ').rfind(|piece| has_words(piece)).map(undigited).filter(|last| !last.is_empty())?;
            let name = &folded[..folded.rfind(last)? + last.len()];
            (name.chars().count() <= CAPTION && acceptable(self.words, name)).then_some(name)
        };
        // Behind the township's own name: 安口镇司法所.
        let inner = || {
            let rest = self.behind_own_name(folded).or_else(|| self.behind_own_name(self.behind_time(folded)));
            let office = left.split(' ').find(|piece| has_words(piece)).map(undigited).unwrap_or_default();
            rest.is_some_and(|rest| !office.is_empty() && rest.starts_with(office)) && department(office)
        };
        let begins = || !first.is_empty() && folded.starts_with(first);
        of_township && (begins() && (of_region(first) || whole().is_some_and(of_region)) || inner())
    }

    /// Whether the first words that nothing explains are what a region above a township calls itself, or its government: 我市, 市政府.
    fn of_region_above(&self, left: &str) -> bool {
        let form = self.cx.form;
        let Some(first) = left.split(' ').find(|piece| has_words(piece)) else { return false };
        let organs = || form.body.spoken.iter().chain(&form.body.issuing);
        let government = |name: &str| organs().any(|organ| name.strip_prefix(organ.as_str()).is_some_and(|office| office.is_empty() || form.body.offices.iter().any(|o| o == office)));
        let names = || form.preamble.our_other.iter().any(|ours| ours == first) || form.body.regions.keys().any(|sign| first.strip_prefix(sign.as_str()).is_some_and(government));
        self.place.as_deref().is_some_and(|place| level(self.words, place) == Some(TOWNSHIP)) && names()
    }

    /// Whether a line is a word for the last year and nothing else: 上年度.
    fn is_last_year(&self, line: &str) -> bool {
        line.len() <= 4 * SHORT && self.cx.form.words.other_years.behind(&fold(line)).is_some_and(|rest| rest.chars().count() <= 1)
    }

    /// Whether such a word stands alone, or beside a unit: 上年度 单位：件.
    fn heads_last_year(&self, line: &str) -> bool {
        self.is_last_year(line) || line.len() <= 4 * SHORT && self.states_unit(line) && line.split_whitespace().any(|piece| self.is_last_year(piece))
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
        self.ends(&fold(words)).iter().any(|&(year, month, _)| (1..12).contains(&month) && year.is_none_or(|y: i32| self.cx.years.contains(&y)))
    }

    /// The months, maybe with their year, with which folded words say that figures end, and what stands behind each.
    pub fn ends<'w>(&self, folded: &'w str) -> Vec<(Option<i32>, i32, &'w str)> {
        let month = |behind: &'w str| {
            let digits = |words: &str| words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let year = behind[..digits(behind)].parse::<i32>().ok().filter(|_| behind[digits(behind)..].starts_with('年'));
            let rest = year.map_or(behind, |_| &behind[digits(behind) + '年'.len_utf8()..]);
            let month = rest[..digits(rest)].parse::<i32>().ok().filter(|_| rest[digits(rest)..].starts_with('月'))?;
            Some((year, month, &rest[digits(rest) + '月'.len_utf8()..]))
        };
        let until = self.cx.form.beside.until.iter().flat_map(|until| places(folded, until).map(|at| at + until.len()));
        until.filter_map(|at| month(&folded[at..])).collect()
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

/// Words without the digits at their end.
fn undigited(words: &str) -> &str {
    words.trim_end_matches(|c: char| c.is_ascii_digit())
}
