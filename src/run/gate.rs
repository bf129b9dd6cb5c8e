//! The gate: what the pipeline expects of a dataset, and what becomes of one that does not satisfy it.

use std::collections::BTreeMap;

use crate::model::Changes;
use crate::pipeline::{Expect, Limit, Otherwise};

/// What the gate looks at.
pub struct Found<'a> {
    pub files: usize,
    pub unreadable: usize,
    pub reports: usize,
    /// Those of them whose file is gone from the archive, kept from the last dataset.
    pub vanished: usize,
    pub partial: usize,
    pub checks_tested: usize,
    pub checks_failed: usize,
    /// Primary reports by year.
    pub years: &'a BTreeMap<i32, usize>,
    /// Against the last dataset; none where there is none.
    pub changes: Option<&'a Changes>,
    /// There is one, and it cannot be compared with.
    pub incomparable: bool,
    pub overrides_unmatched: usize,
}

/// What speaks against a dataset.
#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub refusals: Vec<String>,
    pub warnings: Vec<String>,
}

impl Verdict {
    fn add(&mut self, limit: Limit, usual: Otherwise, message: String) {
        match limit.otherwise(usual) {
            Otherwise::Refuse => self.refusals.push(message),
            Otherwise::Warn => self.warnings.push(message),
        }
    }

    /// `of` says which reports, where it is not all of them.
    fn least(&mut self, of: &str, found: usize, name: &str, limit: Limit) {
        if (found as f64) < limit.value() {
            let [reports, were] = if found == 1 { ["report", "was"] } else { ["reports", "were"] };
            self.add(limit, Otherwise::Refuse, format!("{found} {reports}{of} {were} found, {name} is {}", limit.value()));
        }
    }

    fn share(&mut self, what: &str, n: usize, of: usize, name: &str, limit: Limit) {
        let share = if of == 0 { 0.0 } else { n as f64 / of as f64 };
        if share > limit.value() {
            self.add(limit, Otherwise::Warn, format!("{what}: {} ({n} of {of}), {name} is {}", percent(share), percent(limit.value())));
        }
    }
}

/// Holds what was found against what is expected.
pub fn judge(expect: &Expect, found: &Found) -> Verdict {
    let mut v = Verdict::default();
    // What is kept was not found: an archive that is empty stays one.
    v.least("", found.reports.saturating_sub(found.vanished), "reports_min", expect.reports_min);
    v.share("reports whose file is gone from the archive, kept from the last dataset", found.vanished, found.reports, "share_vanished_max", expect.share_vanished_max);
    years(expect, found.years, &mut v);
    v.share("unreadable files", found.unreadable, found.files, "share_unreadable_max", expect.share_unreadable_max);
    v.share("partial reports", found.partial, found.reports, "share_partial_max", expect.share_partial_max);
    v.share("failed checks", found.checks_failed, found.checks_tested, "share_checks_failed_max", expect.share_checks_failed_max);
    if found.overrides_unmatched as f64 > expect.overrides_unmatched_max.value() {
        v.add(expect.overrides_unmatched_max, Otherwise::Warn, format!("{}, overrides_unmatched_max is {}; problems.parquet names them", counted(found.overrides_unmatched, "override matches", "overrides match", "nothing"), expect.overrides_unmatched_max.value()));
    }
    match found.changes {
        Some(changes) => against_last(expect, changes, &mut v),
        None if found.incomparable => untested(expect, &mut v),
        None => {}
    }
    v
}

/// What cannot be tested does not hold.
fn untested(expect: &Expect, v: &mut Verdict) {
    let limits = [
        ("share_figures_changed_max", expect.share_figures_changed_max),
        ("share_figures_lost_max", expect.share_figures_lost_max),
        ("figure_factor_max", expect.figure_factor_max),
        ("bodies_lost_max", expect.bodies_lost_max),
    ];
    for (name, limit) in limits {
        if let Some(limit) = limit {
            v.add(limit, Otherwise::Warn, format!("{name} could not be held against the last dataset, which cannot be compared with"));
        }
    }
}

fn years(expect: &Expect, found: &BTreeMap<i32, usize>, v: &mut Verdict) {
    let of = |year: i32| found.get(&year).copied().unwrap_or(0);
    if let (Some(limit), Some((&first, _)), Some((&last, _))) = (expect.reports_a_year_min, found.first_key_value(), found.last_key_value()) {
        for year in first..=last {
            v.least(&format!(" of {year}"), of(year), "reports_a_year_min", limit);
        }
    }
    for (year, limit) in &expect.reports_of_year_min {
        v.least(&format!(" of {year}"), year.parse().map_or(0, of), "reports_of_year_min", *limit);
    }
}

fn against_last(expect: &Expect, changes: &Changes, v: &mut Verdict) {
    if let Some(limit) = expect.share_figures_changed_max {
        v.share("figures that differ from the last dataset", changes.differing, changes.compared, "share_figures_changed_max", limit);
    }
    if let Some(limit) = expect.share_figures_lost_max {
        v.share("figures of unchanged files that are no longer given", changes.lost, changes.given, "share_figures_lost_max", limit);
    }
    if let (Some(limit), Some((factor, c))) = (expect.figure_factor_max, &changes.steepest)
        && *factor > limit.value()
    {
        let who = c.body.as_deref().or(c.division_code.as_deref()).unwrap_or("a body");
        let (old, new) = (c.old.unwrap_or_default(), c.new.unwrap_or_default());
        let message = format!("{} of {who} {} was {old} and is {new} ({}), figure_factor_max is {}", c.indicator.as_deref().unwrap_or("a figure"), c.year.unwrap_or_default(), c.why, limit.value());
        v.add(limit, Otherwise::Warn, message);
    }
    if let Some(limit) = expect.bodies_lost_max
        && changes.bodies_lost.len() as f64 > limit.value()
    {
        let some: Vec<&str> = changes.bodies_lost.iter().take(3).map(String::as_str).collect();
        v.add(limit, Otherwise::Warn, format!("{}, e.g. {}; bodies_lost_max is {}", counted(changes.bodies_lost.len(), "body of the last dataset has", "bodies of the last dataset have", "no report any more"), some.join(", "), limit.value()));
    }
}

/// With so many places that a small share is not shown as none.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let places = if percent > 0.0 && percent < 1.0 { (1.0 - percent.log10().floor()) as usize } else { 1 };
    format!("{percent:.places$} %")
}

fn counted(n: usize, one: &str, many: &str, rest: &str) -> String {
    format!("{n} {} {rest}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Change;
    use crate::publish::morning;

    fn found<'a>(years: &'a BTreeMap<i32, usize>, changes: Option<&'a Changes>) -> Found<'a> {
        Found { files: 100, unreadable: 6, reports: 50, vanished: 0, partial: 10, checks_tested: 1000, checks_failed: 5, years, changes, incomparable: false, overrides_unmatched: 0 }
    }

    fn with(limit: f64, otherwise: Otherwise) -> Limit {
        Limit::With { limit, otherwise }
    }

    #[test]
    fn a_min_refuses_and_a_max_warns_unless_the_file_says_otherwise() {
        let years = BTreeMap::from([(2021, 30), (2023, 20)]);
        let expect = Expect { reports_min: Limit::Plain(51.0), share_unreadable_max: Limit::Plain(0.05), ..Expect::default() };
        let v = judge(&expect, &found(&years, None));
        assert_eq!((v.refusals.len(), v.warnings.len()), (1, 1), "{v:?}");
        let expect = Expect { reports_min: with(51.0, Otherwise::Warn), share_unreadable_max: with(0.05, Otherwise::Refuse), ..Expect::default() };
        let v = judge(&expect, &found(&years, None));
        assert!(v.warnings[0].contains("reports_min") && v.refusals[0].contains("6.0 % (6 of 100)"), "{v:?}");
        assert_eq!([0.0, 0.0002, 0.02, 0.5].map(percent), ["0.0 %", "0.020 %", "2.0 %", "50.0 %"]);
        // Exactly at the limit is satisfied.
        let expect = Expect { reports_min: Limit::Plain(50.0), share_unreadable_max: Limit::Plain(0.06), ..Expect::default() };
        assert_eq!(judge(&expect, &found(&years, None)), Verdict::default());
    }

    #[test]
    fn reports_that_are_kept_were_not_found() {
        let years = BTreeMap::new();
        let found = |vanished: usize| Found { vanished, ..found(&years, None) };
        let empty = judge(&Expect::default(), &found(50));
        assert!(empty.refusals[0].starts_with("0 reports were found") && empty.warnings[0].contains("100.0 % (50 of 50)"), "{empty:?}");
        let shrunken = judge(&Expect::default(), &found(6));
        assert!(shrunken.refusals.is_empty() && shrunken.warnings[0].contains("share_vanished_max"), "{shrunken:?}");
        assert_eq!(judge(&Expect::default(), &found(5)), Verdict::default(), "exactly at the limit");
    }

    /// The page and the closing summary say them in Chinese too.
    #[test]
    fn every_reason_has_chinese_words() {
        let years = BTreeMap::from([(2021, 1), (2023, 50)]);
        let change = Change { indicator: Some("t3_received_total".into()), old: Some(3.0), new: Some(3000.0), body: Some("x".into()), year: Some(2023), why: "changed_file", ..Change::default() };
        let none = Some(Limit::Plain(0.0));
        let strict = Expect {
            reports_min: Limit::Plain(51.0),
            reports_a_year_min: Some(Limit::Plain(2.0)),
            share_unreadable_max: Limit::Plain(0.0),
            share_vanished_max: Limit::Plain(0.0),
            share_partial_max: Limit::Plain(0.0),
            share_checks_failed_max: Limit::Plain(0.0),
            share_figures_changed_max: none,
            share_figures_lost_max: none,
            figure_factor_max: none,
            bodies_lost_max: none,
            ..Expect::default()
        };
        for n in [1, 2] {
            let changes = Changes { compared: 10, differing: 3, given: 10, lost: 1, steepest: Some((1000.0, change.clone())), bodies_lost: vec!["x".into(); n], ..Changes::default() };
            let v = judge(&strict, &Found { vanished: n, overrides_unmatched: n, ..found(&years, Some(&changes)) });
            assert_eq!((v.refusals.len(), v.warnings.len()), (3, 9), "{v:?}");
            for words in v.refusals.iter().chain(&v.warnings) {
                assert!(morning::in_both(words).starts_with(&format!("{words} · ")), "«{words}» has no Chinese words in words.json");
            }
        }
    }

    #[test]
    fn a_year_without_any_report_is_missed() {
        let years = BTreeMap::from([(2021, 30), (2023, 20)]);
        let expect = Expect { reports_a_year_min: Some(Limit::Plain(25.0)), reports_of_year_min: BTreeMap::from([("2025".into(), Limit::Plain(1.0))]), ..Expect::default() };
        let refused = judge(&expect, &found(&years, None)).refusals.join("\n");
        for words in ["0 reports of 2022", "20 reports of 2023", "0 reports of 2025"] {
            assert!(refused.contains(words), "{refused}");
        }
        assert!(!refused.contains("of 2021"), "{refused}");
    }

    #[test]
    fn figures_that_are_no_longer_given_are_missed() {
        let years = BTreeMap::new();
        let expect = Expect { share_figures_lost_max: Some(with(0.02, Otherwise::Refuse)), ..Expect::default() };
        let of = |lost: usize| judge(&expect, &found(&years, Some(&Changes { given: 1000, lost, ..Changes::default() })));
        assert!(of(21).refusals[0].contains("2.1 % (21 of 1000), share_figures_lost_max is 2.0 %"), "{:?}", of(21));
        assert_eq!(of(20), Verdict::default(), "exactly at the limit");
    }

    #[test]
    fn what_changed_since_last_night_is_judged() {
        let years = BTreeMap::new();
        let change = Change { indicator: Some("t3_received_total".into()), old: Some(3.0), new: Some(3000.0), body: Some("甲镇人民政府".into()), why: "changed_file", ..Change::default() };
        let changes = Changes { compared: 1000, differing: 30, steepest: Some((1000.0, change)), bodies_lost: vec!["370830101".into()], ..Changes::default() };
        let expect = Expect { share_figures_changed_max: Some(Limit::Plain(0.02)), figure_factor_max: Some(with(999.0, Otherwise::Refuse)), bodies_lost_max: Some(Limit::Plain(0.0)), ..Expect::default() };
        let v = judge(&expect, &found(&years, Some(&changes)));
        assert!(v.refusals[0].contains("was 3 and is 3000") && v.warnings.len() == 2 && v.warnings[1].contains("370830101"), "{v:?}");
        assert_eq!(judge(&expect, &found(&years, None)), Verdict::default(), "a first run has nothing to be held against");
        let lenient = Expect { share_figures_changed_max: Some(Limit::Plain(0.03)), figure_factor_max: Some(Limit::Plain(1000.0)), bodies_lost_max: Some(Limit::Plain(1.0)), ..Expect::default() };
        assert_eq!(judge(&lenient, &found(&years, Some(&changes))), Verdict::default());
    }
}
