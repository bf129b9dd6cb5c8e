//! `weights.toml` as it is read: what evidence counts, thresholds, and the words it is told by.

use crate::form::WordList;
use serde::Deserialize;
use std::collections::BTreeMap;

/// All of `weights.toml`. Every key must be there and no other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub weights: Points,
    pub learn: Learn,
    pub priors: Priors,
    pub thresholds: Thresholds,
    pub words: Words,
    /// What a township's kind may have become since.
    pub promotions: BTreeMap<String, Vec<String>>,
    /// What is said for the kind of a region whose name holds more than stem and kind.
    pub short_kinds: BTreeMap<String, Vec<String>>,
    /// What else regions are called for short, by code.
    pub short_names: BTreeMap<String, Vec<String>>,
}

/// Log odds by kind of evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    pub code: f64,
    pub title: f64,
    pub signature: f64,
    pub before_body: f64,
    pub contact: f64,
    pub host: f64,
    pub host_initials_in_city: f64,
    pub host_initials: f64,
    pub path: f64,
    pub path_pinyin: f64,
    pub area_code: f64,
    pub website: f64,
    pub committee: f64,
    pub short: f64,
    pub text: f64,
    pub text_more: f64,
}

/// When the reports of a host or folder teach where another one of it lies, and what that weighs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    pub host: f64,
    pub folder: f64,
    pub reports: u32,
    pub places: usize,
    pub share: f64,
    pub confidence: f64,
}

/// Log odds before any evidence is heard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priors {
    pub unlisted: f64,
    pub unlisted_old: f64,
    pub old_before: i32,
    pub unlisted_in_county: f64,
    pub unlisted_region: f64,
    pub other_kind: f64,
    pub no_body: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    pub publish: f64,
    pub region: f64,
    pub certain: f64,
    pub strong: f64,
    #[serde(rename = "override")]
    pub overrule: f64,
    pub cap: f64,
    pub cap_mentions: f64,
    pub cap_contradicted: f64,
    pub cap_other_kind: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub endings: Vec<String>,
    pub office: String,
    pub office_kind: String,
    /// What is said for that kind …
    pub street: String,
    /// … and what behind either means the office too.
    pub street_offices: Vec<String>,
    pub township_endings: Vec<String>,
    pub title_ends: Vec<String>,
    pub contact: WordList,
    pub website: WordList,
    pub short_before: Vec<String>,
    pub short_after: Vec<String>,
    /// Behind a region that governs: what it publishes or prescribes is mostly its own township's concern.
    pub governing: WordList,
    /// What its committee begins with, named right behind it.
    pub committees: Vec<String>,
    /// Words before a region, or around it, in a clause that is about another's.
    pub elsewhere_before: WordList,
    pub elsewhere: WordList,
    pub opening: String,
    pub careful: Vec<String>,
    /// Kinds of zones that are named after a region, …
    pub zones: Vec<String>,
    /// … and what may stand between the two.
    pub zone_ranks: Vec<String>,
    /// What the names of units end in that may stand between a region and a department, …
    pub units: Vec<String>,
    /// … but for those that end so, or are called so, and where one of the last stands behind them.
    pub no_units: Vec<String>,
    pub parts: Vec<String>,
    pub no_units_before: Vec<String>,
    /// Bureaus of the whole country that stand before the region of their branches.
    pub systems: Vec<String>,
    /// Ends of the names of a region's own departments.
    pub departments: Vec<String>,
    /// What branches of a city's departments end in, and what stands before the county in their names: 公安局鹿城区分局.
    pub branches: Vec<String>,
    pub branched: Vec<String>,
    /// What every county has, whose name may stand without its kind before it.
    pub county_departments: Vec<String>,
    /// Behind the name of a county without its kind these make another word of it: 南京市玄武湖管理局.
    pub landmarks: Vec<String>,
    /// What the names of departments above counties begin with, …
    pub above_counties: Vec<String>,
    /// … or hold.
    pub above_kinds: Vec<String>,
    /// Names of departments under which townships are listed without a kind.
    pub common: Vec<String>,
    /// What only a township's name has behind such an end.
    pub governments: Vec<String>,
    /// What a region's own government has behind its name, in lists of what is one and the same; the first is what it is called.
    pub same_governments: Vec<Vec<String>>,
    /// What the townships of a county are called together, …
    pub collectives: Vec<String>,
    /// … and what may stand before that, or before a kind.
    pub each: Vec<String>,
    /// What stands behind the first of several townships and means others, …
    pub others: Vec<String>,
    /// … or between two of them.
    pub joints: Vec<String>,
    /// The kind of region that may be a county or above it.
    pub city: String,
    /// What the name of a people ends in.
    pub people: String,
    /// What stands before the units of the corps, and what they end in, the larger first.
    pub corps: Corps,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corps {
    pub opening: String,
    pub division: String,
    pub regiment: String,
    pub digits: String,
}

/// Reads `weights.toml`; the fault names the file and the line.
pub fn read(name: &str, text: &str) -> Result<Weights, String> {
    let line = |at: usize| text[..at].bytes().filter(|&b| b == b'\n').count() + 1;
    let told = |fault: toml::de::Error| format!("{name}:{}: {}", line(fault.span().map_or(0, |span| span.start)), fault.message());
    let weights = toml::from_str(text).map_err(told)?;
    let Numbers { weights: points, learn, priors, thresholds } = toml::from_str(text).map_err(told)?;
    for (key, number) in points.iter().chain(&learn).chain(&thresholds).chain(&priors) {
        let value = number.get_ref().as_float().or_else(|| number.get_ref().as_integer().map(|n| n as f64)).unwrap_or(f64::NAN);
        let log_odds = priors.contains_key(key);
        let most = if SHARES.contains(&key.as_str()) { 1.0 } else { f64::MAX };
        if !value.is_finite() || !log_odds && !(0.0..=most).contains(&value) {
            let kind = if log_odds { "a number" } else if most == 1.0 { "a share from 0 to 1" } else { "a number that is not below 0" };
            return Err(format!("{name}:{}: {key} is {value}; it must be {kind}", line(number.span().start)));
        }
    }
    Ok(weights)
}

/// The numbers again, with where they stand.
#[derive(Deserialize)]
struct Numbers {
    weights: Lines,
    learn: Lines,
    priors: Lines,
    thresholds: Lines,
}

type Lines = BTreeMap<String, toml::Spanned<toml::Value>>;

/// Of learning and thresholds, those that are shares.
const SHARES: [&str; 9] = ["share", "confidence", "publish", "region", "certain", "cap", "cap_mentions", "cap_contradicted", "cap_other_kind"];
