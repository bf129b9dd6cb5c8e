//! Labels that name their year in digits, as 2022年项目数量 does for 上一年项目数量. They become that label with the year in brackets
//! behind it, of which is asked, as of all that stands there, whether it is the right one.

use super::atoms::is_separator;
use super::labels::{OPEN, is_han_numeral};
use crate::extract::words::dates::centuries;
use crate::form::Form;

/// What stands for the year in the form's data.
const YEAR: &str = "{year}";

/// Digits of a year.
const DIGITS: usize = 4;

/// What stands around the number of a row.
const NUMBERED: [char; 7] = ['、', '.', '．', '(', '（', ')', '）'];

/// What divides cells besides separators.
const DIVIDING: [char; 7] = [',', '，', ';', '；', '"', '#', '^'];

/// What such labels are made of, made ready once a run.
pub struct Yearly {
    labels: Vec<Dated>,
}

struct Dated {
    before: String,
    behind: String,
    label: String,
}

impl Yearly {
    pub fn new(form: &Form) -> Yearly {
        let parts = form.words.dated.iter().filter_map(|(dated, label)| Some((dated.split_once(YEAR)?, label)));
        Yearly { labels: parts.map(|((before, behind), label)| Dated { before: before.into(), behind: behind.into(), label: label.clone() }).collect() }
    }

    /// The text with such labels as the form has them; none where there are none. Every line stays.
    pub fn respelled(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        let mut from = 0;
        for at in centuries(text) {
            let Some((start, end, label)) = self.at(text, at).filter(|found| found.0 >= from) else { continue };
            let out = out.get_or_insert_with(String::new);
            let (year, sign) = (&text[at..at + DIGITS], text[at + DIGITS..].chars().next()?);
            *out += &text[from..start];
            *out += &format!("{label}（{year}{sign}）");
            from = end;
        }
        out.map(|out| out + &text[from..])
    }

    /// The label that names the year at a place and fills its cell: where it begins and ends, and what the form calls it.
    fn at(&self, text: &str, at: usize) -> Option<(usize, usize, &str)> {
        let year = text.get(at..at + DIGITS)?;
        if !year.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (above, below) = (&text[..at], &text[at + DIGITS..]);
        let found = self.labels.iter().find(|l| below.starts_with(l.behind.as_str()) && above.ends_with(l.before.as_str()))?;
        let (start, end) = (at - found.before.len(), at + DIGITS + found.behind.len());
        let divides = |c: char| is_separator(c) || DIVIDING.contains(&c);
        let mut numbering = text[..start].chars().rev().take_while(|c| !divides(*c));
        let numbered = numbering.all(|c| is_han_numeral(c) || NUMBERED.contains(&c) || c.is_ascii_digit()) && !text[..start].ends_with(|c: char| c.is_ascii_digit());
        let fills = text[end..].chars().next().is_none_or(|c| divides(c) || OPEN.contains(&c));
        (numbered && fills).then_some((start, end, found.label.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Dated, Yearly};

    #[test]
    fn a_label_that_names_its_year_is_the_forms_with_the_year_behind_it() {
        let dated = |before: &str, behind: &str, label: &str| Dated { before: before.into(), behind: behind.into(), label: label.into() };
        let yearly = Yearly { labels: vec![dated("", "年项目数量", "上一年项目数量"), dated("结转", "年度继续办理", "结转下年度继续办理")] };
        assert_eq!(yearly.respelled("信息内容\t2022年项目数量\n四、结转2024年度继续办理\t3\n").as_deref(), Some("信息内容\t上一年项目数量（2022年）\n四、结转下年度继续办理（2024年）\t3\n"));
        for text in ["其中2022年项目数量为3项。\n", "2022年项目数量为3项\n", "12022年项目数量\n", "2022年\n项目数量\n"] {
            assert_eq!(yearly.respelled(text), None, "{text}");
        }
    }
}
