//! Accounting identities. A check never changes a value; where a term is missing, or derived from it, it is not testable,
//! never held.

mod years;

pub use years::{Side, over_years};

use crate::form::{Form, Identity, TABLES, total};
use crate::model::{Blame, Check, CheckResult, Figure, Status};

/// Tests every identity of the editions of its tables whose cells the report is expected to have, also those of a table that is not
/// in the file: they are not testable. `damaged` says that bytes of the file were replaced in decoding.
pub fn check(form: &Form, editions: [Option<u8>; TABLES.len()], figures: &[Figure], damaged: bool) -> Vec<Check> {
    let editions = form.tested_as(editions, figures.iter().map(|f| f.indicator));
    let mut by_indicator: Vec<Option<&Figure>> = vec![None; form.indicators.len()];
    for f in figures {
        by_indicator[f.indicator as usize] = Some(f);
    }
    let clean = clean(form, figures, damaged);
    form.identities
        .iter()
        .enumerate()
        .filter(|(_, d)| editions[d.table].is_some_and(|e| d.editions.contains(&e)))
        .filter(|(_, d)| d.left.iter().chain(&d.right).all(|&i| by_indicator[i as usize].is_some()))
        .map(|(i, d)| test(i as u16, d, &by_indicator, clean[d.table]))
        .collect()
}

/// By table: whether it was read without any doubt. A row missing anywhere in a table casts doubt on what was read around
/// it.
pub fn clean(form: &Form, figures: &[Figure], damaged: bool) -> [bool; TABLES.len()] {
    let mut clean = [!damaged; TABLES.len()];
    for f in figures {
        clean[form.indicators[f.indicator as usize].table] &= f.exact && matches!(f.status, Status::Reported | Status::Blank | Status::Corrected);
    }
    clean
}

fn test(identity: u16, d: &Identity, figures: &[Option<&Figure>], clean: bool) -> Check {
    let value = |i: u16| figures[i as usize].and_then(|f| f.value);
    let (left, right) = (total(&d.left, value), total(&d.right, value));
    let any = |status: Status| d.left.iter().chain(&d.right).any(|&i| figures[i as usize].is_some_and(|f| f.status == status));
    let result = match (left, right) {
        (Some(l), Some(r)) => match d.holds(l, r) {
            // A figure that was derived was chosen since its identities hold: that they do proves nothing.
            true if any(Status::Derived) => CheckResult::NotTestable,
            true => CheckResult::Holds,
            false => CheckResult::Fails,
        },
        _ => CheckResult::NotTestable,
    };
    // A figure that a person put there is not the document's.
    let blame = (result == CheckResult::Fails).then(|| if clean && !any(Status::Corrected) { Blame::Source } else { Blame::Extraction });
    Check { identity, left, right, result, blame }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Relation;

    /// Five parts and their total, the first part with this status and figure.
    fn balance(status: Status, value: f64) -> (CheckResult, Option<Blame>) {
        let form = crate::form::load(std::path::Path::new("pipelines/disclosure")).expect("the form is right");
        let at = form.identities.iter().position(|d| d.relation == Relation::Equal && d.left.len() > 1 && d.right.len() == 1).expect("parts and a total");
        let terms = form.identities[at].left.iter().chain(&form.identities[at].right);
        let parts = form.identities[at].left.len() as f64;
        let figure = |(n, &indicator): (usize, &u16)| {
            let (status, value) = if n == 0 { (status, value) } else { (Status::Reported, if n as f64 == parts { parts } else { 1.0 }) };
            Figure { indicator, status, value: Some(value), exact: true, ..Figure::default() }
        };
        let figures: Vec<Figure> = terms.enumerate().map(figure).collect();
        check(&form, [form.edition("2021"); 3], &figures, false).into_iter().find(|c| c.identity == at as u16).map(|c| (c.result, c.blame)).expect("tested")
    }

    #[test]
    fn what_was_derived_proves_nothing() {
        assert_eq!(balance(Status::Reported, 1.0), (CheckResult::Holds, None));
        assert_eq!(balance(Status::Derived, 1.0), (CheckResult::NotTestable, None));
        assert_eq!(balance(Status::Derived, 2.0), (CheckResult::Fails, Some(Blame::Extraction)));
        assert_eq!(balance(Status::Reported, 2.0), (CheckResult::Fails, Some(Blame::Source)));
    }
}
