//! Texts whose cells a sign between two spaces joins, `规章 - 0 - 3`, where the same sign may say that a cell is empty. It joins
//! cells where between any two of it stands one cell, and just one.

use super::atoms::{Atoms, place_of, text_lines};
use super::labels::Lexicon;
use crate::fold::is_space;

/// Signs that may join cells.
const SIGNS: [&str; 5] = [" - ", " / ", " – ", " — ", " · "];

/// So many labels must be followed by the sign in lines that it joins.
const LEAST: usize = 12;

/// The text with such a sign as a tab, where it has one; lines and figures stay as they are.
pub fn respelled(text: &str, atoms: &Atoms, lexicon: &Lexicon) -> Option<String> {
    let enough = |sign: &&&str| memchr::memmem::find_iter(text.as_bytes(), sign.as_bytes()).take(LEAST * 4).count() == LEAST * 4;
    let sign = SIGNS.iter().find(enough)?;
    let lone = sign.trim();
    // Where a sign stands right behind a label.
    let letter = |end: usize| atoms.folded[..end].chars().next_back().map_or(1, char::len_utf8);
    let behind = |(last, end): (usize, usize)| {
        let at = atoms.unfold(text, last, end - letter(end));
        let next = text[at..].char_indices().skip(1).find(|(_, c)| !matches!(c, ')' | '）' | '"' | '”'))?;
        Some(at + next.0)
    };
    let mut places: Vec<usize> = lexicon.ends(atoms).filter_map(behind).collect();
    places.sort_unstable();
    let (mut labelled, mut others) = (0, 0);
    for line in text_lines(text) {
        if is_joined(line, sign) {
            // Signs beside each other may be cells of their own: `规章 - - -`.
            let is_proof = line.split(sign).all(|cell| cell.trim() != lone);
            let at = place_of(text, line);
            labelled += line.match_indices(sign).filter(|(n, _)| is_proof && places.binary_search(&(at + n)).is_ok()).take(1).count();
        } else {
            others += usize::from(line.split(is_space).any(|word| word == lone));
        }
    }
    if labelled < LEAST || others * 4 > labelled {
        return None;
    }
    let tabbed = |line: &str| if is_joined(line, sign) { line.replace(sign, "\t") } else { line.to_string() };
    Some(text_lines(text).map(tabbed).collect::<Vec<_>>().join("\n"))
}

/// Whether a sign joins the cells of a line: each is empty, the sign itself, one word, or words without a figure among them.
fn is_joined(line: &str, sign: &str) -> bool {
    let lone = sign.trim();
    let is_figure = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(char::is_alphabetic);
    let is_cell = |cell: &str| {
        let mut words = cell.split(is_space).filter(|w| !w.is_empty());
        cell.trim() == lone || words.clone().count() < 2 || !words.any(|w| w == lone || is_figure(w))
    };
    line.contains(sign) && line.split(sign).all(is_cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cell_stands_between_two_signs() {
        for line in ["规章 - 0 - 3", "规章 -  - 3", "规章 - - - 3", "三、本年度办理结果 - （一）予以公开 - 0", "269 - 0", "（一） 予以公开 - —— - 1"] {
            assert!(is_joined(line, " - "), "{line}");
        }
        for line in ["规章 0 - 3", "规章 - 0 3", "规章 - - 3", "规章 - 0 -", "规章 -", "规章 - 0 - 3 -"] {
            assert!(!is_joined(line, " - "), "{line}");
        }
    }
}
