//! Where tables begin that are not this report's: last year's under a caption of their own, or the report of another
//! body in the same file. What stands there may contradict this report's figures, but never takes their place.

use super::cells::{Item, Kind};
use crate::fold::fold;
use crate::form::Form;

/// The longest line that may be a caption or a title, in letters.
const LONGEST: usize = 50;

/// The first item that is no longer this report's, and the byte range of the words that say so. None where all is.
pub fn foreign(form: &Form, text: &str, items: &[Item]) -> Option<(usize, (u32, u32))> {
    let (at, first) = items.iter().enumerate().find(|(_, x)| matches!(x.kind, Kind::Label(_)))?;
    let above = &text[..first.start as usize];
    // A caption may stand right above the first table.
    for line in above.lines().rev().map(str::trim).filter(|l| !l.is_empty()).take(2) {
        if is_caption(form, line) {
            let start = (line.as_ptr() as usize - text.as_ptr() as usize) as u32;
            return Some((0, (start, start + line.len() as u32)));
        }
    }
    let mut own: Option<String> = None;
    // Words without a sign that divides cells may be several lines.
    let lines = items.iter().enumerate().skip(at).filter(|(_, x)| x.kind == Kind::Text).flat_map(|(i, x)| text[x.start as usize..x.end as usize].split('\n').map(move |line| (i, line.trim())));
    for (i, words) in lines {
        if words.len() > 4 * LONGEST || !words.contains('年') {
            continue;
        }
        let start = words.as_ptr() as usize - text.as_ptr() as usize;
        let place = (start as u32, (start + words.len()) as u32);
        if !alone(text, start, start + words.len()) {
            continue;
        }
        if is_caption(form, words) {
            return Some((i, place));
        }
        let folded = fold(words);
        let title = form.recognise.titles.iter().find(|t| folded.ends_with(t.as_str()));
        let Some(named) = title.filter(|_| sentence_free(words)).and_then(|t| folded.strip_suffix(t.as_str())) else { continue };
        let own = own.get_or_insert_with(|| above.lines().map(fold).find(|l| form.recognise.titles.iter().any(|t| l.contains(t.as_str()))).unwrap_or_default());
        if !own.is_empty() && differs(form, own, &fold(above), named) {
            return Some((i, place));
        }
    }
    None
}

/// A line at least so long, in bytes, is no line of a page: the whole text stands on it.
const WHOLE_TEXT: usize = 2000;

/// True where nothing else stands on the line of a place but brackets and signs, or where lines say nothing.
fn alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].rsplit('\n').next().unwrap_or("");
    let after = text[end..].split('\n').next().unwrap_or("");
    if before.len() + after.len() >= WHOLE_TEXT {
        return true;
    }
    fold(before).is_empty() && fold(after).is_empty()
}

fn sentence_free(words: &str) -> bool {
    !words.contains(['。', '，', '；', ';', ',']) && words.chars().count() <= LONGEST
}

/// A line that names another year and figures, and is no sentence and no label.
fn is_caption(form: &Form, words: &str) -> bool {
    if words.len() > 160 || !words.contains('年') || !sentence_free(words) {
        return false;
    }
    let folded = fold(words);
    let has = |list: &[String]| list.iter().any(|w| folded.contains(w.as_str()));
    has(&form.words.other_years) && has(&form.words.caption_nouns) && !form.labels.iter().any(|l| l.texts.iter().any(|t| folded.ends_with(t.as_str()) || t.contains(folded.as_str())))
}

/// True where the words before a title name another year than the report's own title, or a body that nothing above the
/// tables names.
fn differs(form: &Form, own: &str, above: &str, named: &str) -> bool {
    let years = |s: &str| -> Vec<String> {
        let digits: Vec<&str> = s.split(|c: char| !c.is_ascii_digit()).filter(|d| d.len() == 4).collect();
        digits.into_iter().map(String::from).collect()
    };
    let (mine, theirs) = (years(own), years(named));
    if !mine.is_empty() && !theirs.is_empty() && !theirs.iter().any(|y| mine.contains(y)) {
        return true;
    }
    let mut body: String = named.chars().filter(|c| !c.is_ascii_digit()).collect();
    body = body.trim_matches(['年', '度', '的']).to_string();
    for organ in &form.body.organs {
        body = body.trim_end_matches(organ.as_str()).to_string();
    }
    // The last letters of a place's name are its own; what stands before them may be its county.
    let tail: String = body.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
    tail.chars().count() == 3 && !above.contains(&tail)
}
