//! Figures in cells that span rows. A row with words of its own, in which a figure from above stands behind them, is
//! another's than the figure's: that is of both rows, and [`APART`] behind it says so.

use crate::decode::APART;
use crate::decode::apart::is_digit;

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
