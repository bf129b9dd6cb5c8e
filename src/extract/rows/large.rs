//! Figures that are larger than most bodies can have. What digits that ran together, a telephone or a code make is as large, so
//! such a figure is believed only where the body's level allows it, where its digits are no part of another number of the text,
//! and no day; and it is told.

use crate::extract::context::Context;
use crate::extract::items::atoms::line_number;
use crate::form::Indicator;
use crate::model::{Figure, Problem, Report, Status};

/// Withholds or tells the figures that are larger than those of their unit usually are.
pub fn doubt(cx: &Context, report: &mut Report) {
    let (level, figures, problems) = (report.level, &mut report.figures, &mut report.problems);
    // Hardly any figure is larger than is usual of something.
    let least = cx.form.figures.most.values().copied().fold(f64::INFINITY, f64::min);
    for f in figures.iter_mut().filter(|f| f.value.is_some_and(|v| v > least)) {
        let of = &cx.form.indicators[usize::from(f.indicator)];
        let usual = cx.form.figures.most.get(&of.unit).copied().unwrap_or(f64::INFINITY);
        let Some(value) = f.value.filter(|v| *v > usual) else { continue };
        let allowed = level.is_some_and(|level| value <= most(cx, of, level));
        let believed = allowed && !are_digits_of_day(value) && !is_part(cx, of, f, value);
        if !believed {
            (f.status, f.value) = (Status::Unreadable, None);
        }
        let does = if believed { "it is published all the same" } else { "the body's level, or the same digits elsewhere in the text, speak against it, so it is withheld" };
        problems.push(Problem::new("extract/large-figure", f.line, f.raw.as_str(), format!("{} is larger than most bodies can have; {does}", of.name)));
    }
}

/// The most that a body of a level can have of an indicator.
fn most(cx: &Context, of: &Indicator, level: &str) -> f64 {
    let larger = cx.form.figures.larger.iter().filter(|l| l.indicators.contains(&of.name));
    larger.filter_map(|l| l.most.get(level)).copied().fold(0.0, f64::max)
}

/// Whether digits are those of a day: 20231231.
fn are_digits_of_day(value: f64) -> bool {
    let n = value as u64;
    let (year, month, day) = (n / 10_000, n / 100 % 100, n % 100);
    (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether the digits of a figure stand elsewhere in the text and count nothing there: they are a number's, or part of one.
fn is_part(cx: &Context, of: &Indicator, f: &Figure, value: f64) -> bool {
    let digits = value.to_string();
    let mut own = 1;
    cx.text.match_indices(&digits).any(|(at, _)| {
        let (before, after) = (&cx.text[..at], &cx.text[at + digits.len()..]);
        let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '—' | '－' | '–');
        if before.ends_with(joined) || after.starts_with(joined) {
            return true;
        }
        let unit = after.trim_start_matches(['(', '（', ' ']);
        let counts = cx.form.figures.units.get(&of.unit).into_iter().flat_map(|u| u.keys()).any(|u| unit.starts_with(u.as_str()));
        // Its own cell is one of its line.
        let here = own > 0 && line_number(cx.text, at) == f.line;
        own -= usize::from(here && !counts);
        !here && !counts
    })
}
