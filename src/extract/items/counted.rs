//! Rows that number the columns of a table, 1 to 7 below its heads. No row of figures is so: each has a total that they contradict.

use super::cells::{Item, Kind};
use crate::fold::fold;

/// The fewest numbers that are such a row: table 3 has so many columns.
const LEAST: usize = 7;

/// In letters, the longest words that stand in it for the column of labels: 甲, 栏次.
const WORD: usize = 2;

/// Takes the rows out that number columns, with their ends.
pub fn take_out(items: &mut Vec<Item>, text: &str) {
    let (mut rows, mut at) = (Vec::new(), 0);
    while let Some(start) = items[at..].iter().position(|x| x.kind == Kind::Figure(1.0)).map(|n| at + n) {
        let end = start + numbers(&items[start..]);
        if end - start >= LEAST {
            rows.extend(row(items, text, start..end));
        }
        at = end;
    }
    rows.into_iter().rev().for_each(|row| drop(items.drain(row)));
}

/// How many items count from 1 on, all on one line or each on one of its own.
fn numbers(items: &[Item]) -> usize {
    let together = |n: usize| items[n].line == items[n - 1].line;
    (1..items.len()).find(|&n| items[n].kind != Kind::Figure((n + 1) as f64) || together(n) != together(1)).unwrap_or(items.len())
}

/// The row of numbers with what stands beside them, if nothing but a letter or an empty cell does. Numbers one below the other end
/// before a label: figures may follow that go on counting.
fn row(items: &[Item], text: &str, numbers: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let word = |x: &Item| x.kind == Kind::Text && fold(&text[x.start as usize..x.end as usize]).chars().count() <= WORD;
    let start = numbers.start - items[..numbers.start].iter().rev().take_while(|x| x.kind == Kind::Blank || word(x)).count();
    let end = numbers.end + items[numbers.end..].iter().take_while(|x| x.kind == Kind::Blank).count();
    let together = items[numbers.start].line == items[numbers.start + 1].line;
    let begins = start.checked_sub(1).is_some_and(|before| items[before].is_break() || items[before].is_label() && items[before].line < items[numbers.start].line);
    let (last, next) = (items[numbers.end - 1].line, items.get(end)?);
    let ends = next.kind == Kind::RowEnd || next.is_label() && next.line > last || together && next.line > last;
    (begins && ends).then_some(start..end + usize::from(next.kind == Kind::RowEnd))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of figures on a line of their own below a label, with what stands in the line behind them.
    fn left(figures: &[f64], next: Kind) -> usize {
        let item = |kind, line| Item { kind, start: 0, end: 0, line };
        let numbers = figures.iter().map(|f| item(Kind::Figure(*f), 2));
        let mut items: Vec<Item> = [item(Kind::Label(0), 1), item(Kind::RowEnd, 1)].into_iter().chain(numbers).chain([item(next, 2), item(Kind::Label(1), 3)]).collect();
        take_out(&mut items, "");
        items.len()
    }

    #[test]
    fn numbers_of_columns_are_taken_out() {
        let counted = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        assert_eq!(left(&counted, Kind::RowEnd), 3);
        assert_eq!(left(&counted, Kind::Figure(3.0)), 11);
        assert_eq!(left(&counted[..6], Kind::RowEnd), 10);
        assert_eq!(left(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 21.0], Kind::RowEnd), 11);
    }
}
