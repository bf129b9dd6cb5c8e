//! Accounting identities. A check never changes a value; where a term is missing it is not testable, never held.

use crate::form::{Form, Identity, Relation};
use crate::model::{Figure, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    Holds,
    Fails,
    NotTestable,
}

impl Outcome {
    pub const ALL: [Outcome; 3] = [Outcome::Holds, Outcome::Fails, Outcome::NotTestable];

    pub fn name(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Fails => "fails",
            Outcome::NotTestable => "not_testable",
        }
    }
}

/// Who is to blame for a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Blame {
    /// Every label matched exactly and every figure was clean: the document itself is wrong.
    Source,
    /// A label was fuzzy, a row missing, bytes damaged.
    Extraction,
}

impl Blame {
    pub const ALL: [Blame; 2] = [Blame::Source, Blame::Extraction];

    pub fn name(self) -> &'static str {
        match self {
            Blame::Source => "source",
            Blame::Extraction => "extraction",
        }
    }
}

/// One identity tested on one report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// Index into the form's identities.
    pub identity: u16,
    pub left: Option<f64>,
    pub right: Option<f64>,
    pub outcome: Outcome,
    pub blame: Option<Blame>,
}

/// Tests every identity of the report's editions. `damaged` says that bytes of the file were replaced in decoding.
pub fn check(form: &Form, editions: &[Option<u8>; 3], figures: &[Figure], damaged: bool) -> Vec<Check> {
    let mut by_indicator: Vec<Option<&Figure>> = vec![None; form.indicators.len()];
    for f in figures {
        by_indicator[f.indicator as usize] = Some(f);
    }
    // A row missing anywhere in a table casts doubt on what was read around it.
    let clean: Vec<bool> = (0..editions.len())
        .map(|t| {
            let of_table = figures.iter().filter(|f| form.indicators[f.indicator as usize].table == t);
            !damaged && of_table.into_iter().all(|f| f.exact && matches!(f.status, Status::Reported | Status::Blank | Status::Corrected))
        })
        .collect();
    form.identities
        .iter()
        .enumerate()
        .filter(|(_, d)| editions[d.table].is_some_and(|e| d.editions.contains(&e)))
        .map(|(i, d)| test(i as u16, d, &by_indicator, clean[d.table]))
        .collect()
}

fn test(identity: u16, d: &Identity, figures: &[Option<&Figure>], clean: bool) -> Check {
    let sum = |side: &[u16]| -> Option<f64> { side.iter().map(|&i| figures[i as usize].and_then(|f| f.value)).sum() };
    let (left, right) = (sum(&d.left), sum(&d.right));
    let outcome = match (left, right) {
        (Some(l), Some(r)) => {
            // Figures are decimal fractions of at most four places.
            let holds = match d.relation {
                Relation::Equal => (l - r).abs() < 1e-6,
                Relation::AtMost => l <= r + 1e-6,
            };
            if holds { Outcome::Holds } else { Outcome::Fails }
        }
        _ => Outcome::NotTestable,
    };
    let blame = (outcome == Outcome::Fails).then_some(if clean { Blame::Source } else { Blame::Extraction });
    Check { identity, left, right, outcome, blame }
}
