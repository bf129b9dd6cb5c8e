//! Checks of a report against the report of the same body for the year before. The form may have changed in between: a
//! term that one of the two does not have is missing, and the check is not testable.

use crate::form::{Form, TABLES, YearCheck, equal, total};
use crate::model::{Blame, Check, CheckResult};

/// One of the two reports.
pub struct Side<'a> {
    /// The reported figure of an indicator.
    pub figure: &'a dyn Fn(u16) -> Option<f64>,
    /// Each table's edition; none where the table is not in the file.
    pub editions: [Option<u8>; TABLES.len()],
    /// Each table was read without doubt.
    pub clean: [bool; TABLES.len()],
}

/// Every check over years that the editions of `this` have, in the form's order; `last` is the report of the year before,
/// none where there is none.
pub fn over_years(form: &Form, this: &Side, last: Option<&Side>) -> Vec<Check> {
    let first = form.first_year_check();
    let asked = |check: &(usize, &YearCheck)| this.editions[check.1.table].is_none_or(|e| check.1.editions.contains(&e));
    form.years.iter().enumerate().filter(asked).map(|(n, check)| test((first + n) as u16, check, this, last)).collect()
}

fn test(number: u16, check: &YearCheck, this: &Side, last: Option<&Side>) -> Check {
    let left = total(&check.this_year, this.figure);
    let before = last.and_then(|last| total(&check.last_year, last.figure));
    let change = total(&check.plus, this.figure).zip(total(&check.minus, this.figure)).map(|(plus, minus)| plus - minus);
    let right = before.zip(change).map(|(before, change)| before + change);
    let result = match left.zip(right) {
        Some((l, r)) if equal(l, r) => CheckResult::Holds,
        Some(_) => CheckResult::Fails,
        None => CheckResult::NotTestable,
    };
    let clean = |side: &Side| side.clean[check.table];
    let blame = (result == CheckResult::Fails).then(|| if clean(this) && last.is_some_and(clean) { Blame::Source } else { Blame::Extraction });
    Check { identity: number, left, right, result, blame }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form;

    fn form() -> Form {
        form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right")
    }

    /// Figures by name on both sides; the result of the check `name`.
    fn tested(name: &str, this: &[(&str, f64)], last: Option<&[(&str, f64)]>, clean: bool) -> Option<Check> {
        let form = form();
        let number = form.check_names().position(|n| n == name).expect("a check of the form") as u16;
        let figure = |of: &[(&str, f64)], i: u16| of.iter().find(|(n, _)| *n == form.indicators[i as usize].name).map(|(_, v)| *v);
        let side = |get| Side { figure: get, editions: [form.edition("2021"); 3], clean: [clean; 3] };
        let (now, before) = (|i| figure(this, i), |i| last.and_then(|l| figure(l, i)));
        let (this, before) = (side(&now as &dyn Fn(u16) -> Option<f64>), side(&before));
        over_years(&form, &this, last.map(|_| &before)).into_iter().find(|c| c.identity == number)
    }

    #[test]
    fn what_was_carried_out_is_carried_in() {
        let this = [("t3_carried_in_person", 3.0)];
        let held = tested("years_carried_over_person", &this, Some(&[("t3_carried_out_person", 3.0)]), true).expect("asked");
        assert_eq!((held.result, held.left, held.right, held.blame), (CheckResult::Holds, Some(3.0), Some(3.0), None));
        let failed = tested("years_carried_over_person", &this, Some(&[("t3_carried_out_person", 4.0)]), true).expect("asked");
        assert_eq!((failed.result, failed.blame), (CheckResult::Fails, Some(Blame::Source)));
        let doubtful = tested("years_carried_over_person", &this, Some(&[("t3_carried_out_person", 4.0)]), false).expect("asked");
        assert_eq!(doubtful.blame, Some(Blame::Extraction));
    }

    #[test]
    fn what_is_missing_is_not_testable() {
        let this = [("t3_carried_in_person", 0.0)];
        for last in [None, Some(&[][..]), Some(&[("t3_carried_out_business", 0.0)][..])] {
            let check = tested("years_carried_over_person", &this, last, true).expect("asked");
            assert_eq!((check.result, check.blame), (CheckResult::NotTestable, None), "{last:?}");
        }
    }

    #[test]
    fn in_force_is_last_years_plus_issued_less_repealed() {
        let this = |repealed| [("t2_normative_in_force", 11.0), ("t2_normative_issued", 4.0), ("t2_normative_repealed", repealed)];
        let last = [("t2_normative_in_force", 9.0)];
        let check = |repealed: f64| tested("years_in_force_normative", &this(repealed), Some(&last), true).expect("asked");
        assert_eq!((check(2.0).result, check(2.0).right), (CheckResult::Holds, Some(11.0)));
        assert_eq!((check(1.0).result, check(1.0).right), (CheckResult::Fails, Some(12.0)));
    }

    /// What the older edition counts is another thing (public in total), and so is not asked against what is in force.
    #[test]
    fn an_edition_without_the_terms_is_not_asked() {
        let form = form();
        let none = |_| None;
        let side = |key: &str| Side { figure: &none, editions: [form.edition(key); 3], clean: [true; 3] };
        let names: Vec<&str> = form.check_names().collect();
        let asked = |key: &str| -> Vec<&str> { over_years(&form, &side(key), None).iter().map(|c| names[c.identity as usize]).collect() };
        assert!(asked("2021").contains(&"years_in_force_rules"));
        assert!(!asked("2019").contains(&"years_in_force_rules"));
        assert!(asked("2019").contains(&"years_carried_over_total"));
    }
}
