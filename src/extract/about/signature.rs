//! Who signs a report: a line near its end that is nothing but a body's name, maybe with a day.

use super::body::{DEPARTMENT, TOWNSHIP, acceptable, clean_body, level, own_place, split_organ};
use super::dated::month;
use super::title::LONGEST;
use super::values;
use crate::extract::items::atoms::{Atoms, is_pipe, place_of};
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::{centuries, date_in, day_at_end};
use crate::extract::words::word::ending;
use crate::fold::{fold, is_space};
use crate::model::CELL_END;

/// So many lines at the end of a text may hold it.
const LINES: usize = 14;

/// The name, with regions above it as they stand. Of several lines the one that a day stands in or below; none where they name
/// several bodies all the same.
pub fn signature(words: &FieldWords, text: &str, atoms: &Atoms) -> Option<Signed> {
    let mut signed: Vec<Signed> = Vec::new();
    let mut below = "";
    for line in own_lines(words, text, atoms).take(LINES) {
        let folded = fold(line);
        if let Some(name) = name_of(words, line, &folded) {
            let dated = name.len() < folded.len() || is_day_or_month(below);
            let heads = heads(words, text, line, &name);
            signed.push(Signed { name, dated, heads });
        }
        below = line;
    }
    if signed.iter().any(|s| s.dated) {
        signed.retain(|s| s.dated);
    }
    let last = own_place(words, &signed.first()?.name).to_string();
    let is_last = |name: &str| name.ends_with(last.as_str()) || last.ends_with(name);
    let agree = signed.iter().all(|s| is_last(own_place(words, &s.name)));
    agree.then(|| signed.swap_remove(0))
}

/// Whether a region's government heads a page rather than signs it: no sentence and no report's name stands above.
fn heads(words: &FieldWords, text: &str, line: &str, name: &str) -> bool {
    let above = &text[..place_of(text, line)];
    let of_region = || level(words, name).is_some_and(|level| !matches!(level, TOWNSHIP | DEPARTMENT));
    of_region() && !above.contains(['。', '，']) && !words.form.recognise.titles.stands_in(&fold(above))
}

/// The department that signs, where the text speaks of itself as one of its kind: 我局.
pub fn department(words: &FieldWords, text: &str, atoms: &Atoms) -> Option<String> {
    signing(words, text, atoms).filter(|name| says_ours(words, &atoms.folded, name))
}

/// The only department that signs with a day, its region named before it.
pub fn signing(words: &FieldWords, text: &str, atoms: &Atoms) -> Option<String> {
    let is_named = |name: &str| level(words, name) == Some(DEPARTMENT) && own_place(words, name).len() < name.len() && clean_body(words, name).as_deref() == Some(name);
    let mut signed: Option<String> = None;
    let mut below = "";
    for line in own_lines(words, text, atoms).take(LINES) {
        let folded = fold(line);
        let name = before_day(words, line, &folded, is_named).filter(|name| name.len() < folded.len() || is_day_or_month(below));
        if let Some(name) = name {
            if signed.is_some() {
                return None;
            }
            signed = Some(name.to_string());
        }
        below = line;
    }
    signed
}

/// The words by which bodies other than townships speak of themselves, with the kinds that these name: 我局 and 局.
pub fn ours<'f>(words: &FieldWords<'f>) -> impl Iterator<Item = (&'f str, &'f str)> {
    let form = words.form;
    form.preamble.our_other.iter().filter_map(|ours| form.words.selves.iter().find_map(|own| ours.strip_prefix(own.as_str())).map(|kind| (ours.as_str(), kind)))
}

/// Whether a text speaks of itself as of a body of the kind in which this one's name ends: 我局, 我县.
pub fn says_ours(words: &FieldWords, folded: &str, body: &str) -> bool {
    let place = split_organ(words, body).0;
    ours(words).any(|(ours, kind)| place.ends_with(kind) && folded.contains(ours))
}

/// A signature.
pub struct Signed {
    pub name: String,
    /// A day stands behind it or below.
    pub dated: bool,
    /// It stands at the head of a page that names no report: a site's name rather than who signs.
    pub heads: bool,
}

/// Whether a line is a day, or a month, and nothing else.
fn is_day_or_month(line: &str) -> bool {
    let folded = fold(line);
    let of_day = || day_at_end(&folded) == Some(0) || month(&folded).is_some_and(|m| m == (0..folded.len()));
    of_day() || folded.bytes().all(|b| b.is_ascii_digit()) && date_in(line).is_some()
}

/// The lines with letters of a text, the last one first, without those of its page's information: a key with its value, or one of the
/// two in a cell or line of its own.
pub fn own_lines<'t>(words: &FieldWords, text: &'t str, atoms: &Atoms) -> impl Iterator<Item = &'t str> {
    let end = atoms.fragments.last().map_or(0, |f| f.end as usize);
    let keys = &words.known.keys;
    let is_key = move |line: &str| {
        let key = values::bare(line);
        let telling = || Some(fold(key)).is_some_and(|key| words.published.are(&key) || words.form.title.sources.contains(&key));
        keys.are(key) && (line.trim_end().ends_with([':', '：', '\t', CELL_END]) || telling())
    };
    let mut lines = text[..end].rsplit('\n').filter(|line| line.contains(char::is_alphanumeric)).peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            if !values::is_field(keys, line) && !lines.peek().is_some_and(|above| is_key(above)) {
                return Some(line);
            }
        }
    })
}

/// The government that a line names and says nothing else of, but a day.
fn name_of(words: &FieldWords, line: &str, folded: &str) -> Option<String> {
    before_day(words, line, folded, |name| ending(name, &words.organs).next().is_some()).map(String::from)
}

/// What a line names, by itself or before a day, if it is of some kind.
fn before_day<'f>(words: &FieldWords, line: &str, folded: &'f str, is_kind: impl Fn(&str) -> bool) -> Option<&'f str> {
    // A name has 30 characters at most.
    if folded.len() > LONGEST * 4 {
        return None;
    }
    let line = values::bare(line);
    let name = &folded[..day_at_end(folded).or_else(|| day_behind(folded)).unwrap_or(folded.len())];
    let hosts = || words.form.body.hosting.stands_in(name);
    let short = name.len() <= 120 && is_kind(name) && (3..=30).contains(&name.chars().count()) && !hosts();
    (short && acceptable(words, name) && is_alone(words, line, name)).then_some(name)
}

/// Whether a line has no more names than this one, and no label before it: 抄送：, 下一篇 ….
fn is_alone(words: &FieldWords, line: &str, name: &str) -> bool {
    let undated = &line[..line.find(|c: char| c.is_ascii_digit()).unwrap_or(line.len())];
    let divided = undated.contains(|c: char| is_pipe(c) || matches!(c, ':' | '：' | '/' | '>' | '、' | '，' | '；' | '\t' | CELL_END));
    let (links, sources) = (&words.form.title.links, &words.form.title.sources);
    let labelled = links.iter().chain(sources).any(|label| name.starts_with(label.as_str()));
    let is_body = |part: &str| Some(fold(part)).filter(|part| ending(part, &words.organs).any(|(_, organ)| organ.len() < part.len())).is_some_and(|part| clean_body(words, &part).is_some());
    !divided && !labelled && undated.split(is_space).filter(|part| is_body(part)).count() <= 1
}

/// Where a day in digits begins behind which next to nothing stands: 20250106, 2025年1月6日印发.
fn day_behind(folded: &str) -> Option<usize> {
    let at = centuries(folded).next()?;
    let rest = folded[at..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日'));
    (rest.chars().count() <= 4).then_some(at)
}
