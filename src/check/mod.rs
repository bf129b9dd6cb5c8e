//! Accounting identities. A check never changes a value; where a term is missing it is not testable, never held.

use crate::form::{Form, Identity, Relation, TABLES};
use crate::model::{Blame, Check, CheckResult, Figure, Status};

/// Tests every identity whose cells the report is expected to have, also those of a table that is not in the file:
/// they are not testable. `damaged` says that bytes of the file were replaced in decoding.
pub fn check(form: &Form, figures: &[Figure], damaged: bool) -> Vec<Check> {
    let mut by_indicator: Vec<Option<&Figure>> = vec![None; form.indicators.len()];
    for f in figures {
        by_indicator[f.indicator as usize] = Some(f);
    }
    // A row missing anywhere in a table casts doubt on what was read around it.
    let clean: Vec<bool> = (0..TABLES.len())
        .map(|t| {
            let of_table = figures.iter().filter(|f| form.indicators[f.indicator as usize].table == t);
            !damaged && of_table.into_iter().all(|f| f.exact && matches!(f.status, Status::Reported | Status::Blank | Status::Corrected))
        })
        .collect();
    form.identities
        .iter()
        .enumerate()
        .filter(|(_, d)| d.left.iter().chain(&d.right).all(|&i| by_indicator[i as usize].is_some()))
        .map(|(i, d)| test(i as u16, d, &by_indicator, clean[d.table]))
        .collect()
}

fn test(identity: u16, d: &Identity, figures: &[Option<&Figure>], clean: bool) -> Check {
    let sum = |side: &[u16]| -> Option<f64> { side.iter().map(|&i| figures[i as usize].and_then(|f| f.value)).sum() };
    let (left, right) = (sum(&d.left), sum(&d.right));
    let result = match (left, right) {
        (Some(l), Some(r)) => {
            // Figures are decimal fractions of at most four places.
            let holds = match d.relation {
                Relation::Equal => (l - r).abs() < 1e-6,
                Relation::AtMost => l <= r + 1e-6,
            };
            if holds { CheckResult::Holds } else { CheckResult::Fails }
        }
        _ => CheckResult::NotTestable,
    };
    let blame = (result == CheckResult::Fails).then_some(if clean { Blame::Source } else { Blame::Extraction });
    Check { identity, left, right, result, blame }
}
