//! What differs between two datasets: reports that came and went, figures that changed, townships covered and no longer
//! covered, each with the reason. Both are read from their files, so that `nianbao diff` and the nightly run say the same.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;
use polars::prelude::*;

use super::{Once, strings};
use crate::model::{CHANGES, Change, Changes, HalfHash, Outcome};

/// More changed figures than this are counted and not listed: another form version may change every figure.
const MOST_FIGURES: usize = 1_000_000;

/// Columns of a panel that are held at once: all of them would be as large as all figures of the archive.
const COLUMNS: usize = 32;

/// One report as far as the comparison needs it.
#[derive(Debug)]
struct Fact {
    id: CompactString,
    path: Arc<str>,
    hash: HalfHash,
    body: Option<Arc<str>>,
    code: Option<CompactString>,
    year: Option<i32>,
}

/// A dataset as far as the comparison needs it.
pub struct Side {
    reports: Vec<Fact>,
    by_path: HashMap<Arc<str>, u32>,
    by_id: HashMap<CompactString, u32>,
    by_hash: HashMap<HalfHash, u32>,
    dir: PathBuf,
    panel: Panel,
    coverage: DataFrame,
    /// Report and indicator of every corrected cell.
    corrected: HashSet<(String, String)>,
}

/// Why something is read otherwise though neither its file nor what reads it changed.
const OTHERS: &str = "other_report";

/// The files of a dataset that gave no report of their own, each with the hash of its bytes; none where they were not read.
type Others = HashMap<Arc<str>, Option<HalfHash>>;

impl Side {
    /// Reads the dataset in `dir`.
    ///
    /// # Errors
    /// A table is not there or is no such table.
    pub fn read(dir: &Path) -> PolarsResult<Side> {
        let reports = columns(&dir.join("reports.parquet"), &["report_id", "path", "content_hash", "body", "division_code", "year", "cells_corrected"])?;
        let text = |name: &str| reports.column(name)?.str();
        let (ids, paths, hashes, bodies, codes) = (text("report_id")?, text("path")?, text("content_hash")?, text("body")?, text("division_code")?);
        let (years, corrected) = (reports.column("year")?.i32()?, reports.column("cells_corrected")?.u32()?);
        let mut once = Once::default();
        let fact = |i: usize| {
            Ok(Fact {
                id: ids.get(i).unwrap_or_default().into(),
                path: paths.get(i).unwrap_or_default().into(),
                hash: hashes.get(i).map(super::back::hash).transpose()?.unwrap_or_default(),
                body: bodies.get(i).map(|body| once.of(body)),
                code: codes.get(i).map(CompactString::from),
                year: years.get(i),
            })
        };
        let facts: Vec<Fact> = (0..reports.height()).map(fact).collect::<PolarsResult<_>>()?;
        let touched: BTreeSet<i32> = (0..facts.len()).filter(|&i| corrected.get(i).is_some_and(|n| n > 0)).map(|i| facts[i].year.unwrap_or(0)).collect();
        Ok(Side {
            by_path: (0..).zip(&facts).map(|(i, f)| (f.path.clone(), i)).collect(),
            by_id: (0..).zip(&facts).map(|(i, f)| (f.id.clone(), i)).collect(),
            by_hash: (0..).zip(&facts).map(|(i, f)| (f.hash, i)).collect(),
            dir: dir.to_path_buf(),
            reports: facts,
            panel: Panel::open(dir.join("panel.parquet"))?,
            coverage: columns(&dir.join("coverage.parquet"), &["division_code", "year", "township", "report_id"])?,
            corrected: corrected_cells(dir, &touched)?,
        })
    }

    /// The report of the same content.
    fn twin(&self, report: &Fact) -> Option<&Fact> {
        self.by_hash.get(&report.hash).map(|&i| &self.reports[i as usize])
    }

    fn others(&self) -> PolarsResult<Others> {
        let files = columns(&self.dir.join("files.parquet"), &["path", "outcome", "content_hash"])?;
        let text = |name: &str| files.column(name)?.str();
        let (paths, outcomes, hashes) = (text("path")?, text("outcome")?, text("content_hash")?);
        let others = (0..files.height()).filter(|&i| outcomes.get(i) != Some(Outcome::Report.name()));
        others.map(|i| Ok((paths.get(i).unwrap_or_default().into(), hashes.get(i).map(super::back::hash).transpose()?))).collect()
    }
}

/// Some columns of a table, each in one piece.
fn columns(path: &Path, names: &[&str]) -> PolarsResult<DataFrame> {
    let named = |e: PolarsError| e.wrap_msg(|m| format!("{}: {m}", path.display()));
    let reader = ParquetReader::new(File::open(path).map_err(|e| named(e.into()))?).set_rechunk(true);
    reader.with_columns(Some(names.iter().map(|n| n.to_string()).collect())).finish().map_err(named)
}

/// A panel whose figures are read some columns at a time.
struct Panel {
    path: PathBuf,
    keys: Vec<(CompactString, i32)>,
    ids: StringChunked,
    /// Its columns that hold figures.
    indicators: Vec<String>,
}

impl Panel {
    fn open(path: PathBuf) -> PolarsResult<Panel> {
        let named = |e: PolarsError| e.wrap_msg(|m| format!("{}: {m}", path.display()));
        let schema = ParquetReader::new(File::open(&path).map_err(|e| named(e.into()))?).schema().map_err(named)?;
        let indicators = schema.iter().filter(|(_, field)| field.dtype == ArrowDataType::Float64).map(|(name, _)| name.to_string()).collect();
        let frame = columns(&path, &["body_key", "year", "report_id"])?;
        let (body, year, ids) = (frame.column("body_key")?.str()?, frame.column("year")?.i32()?, frame.column("report_id")?.str()?.clone());
        let keys = (0..frame.height()).map(|i| (body.get(i).unwrap_or("").into(), year.get(i).unwrap_or(0))).collect();
        Ok(Panel { path, keys, ids, indicators })
    }

    /// The figures of some indicators; none for one that the panel does not have.
    fn figures(&self, indicators: &[&String]) -> PolarsResult<Vec<Option<Float64Chunked>>> {
        let here: Vec<&str> = indicators.iter().filter(|n| self.indicators.contains(n)).map(|n| n.as_str()).collect();
        let frame = columns(&self.path, &here)?;
        indicators.iter().map(|n| if here.contains(&n.as_str()) { Ok(Some(frame.column(n)?.f64()?.rechunk().into_owned())) } else { Ok(None) }).collect()
    }
}

fn corrected_cells(dir: &Path, years: &BTreeSet<i32>) -> PolarsResult<HashSet<(String, String)>> {
    let mut out = HashSet::new();
    for year in years {
        for part in std::fs::read_dir(dir.join(format!("values/year={year}")))? {
            let columns = ["report_id", "indicator", "status"].map(String::from).to_vec();
            let frame = ParquetReader::new(File::open(part?.path())?).with_columns(Some(columns)).finish()?;
            let text = |name: &str| frame.column(name)?.str();
            let (id, indicator, status) = (text("report_id")?, text("indicator")?, text("status")?);
            for i in (0..frame.height()).filter(|&i| status.get(i) == Some("corrected")) {
                out.insert((id.get(i).unwrap_or("").to_string(), indicator.get(i).unwrap_or("").to_string()));
            }
        }
    }
    Ok(out)
}

/// What else than the files differs between two datasets, in the words of `changes.why`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Makers {
    /// Between the programs, definitions and settings that read their files.
    pub rows: Option<&'static str>,
    /// Between the settings that say which files are read.
    pub look: Option<&'static str>,
}

/// Compares two datasets.
///
/// # Errors
/// Those of polars.
pub fn changes(old: &Side, new: &Side, makers: Makers) -> PolarsResult<Changes> {
    let mut out = Changes::default();
    let strange = |here: &Side, there: &Side| here.reports.iter().any(|r| !there.by_path.contains_key(&r.path));
    // Most often all paths are those of before, and then nobody asks.
    let asked = strange(old, new) || strange(new, old);
    let others = |side: &Side| if asked { side.others() } else { Ok(Others::new()) };
    let why = Why { old, new, old_others: others(old)?, new_others: others(new)?, versions: makers.rows.unwrap_or(OTHERS), unread: makers.look.or(makers.rows).unwrap_or("changed_file") };
    reports(&why, &mut out);
    figures(&why, &mut out)?;
    coverage(&why, &mut out)?;
    let order = |kind: &str| CHANGES.iter().position(|k| *k == kind);
    out.rows.sort_by(|a, b| {
        let key = |c: &Change| (order(c.kind), c.division_code.clone(), c.body.clone(), c.year, c.path.clone());
        // Figures of one report stay in the form's order.
        key(a).cmp(&key(b))
    });
    Ok(out)
}

/// Tells why something differs.
struct Why<'a> {
    old: &'a Side,
    new: &'a Side,
    old_others: Others,
    new_others: Others,
    versions: &'static str,
    /// Why a file was not read by one of the two.
    unread: &'static str,
}

impl Why<'_> {
    /// The report that is new, or says other things than before.
    fn came(&self, report: &Fact) -> &'static str {
        match self.old.by_path.get(&report.path).map(|&i| &self.old.reports[i as usize]) {
            None => self.came_to(report),
            Some(before) if before.hash != report.hash => "changed_file",
            Some(_) => self.versions,
        }
    }

    /// There was no report at its path; maybe another page, or a copy of a report.
    fn came_to(&self, report: &Fact) -> &'static str {
        match (self.old_others.get(&report.path), self.old.twin(report)) {
            (Some(None), _) => self.unread,
            (Some(hash), _) if *hash != Some(report.hash) => "changed_file",
            (Some(_), None) => self.versions,
            (None, None) => "new_file",
            // The other one is still there, and is a copy of this one now.
            (None, Some(twin)) if self.new_others.get(&twin.path) == Some(&Some(report.hash)) => "copied_file",
            (_, Some(_)) => "moved_file",
        }
    }

    fn went(&self, report: &Fact) -> &'static str {
        match self.new.by_path.get(&report.path).map(|&i| &self.new.reports[i as usize]) {
            None => self.went_from(report),
            Some(now) if now.hash != report.hash => "changed_file",
            Some(_) => self.versions,
        }
    }

    /// There is no report at its path any more; maybe another page, or a copy of a report.
    fn went_from(&self, report: &Fact) -> &'static str {
        match (self.new_others.get(&report.path), self.new.twin(report)) {
            (Some(None), _) => self.unread,
            (Some(hash), _) if *hash != Some(report.hash) => "changed_file",
            (Some(_), None) => self.versions,
            (Some(_), Some(_)) => "copied_file",
            (None, Some(_)) => "moved_file",
            (None, None) => "vanished_file",
        }
    }

    /// What an older report is now, where its file says what it said.
    fn now(&self, report: &Fact) -> Option<&Fact> {
        let here = self.new.by_path.get(&report.path).map(|&i| &self.new.reports[i as usize]);
        here.filter(|r| r.hash == report.hash).or_else(|| self.new.twin(report))
    }

    /// Whether the file of an older report is still there, and nothing says that it changed; whatever is made of it now.
    fn stands(&self, report: &Fact) -> bool {
        let of_others = || self.new_others.get(&report.path).is_some_and(|hash| hash.is_none_or(|h| h == report.hash));
        self.now(report).is_some() || of_others()
    }

    /// A figure that two reports of one body and year give differently.
    fn cell(&self, before: &Fact, now: &Fact, indicator: &str) -> &'static str {
        if before.path == now.path && before.hash == now.hash {
            let corrected = |side: &Side, id: &str| !side.corrected.is_empty() && side.corrected.contains(&(id.to_string(), indicator.to_string()));
            // No other report says what stands in this one: where nothing reads it otherwise, overrides withhold the figure or did so.
            return if corrected(self.old, &before.id) || corrected(self.new, &now.id) || self.versions == OTHERS { "override" } else { self.versions };
        }
        match self.came(now) {
            // The report that is primary now was there before and is unchanged: the former one gave way to it.
            why if why == self.versions && before.path != now.path => match self.went(before) {
                gone if gone != self.versions => gone,
                _ => OTHERS,
            },
            why => why,
        }
    }
}

/// Reports by path, body and year: one whose body or year is read otherwise has gone there and come here.
fn reports(why: &Why, out: &mut Changes) {
    let same = |a: &Fact, b: &Fact| (&a.code, &a.year) == (&b.code, &b.year) && (a.code.is_some() || a.body == b.body);
    let pairs = [("new_report", why.new, why.old), ("vanished_report", why.old, why.new)];
    for (kind, here, there) in pairs {
        for fact in &here.reports {
            if there.by_path.get(&fact.path).is_some_and(|&i| same(&there.reports[i as usize], fact)) {
                continue;
            }
            let reason = if kind == "new_report" { why.came(fact) } else { why.went(fact) };
            push(out, Change { kind, why: reason, ..of(fact) });
        }
    }
}

fn of(fact: &Fact) -> Change {
    Change {
        body: fact.body.as_deref().map(String::from),
        division_code: fact.code.as_deref().map(String::from),
        year: fact.year,
        report_id: Some(fact.id.to_string()),
        path: Some(fact.path.to_string()),
        ..Change::default()
    }
}

fn push(out: &mut Changes, change: Change) {
    *out.totals.entry(change.kind).or_default() += 1;
    if change.kind != "changed_figure" || out.totals[change.kind] <= MOST_FIGURES {
        out.rows.push(change);
    }
}

/// Figures of the bodies and years that both panels have.
fn figures(why: &Why, out: &mut Changes) -> PolarsResult<()> {
    let (old, new) = (&why.old.panel.keys, &why.new.panel.keys);
    let at: HashMap<&(CompactString, i32), usize> = old.iter().enumerate().map(|(i, k)| (k, i)).collect();
    let fact = |side: &'_ Side, id: Option<&str>| side.by_id.get(id.unwrap_or("")).map(|&i| i as usize);
    let pairs: Vec<(usize, usize)> = new.iter().enumerate().filter_map(|(i, k)| Some((*at.get(k)?, i))).collect();
    let stands: Vec<bool> = (0..old.len()).map(|i| fact(why.old, why.old.panel.ids.get(i)).is_some_and(|x| why.stands(&why.old.reports[x]))).collect();
    let paired: HashSet<usize> = pairs.iter().map(|p| p.0).collect();
    let rows: HashMap<&str, usize> = (0..new.len()).filter_map(|j| Some((why.new.panel.ids.get(j)?, j))).collect();
    // Where the panel has the same report now, though its place, and so its key, is another.
    let followed = |i: usize| {
        let before = &why.old.reports[fact(why.old, why.old.panel.ids.get(i))?];
        let now = why.now(before).filter(|now| now.body == before.body && now.year == before.year)?;
        rows.get(now.id.as_str()).copied()
    };
    let alone: Vec<(usize, Option<usize>)> = (0..old.len()).filter(|i| !paired.contains(i)).map(|i| (i, followed(i))).collect();
    let mut kept: HashSet<&str> = new.iter().map(|k| k.0.as_str()).collect();
    kept.extend(alone.iter().filter(|(_, now)| now.is_some()).map(|(i, _)| old[*i].0.as_str()));
    out.bodies_lost = old.iter().map(|k| k.0.as_str()).filter(|b| !kept.contains(b)).map(String::from).collect();
    out.bodies_lost.dedup();
    let (of_old, of_new) = (&why.old.panel.indicators, &why.new.panel.indicators);
    let all: Vec<&String> = of_new.iter().chain(of_old.iter().filter(|n| !of_new.contains(n))).collect();
    for some in all.chunks(COLUMNS) {
        let (before, now) = (why.old.panel.figures(some)?, why.new.panel.figures(some)?);
        for ((indicator, before), now) in some.iter().zip(&before).zip(&now) {
            let (before, now) = (before.as_ref().map(|c| c.downcast_as_array()), now.as_ref().map(|c| c.downcast_as_array()));
            for &(i, now_at) in alone.iter().filter(|(i, _)| stands[*i]) {
                let (a, b) = (before.and_then(|c| c.get(i)), now_at.and_then(|j| now.and_then(|c| c.get(j))));
                out.given += usize::from(a.is_some());
                out.lost += usize::from(a.is_some() && b.is_none());
            }
            for &(i, j) in &pairs {
                let (a, b) = (before.and_then(|c| c.get(i)), now.and_then(|c| c.get(j)));
                out.compared += usize::from(a.is_some() && b.is_some());
                out.given += usize::from(stands[i] && a.is_some());
                out.lost += usize::from(stands[i] && a.is_some() && b.is_none());
                if a == b {
                    continue;
                }
                let (Some(x), Some(y)) = (fact(why.old, why.old.panel.ids.get(i)), fact(why.new, why.new.panel.ids.get(j))) else { continue };
                let (x, y) = (&why.old.reports[x], &why.new.reports[y]);
                figure(out, Change { kind: "changed_figure", indicator: Some(indicator.to_string()), old: a, new: b, why: why.cell(x, y, indicator), ..of(y) });
            }
        }
    }
    Ok(())
}

fn figure(out: &mut Changes, change: Change) {
    if let (Some(a), Some(b)) = (change.old, change.new) {
        out.differing += 1;
        let factor = a.abs().max(b.abs()).max(1.0) / a.abs().min(b.abs()).max(1.0);
        if out.steepest.as_ref().is_none_or(|(most, _)| factor > *most) {
            out.steepest = Some((factor, change.clone()));
        }
    }
    push(out, change);
}

/// Townships and years with a report here and without one there.
fn coverage(why: &Why, out: &mut Changes) -> PolarsResult<()> {
    type Covered = HashMap<(CompactString, i32), (Option<CompactString>, Option<CompactString>)>;
    let covered = |side: &Side| -> PolarsResult<Covered> {
        let text = |name: &str| side.coverage.column(name)?.str().cloned();
        let (code, township, id) = (text("division_code")?, text("township")?, text("report_id")?);
        let year = side.coverage.column("year")?.i32()?;
        let found = (0..side.coverage.height()).filter(|&i| id.get(i).is_some());
        Ok(found.map(|i| ((code.get(i).unwrap_or("").into(), year.get(i).unwrap_or(0)), (township.get(i).map(CompactString::from), id.get(i).map(CompactString::from)))).collect())
    };
    let (old, new) = (covered(why.old)?, covered(why.new)?);
    for (kind, here, side, there) in [("coverage_gained", &new, why.new, &old), ("coverage_lost", &old, why.old, &new)] {
        let mut rows: Vec<_> = here.iter().filter(|(k, _)| !there.contains_key(*k)).collect();
        rows.sort();
        for ((code, year), (township, id)) in rows {
            let Some(fact) = id.as_ref().and_then(|id| side.by_id.get(id)).map(|&i| &side.reports[i as usize]) else { continue };
            let reason = if kind == "coverage_gained" { why.came(fact) } else { why.went(fact) };
            push(out, Change { kind, body: township.as_deref().map(String::from), division_code: Some(code.to_string()), year: Some(*year), why: reason, ..of(fact) });
        }
    }
    Ok(())
}

/// `changes.parquet`.
pub fn changes_table(rows: &[Change]) -> DataFrame {
    let text = |name: &str, f: &dyn Fn(&Change) -> Option<&str>| strings(name, rows.iter().map(f));
    let number = |name: &str, f: &dyn Fn(&Change) -> Option<f64>| -> Column { Float64Chunked::from_iter_options(name.into(), rows.iter().map(f)).into_series().into() };
    let columns = vec![
        text("kind", &|c| Some(c.kind)),
        text("body", &|c| c.body.as_deref()),
        text("division_code", &|c| c.division_code.as_deref()),
        Int32Chunked::from_iter_options("year".into(), rows.iter().map(|c| c.year)).into_series().into(),
        text("indicator", &|c| c.indicator.as_deref()),
        number("old", &|c| c.old),
        number("new", &|c| c.new),
        text("why", &|c| Some(c.why)),
        text("report_id", &|c| c.report_id.as_deref()),
        text("path", &|c| c.path.as_deref()),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}
