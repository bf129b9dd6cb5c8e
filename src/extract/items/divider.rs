//! Texts whose cells are divided by a sign that otherwise belongs to sentences: `规章；7；947；827`, CSV. The sign is
//! read off the labels: where most of them are followed by the same one, it divides cells like a tab.

use std::ops::Range;

use super::atoms::{Atoms, COLON, Fragment, JOINED, place_of, text_lines};
use super::labels::Lexicon;
use crate::fold::is_space;
use crate::model::CELL_END;

/// Signs that may divide cells; pipes, tabs and spaces always do.
const SIGNS: [char; 9] = ['；', ';', ',', '，', '&', '^', '~', '#', '•'];

/// Table 3 alone has more than so many cells.
const LEAST_SIGNS: usize = 120;

/// In characters, the longest cell that is no label.
const LONGEST: usize = 45;

/// So many labels must be followed by the sign before it is believed.
const LEAST: usize = 12;

fn count(text: &str, sign: char) -> usize {
    let mut bytes = [0; 4];
    match sign.encode_utf8(&mut bytes).as_bytes() {
        &[byte] => memchr::memchr_iter(byte, text.as_bytes()).count(),
        word => memchr::memmem::find_iter(text.as_bytes(), word).take(LEAST_SIGNS).count(),
    }
}

/// The text with its dividing sign as a tab, where it has one; lines and figures stay as they are.
pub fn respelled(text: &str, atoms: &Atoms, lexicon: &Lexicon) -> Option<String> {
    if !SIGNS.iter().any(|s| count(text, *s) >= LEAST_SIGNS) {
        return None;
    }
    // Where each sign stands right behind a label.
    let mut behind: [Vec<usize>; SIGNS.len()] = Default::default();
    let mut labels = 0;
    for (last, end) in lexicon.ends(atoms) {
        labels += 1;
        let letter = atoms.folded[..end].chars().next_back().map_or(1, char::len_utf8);
        let at = atoms.unfold(text, last, end - letter);
        // A bracket or quote may close the label first.
        let next = text[at..].char_indices().skip(1).find(|(_, c)| !matches!(c, ')' | '）' | '"' | '”'));
        if let Some((i, to)) = next.and_then(|(to, c)| Some((sign_of(c, &text[at + to..])?, to))) {
            behind[i].push(at + to);
        }
    }
    let (i, labelled) = behind.iter().enumerate().max_by_key(|(i, at)| (at.len(), std::cmp::Reverse(*i)))?;
    if labelled.len() < LEAST || labelled.len() * 4 < labels {
        return None;
    }
    let sign = SIGNS[i];
    let is_short = |piece: &&str| piece.chars().count() <= LONGEST || labelled.binary_search(&(place_of(text, piece) + piece.len())).is_ok();
    let mut out = String::with_capacity(text.len());
    for (n, line) in text_lines(text).enumerate() {
        out.extend((n > 0).then_some('\n'));
        let line = unended(line, sign);
        let pieces = line.split(sign).count();
        // A sentence has long pieces; a row of cells has short ones, and labels of any length.
        let short = line.split(sign).filter(is_short).count();
        if pieces > 1 && short * 10 >= pieces * 8 {
            // The colon between a label and its list.
            let at = place_of(text, line);
            let colon = labelled.get(labelled.partition_point(|p| *p < at)).filter(|p| **p < at + line.len()).map(|p| p - at).filter(|p| line[*p..].starts_with(COLON));
            let (label, cells) = colon.map_or(("", line), |colon| (&line[..colon], line[colon..].trim_start_matches(COLON)));
            out.push_str(label);
            out.extend(colon.map(|_| '\t'));
            divide(cells, sign, &mut out);
        } else {
            out.push_str(line);
        }
    }
    Some(out)
}

/// Which sign stands here right behind a label, or divides the list of figures behind its colon: `规章：0,3,1`.
fn sign_of(c: char, behind: &str) -> Option<usize> {
    let of = |c| SIGNS.iter().position(|s| *s == c);
    if !COLON.contains(&c) {
        return of(c);
    }
    let list = behind[c.len_utf8()..].lines().next()?.trim_matches(is_space);
    let sign = list.chars().find(|c| SIGNS.contains(c))?;
    let is_cell = |cell: &str| cell.trim_matches(is_space).chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '—' | '/'));
    // 1,024 is one figure.
    let thousands = list.split(sign).skip(1).all(|cell| cell.len() == 3 && cell.bytes().all(|b| b.is_ascii_digit()));
    of(sign).filter(|_| list.split(sign).all(is_cell) && !thousands)
}

/// So many figures stand behind a label in lines that spaces divide, at least.
const LEAST_FIGURES: usize = 3;

/// The text of which some tables are divided by tabs with tabs before the figures of those that spaces divide, in lines that have no
/// other sign. Every byte stays in its place.
pub fn unspaced(text: &str) -> Option<String> {
    if memchr::memchr(b'\t', text.as_bytes()).is_none() || memchr::memchr2(b'|', CELL_END as u8, text.as_bytes()).is_some() {
        return None;
    }
    let rows: Vec<Range<usize>> = text_lines(text).filter_map(|line| { let at = place_of(text, line); figures(line).map(|from| at + from..at + line.len()) }).collect();
    if rows.len() < LEAST {
        return None;
    }
    let mut out = text.to_string();
    rows.into_iter().for_each(|row| out.replace_range(row.clone(), &text[row].replace(' ', "\t")));
    Some(out)
}

/// Where in a line without a tab the space stands before its figures, which spaces divide and other words precede.
fn figures(line: &str) -> Option<usize> {
    if !line.ends_with(|c: char| c.is_ascii_digit() || c == '-') || line.contains('\t') {
        return None;
    }
    let figure = |piece: &&str| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-'));
    let (n, bytes) = line.rsplit(' ').take_while(figure).fold((0, 0), |(n, bytes), piece| (n + 1, bytes + piece.len() + 1));
    (n >= LEAST_FIGURES && bytes < line.len()).then(|| line.len() - bytes)
}

/// What stands around the tables of AsciiDoc.
const FENCE: &str = "|===";

/// The text with what AsciiDoc says of a cell before its pipe (`2.3+^|`, columns, rows, place and style) as spaces: it is no
/// cell. Every byte stays in its place.
pub fn unspanned(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), FENCE.as_bytes())?;
    let mut out: Option<String> = None;
    for at in memchr::memchr_iter(b'|', text.as_bytes()) {
        let before = &text[..at];
        let placed = before.strip_suffix(['a', 'd', 'e', 'h', 'l', 'm', 's']).unwrap_or(before).trim_end_matches(['<', '^', '>', '.']);
        let Some(spans) = placed.strip_suffix('+') else { continue };
        let begin = spans.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        if begin < spans.len() && before[..begin].chars().next_back().is_none_or(|c| c == '\n' || is_space(c)) {
            out.get_or_insert_with(|| text.to_string()).replace_range(begin..at, &" ".repeat(at - begin));
        }
    }
    out
}

/// A row without the stop that ends it as a sentence, where that stands behind a figure or an empty cell.
fn unended(line: &str, sign: char) -> &str {
    let Some((at, _)) = line.trim_end_matches(is_space).char_indices().next_back().filter(|(_, c)| *c != sign && matches!(c, '。' | '；' | ';')) else { return line };
    let row = &line[..at];
    let Some((_, last)) = row.rsplit_once(sign) else { return line };
    let figure = last.trim_matches(is_space).starts_with(|c: char| c.is_ascii_digit()) || !last.contains(char::is_alphabetic);
    if figure { row } else { line }
}

/// The sign that mail programs put before the lines of what they answer.
const QUOTED: char = '>';

/// Signs that open an item of a list, or a line that is quoted.
const BULLETS: [char; 11] = ['•', '●', '○', '■', '▪', '◆', '·', '-', '*', '+', QUOTED];

/// Whether a word is the sign of an item of a list.
pub fn is_bullet(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c != QUOTED && BULLETS.contains(&c)) && chars.next().is_none()
}

/// So many lines of a list, at least.
const LEAST_LINES: usize = 40;

/// What opens an item of a list: its sign, or the number of one that goes on from the last.
#[derive(Clone, Copy, PartialEq)]
enum Opening {
    Sign(char),
    Number(u32),
}

/// The text with what opens its lines as spaces, where most lines are items of one list: signs and numbers of items say
/// nothing of a cell. Every byte stays in its place.
pub fn unlisted(text: &str, atoms: &Atoms) -> Option<String> {
    // Most texts have no list. Of what opens an item of one, folding drops a sign.
    let mut line = 0;
    let is_shorter = |f: &Fragment| f.fold_end - f.fold_start < f.end - f.start;
    let opens = |f: &&Fragment| std::mem::replace(&mut line, f.line) != f.line && is_shorter(f) && opening(&text[f.start as usize..f.end as usize]).is_some();
    if atoms.fragments.iter().filter(opens).take(LEAST_LINES).count() < LEAST_LINES {
        return None;
    }
    let (mut lines, mut numbers, mut last, mut highest) = (0, 0, 0, 0);
    let mut signs = [0usize; BULLETS.len()];
    for line in text_lines(text).filter(|l| !l.is_empty()) {
        lines += 1;
        match opening(line) {
            Some((Opening::Sign(c), _)) => signs[BULLETS.iter().position(|b| *b == c).unwrap_or(0)] += 1,
            Some((Opening::Number(n), _)) => {
                numbers += usize::from(n == last + 1);
                (last, highest) = (n, highest.max(n));
            }
            None => {}
        }
    }
    let (sign, n) = signs.into_iter().enumerate().max_by_key(|(_, n)| *n)?;
    let listed = |n: usize| n >= LEAST_LINES && n * 2 > lines;
    // Numbers that begin anew belong to labels, of which three or eight follow each other.
    let numbered = listed(numbers) && highest > 12;
    if !numbered && !listed(n) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let of_list = |o: Opening| if numbered { matches!(o, Opening::Number(_)) } else { o == Opening::Sign(BULLETS[sign]) };
    // A list of lists opens a row and its first cell at a time: `* - 7`.
    let outer_of = |line: &str| opening(line).filter(|(o, end)| !of_list(*o) && opening(&line[*end..]).is_some_and(|(o, _)| of_list(o))).map_or(0, |(_, end)| end);
    let nested = text_lines(text).filter(|l| outer_of(l) > 0).take(LEAST_LINES / 2).count() == LEAST_LINES / 2;
    let mut in_list = false;
    for (n, line) in text_lines(text).enumerate() {
        out.extend((n > 0).then_some('\n'));
        let outer = outer_of(line);
        let end = opening(&line[outer..]).filter(|(o, _)| of_list(*o)).map_or(0, |(_, end)| outer + end);
        if nested && end > 0 {
            // The cells of a row on one line; lines keep their numbers.
            let goes_on = in_list && outer == 0;
            if goes_on {
                out.pop();
                out.push(JOINED);
            }
            out.extend(line[..end].bytes().enumerate().map(|(at, _)| if goes_on && at == 0 { '\t' } else { ' ' }));
            out.push_str(&line[end..]);
            in_list = true;
            continue;
        }
        in_list = false;
        // An item with nothing in it is an empty cell; a quoted line is an empty line.
        let blank = end > 0 && line[end..].chars().all(is_space) && !line[..end].ends_with(QUOTED);
        out.extend(line[..end].bytes().enumerate().map(|(at, _)| if blank && at == 0 { '-' } else { ' ' }));
        out.push_str(&line[end..]);
    }
    Some(out)
}

/// Whether a line that begins with this byte may be an item of a list: it is a digit, a space, or a sign's first.
fn may_open(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'*' | b'+' | b'>' | 0xC2 | 0xE2)
}

/// What opens the first line of a text as an item of a list, `• 7`, `13. 7`, and where it ends.
fn opening(line: &str) -> Option<(Opening, usize)> {
    line.as_bytes().first().filter(|b| may_open(b))?;
    let start = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[start..];
    let first = rest.chars().next()?;
    let spaced = |rest: &str| rest.is_empty() || rest.starts_with(|c| c == '\n' || is_space(c));
    if !first.is_ascii_digit() {
        let mut end = start + first.len_utf8();
        let opens = BULLETS.contains(&first) && spaced(&line[end..]);
        // An answer to an answer is quoted twice.
        while opens && first == QUOTED && let Some(rest) = line[end..].strip_prefix(" >").filter(|rest| spaced(rest)) {
            end = line.len() - rest.len();
        }
        return opens.then_some((Opening::Sign(first), end));
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest[digits..].strip_prefix(['.', ')']).filter(|after| spaced(after) || after.starts_with('\t'))?;
    let number = rest[..digits].parse().ok().filter(|_| digits <= 4)?;
    Some((Opening::Number(number), line.len() - after.len()))
}

/// Appends a line with its sign as a tab. Quotes around a cell come with CSV and are no part of it; a sign within them,
/// as in "1,234", divides nothing.
fn divide(line: &str, sign: char, out: &mut String) {
    let pairs = line.matches('"').count() % 2 == 0;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = pairs && !quoted,
            c if c == sign && !quoted => out.push('\t'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_may_divide_a_list_behind_a_colon() {
        let comma = SIGNS.iter().position(|s| *s == ',');
        for (behind, sign) in [("：0,3,1\n", comma), (":0, —,15", comma), (",0", comma), ("：0", None), ("：1,024,300", None), ("：3，商业企业：2", None), ("。", None)] {
            assert_eq!(sign_of(behind.chars().next().unwrap(), behind), sign, "{behind}");
        }
    }

    #[test]
    fn what_spans_a_cell_is_no_cell() {
        let text = "|===\n5+|复议\n.2+|维持 2.3+^|纠正\n|5+|3\n|7\n|===\n";
        assert_eq!(unspanned(text).as_deref(), Some("|===\n  |复议\n   |维持      |纠正\n|5+|3\n|7\n|===\n"));
        assert_eq!(unspanned(&text.replace("|===\n", "")), None);
    }
}
