//! Accounting identities. A check never changes a value; where a term is missing it is not testable, never held.

mod years;

pub use years::{Side, over_years};

use crate::form::{Form, Identity, Relation, TABLES};
use crate::model::{Blame, Check, CheckResult, Figure, Status};

/// Tests every identity whose cells the report is expected to have, also those of a table that is not in the file:
/// they are not testable. `damaged` says that bytes of the file were replaced in decoding.
pub fn check(form: &Form, figures: &[Figure], damaged: bool) -> Vec<Check> {
    let mut by_indicator: Vec<Option<&Figure>> = vec![None; form.indicators.len()];
    for f in figures {
        by_indicator[f.indicator as usize] = Some(f);
    }
    let clean = clean(form, figures, damaged);
    form.identities
        .iter()
        .enumerate()
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
    let sum = |side: &[u16]| -> Option<f64> { side.iter().map(|&i| figures[i as usize].and_then(|f| f.value)).sum() };
    let (left, right) = (sum(&d.left), sum(&d.right));
    let result = match (left, right) {
        (Some(l), Some(r)) => {
            let holds = match d.relation {
                Relation::Equal => equal(l, r),
                Relation::AtMost => l <= r + NEAR,
            };
            if holds { CheckResult::Holds } else { CheckResult::Fails }
        }
        _ => CheckResult::NotTestable,
    };
    // A figure that a person put there is not the document's.
    let corrected = || d.left.iter().chain(&d.right).any(|&i| figures[i as usize].is_some_and(|f| f.status == Status::Corrected));
    let blame = (result == CheckResult::Fails).then(|| if clean && !corrected() { Blame::Source } else { Blame::Extraction });
    Check { identity, left, right, result, blame }
}

/// Figures are decimal fractions of at most four places.
const NEAR: f64 = 1e-6;

fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() < NEAR
}
