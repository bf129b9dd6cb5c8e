//! Texts that are no pages, and what programs that write such do to their tables.

use super::{boxes, counted, dumped, escaped, framed, latex, listed, printed, quoted, ruled, wiki};
use crate::decode::marks::lines;
use crate::decode::{format, json};

/// A text that is no page, with the tables in it that are drawn or written as lists as cells.
pub fn read(text: String) -> String {
    let text = breaks(lines(text));
    let text = counted::without_numbers(&text).unwrap_or(text);
    let readers: [fn(&str) -> Option<String>; 9] = [wiki::respelled, ruled::respelled, boxes::respelled, listed::respelled, dumped::respelled, framed::respelled, quoted::respelled, latex::respelled, printed::respelled];
    let tables = |text: &str| readers.iter().find_map(|respelled| respelled(text));
    if let Some(text) = tables(&text) {
        return text;
    }
    // What is whole as data and no record may be many records: their lines and tabs stay letters.
    match escaped::unescaped(&text).or_else(|| escaped::tabs(&text)).filter(|_| !json::is_data(&text)) {
        Some(written) => {
            let text = breaks(lines(written));
            tables(&text).unwrap_or(text)
        }
        None => text,
    }
}

/// A break within a cell of a table in Markdown is written as HTML has it; it divides words, and no lines.
pub fn breaks(text: String) -> String {
    let tag = |at: usize| ["<br>", "<br/>", "<br />"].into_iter().find(|tag| format::begins(&text.as_bytes()[at..], tag));
    let tags: Vec<(usize, &str)> = memchr::memchr_iter(b'<', text.as_bytes()).filter_map(|at| Some((at, tag(at)?))).collect();
    if tags.is_empty() {
        return text;
    }
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (at, tag) in tags {
        out.push_str(&text[done..at]);
        out.push(' ');
        done = at + tag.len();
    }
    out + &text[done..]
}
