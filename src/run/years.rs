//! Checks over years, once it is settled which reports are primary.

use std::collections::HashSet;

use rayon::prelude::*;

use super::RunError;
use super::dataset::Dataset;
use crate::check::{self, Side};
use crate::columnar;
use crate::model::{Check, CheckResult};
use crate::place::Gazetteer;

/// Reports whose checks are written at once.
const BATCH: usize = 1 << 12;

/// Tests every primary report against that of the year before; the results go to `checks`, the counts of failures to the
/// reports. In the year in which a region took in another one its report is of more than that of the year before, and is held
/// against none.
///
/// # Errors
/// Those of the file system and of polars.
pub(super) fn check(data: &mut Dataset, gazetteer: &Gazetteer) -> Result<(), RunError> {
    let form = data.form;
    let regions = gazetteer.places().iter().filter(|place| place.level != "township");
    let grown: HashSet<(&str, i32)> = regions.filter_map(|gone| Some((gone.successor.as_deref()?, i32::from(gone.valid_to?)))).collect();
    let grew = |this: usize| data.reports[this].place.division_code.as_deref().zip(data.reports[this].year).is_some_and(|it| grown.contains(&it));
    let pairs: Vec<(usize, Option<usize>)> = columnar::years_of_bodies(&data.reports).into_iter().map(|(this, last)| (this, last.filter(|_| !grew(this)))).collect();
    for pairs in pairs.chunks(BATCH) {
        let read = &*data;
        let tested: Vec<(usize, Option<usize>, Vec<Check>)> = pairs.par_iter().map(|&(this, last)| (this, last, test(read, this, last))).collect();
        let frame = columnar::year_checks(form, &data.reports, &tested);
        data.append("checks", &frame)?;
        let mut results = [0; CheckResult::ALL.len()];
        for (this, last, checks) in &tested {
            checks.iter().for_each(|c| results[c.result as usize] += 1);
            data.notes.count_checks(checks);
            let failed: Vec<&Check> = checks.iter().filter(|c| c.result == CheckResult::Fails).collect();
            data.reports[*this].checks_failed_years = failed.len() as u32;
            data.notes.add_years(&data.reports[*this]);
            failed.into_iter().for_each(|c| data.failed.push(&data.reports[*this], 0, c, last.map(|l| &data.reports[l])));
        }
        data.counts.years(results);
    }
    Ok(())
}

fn test(data: &Dataset, this: usize, last: Option<usize>) -> Vec<Check> {
    let figure = |report: usize| {
        let cells: Vec<Option<f64>> = data.wide.row(report).collect();
        move |i: u16| cells[i as usize]
    };
    let now = figure(this);
    let before = last.map(figure);
    let side = before.as_ref().zip(last).map(|(f, report)| side(data, report, f));
    check::over_years(data.form, &self::side(data, this, &now), side.as_ref())
}

fn side<'a>(data: &Dataset, number: usize, figure: &'a dyn Fn(u16) -> Option<f64>) -> Side<'a> {
    let report = &data.reports[number];
    // The document is not blamed for a table in which an override replaced a figure.
    let corrected = data.corrected.get(&number).copied().unwrap_or_default();
    Side { figure, editions: data.form.editions_of(&report.shape.form_tables), clean: std::array::from_fn(|t| report.clean[t] && !corrected[t]) }
}
