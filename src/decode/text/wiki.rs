//! Tables as MediaWiki writes them: `{|` opens one and `|}` closes it, `|-` alone ends a row, and every cell stands behind a `|`, or a
//! `!` where it is a head, on a line of its own or behind `||` on one line.

use super::ruled::append;
use crate::model::{CELL_END, ROW_END};

/// Fewer rows are no table of a report.
const LEAST_ROWS: usize = 2;

/// What a line of a table does.
enum LineMark<'t> {
    Opens,
    Closes,
    EndsRow,
    /// Begins cells: what stands behind the sign.
    Cells(&'t str),
    Caption(&'t str),
    /// Goes on with the cell before.
    Words(&'t str),
}

fn line(line: &str) -> LineMark<'_> {
    let bare = line.trim();
    let behind = |sign: &str| bare.strip_prefix(sign);
    if bare.trim_start_matches(':').starts_with("{|") {
        LineMark::Opens
    } else if behind("|}").is_some() {
        LineMark::Closes
    } else if behind("|-").is_some_and(|b| b.trim_start_matches('-').is_empty() || b.contains('=')) {
        LineMark::EndsRow
    } else if let Some(words) = behind("|+") {
        LineMark::Caption(words)
    } else if let Some(words) = behind("|").or_else(|| behind("!")) {
        LineMark::Cells(words)
    } else {
        LineMark::Words(bare)
    }
}

/// Whether a text with tags has its tables so, and none of HTML.
pub fn is_written(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"\n{|").is_some() && !text.contains("<td") && respelled(text).is_some()
}

/// The text with such tables as cells and rows, as many lines as before; none where it has none. A table that holds another
/// arranges the page: its cells become lines.
pub fn respelled(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"{|")?;
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let (mut found, mut depth) = (false, 0usize);
    while let Some(&next) = lines.get(out.len()) {
        let at = out.len();
        match line(next) {
            LineMark::Opens => match table(&lines[at + 1..]) {
                Some(rows) => {
                    found = true;
                    out.push(String::new());
                    out.extend(rows);
                }
                None => {
                    depth += 1;
                    out.push(String::new());
                }
            },
            LineMark::Closes | LineMark::EndsRow if depth > 0 => {
                depth -= usize::from(matches!(line(next), LineMark::Closes));
                out.push(String::new());
            }
            LineMark::Cells(words) | LineMark::Caption(words) if depth > 0 => out.push(cleaned(own(words))),
            _ => out.push(cleaned(next)),
        }
    }
    found.then(|| out.join("\n"))
}

/// The lines of the table that these are in, up to the one that closes it; none where it holds another, or has hardly any rows.
fn table(lines: &[&str]) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    // The cells of the row in hand and the line on which it begins.
    let (mut row, mut begin, mut rows): (Vec<String>, usize, usize) = (Vec::new(), 0, 0);
    let end = |out: &mut Vec<String>, row: &mut Vec<String>, begin: usize| {
        if row.is_empty() {
            return 0;
        }
        for cell in row.drain(..) {
            out[begin].push_str(&cell);
            out[begin].push(CELL_END);
        }
        out[begin].push(ROW_END);
        1
    };
    for (at, &words) in lines.iter().enumerate() {
        out.push(String::new());
        match line(words) {
            LineMark::Opens => return None,
            LineMark::Closes | LineMark::EndsRow => {
                rows += end(&mut out, &mut row, begin);
                if matches!(line(words), LineMark::Closes) {
                    return (rows >= LEAST_ROWS).then_some(out);
                }
            }
            LineMark::Cells(words) => {
                begin = if row.is_empty() { at } else { begin };
                row.extend(split(words).map(|cell| cleaned(own(cell))));
            }
            LineMark::Caption(words) => out[at] = cleaned(own(words)),
            LineMark::Words(words) => match row.last_mut() {
                Some(cell) => append(cell, &cleaned(words)),
                None => out[at] = cleaned(words),
            },
        }
    }
    // One that is not closed ends with the text.
    rows += end(&mut out, &mut row, begin);
    (rows >= LEAST_ROWS).then_some(out)
}

/// The cells on one line.
fn split(words: &str) -> impl Iterator<Item = &str> {
    words.split("||").flat_map(|cell| cell.split("!!"))
}

/// What a cell says, without what stands before a single pipe: `rowspan="2"| 许可`. A figure of several rows is none.
fn own(cell: &str) -> &str {
    match cell.split_once('|') {
        Some((said, words)) if said.contains('=') && !said.contains(['[', '<', '{']) => {
            let figure = said.contains("rowspan") && words.trim().starts_with(|c: char| c.is_ascii_digit());
            if figure { "~" } else { words }
        }
        _ => cell,
    }
}

/// Tags around words that change nothing about them, and those that break a line.
const PLAIN: [&str; 9] = ["span", "font", "b", "strong", "i", "em", "u", "big", "small"];
const BREAKING: [&str; 4] = ["br", "p", "div", "center"];

/// What may hide or strike words out stays, and so do the words' tags.
const CHANGING: [&str; 4] = ["display", "line-through", "visibility", "hidden"];

/// The words of a cell without marks of their looks; tags that may change what they say stay.
fn cleaned(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words.trim();
    while let Some(at) = rest.find(['<', '\'', '&', '[', ']']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let quotes = rest.bytes().take_while(|b| *b == b'\'').count();
        let (length, spelled) = match mark(rest) {
            _ if quotes > 1 => (quotes, ""),
            Some(found) => found,
            None => {
                let length = rest.chars().next().map_or(0, char::len_utf8);
                (length, &rest[..length])
            }
        };
        out.push_str(spelled);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out.trim().to_string()
}

/// The mark that a text begins with: its length, and what stands for it.
fn mark(text: &str) -> Option<(usize, &str)> {
    if text.starts_with("&nbsp;") || text.starts_with("&#160;") {
        return Some((6, " "));
    }
    if text.starts_with("[[") {
        // `[[place|words]]`
        return Some(text.split_once("]]").and_then(|(link, _)| link.find('|')).map_or((2, ""), |at| (at + 1, "")));
    }
    if text.starts_with("]]") {
        return Some((2, ""));
    }
    let tag = text.strip_prefix('<')?;
    let tag = &tag[..tag.find('>')?];
    let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next()?.to_ascii_lowercase();
    let spelled = if PLAIN.contains(&name.as_str()) { "" } else { BREAKING.contains(&name.as_str()).then_some(" ")? };
    (!CHANGING.iter().any(|c| tag.contains(c))).then_some((tag.len() + 2, spelled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Option<String> {
        respelled(text).map(|t| t.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn a_bar_alone_is_an_empty_cell_and_a_rule_ends_a_row() {
        let text = "前\n{| class=\"x\"\n|+ 表\n|-\n! 甲 !! 乙\n|-\n| 许可\n|\n| 3\n|-\n| colspan=\"2\" | 处罚 || '''7'''\n续\n|}\n<div>\n后 [[甲|乙]]\n</div>";
        assert_eq!(marked(text).as_deref(), Some("前\n\n表\n\n甲¦乙¦¶\n\n许可¦¦3¦¶\n\n\n\n处罚¦7续¦¶\n\n\n\n后 乙\n"));
        assert_eq!(respelled(text).unwrap().split('\n').count(), text.split('\n').count(), "lines stay");
    }

    #[test]
    fn tags_that_change_nothing_are_no_part_of_a_cell() {
        let text = "{|\n| <span style=\"font-size:9pt\">1<span>3</span></span>\n|-\n| <s>5</s>7\n| <span style=\"display:none\">2</span>3\n| 1<br>9\n| [[甲|乙]]&nbsp;丙\n|}";
        assert_eq!(marked(text).as_deref(), Some("\n13¦¶\n\n<s>5</s>7¦<span style=\"display:none\">23¦1 9¦乙 丙¦¶\n\n\n\n"));
    }

    #[test]
    fn a_table_that_holds_another_arranges_the_page() {
        let text = "{|\n| 左\n|\n{|\n| 甲\n| 1\n|-\n| 乙\n|\n|}\n|-\n| 右\n|}";
        assert_eq!(marked(text).as_deref(), Some("\n左\n\n\n甲¦1¦¶\n\n\n乙¦¦¶\n\n\n\n右\n"));
    }

    #[test]
    fn other_texts_stay() {
        for text in ["| 甲\n|-\n| 乙", "a {| b", "{|\n| 甲\n|}"] {
            assert_eq!(respelled(text), None, "{text}");
        }
    }
}
