//! `report.html`, the morning report: one file without network access that tells a person in a minute whether last
//! night is to be trusted. Everything is embedded as JSON and put on the page as text, never as markup, so nothing that
//! a file of the archive holds can become part of the page. Every list is bounded, and says what it leaves out.

mod remarks;
mod source;
mod trends;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::form::Form;
use crate::model::HalfHash;

pub use remarks::{check_in_chinese, in_both};
pub use source::{Line, Piece, Shown, lay_out};
pub use trends::{LevelTrends, Trends, trends};

const TEMPLATE: &str = include_str!("morning/page.html");
const STYLE: &str = include_str!("morning/page.css");
const SCRIPTS: [&str; 5] = [
    include_str!("morning/base.js"),
    include_str!("morning/verdict.js"),
    include_str!("morning/lists.js"),
    include_str!("morning/charts.js"),
    include_str!("morning/sources.js"),
];
/// Key → the words in Chinese and in English. Words of the statutory kind come from the form.
const WORDS: &str = include_str!("morning/words.json");

/// What may be odd about a file, the worst first.
pub const KINDS: [&str; 10] = ["unreadable", "failed_reading", "failed_source", "failed_years", "no_tables", "partial", "disagrees", "unplaced", "skipped", "not_a_report"];

/// Rows of one kind that the list of files holds; the others are in the Parquet files.
pub const MOST_OF_A_KIND: usize = 400;
/// Rows of changes.
pub const MOST_CHANGES: usize = 1000;
/// Bytes of figures for the trend charts.
pub const MOST_TREND_BYTES: usize = 4 << 20;
/// Longest text from a file, in characters.
const MOST_TEXT: usize = 240;

/// Everything that the page shows.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    pub program: &'a str,
    pub verdict: Verdict<'a>,
    pub totals: Totals<'a>,
    pub heat: Heat,
    /// What is counted → value → how often, the most frequent first.
    pub spread: Vec<(&'static str, Vec<(String, usize)>)>,
    pub identities: Vec<Tested>,
    /// What to look at first, the same as the summary names.
    pub look: &'a [Look],
    pub flags: Flags<'a>,
    /// None where there is no older dataset to compare with.
    pub changes: Option<Changes>,
    pub trends: Trends,
    /// Indicators that the trend chart offers first.
    pub trend_first: &'a [String],
    pub sources: Vec<SourceSection>,
    /// Flagged reports that could have a section.
    pub sources_of: usize,
    /// Reasons for being no report, in Chinese.
    pub reasons: BTreeMap<&'a str, &'a str>,
}

/// What the gate said.
#[derive(Debug, Serialize)]
pub struct Verdict<'a> {
    pub refused: &'a [String],
    pub warnings: &'a [String],
}

#[derive(Debug, Serialize)]
pub struct Totals<'a> {
    pub walked: usize,
    pub bytes: u64,
    pub files: &'a BTreeMap<&'static str, usize>,
    pub reports: usize,
    pub status: &'a BTreeMap<&'static str, usize>,
    pub resolved: usize,
    pub cells: &'a BTreeMap<&'static str, usize>,
    pub checks: &'a BTreeMap<&'static str, usize>,
    pub problems: &'a BTreeMap<&'static str, usize>,
}

/// Coverage by county and year.
#[derive(Debug, Default, Serialize)]
pub struct Heat {
    pub years: Vec<i32>,
    pub rows: Vec<HeatRow>,
    /// Primary reports of townships that are in no cell, since their township or year is unknown.
    pub elsewhere: usize,
}

/// One county, or a city whose towns are in no county.
#[derive(Debug, Serialize)]
pub struct HeatRow {
    pub code: String,
    /// Province, city, county.
    pub names: [Option<String>; 3],
    /// By year: townships found, found but unreadable, not found; none where it is not asked.
    pub cells: Vec<Option<[u32; 3]>>,
}

/// One accounting identity over all reports.
#[derive(Debug, Serialize)]
pub struct Tested {
    pub name: String,
    /// Its wording in Chinese and in English; empty for a check of the running text, whose words the page has.
    pub zh: String,
    pub en: String,
    /// The row or the column that it is about, in both languages.
    pub of: [String; 2],
    pub holds: usize,
    /// Failures that are the document's own.
    pub source: usize,
    /// Failures that may be the reading's.
    pub reading: usize,
    pub open: usize,
}

/// A file that a person should look at first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// `unreadable`, `checks`, `no_tables`, `partial` or `unplaced`.
    pub kind: &'static str,
    pub path: String,
    /// Checks that fail, those over years included; of a partial report the cells that were read.
    pub n: u32,
    /// Cells that a report should have; of checks that fail those against the year before.
    pub of: u32,
    /// Why a file could not be read.
    pub words: String,
}

/// The files that a person may want to look at.
#[derive(Debug, Serialize)]
pub struct Flags<'a> {
    /// By kind, those that the list leaves out included.
    pub totals: BTreeMap<&'static str, usize>,
    /// How many the list may hold of a kind.
    pub most: usize,
    pub rows: Vec<&'a Flag>,
}

/// One file with something odd.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Flag {
    /// Numbers in [`KINDS`], the worst first.
    pub kinds: Vec<u8>,
    pub path: String,
    pub body: Option<String>,
    /// Province, city, county.
    pub place: String,
    pub year: Option<i32>,
    pub found: u32,
    pub expected: u32,
    /// Checks within the report that fail.
    pub failed: u32,
    /// Checks against the year before that fail.
    pub failed_years: u32,
    /// Cells that differ from those of another report of its body and year.
    pub differ: u32,
    pub notes: Vec<Note>,
    /// Among files of one kind the greatest comes first.
    #[serde(skip)]
    pub weight: u32,
    /// To tell whether the file is still the one that was read.
    #[serde(skip)]
    pub content_hash: HalfHash,
}

/// A problem: code, line, the words, the message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Note(pub String, pub u32, pub String, pub String);

/// The comparison with the dataset before.
#[derive(Debug, Serialize)]
pub struct Changes {
    /// By kind, those that `rows` leaves out included.
    pub totals: BTreeMap<String, usize>,
    /// At most [`MOST_CHANGES`] are shown.
    pub rows: Vec<Change>,
}

/// One difference to the dataset before.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Change {
    /// `new_report`, `vanished_report`, `changed_figure`, `coverage_gained`, `coverage_lost`; the page shows a key that it
    /// has no words for as it is.
    pub kind: String,
    pub path: String,
    pub body: Option<String>,
    /// Province, city, county.
    pub place: String,
    pub year: Option<i32>,
    /// Index into the form's indicators.
    pub indicator: Option<u16>,
    pub old: Option<f64>,
    pub new: Option<f64>,
    /// `new_file`, `changed_file`, `vanished_file`, `override`, `new_form` or another key.
    pub why: String,
}

/// A flagged report beside the lines that it was read from.
#[derive(Debug, Default, Serialize)]
pub struct SourceSection {
    /// The report's row in the list of files.
    pub path: String,
    pub kinds: Vec<u8>,
    pub body: Option<String>,
    pub place: String,
    pub year: Option<i32>,
    pub format: &'static str,
    pub encoding: &'static str,
    pub notes: Vec<Note>,
    /// Identity, left, right, blame of the checks that fail.
    pub checks: Vec<(u16, Option<f64>, Option<f64>, &'static str)>,
    pub shown: Shown,
    /// Why the lines are missing: `changed`, `gone`, `unreadable`.
    pub without: Option<&'static str>,
}

/// At most [`MOST_TEXT`] characters of a text.
pub fn clip(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// Writes the page.
///
/// # Errors
/// The file system refuses.
pub fn write(path: &Path, form: &Form, page: &Page) -> io::Result<()> {
    std::fs::write(path, html(form, page)?)
}

/// The page as text.
fn html(form: &Form, page: &Page) -> io::Result<String> {
    let indicators: Vec<_> = form.indicators.iter().map(|i| (&i.name, i.table, &i.unit, &i.name_zh, &i.name_en, &i.editions)).collect();
    let editions: Vec<&str> = form.editions.iter().map(|e| e.key.as_str()).collect();
    let parts = [
        ("{{style}}", STYLE.to_string()),
        ("{{noscript}}", noscript(page)),
        ("{{form}}", embedded(&(indicators, editions))?),
        ("{{words}}", embedded(&serde_json::from_str::<serde_json::Value>(WORDS).map_err(io::Error::other)?)?),
        ("{{page}}", embedded(page)?),
        ("{{script}}", SCRIPTS.join("\n")),
    ];
    // Cut from the left, so that nothing is looked for in what was put in.
    let mut out = String::with_capacity(1 << 20);
    let mut rest = TEMPLATE;
    for (mark, text) in parts {
        let (before, behind) = rest.split_once(mark).expect("the template has each mark once, in this order");
        out.push_str(before);
        out.push_str(&text);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// JSON that cannot end the element it stands in: no `<` is left to begin a tag or a comment with.
fn embedded(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    Ok(if text.contains('<') { text.replace('<', "\\u003c") } else { text })
}

/// The verdict for a reader without scripts, such as a mail program.
fn noscript(page: &Page) -> String {
    let refused = page.verdict.refused.len();
    let state = match (refused, page.verdict.warnings.len()) {
        (0, 0) => "已发布，没有警告 · published, no warnings".to_string(),
        (0, n) => format!("已发布，有 {n} 条警告 · published with {n} warning(s)"),
        (n, _) => format!("拒绝发布，有 {n} 条理由 · refused for {n} reason(s)"),
    };
    let mut out = format!("<p><strong>{state}</strong></p><ul>");
    for words in page.verdict.refused.iter().chain(page.verdict.warnings) {
        out += &format!("<li>{}</li>", escaped(&in_both(words)));
    }
    out += &format!("</ul><p>文件 {} files · 年报 {} reports</p>", page.totals.walked, page.totals.reports);
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
