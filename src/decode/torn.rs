//! Figures in cells that span rows. A row with words of its own, in which a figure from above stands behind them, is
//! another's than the figure's: that is of both rows, and [`APART`] behind it says so.

use crate::decode::APART;
use crate::decode::apart::is_digit;
use crate::model::{CELL_END, ROW_END};

/// Whether a cell holds a figure and nothing else, marked as torn or not.
pub(super) fn is_number(cell: &str) -> bool {
    let cell = cell.trim().trim_end_matches(APART);
    cell.contains(is_digit) && cell.chars().all(|c| is_digit(c) || matches!(c, '.' | ','))
}

/// Whether a cell holds words.
pub(super) fn has_words(cell: &str) -> bool {
    cell.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
}

/// A figure with the mark, once.
pub(super) fn torn(figure: &str) -> String {
    format!("{}{APART}", figure.trim_end().trim_end_matches(APART))
}

/// Marks the last figure of a page that ends with a digit of it, in a cell, and without the end of one: others may have stood behind.
pub(super) fn doubt_cut(page: &str, text: &mut String) {
    let cell = text.trim_end_matches([CELL_END, ROW_END, '\n', ' ']);
    let digits = cell.len() - cell.trim_end_matches(is_digit).len();
    let (end, marked) = (cell.len(), text[cell.len()..].contains(CELL_END));
    if marked && digits > 0 && !cell.ends_with(|c: char| c == '0' && digits == 1) && page.trim_end().ends_with(&cell[end - digits..]) {
        text.insert(end, APART);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_end_within_a_figure() {
        let cut = |page: &str, text: &str| {
            let mut text = text.to_string();
            doubt_cut(page, &mut text);
            text
        };
        assert_eq!(cut("<td>收费</td><td>21\n", "收费\u{1F}21\u{1F}\u{1E}\n"), "收费\u{1F}21~\u{1F}\u{1E}\n");
        for (page, text) in [("<td>21</td>", "21\u{1F}\u{1E}"), ("<td>0", "0\u{1F}\u{1E}"), ("<p>附件21", "附件21"), ("<td>一", "一\u{1F}\u{1E}")] {
            assert_eq!(cut(page, text), text);
        }
    }
}
