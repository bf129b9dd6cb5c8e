//! Texts whose cells are divided by a sign that otherwise belongs to sentences: `规章；7；947；827`, CSV. The sign is
//! read off the labels: where most of them are followed by the same one, it divides cells like a tab.

use super::atoms::Atoms;
use super::labels::Lexicon;

/// Signs that may divide cells; pipes, tabs and spaces always do.
const SIGNS: [char; 8] = ['；', ';', ',', '&', '^', '~', '#', '•'];

/// Table 3 alone has more than so many cells.
const LEAST_SIGNS: usize = 120;

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
    let mut after = [0usize; SIGNS.len()];
    let mut labels = 0;
    for (last, end) in lexicon.ends(atoms) {
        labels += 1;
        let letter = atoms.folded[..end].chars().next_back().map_or(1, char::len_utf8);
        let at = atoms.unfold(text, last, end - letter);
        let mut rest = text[at..].chars().skip(1);
        let mut next = rest.next();
        // A bracket or quote may close the label first.
        while next.is_some_and(|c| matches!(c, ')' | '）' | '"' | '”')) {
            next = rest.next();
        }
        if let Some(i) = next.and_then(|c| SIGNS.iter().position(|s| *s == c)) {
            after[i] += 1;
        }
    }
    let (i, n) = after.into_iter().enumerate().max_by_key(|(i, n)| (*n, std::cmp::Reverse(*i)))?;
    if n < LEAST || n * 4 < labels {
        return None;
    }
    let sign = SIGNS[i];
    let mut out = String::with_capacity(text.len());
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
        }
        let pieces = line.split(sign).count();
        // A sentence has long pieces; a row of cells has short ones.
        let short = line.split(sign).filter(|p| p.chars().count() <= 45).count();
        if pieces > 1 && short * 10 >= pieces * 8 {
            divide(line, sign, &mut out);
        } else {
            out.push_str(line);
        }
    }
    Some(out)
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
