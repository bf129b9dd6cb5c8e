//! A page whose shown text is no report, and the one text among those that it holds and does not show which is.

use super::Tools;
use crate::model::{Decoded, Problem, Report, Text};

/// Reads what the page does not show; text and conversion become those of the report. None where none of the texts is a
/// report, and where several are: nothing tells which of them the page is about.
pub(super) fn read(tools: &Tools, decoded: &mut Decoded, converted: &mut Text) -> Option<Report> {
    let mut texts = std::mem::take(&mut decoded.unseen);
    texts.sort();
    texts.dedup();
    let shown = std::mem::take(&mut decoded.text);
    let mut found = Vec::new();
    for text in texts {
        decoded.text = text;
        let simplified = tools.converter.convert(decoded.text.clone());
        if let Ok(report) = tools.extractor.extract(decoded, &simplified) {
            found.push((std::mem::take(&mut decoded.text), simplified, report));
        }
    }
    decoded.text = shown;
    // Of a report's parts that are told by themselves, those with tables are the report.
    let has_tables = |r: &Report| r.editions.iter().any(Option::is_some);
    if found.iter().any(|(.., r)| has_tables(r)) {
        found.retain(|(.., r)| has_tables(r));
    }
    if found.len() > 1 {
        // The same report may be held twice, with tags and without.
        let figures: Vec<_> = found.iter().map(|(.., r)| r.figures.iter().map(|f| (f.status, f.value)).collect::<Vec<_>>()).collect();
        if figures.iter().any(|f| *f != figures[0]) {
            return None;
        }
    }
    let (text, simplified, report) = found.into_iter().next()?;
    (decoded.text, *converted) = (text, simplified);
    let message = "what the page shows is no report, but it holds one in its data or in a part that it hides; that was read, and lines are those of that text";
    decoded.problems.push(Problem::new("run/unseen-text", 0, "", message));
    Some(report)
}
