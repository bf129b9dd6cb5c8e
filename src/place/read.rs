//! Reading `divisions.csv` and `area_codes.csv`. The cells hold no commas and no quotes, so a line is split at its
//! commas; whatever is wrong is told with file and line.

use super::gazetteer::{Place, find};
use super::index::hash;
use crate::written;
use std::collections::HashMap;

const HEADER: &str = "code,statistical_code,name,stem,kind,parent,valid_from,valid_to,former,successor,pinyin,source";
const AREA_HEADER: &str = "area_code,region,name";

fn level_of(digits: usize) -> Option<&'static str> {
    Some(match digits {
        2 => "province",
        4 => "city",
        6 => "county",
        9 => "township",
        _ => return None,
    })
}

/// The rows with their lines.
///
/// # Errors
/// Its columns are others.
pub(super) fn read_places(text: &str, faults: &mut Vec<String>) -> Result<Vec<(Place, u32)>, String> {
    let mut lines = text.lines().zip(1u32..);
    if lines.next().is_none_or(|(header, _)| header != HEADER) {
        return Err(format!("divisions.csv:1: {}", written::heading_fault(HEADER, text)));
    }
    let mut rows = Vec::with_capacity(text.len() / 50);
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        match read_place(line) {
            Ok(place) => rows.push((place, number)),
            Err(fault) => faults.push(format!("divisions.csv:{number}: {fault}")),
        }
    }
    Ok(rows)
}

/// What may be only one place's: a statistical code, and a name within a region for as long as both stand.
pub(super) fn stand_twice(rows: &[(Place, u32)], faults: &mut Vec<String>) {
    type Words<'p> = [&'p str; 2];
    fn code(place: &Place) -> Option<Words<'_>> {
        place.statistical_code.as_deref().map(|code| [code, ""])
    }
    fn name(place: &Place) -> Option<Words<'_>> {
        place.valid_to.is_none().then_some([&place.name, &place.parent])
    }
    for (of, what) in [(code as fn(&Place) -> Option<Words>, "statistical_code"), (name, "name and region")] {
        // Sorted by hash: forty thousand texts would take longer.
        let mut sorted: Vec<(u64, u32)> = rows.iter().zip(0u32..).filter_map(|((place, _), at)| Some((of(place)?.iter().fold(0, |sum: u64, word| sum.rotate_left(7) ^ hash(word)), at))).collect();
        sorted.sort_unstable();
        for pair in sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let mut both = [pair[0].1, pair[1].1].map(|at| &rows[at as usize]);
            both.sort_by_key(|row| row.1);
            let [(one, first), (two, second)] = both;
            // Of one code they are told already.
            if of(one) == of(two) && (one.code.is_empty() || one.code != two.code) {
                faults.push(format!("divisions.csv:{second}: {} has the {what} of line {first}; one place has one row", two.name));
            }
        }
    }
}

fn read_place(line: &str) -> Result<Place, String> {
    let mut cells = [""; 12];
    let (mut count, mut start) = (0, 0);
    for end in memchr::memchr_iter(b',', line.as_bytes()).chain([line.len()]) {
        if let Some(cell) = cells.get_mut(count) {
            *cell = &line[start..end];
        }
        (count, start) = (count + 1, end + 1);
    }
    if count != cells.len() {
        return Err(written::cells_fault(count, cells.len()));
    }
    let [code, statistical, name, stem, kind, parent, from, to, former, successor, pinyin, source] = cells;
    let any = if code.is_empty() { statistical } else { code };
    let level = |which: &str, code: &str| level_of(code.len()).filter(|_| code.bytes().all(|b| b.is_ascii_digit())).ok_or_else(|| format!("{which} «{code}» must have 2, 4, 6 or 9 digits"));
    let of_code = level("code", any)?;
    if !statistical.is_empty() && level("statistical_code", statistical)? != of_code {
        return Err(format!("statistical_code «{statistical}» is not that of a {of_code}, as the code is"));
    }
    // 常营回族乡 is the 民族乡 常营: where the stem is not the name without its kind, it stands in its own column.
    let stem = if stem.is_empty() { name.strip_suffix(kind).unwrap_or("") } else { stem };
    if stem.is_empty() || !name.starts_with(stem) {
        return Err(format!("name {name:?} must begin with a stem and end in its kind {kind:?}"));
    }
    let some = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
    let (valid_from, valid_to) = (year(from)?, year(to)?);
    if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
        return Err(format!("valid_to {to} is before valid_from {from}"));
    }
    if !successor.is_empty() && successor == code {
        return Err(format!("{name} is named as its own successor"));
    }
    Ok(Place {
        code: code.to_owned(),
        statistical_code: some(statistical),
        name: name.to_owned(),
        stem: stem.to_owned(),
        kind: kind.to_owned(),
        level: of_code,
        parent: parent.to_owned(),
        valid_from,
        valid_to,
        former: former_of(former)?,
        successor: some(successor),
        pinyin: pinyin.to_owned(),
        source: source.to_owned(),
    })
}

/// Names and codes, with `;` between them and spaces perhaps. Any other sign may stand between two as well, which together are nobody's.
fn former_of(cell: &str) -> Result<Vec<String>, String> {
    let words = cell.split(';').map(str::trim).filter(|word| !word.is_empty());
    let sign = |c: char| !c.is_alphanumeric() && !matches!(c, '（' | '）' | '·');
    let word = |word: &str| match word.chars().find(|c| sign(*c)) {
        Some(c) => Err(format!("«{c}» stands in the former name «{word}»; former names have a ; between them")),
        None => Ok(word.to_owned()),
    };
    words.map(word).collect()
}

fn year(cell: &str) -> Result<Option<u16>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|_| format!("{cell:?} is no year"))
}

pub(super) fn find_parents(all: &[Place], coded: usize, lines: &[u32], faults: &mut Vec<String>) -> Vec<Option<u32>> {
    let mut parents: Vec<Option<u32>> = Vec::with_capacity(all.len());
    let mut last: Option<(&str, Option<u32>)> = None;
    for (place, line) in all.iter().zip(lines) {
        // A code is longer than that of the region above, so the chain upwards ends.
        let own = if place.code.is_empty() { place.statistical_code.as_deref() } else { Some(place.code.as_str()) };
        let shorter = own.is_some_and(|code| place.parent.len() < code.len());
        let (_, found) = last.filter(|(parent, _)| *parent == place.parent).unwrap_or_else(|| (&place.parent, find(&all[..coded], &place.parent)));
        last = Some((&place.parent, found));
        let parent = found.filter(|_| shorter);
        if parent.is_none() && place.level != "province" {
            faults.push(format!("divisions.csv:{line}: parent {:?} of {} is not listed", place.parent, place.name));
        }
        if place.successor.as_deref().is_some_and(|code| find(&all[..coded], code).is_none()) {
            faults.push(format!("divisions.csv:{line}: the successor of {} is not listed", place.name));
        }
        parents.push(parent);
    }
    parents
}

pub(super) fn read_areas(text: &str, places: &[Place], faults: &mut Vec<String>) -> HashMap<String, Vec<u32>> {
    let mut areas: HashMap<String, Vec<u32>> = HashMap::new();
    let mut lines = text.lines().zip(1u32..);
    if lines.next().is_none_or(|(header, _)| header != AREA_HEADER) {
        faults.push(format!("area_codes.csv:1: {}", written::heading_fault(AREA_HEADER, text)));
        return areas;
    }
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let [area, region, name] = cells[..] else {
            faults.push(format!("area_codes.csv:{number}: {}", written::cells_fault(cells.len(), 3)));
            continue;
        };
        match find(places, region) {
            Some(at) if places[at as usize].name != name => faults.push(format!("area_codes.csv:{number}: region {region:?} is {}, not {name:?}", places[at as usize].name)),
            Some(at) if area.starts_with('0') => areas.entry(area.to_owned()).or_default().push(at),
            _ => faults.push(format!("area_codes.csv:{number}: area code {area:?} or region {region:?} is not known")),
        }
    }
    areas
}
