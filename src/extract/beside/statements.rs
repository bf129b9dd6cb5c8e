//! What is said of the whole report: its title and the lines beside it, the head of the page, the statistics period, and
//! sentences that speak of the report or of all its tables. What of it nothing explains is told; where it doubts whose
//! figures these are, all of them are withheld.

use std::ops::Range;

use super::block::{self, Says};
use super::captions::of_months;
use super::explained::{About, Own, is_bracketed};
use super::scope::narrows;
use crate::extract::about::period::{self, Odd};
use crate::extract::context::Context;
use crate::extract::items::atoms::{ROUND, around, line_number, place_of, remark_at};
use crate::extract::rows::withhold::take_back;
use crate::extract::words::dates::{date_in, years_in};
use crate::extract::words::wanted::{head_of, places};
use crate::fold::fold;
use crate::form::{Form, TABLES};
use crate::model::{Figure, Problem, Report};

/// The problem that all this is told as.
const CODE: &str = "extract/unexplained-words";

/// What is told of words that narrow figures to the own body or year.
const SCOPE: &str = "extract/scope";

/// What is told of a field whose key no list has.
const UNKNOWN: &str = "extract/unknown-field";

/// In letters, the longest rest of a title's line that may still be of the title.
const BRIEF: usize = 30;

/// In letters, the longest clause or sentence that may be about all tables.
const SENTENCE: usize = 60;

/// So many clauses are looked at; more say nothing new.
const MOST: usize = 400;

/// In bytes, the shortest words that were told already.
const LEAST: usize = 6;

/// What opens a remark.
const OPEN: [&str; 2] = ["（", "("];

/// What ends a clause.
const CLAUSE: [char; 7] = ['。', '，', '；', ',', ';', '！', '\n'];

/// In bytes, the head of a text that a preamble may reach to.
const PREAMBLE: usize = 6000;

/// So many lines at the head or the end of a page are looked at.
const EDGE: usize = 12;

/// So many of the last lines may be sentences of the page itself.
const LAST: usize = 4;

/// What ends a sentence.
const SENTENCE_ENDS: [char; 3] = ['。', '！', '\n'];

/// The levels of bodies whose reports are about all that is in them.
pub const WIDE: [&str; 3] = ["county", "city", "province"];

/// With these a second line of a title begins: ——以枫桥镇为例.
const STROKES: [char; 3] = ['—', '―', '─'];

/// Adds a problem for what is said of the whole report and nothing explains, and withholds all figures where it doubts
/// them. The tables stand between two bytes of the text.
pub fn tell(own: &Own, tables: Range<usize>, report: &mut Report) {
    let mut said = Said { own, report, doubted: Vec::new(), told: Vec::new() };
    let lines: Vec<&str> = own.pieces(0..tables.start).collect();
    let titles = said.titles(&lines);
    let text = own.cx.text;
    let last: Vec<&str> = own.pieces(tables.end..text.len()).rev().take(2 * EDGE).collect();
    said.block(&lines, &titles, &tables, &last);
    let ((above, pointing_down), (below, pointing_up)) = (own.signs(0..tables.start), own.signs(tables.end..text.len()));
    said.clauses(&tables, [above, below]);
    said.running(&tables, [pointing_down, pointing_up]);
    said.edges(&lines, &titles, &last);
    let Said { doubted, told, .. } = said;
    report.problems.extend(doubted.into_iter().chain(told));
}

struct Said<'s, 'a> {
    own: &'s Own<'a>,
    report: &'s mut Report,
    doubted: Vec<Problem>,
    told: Vec<Problem>,
}

impl<'a> Said<'_, 'a> {
    /// Withholds the figures of a table, or of all.
    fn doubt(&mut self, words: &str, whose: &str, table: Option<usize>) {
        let indicators = &self.own.cx.form.indicators;
        let theirs = |f: &&mut Figure| table.is_none_or(|t| indicators[usize::from(f.indicator)].table == t);
        if take_back(self.report.figures.iter_mut().filter(theirs)) {
            self.doubted.push(problem(self.own.cx, words, format!("{whose} seem to say that the report's figures are others or none, so those of {} are withheld", named(table))));
        }
    }

    fn say(&mut self, words: &str, what: &str, table: Option<usize>) {
        if !self.told.iter().chain(&self.doubted).chain(&self.report.problems).any(|p| p.text == words) {
            self.told.push(problem(self.own.cx, words, format!("{what}; the figures of {} are published all the same", named(table))));
        }
    }

    /// What stands in the title behind the report's name, in the line below it and at the head of the page.
    /// Gives the numbers of its lines.
    fn titles(&mut self, lines: &[&'a str]) -> Vec<usize> {
        let (own, year) = (self.own, self.report.year);
        let titles: Vec<usize> = (0..lines.len()).filter(|n| own.is_report_title(lines[*n])).collect();
        let mut untold = None;
        for &n in &titles {
            let line = lines[n];
            let left = own.left(line, fold(line)).filter(|left| is_brief(left));
            let behind = own.behind_title(line).or_else(|| remark_at(line, ROUND).or_else(|| line.find("——")).filter(|at| *at > 0).map(|at| &line[at..]));
            // The line below may be a remark of the title's.
            let below = lines.get(n + 1).filter(|l| is_brief(l) && (is_bracketed(l) || l.starts_with(STROKES) || own.has_plain_doubt(&fold(l)) && !l.ends_with('。'))).copied();
            let says = |r: &&str| (of_months(r) || date_in(r).is_none() && !own.is_of_publication(r, year)) && !block::is_bar(own, r);
            for remark in behind.into_iter().chain(below).filter(says) {
                match own.left(remark, fold(remark)).or_else(|| own.other_year(remark, year).then(String::new)) {
                    Some(left) if own.has_doubt(&left) || own.other_time(remark) || own.other_year(remark, year) || remark.starts_with(STROKES) && own.names_body(&left) => self.doubt(remark, "these words of the title", None),
                    Some(_) => untold = Some(remark),
                    None => {}
                }
            }
            let above = || lines.get(n.wrapping_sub(1)).filter(|l| is_brief(l) && is_bracketed(l)).copied();
            if left.is_some_and(|left| own.has_doubt(&left)) || own.before_title(line).is_some_and(|before| own.doubts_before_title(before, year)) {
                self.doubt(line, "these words of the title", None);
            } else if let Some(remark) = above().filter(|l| own.doubts_before_title(l, year)) {
                self.doubt(remark, "these words above the title", None);
            }
        }
        // What stands alone at the head of the page, or beside its title, is about all of it: 征求意见稿.
        let form = own.cx.form;
        let mut beside = titles.iter().flat_map(|n| [n.wrapping_sub(1), n + 1]).chain([0]).filter_map(|n| lines.get(n));
        // One that names a table is about that one alone.
        let sample = |l: &&&str| is_brief(l) && !own.is_unusual(l) && form.words.samples.stands_in(&fold(l)) && !names_table(form, l);
        if let Some(line) = beside.find(sample) {
            self.doubt(line, "these words at the head of the page", None);
        }
        if let Some(words) = untold {
            self.say(words, "nothing explains these words of the title", None);
        }
        titles
    }

    /// The fields of the information block at the head of the page, around its title and below the tables; `last` are the last lines
    /// of the page, the last one first.
    fn block(&mut self, lines: &[&'a str], titles: &[usize], tables: &Range<usize>, last: &[&'a str]) {
        let (own, year, wide) = (self.own, self.report.year, self.is_wide());
        let text = own.cx.text;
        let place = |n: usize| lines.get(n).map_or(tables.start, |line| place_of(text, line));
        let head = 0..text.floor_char_boundary(place(2 * EDGE).min(PREAMBLE));
        let title = titles.first().map_or(0..0, |n| place(n.saturating_sub(EDGE)).max(head.end)..place(n + EDGE));
        let title = if title.is_empty() { 0..0 } else { title };
        let foot = last.last().map_or(text.len(), |line| place_of(text, line));
        let mut unknown = false;
        let parts = [(head, 0), (title, 0), (tables.end..text.len(), foot)];
        let names = &own.cx.form.words.table_names;
        for told in parts.into_iter().flat_map(|(part, foot)| block::told(own, part, foot, year, wide)) {
            // Beside a table it is about that one.
            let of_others = own.cx.begins_foreign_tables(place_of(text, told.words));
            let heard = of_others || self.report.problems.iter().filter(|p| p.code == CODE || told.says != Says::Doubt).any(|p| tells(p, told.words));
            let table = names.iter().position(|names| names.iter().any(|name| told.words.contains(name.as_str())));
            match told.says {
                _ if heard => {}
                Says::Doubt => self.doubt(told.words, "these words of the page's information", table),
                Says::Unclear => self.say(told.words, "nothing explains what these words of the page's information say of the report", table),
                Says::Unknown if !unknown => {
                    unknown = true;
                    let says = format!("no list of form.toml, [beside.fields], has this key of the page's information ({}); the figures are published all the same", told.words);
                    self.told.push(Problem { code: UNKNOWN, ..problem(own.cx, told.key, says) });
                }
                Says::Unknown => {}
            }
        }
    }

    /// Clauses that speak of the report or of its tables, above the first of those and below the last.
    fn clauses(&mut self, tables: &Range<usize>, found: [Vec<(usize, About)>; 2]) {
        let own = self.own;
        let text = own.cx.text;
        let mut dated = false;
        for (at, about) in found.into_iter().flat_map(|part| part.into_iter().take(MOST)) {
            let (above, below) = (at < tables.start, at >= tables.end);
            let clause = around(text, at, &CLAUSE, 4 * (SENTENCE + 1)).trim();
            match about {
                // Above the tables 以上数据 is about something else.
                About::Tables | About::Table(_) if below || above && !own.points_back(&text[at..]) => {
                    let words = if below { around(text, at, &SENTENCE_ENDS, 4 * (SENTENCE + 1)).trim() } else { clause };
                    self.statement(words, if let About::Table(t) = about { Some(t) } else { None });
                }
                About::Report if own.is_unusual(own.unmarked(clause)) => self.statement(clause, None),
                About::Period if above && !dated => {
                    let end = (place_of(text, clause) + clause.len()).max(at);
                    let odd = period::odd(own.cx.form, &text[at..end], &text[end..]);
                    dated = odd == Some(Odd::Time) || of_months(clause);
                    if dated {
                        self.say(clause, "the statistics period is not a whole year, and the figures count as those of the year", None);
                    } else if self.report.year.is_some_and(|y| [years_in(&fold(clause)), period::years(&text[at..end])].iter().filter_map(|named| named.first()).any(|p| *p != y)) {
                        self.say(clause, "the statistics period begins in another year than the report is of, by its title", None);
                        dated = true;
                    } else if odd == Some(Odd::Bodies) && !self.is_wide() {
                        self.say(clause, "the figures are said to be of more than the report's own body", None);
                        dated = true;
                    }
                }
                _ => {}
            }
        }
    }

    /// Sentences of running text that point to the tables in other words, and remarks in the brackets of the preamble.
    fn running(&mut self, tables: &Range<usize>, [above, below]: [Vec<(usize, bool)>; 2]) {
        let own = self.own;
        let text = own.cx.text;
        // Above the tables 以上数据 is about something else.
        let above = above.into_iter().filter(|(at, _)| !own.points_back(&text[*at..])).take(MOST);
        for (at, opens) in above.chain(below.into_iter().take(MOST)) {
            let (clause, sentence) = (around(text, at, &CLAUSE, 4 * (SENTENCE + 1)), around(text, at, &SENTENCE_ENDS, 8 * (SENTENCE + 1)));
            // What stands before may be about other things.
            let words = text[place_of(text, clause)..place_of(text, sentence) + sentence.len()].trim();
            if opens {
                self.opened(clause.trim());
            } else {
                self.pointed(words, clause.trim());
            }
        }
        let head = head_of(&text[..tables.start], PREAMBLE);
        for open in OPEN.iter().flat_map(|open| places(head, open).map(|at| at + open.len())).take(MOST) {
            let words = around(text, open, &['（', '(', '）', ')', '\n'], 4 * BRIEF).trim();
            if own.names_figures(words) {
                self.pointed(words, words);
            }
        }
    }

    /// Words that point to the tables: withheld where they doubt in a way that has no other meaning, or the clause that points
    /// doubts at all.
    fn pointed(&mut self, words: &'a str, clause: &'a str) {
        let (own, year) = (self.own, self.report.year);
        if words.chars().count() > SENTENCE || self.is_heard(words) {
            return;
        }
        let of_clause = || own.left_of_statement(clause, year).is_some_and(|left| own.has_doubt(&left) || !own.compares(clause) && own.other_year(clause, year));
        if own.left_of_statement(words, year).is_some_and(|left| own.has_plain_doubt(&left)) || of_clause() {
            self.doubt(words, "these words about the tables", None);
        }
    }

    /// A clause that begins with what points to the tables: withheld where it says in a way that has no other meaning that their
    /// figures are others.
    fn opened(&mut self, clause: &'a str) {
        let (own, year) = (self.own, self.report.year);
        if clause.chars().count() > SENTENCE || self.is_heard(clause) {
            return;
        }
        if own.says_tables_others(clause, self.is_wide(), year) {
            self.doubt(clause, "these words about the tables", None);
        }
    }

    /// Whether words were told already as about one table. Above the headings of all parts with tables they are about all of
    /// them, unless they name one.
    fn is_heard(&self, words: &str) -> bool {
        let above = || self.own.pieces(0..place_of(self.own.cx.text, words)).any(|line| self.own.heads_table(line));
        self.report.problems.iter().any(|p| tells(p, words)) && (names_table(self.own.cx.form, words) || above())
    }

    /// Whether the report is of a body whose reports are about all that is in it.
    fn is_wide(&self) -> bool {
        self.report.level.is_some_and(|l| WIDE.contains(&l))
    }

    /// Short lines at the head and at the end of the page that doubt what stands there, 有效性：已被替代, or say that its figures
    /// are another year's or body's.
    fn edges(&mut self, lines: &[&'a str], titles: &[usize], last: &[&'a str]) {
        let (own, year) = (self.own, self.report.year);
        // A note at the very end is about all that stands above it, unless it was told as one table's.
        let wide = self.is_wide();
        for note in last.iter().take(LAST).filter(|l| own.is_against(l, wide, |_, _| false) && own.is_marked(l)) {
            if !self.report.problems.iter().any(|p| tells(p, note)) && !names_table(own.cx.form, note) {
                self.doubt(note, "these words at the foot of the page", None);
            }
        }
        // A sentence of the page itself stands above the title or at the very end: 本页内容已由修订页取代。
        let above = titles.first().map_or(0, |first| lines.len().min(*first).min(2 * EDGE));
        let of_page = |l: &&&str| l.ends_with('。') && l.len() <= 4 * SENTENCE && l.chars().count() <= SENTENCE && own.cx.form.beside.pages.stands_in(l);
        let sentences = lines[..above].iter().chain(last.iter().take(LAST)).filter(of_page);
        let brief = lines.iter().take(2 * EDGE).chain(last.iter().take(EDGE)).filter(|l| is_brief(l) && !l.ends_with('。') && !own.is_report_title(l));
        for line in brief.chain(sentences) {
            let folded = fold(line);
            if !own.known().edges.stands_in(&folded) || self.doubted.iter().chain(&self.told).any(|p| line.contains(&*p.text)) {
                continue;
            }
            let figures = own.names_figures(&folded);
            let others = |left: &String| figures && (own.names_body(left) || !own.compares(line) && own.other_year(line, year));
            if own.left(line, own.without_scope(&folded)).is_some_and(|left| own.has_plain_doubt(&left) || others(&left)) {
                self.say(line, "these words at the edge of the page seem to doubt the report", None);
            }
        }
    }

    /// One clause about the report, about all tables or one of them.
    fn statement(&mut self, clause: &'a str, table: Option<usize>) {
        let own = self.own;
        if clause.chars().count() > SENTENCE {
            return;
        }
        let scope = &own.cx.form.beside.scope;
        let narrow = narrows(own, &fold(clause)).is_some();
        let Some(left) = own.left_of_statement(clause, self.report.year) else {
            if narrow && !self.told.iter().any(|p| p.code == SCOPE) {
                let says = "these words say that the figures of t2, t3 and t4 are those of the report's own body or year alone, as the form asks; they are published";
                self.told.push(Problem { code: SCOPE, ..problem(own.cx, clause, says.into()) });
            }
            return;
        };
        // The report of a county or of what is larger is about all in it.
        let wide = self.is_wide();
        let doubted = if wide { own.has_doubt(&own.without_scope(&left)) } else { own.has_doubt(&left) || own.names_body(&left) };
        let doubted = doubted || narrow || scope.without.stands_in(&left) || own.is_against(clause, wide, |_, _| false);
        // A period that names another year may be a slip of the pen: that is told, see `clauses`.
        let of_period = own.cx.form.preamble.period.iter().any(|p| clause.contains(p.as_str()));
        if of_period && !doubted {
            return;
        }
        let doubted = doubted || own.ends_early(clause) || !own.compares(clause) && own.is_last_years(clause);
        if doubted || !own.compares(clause) && own.other_year(clause, self.report.year) {
            self.doubt(clause, "these words about the report or its tables", table);
        } else {
            self.say(clause, "nothing explains these words about the report or its tables", table);
        }
    }
}

/// Whether a problem tells of words, or of a part of them.
fn tells(problem: &Problem, words: &str) -> bool {
    problem.text.contains(words) || problem.text.len() >= LEAST && words.contains(problem.text.trim())
}

/// Whether words call a table by the part it stands in, or by its number.
fn names_table(form: &Form, words: &str) -> bool {
    form.words.table_names.iter().flatten().any(|name| words.contains(name.as_str()))
}

fn is_brief(words: &str) -> bool {
    words.len() <= 4 * BRIEF && words.chars().count() <= BRIEF
}

fn named(table: Option<usize>) -> &'static str {
    table.map_or("t2, t3 and t4", |t| TABLES[t])
}

/// Words that nothing explains, at the line where they stand.
pub fn problem(cx: &Context, words: &str, says: String) -> Problem {
    Problem::new(CODE, line_number(cx.text, place_of(cx.text, words)), words, says)
}
