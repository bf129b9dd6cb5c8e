//! Draws the figures of one report so that every accounting identity of the form holds, and how each is written.

use std::io;

use super::{chance, invalid, pick};
use crate::form::Form;

/// What the file says in one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// None where the cell is blank.
    pub value: Option<f64>,
    /// The cell's text.
    pub raw: String,
}

/// How large the figures of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Zero almost everywhere, as most reports are.
    Zeros,
    /// A few applications that add up.
    Small,
    /// Distinct primes in every cell that is no total: a figure in the wrong cell shows.
    Primes,
}

impl Profile {
    /// None for an empty name.
    pub fn named(name: &str) -> io::Result<Option<Profile>> {
        match name {
            "" => Ok(None),
            "zeros" => Ok(Some(Profile::Zeros)),
            "small" => Ok(Some(Profile::Small)),
            "primes" => Ok(Some(Profile::Primes)),
            _ => Err(invalid(format!("no figures are called «{name}»: known are zeros, small, primes"))),
        }
    }
}

/// How one report writes its figures.
#[derive(Clone, Debug)]
pub struct FigureStyle {
    pub profile: Profile,
    /// What stands in a blank cell.
    pub blank: &'static str,
    /// Share of the zero cells that are left blank.
    pub blanks: f64,
    /// Space before or after a figure.
    pub space: &'static str,
    pub thousands: bool,
    pub full_width: bool,
    /// Share of cells with a remark or a unit behind the figure.
    pub remarks: f64,
}

/// The primes up to a limit.
pub fn primes(limit: u32) -> Vec<u32> {
    (2..=limit).filter(|n| (2..).take_while(|d| d * d <= *n).all(|d| n % d != 0)).collect()
}

/// The figures of one report, one for each indicator of the form; those of other editions are never written.
pub fn draw(form: &Form, editions: [u8; 3], style: &FigureStyle, primes: &[u32], rng: &mut fastrand::Rng) -> Vec<Entry> {
    let mut supply = Supply::new(style.profile, primes, rng);
    let mut values = vec![0.0; form.indicators.len()];
    publications(form, editions[0], &mut values, &mut supply);
    applications(form, editions[1], &mut values, &mut supply);
    disputes(form, editions[2], &mut values, &mut supply);
    let mut rng = supply.rng;
    values.iter().enumerate().map(|(i, v)| entry(*v, &form.indicators[i].name, &form.indicators[i].unit, style, &mut rng)).collect()
}

/// Where numbers come from: primes are handed out once each.
struct Supply {
    profile: Profile,
    primes: Vec<u32>,
    rng: fastrand::Rng,
}

impl Supply {
    fn new(profile: Profile, primes: &[u32], rng: &mut fastrand::Rng) -> Supply {
        let mut rng = rng.fork();
        let mut primes = if profile == Profile::Primes { primes.to_vec() } else { Vec::new() };
        rng.shuffle(&mut primes);
        Supply { profile, primes, rng }
    }

    /// A number of documents or decisions; in a report of zeros there may still be some.
    fn count(&mut self, most: u32, often: f64) -> f64 {
        match self.profile {
            Profile::Primes => f64::from(self.primes.pop().expect("there are more primes than cells")),
            _ if chance(&mut self.rng, often) => f64::from(self.rng.u32(1..=most)),
            _ => 0.0,
        }
    }
}

/// Table 2. Its two plausibility rules are met by making the larger side larger.
fn publications(form: &Form, edition: u8, values: &mut [f64], supply: &mut Supply) {
    let name = |i: u16| form.indicators[i as usize].name.as_str();
    let busy = if supply.profile == Profile::Zeros { 0.15 } else { 0.7 };
    for row in form.table(0, edition).rows.iter().filter(|r| !r.cells.is_empty()) {
        for &cell in &row.cells {
            let name = name(cell);
            values[cell as usize] = match name {
                // Townships make no rules (规章).
                _ if name.starts_with("t2_rules") && supply.profile != Profile::Primes => 0.0,
                _ if name.ends_with("_amount") => amount(supply, busy),
                _ if name.ends_with("_change") => supply.count(20, busy * 0.6) * if supply.rng.bool() { 1.0 } else { -1.0 } + 0.0,
                _ if name.ends_with("_decisions") => {
                    let most = if supply.rng.u8(..10) == 0 { 24_000 } else { 400 };
                    supply.count(most, busy)
                }
                _ => supply.count(9, busy * 0.6),
            };
        }
        for (smaller, larger) in [("_issued", "_in_force"), ("_published", "_public_total")] {
            let find = |end: &str| row.cells.iter().copied().find(|&c| name(c).ends_with(end));
            if let (Some(a), Some(b)) = (find(smaller), find(larger))
                && values[a as usize] > values[b as usize]
            {
                values.swap(a as usize, b as usize);
            }
        }
    }
}

/// An amount in units of 10,000 yuan, with the decimals that offices leave in.
fn amount(supply: &mut Supply, often: f64) -> f64 {
    if supply.profile != Profile::Primes && !chance(&mut supply.rng, often) {
        return 0.0;
    }
    let decimals = supply.rng.i32(0..=4);
    (supply.rng.f64() * 600.0 * 10f64.powi(decimals)).round() / 10f64.powi(decimals)
}

/// Table 3: the results are drawn, the totals and what came in follow from them.
fn applications(form: &Form, edition: u8, values: &mut [f64], supply: &mut Supply) {
    let key = |label: Option<u16>| label.map_or("", |l| form.labels[l as usize].key.as_str());
    let rows = || form.table(1, edition).rows.iter().filter(|r| !r.cells.is_empty());
    let row = |k: &str| rows().find(|r| key(r.label) == k).expect("the form has this row").cells.clone();
    let (received, carried_in, concluded, carried_out) = (row("received"), row("carried_in"), row("concluded"), row("carried_out"));
    let parts: Vec<&[u16]> = rows().map(|r| r.cells.as_slice()).filter(|c| ![&received, &carried_in, &concluded, &carried_out].iter().any(|r| *r == c)).collect();
    let applicants = received.len() - 1;
    results(&parts, applicants, values, supply);
    let few = if supply.profile == Profile::Small { 0.08 } else { 0.0 };
    for a in 0..applicants {
        let sum: f64 = parts.iter().map(|p| values[p[a] as usize]).sum();
        values[concluded[a] as usize] = sum;
        values[carried_out[a] as usize] = supply.count(2, few);
        let all = sum + values[carried_out[a] as usize];
        values[carried_in[a] as usize] = supply.count(2, few).min(all);
        values[received[a] as usize] = all - values[carried_in[a] as usize];
    }
    for row in rows() {
        let (parts, total) = row.cells.split_at(applicants);
        values[total[0] as usize] = parts.iter().map(|&c| values[c as usize]).sum();
    }
}

fn results(parts: &[&[u16]], applicants: usize, values: &mut [f64], supply: &mut Supply) {
    match supply.profile {
        Profile::Zeros => {}
        Profile::Primes => {
            for row in parts {
                for &cell in &row[..applicants] {
                    values[cell as usize] = supply.count(0, 1.0);
                }
            }
        }
        Profile::Small => {
            for _ in 0..supply.rng.u32(1..=14) {
                // Most applicants are persons, and most get what they asked for.
                let applicant = if chance(&mut supply.rng, 0.7) { 0 } else { supply.rng.usize(..applicants) };
                let row = if chance(&mut supply.rng, 0.5) { 0 } else { supply.rng.usize(..parts.len()) };
                values[parts[row][applicant] as usize] += 1.0;
            }
        }
    }
}

/// Table 4: in each procedure four outcomes and their total.
fn disputes(form: &Form, edition: u8, values: &mut [f64], supply: &mut Supply) {
    let often = if supply.profile == Profile::Small { 0.15 } else { 0.01 };
    let cells: Vec<u16> = form.cells(2, edition).collect();
    for procedure in cells.chunks(5) {
        let (outcomes, total) = procedure.split_at(4);
        for &c in outcomes {
            values[c as usize] = supply.count(3, often);
        }
        values[total[0] as usize] = outcomes.iter().map(|&c| values[c as usize]).sum();
    }
}

fn entry(value: f64, name: &str, unit: &str, style: &FigureStyle, rng: &mut fastrand::Rng) -> Entry {
    if value == 0.0 && chance(rng, style.blanks) {
        return Entry { value: None, raw: style.blank.to_string() };
    }
    let mut raw = written(value, name, style, rng);
    if value > 0.0 && chance(rng, style.remarks) {
        raw = remark(value, &raw, unit, rng);
    }
    if !style.space.is_empty() && chance(rng, 0.8) {
        raw = if chance(rng, 0.8) { format!("{}{raw}", style.space) } else { format!("{raw}{}", style.space) };
    }
    Entry { value: Some(value), raw }
}

fn written(value: f64, name: &str, style: &FigureStyle, rng: &mut fastrand::Rng) -> String {
    let mut raw = format!("{}", value.abs());
    if style.thousands && !raw.contains('.') && raw.len() > 3 {
        raw.insert(raw.len() - 3, ',');
    }
    if value < 0.0 {
        raw.insert(0, '-');
    } else if value > 0.0 && name.ends_with("_change") && rng.u8(..3) > 0 {
        raw.insert(0, '+');
    }
    if style.full_width {
        raw = raw.chars().map(|c| if c.is_ascii() { char::from_u32(c as u32 + 0xFEE0).expect("ASCII has full-width forms") } else { c }).collect();
    }
    raw
}

/// A figure with words behind it: a part of it, or its unit. The value stays what it was.
fn remark(value: f64, raw: &str, unit: &str, rng: &mut fastrand::Rng) -> String {
    match unit {
        "万元" if value.fract() == 0.0 => format!("{}元", value * 10_000.0),
        "万元" => format!("{raw}万元"),
        _ => {
            let verb = pick(rng, &["修订", "续办", "线上"]);
            format!("{raw}（其中{verb}{}{unit}）", rng.u64(1..=(value as u64).max(1)))
        }
    }
}
