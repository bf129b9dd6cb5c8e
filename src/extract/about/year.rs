//! The year that a report is about: by its title, its statistics period, what its preamble publishes, the day of publication,
//! or the years that its running text names.

use super::dated::month;
use super::head::{fields, is_listed, stated};
use super::preamble::pieces;
use super::title::{LONGEST, Title, distinct, leads, without_years};
use crate::extract::items::atoms::Atoms;
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::{date_in, day_at_end, days, in_digits, year_of, years_in};
use crate::extract::words::wanted::{head_of, places};
use crate::fold::fold;
use crate::form::Form;
use crate::model::Problem;

/// So many bytes at the head of a folded text may name the period.
const HEAD: usize = 9000;
/// The year stands within so many bytes behind the word for the period.
const NEAR: usize = 60;
/// No stretch of time is longer, in bytes.
const STRETCH: usize = 120;
/// So many bytes of running text are asked for the years that they name.
const RUNNING: usize = 2400;
/// In bytes, so much may stand beside a title in its line.
const BESIDE: usize = 90;
/// So many letters may stand between a day and what was done on it: 向社会公布.
const BEFORE_LEAD: usize = 4;
/// A line that is no more than a clock is no longer, in folded characters.
const CLOCK: usize = 30;

/// The years of the statistics period, from first to last; none where it is not told.
pub fn period(words: &FieldWords, folded: &str) -> Vec<i32> {
    let head = head_of(folded, HEAD);
    words.period.first(head, |at| stretch(words.form, &head[at..])).unwrap_or_default()
}

/// The year of the statistics period, where it has one alone.
pub fn period_year(words: &FieldWords, folded: &str) -> Option<i32> {
    one(&period(words, folded))
}

fn one(years: &[i32]) -> Option<i32> {
    match years {
        [y] => Some(*y),
        _ => None,
    }
}

/// The years of the stretch of time that stands in a text before anything else does: 2023年1月1日至2023年12月31日. A day alone that
/// neither begins nor ends a year says nothing of it.
fn stretch(form: &Form, text: &str) -> Option<Vec<i32>> {
    let first = *years_in(head_of(text, NEAR)).first()?;
    let Some(at) = text.find(&first.to_string()) else { return Some(vec![first]) };
    let rest = head_of(&text[at..], STRETCH);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !form.preamble.stretch.contains(c)).unwrap_or(rest.len());
    // …2023年12月31日。2024年1月15日公布: in folded text no sign stands before the next day.
    let over = places(rest, "日").map(|at| at + '日'.len_utf8()).nth(1).filter(|&at| at < end && rest[at..].starts_with(|c: char| c.is_ascii_digit()));
    let run = &rest[..over.unwrap_or(end)];
    let ends_year = |day: i32| [days(year_of(day), 1, 1), days(year_of(day), 12, 31)].contains(&day);
    let alone = run.matches('日').count() == 1 && run.matches('月').count() == 1;
    if alone && date_in(run).is_some_and(|day| !ends_year(day)) {
        return None;
    }
    Some(distinct(years_in(run).into_iter())).filter(|years| !years.is_empty()).or(Some(vec![first]))
}

/// The year reported on; none and a problem where title, period and text leave it open, or it is later than the day of publication.
/// `told` is the year of the report that the preamble publishes, `published` the day of publication, `running` the text before the
/// tables, of which `text` is all.
pub fn year(words: &FieldWords, title: Option<&Title>, atoms: &Atoms, told: impl Fn() -> Option<i32>, published: Option<i32>, [running, text]: [&str; 2], problems: &mut Vec<Problem>) -> Option<i32> {
    let year = reported_on(words, title, atoms, told, published, [running, text], problems)?;
    let line = title.map_or(0, |t| t.line);
    let mut open = |why: String| problems.push(Problem::new("extract/year-unclear", line, year.to_string(), format!("{why}; the year is left open")));
    if let Some(made) = published.map(year_of).filter(|made| *made < year) {
        open(format!("nobody reports in {made} on a later year"));
        return None;
    }
    let latest = words.form.preamble.latest_year;
    if year > latest {
        open(format!("no report is later than of {latest}"));
        return None;
    }
    Some(year)
}

/// The year that everything but the title tells, where two of these or more do so: the statistics period, the preamble, the day of
/// publication, the year that sentences begin with.
fn against(words: &FieldWords, titled: i32, period: impl Fn() -> Vec<i32>, told: impl Fn() -> Option<i32>, published: Option<i32>, running: impl Fn() -> String) -> Option<i32> {
    let day = by_day(published);
    // Most reports have a voice for their title's year, and nobody needs to ask the others.
    if day == Some(titled) {
        return None;
    }
    let period = period();
    if period.contains(&titled) {
        return None;
    }
    let running = running();
    let begun = begun(words, &running);
    let day = day.or_else(|| by_day(day_told(words, &running)));
    // The preamble alone decides nothing, and is asked last: its sentences are taken apart for it.
    let voices = [day, one(&period), one(&begun)];
    if day == Some(titled) || begun.contains(&titled) || voices.iter().all(Option::is_none) {
        return None;
    }
    let voices: Vec<i32> = voices.into_iter().chain([told()]).flatten().collect();
    let other = one(&distinct(voices.iter().copied()))?;
    (voices.len() >= 2 && other != titled).then_some(other)
}

/// The only day on which running text says that something is published: 2024年1月15日公布.
fn day_told(words: &FieldWords, running: &str) -> Option<i32> {
    let lead = |rest: &str| words.form.preamble.leads.iter().any(|lead| rest.find(lead.as_str()).is_some_and(|at| rest[..at].chars().count() <= BEFORE_LEAD));
    let told = |folded: &str| {
        let at = places(folded, "日").map(|at| at + '日'.len_utf8()).find(|&at| lead(&folded[at..]))?;
        date_in(&in_digits(&folded[day_at_end(&folded[..at])?..at])).filter(|_| !plans(words, folded))
    };
    let days: Vec<i32> = pieces(head_of(running, RUNNING)).iter().filter(|p| p.before != '《').filter_map(|p| told(&p.folded)).collect();
    one(&distinct(days.into_iter()))
}

/// Running text without the lines of a title, as folded: 2023年枫桥镇… is no sentence that begins with its year.
fn without_title(running: &str, title: &str) -> String {
    // A line may have more than the title: 附件：…, …来源：枫桥镇.
    let holds = |line: &str| !title.is_empty() && line.len() <= title.len() + BESIDE && line.contains(title);
    let is_of_title = |line: &&str| Some(fold(line)).is_some_and(|line| title.contains(line.as_str()) && !without_years(&line).is_empty() || holds(&line));
    head_of(running, 2 * RUNNING).lines().filter(|line| !is_of_title(line)).collect::<Vec<_>>().join("\n")
}

/// The years that sentences of running text begin with.
fn begun(words: &FieldWords, running: &str) -> Vec<i32> {
    distinct(spoken(words, &own_text(words, head_of(running, 2 * RUNNING))).into_iter().filter(|(_, begins)| *begins).map(|(y, _)| y))
}

/// The year that they begin with, if it is one alone.
pub fn begun_year(words: &FieldWords, running: &str) -> Option<i32> {
    one(&begun(words, running))
}

/// The year that a report published on that day is about. In December it may be this year's already, or last year's still.
fn by_day(published: Option<i32>) -> Option<i32> {
    published.filter(|p| *p < days(year_of(*p), 12, 1)).map(|p| year_of(p) - 1)
}

fn reported_on(words: &FieldWords, title: Option<&Title>, atoms: &Atoms, told: impl Fn() -> Option<i32>, published: Option<i32>, [running, text]: [&str; 2], problems: &mut Vec<Problem>) -> Option<i32> {
    let named = title.map_or(&[][..], |t| &t.years);
    let period = || period(words, &atoms.folded);
    let line = title.map_or(0, |t| t.line);
    match named {
        // A way through a site may lead past other years.
        [y] if title.is_some_and(|t| t.rival.is_some() && !t.is_whole()) => return one(&period()).or_else(told).or(Some(*y)),
        [_] if title.is_some_and(|t| t.on_the_way && !t.is_whole()) => {}
        [y] => {
            let below = || without_title(running, title.map_or("", |t| &t.words));
            let other = against(words, *y, period, told, published, below);
            if let Some(other) = other {
                problems.push(Problem::new("extract/year-unclear", line, format!("{y}, {other}"), "period, preamble, running text and day of publication, as far as they tell one, tell another year than the title; the year is left open"));
            }
            return Some(*y).filter(|_| other.is_none());
        }
        [] => {}
        several => {
            let within: Vec<i32> = period().into_iter().filter(|p| several.contains(p)).collect();
            if let [y] = within[..] {
                return Some(y);
            }
            let words = title.map_or("", |t| &t.words);
            problems.push(Problem::new("extract/year-unclear", line, words, "the title names several years, or there are several titles, and the statistics period does not decide; the year is left open"));
            return None;
        }
    }
    let (period, stated, told) = (period(), stated(words, text, running.len()), told());
    let by_day = by_day(published);
    // What the page's own information says of the figures is the year of the report where nothing tells another one.
    if let ([y], [], Some(day)) = (&stated[..], &period[..], by_day.filter(|day| !stated.contains(day))) {
        problems.push(Problem::new("extract/year-unclear", line, format!("{y}, {day}"), "the page's own information says that the figures are of one year, and it was published as another year's report; the year is left open"));
        return None;
    }
    let open = distinct(period.into_iter().chain(stated));
    // A period of several years is about one of them, and a clerk may have left last year's: what else is told decides.
    let rival = match open[..] {
        [] => return told.or_else(|| by_day_or_text(words, by_day, running, line, problems)),
        [y] => told.filter(|t| *t != y).or_else(|| other_than(y, running)),
        _ => None,
    };
    if let ([y], None) = (&open[..], rival) {
        return Some(*y);
    }
    let is_open = |y: &i32| open.contains(y) || rival == Some(*y);
    let by_text = || one(&begun(words, running)).filter(|_| told.is_some()).filter(is_open);
    let decided = told.filter(|y| rival.is_none() && is_open(y)).or(by_day.filter(is_open)).or_else(by_text);
    if decided.is_none() {
        let years: Vec<String> = open.iter().copied().chain(rival).map(|y| y.to_string()).collect();
        problems.push(Problem::new("extract/year-unclear", line, years.join(", "), "the statistics period has several years, or the text speaks of another one, and nothing else decides; the year is left open"));
    }
    decided
}

/// The year of the day of publication, or of running text where there is none; none and a problem where that tells another one: the
/// page may have moved.
fn by_day_or_text(words: &FieldWords, by_day: Option<i32>, running: &str, line: u32, problems: &mut Vec<Problem>) -> Option<i32> {
    let Some(day) = by_day else { return running_year(words, running, problems) };
    let spoken = running_year(words, running, &mut Vec::new()).filter(|spoken| *spoken != day);
    let Some(spoken) = spoken else { return Some(day) };
    problems.push(Problem::new("extract/year-unclear", line, format!("{spoken}, {day}"), "the text tells what was done in one year, and was published as another year's; the year is left open"));
    None
}

/// The year that running text speaks of twice or more, where it names the period's in no other place.
fn other_than(period: i32, running: &str) -> Option<i32> {
    let folded = fold(head_of(running, 2 * RUNNING));
    let mut spoken: Vec<i32> = Vec::new();
    for at in places(&folded, "20") {
        let digits = folded[at..].bytes().take_while(u8::is_ascii_digit).count();
        let inside = folded[..at].ends_with(|c: char| c.is_ascii_digit());
        let behind = &folded[at + digits..];
        let plain = behind.strip_prefix('年').is_some_and(|b| !b.starts_with(|c: char| c.is_ascii_digit()));
        if digits == 4 && !inside && plain {
            spoken.extend(folded[at..at + digits].parse::<i32>());
        }
    }
    let (times, years) = (spoken.len(), distinct(spoken.into_iter()));
    one(&years).filter(|y| *y != period && times >= 2)
}

/// The year of running text: the only one that it names, where a sentence tells what was done in it; or, of several, the one that
/// its sentences begin with, if that is the only one where titles of documents and days of the page are left out, or they do so
/// twice and it is the last. A problem where it names one alone and no sentence is about it: rules and offices have years too.
fn running_year(words: &FieldWords, running: &str, problems: &mut Vec<Problem>) -> Option<i32> {
    let named = |text: &str| distinct(years_in(head_of(&fold(text), RUNNING)).into_iter());
    let all = named(running);
    if all.is_empty() {
        return None;
    }
    let own = own_text(words, head_of(running, 2 * RUNNING));
    let spoken = spoken(words, &own);
    if let [y] = all[..] {
        let is_told = spoken.iter().any(|s| s.1) || tells(words, &own, y);
        let in_field = || head_of(running, RUNNING).lines().any(|line| !fields(words, line.trim()).is_empty() && years_in(&fold(line)).contains(&y));
        if !is_told && (named(&own).contains(&y) || in_field()) {
            problems.push(Problem::new("extract/year-unclear", 0, y.to_string(), "the text names this year alone, and no sentence says what was done in it; the year is left open"));
        }
        return Some(y).filter(|_| is_told);
    }
    let years = distinct(spoken.iter().map(|(y, _)| *y));
    let begun: Vec<i32> = spoken.iter().filter(|(_, begins)| *begins).map(|(y, _)| *y).collect();
    let year = one(&distinct(begun.iter().copied()))?;
    (years.len() == 1 || begun.len() >= 2 && years.iter().all(|o| *o <= year)).then_some(year)
}

/// Whether a clause of a text is about what was done in a year: all of it (2022年1月1日至2022年12月31日), or the year stands behind a
/// word for its end (截至2022年底) or for those who speak (我镇2022年).
fn tells(words: &FieldWords, text: &str, year: i32) -> bool {
    let (form, year) = (&words.form.preamble, format!("{year}年"));
    let [first, last] = [format!("{year}1月1日"), format!("{year}12月31日")];
    let of_all = |folded: &str| folded.split_once(first.as_str()).is_some_and(|(_, rest)| rest.contains(last.as_str()));
    let (ends, selves) = (&form.year_ends, [&form.our_township, &form.our_other]);
    let of_end = |before: &str, behind: &str| form.until.iter().any(|w| before.ends_with(w.as_str())) && ends.begins(behind);
    let of_ours = |before: &str, behind: &str| selves.iter().any(|list| list.iter().any(|w| before.ends_with(w.as_str()))) && !is_event(words, behind);
    let told = |p: &super::preamble::Piece| {
        let at = |at: usize| (&p.folded[..at], &p.folded[at + year.len()..]);
        let own = || of_all(&p.folded) || places(&p.folded, year.as_str()).map(at).any(|(before, behind)| of_end(before, behind) || of_ours(before, behind));
        p.before != '《' && own() && !plans(words, &p.folded)
    };
    let pieces = pieces(text);
    // Links to the reports of others are of the same year, all of them.
    let of_title = |rest: &str| words.form.recognise.titles.begins(rest.strip_prefix('度').unwrap_or(rest));
    let titles = |p: &super::preamble::Piece| match p.before == '《' || of_notice(words, &p.folded) {
        true => 0,
        false => places(&p.folded, &year).filter(|at| of_title(&p.folded[at + year.len()..])).count(),
    };
    pieces.iter().any(told) || pieces.iter().map(titles).sum::<usize>() > 1
}

/// Whether words name a notice or another page about reports.
fn of_notice(words: &FieldWords, folded: &str) -> bool {
    words.others.stands_in(folded)
}

/// Whether words tell what will be done.
fn plans(words: &FieldWords, folded: &str) -> bool {
    words.form.preamble.planning.stands_in(folded)
}

/// Whether the words behind a year are a month, or of what came about in it: 2020年12月成立, 2019年修订的.
fn is_event(words: &FieldWords, behind: &str) -> bool {
    let behind = behind.strip_prefix('度').unwrap_or(behind);
    behind.starts_with(|c: char| c.is_ascii_digit()) || words.form.preamble.events.begins(behind)
}

/// A text without the lines that are no more than a day or month, with its weekday and a name, that lead through a site or to reports of
/// other years, or that are the page's own information, and without the day that a line begins with.
fn own_text(words: &FieldWords, text: &str) -> String {
    let of_page = |line: &str| !line.contains(['。', '，']) && (leads(line) || !fields(words, line.trim()).is_empty());
    let kept = |line: &&str| {
        let folded = fold(line);
        let is_clock = || folded.chars().count() <= CLOCK && !line.contains(['。', '，', ',', '：', ':', '至']) && (date_in(line).is_some() || month(&folded).is_some());
        !is_clock() && !of_page(line)
    };
    let undated = |line: &str| {
        let line = line.trim();
        let end = line.find(|c: char| !c.is_ascii_digit() && !matches!(c, '年' | '月' | '日' | '-' | '/' | '.')).unwrap_or(line.len());
        let goes_on = line[end..].starts_with(|c: char| c.is_alphabetic() && !matches!(c, '至' | '到' | '起' | '止'));
        let is_day = goes_on && line[..end].ends_with('日') && date_in(&line[..end]).is_some();
        if is_day { line[end..].to_string() } else { line.to_string() }
    };
    let lines: Vec<&str> = text.lines().collect();
    let filled: Vec<(usize, String)> = lines.iter().enumerate().filter(|(_, line)| line.contains(char::is_alphanumeric)).map(|(n, line)| (n, fold(head_of(line, 6 * LONGEST)))).collect();
    let at = |n: Option<usize>| n.and_then(|n| filled.get(n)).map_or("", |line| line.1.as_str());
    let is_entry = |n: &usize| is_listed([at(n.checked_sub(2)), at(n.checked_sub(1)), at(Some(*n)), at(Some(n + 1)), at(Some(n + 2)), at(Some(n + 3))]);
    let entries: Vec<usize> = (0..filled.len()).filter(is_entry).map(|n| filled[n].0).collect();
    let own = lines.iter().enumerate().filter(|(n, line)| kept(line) && !entries.contains(n));
    own.map(|(_, line)| undated(line)).collect::<Vec<_>>().join("\n")
}

/// The years that sentences name outside the titles of documents and notices, and whether they begin a sentence that tells what
/// was done.
fn spoken(words: &FieldWords, text: &str) -> Vec<(i32, bool)> {
    let (pieces, mut open, mut out) = (pieces(text), false, Vec::new());
    for (n, piece) in pieces.iter().enumerate() {
        let quoted = piece.before == '《' || open;
        open = quoted && piece.after != '》';
        let folded = piece.folded.as_str();
        let number = folded.bytes().all(|b| b.is_ascii_digit());
        if quoted || number {
            continue;
        }
        let years = years_in(folded);
        if years.is_empty() || of_notice(words, folded) {
            continue;
        }
        let next = pieces.get(n + 1).filter(|_| !piece.ends_sentence()).map_or("", |p| p.folded.as_str());
        let plans = plans(words, folded) || plans(words, next);
        // A heading without a sign at its end stands before the sentence of the next line.
        let of_line = &folded[piece.begin(folded.len()).unwrap_or(0)..];
        // 《…规定》（2015年）
        let bracketed = matches!(piece.before, '(' | '（' | '〔' | '[');
        let made = month(of_line).filter(|m| m.start == 0);
        if made.as_ref().is_some_and(|m| m.end == folded.len()) {
            continue;
        }
        let begins = |y: i32| !plans && !bracketed && made.is_none() && of_line.strip_prefix(format!("{y}年").as_str()).is_some_and(|rest| !is_event(words, rest));
        out.extend(years.into_iter().map(|y| (y, begins(y))));
    }
    out
}
