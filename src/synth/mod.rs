//! Invented reports with known figures: an archive in every layout that was seen, and beside it what each file says.
//! Real reports are almost all zeros and nobody has counted them twice; here every figure is known, and where a
//! report's figures are not zero they are mostly distinct primes, so that a figure in the wrong cell shows.
//!
//! A report is drawn from the seed and its own number alone, so report 17 is the same in a small and in a large archive.

mod damage;
mod evidence;
mod figures;
mod held_out;
mod html;
mod layouts;
mod mentions;
mod prose;
mod report;
mod script;
mod tables;
#[cfg(test)]
mod tests;
mod texts;
mod truth;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use crate::form::Form;

pub use damage::FAULTS;

/// What to write.
#[derive(Clone, Debug)]
pub struct Options {
    pub reports: usize,
    pub seed: u64,
    /// Names of layouts; empty for all that `data/synth/layouts.csv` gives a weight.
    pub layouts: Vec<String>,
    /// Names out of [`FAULTS`]: every report gets one of them. `each` alone: a quarter of the reports get one of all.
    /// Empty for none.
    pub faults: Vec<String>,
    /// `zeros`, `small` or `primes`; empty for a mixture.
    pub figures: String,
    /// The years reported on.
    pub years: RangeInclusive<i32>,
    /// Share of reports in Traditional script.
    pub traditional: f64,
    /// Share of those that carry pinyin notes.
    pub pinyin: f64,
    /// Share of files in GB18030.
    pub gb18030: f64,
    /// Share of reports in text with invisible characters or radicals.
    pub noisy: f64,
    /// Share of pages that are no report.
    pub other_pages: f64,
    /// Share of reports that never name the regions above their body. Above 0, a third of the counties keep their reports
    /// in a folder of their own, a third name the host they are published on, and some reports come from a mirror.
    pub bare: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            reports: 1000,
            seed: 1,
            layouts: Vec::new(),
            faults: Vec::new(),
            figures: String::new(),
            years: 2019..=2025,
            traditional: 0.1,
            pinyin: 1.0 / 3.0,
            gb18030: 1.0 / 6.0,
            noisy: 0.04,
            other_pages: 0.03,
            bare: 0.0,
        }
    }
}

/// A township with the regions above it, as the gazetteer names them.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub township: String,
    pub county: String,
    pub city: String,
    pub province: String,
    /// Division code, 6 to 12 digits.
    pub code: String,
    /// Telephone area code; empty where none is known, then no number has one.
    pub area: String,
    /// Other places whose body would call itself the same, wherever they are.
    pub namesakes: Vec<Place>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub reports: usize,
    /// Pages that are no report.
    pub other_pages: usize,
    pub bytes: u64,
    /// Files by layout.
    pub layouts: BTreeMap<&'static str, usize>,
    /// Reports by fault.
    pub faults: BTreeMap<&'static str, usize>,
}

/// Everything that is read before the first report is drawn.
struct Kit<'a> {
    form: &'a Form,
    places: &'a [Place],
    templates: tables::Templates,
    prose: texts::Prose,
    script: script::Script,
    primes: Vec<u32>,
    layouts: Vec<(&'static layouts::Layout, u32)>,
    faults: Vec<&'static str>,
    figures: Option<figures::Profile>,
    options: &'a Options,
}

/// Writes `OUT/archive/…` and `OUT/truth.jsonl`. `data` is the folder that holds `synth/` and `opencc/`.
pub fn write(out: &Path, form: &Form, places: &[Place], data: &Path, options: &Options) -> io::Result<Summary> {
    let kit = Kit::load(form, places, data, options)?;
    let mut summary = Summary::default();
    fs::create_dir_all(out)?;
    let mut truths = BufWriter::new(File::create(out.join("truth.jsonl"))?);
    let archive = out.join("archive");
    for number in 0..options.reports {
        let page = report::page(&kit, number);
        let file = archive.join(&page.path);
        // Creating the folder only where the file cannot be written saves a call for almost every report.
        if fs::write(&file, &page.bytes).is_err() {
            fs::create_dir_all(file.parent().expect("every path has a folder"))?;
            fs::write(&file, &page.bytes)?;
        }
        serde_json::to_writer(&mut truths, &page.truth)?;
        truths.write_all(b"\n")?;
        summary.count(&page);
    }
    truths.flush()?;
    Ok(summary)
}

impl<'a> Kit<'a> {
    fn load(form: &'a Form, places: &'a [Place], data: &Path, options: &'a Options) -> io::Result<Kit<'a>> {
        if places.is_empty() || options.years.is_empty() {
            return Err(invalid("a report needs a place and a year: give at least one of each"));
        }
        let folder = data.join("synth");
        Ok(Kit {
            form,
            places,
            templates: tables::Templates::load(&folder.join("tables.toml"), form)?,
            prose: texts::Prose::load(&folder.join("prose.toml"))?,
            script: script::Script::load(&data.join("opencc/TSCharacters.txt"), &folder)?,
            primes: figures::primes(2500),
            layouts: layouts::chosen(&folder.join("layouts.csv"), &options.layouts)?,
            faults: damage::chosen(&options.faults)?,
            figures: figures::Profile::named(&options.figures)?,
            options,
        })
    }
}

impl Summary {
    fn count(&mut self, page: &report::Page) {
        self.bytes += page.bytes.len() as u64;
        match page.layout {
            Some(layout) => {
                self.reports += 1;
                *self.layouts.entry(layout).or_default() += 1;
            }
            None => self.other_pages += 1,
        }
        if let Some(fault) = page.fault {
            *self.faults.entry(fault).or_default() += 1;
        }
    }
}

fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message.into())
}

/// Reads a TOML file; the message names it.
fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> io::Result<T> {
    let text = fs::read_to_string(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    toml::from_str(&text).map_err(|e| invalid(format!("{}: {e}", path.display())))
}

/// One of a list that is known not to be empty.
fn pick<'a, T>(rng: &mut fastrand::Rng, from: &'a [T]) -> &'a T {
    &from[rng.usize(..from.len())]
}

/// True with this probability.
fn chance(rng: &mut fastrand::Rng, probability: f64) -> bool {
    rng.f64() < probability
}
