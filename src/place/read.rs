//! Reading `divisions.csv` and `area_codes.csv`. The cells hold no commas and no quotes, so a line is split at its
//! commas; whatever is wrong is told with file and line.

use super::gazetteer::{Place, find};
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
pub(super) fn read_places(text: &str, faults: &mut Vec<String>) -> Vec<(Place, u32)> {
    let mut lines = text.lines().zip(1u32..);
    if lines.next().is_none_or(|(header, _)| header != HEADER) {
        faults.push(format!("divisions.csv:1: the columns must be {HEADER}"));
        return Vec::new();
    }
    let mut rows = Vec::with_capacity(text.len() / 50);
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        match read_place(line) {
            Ok(place) => rows.push((place, number)),
            Err(fault) => faults.push(format!("divisions.csv:{number}: {fault}")),
        }
    }
    rows
}

fn read_place(line: &str) -> Result<Place, String> {
    let mut cells = [""; 12];
    let (mut count, mut start) = (0, 0);
    for end in memchr::memchr_iter(b',', line.as_bytes()).chain([line.len()]) {
        *cells.get_mut(count).ok_or("more than 12 cells")? = &line[start..end];
        (count, start) = (count + 1, end + 1);
    }
    if count < 12 {
        return Err(format!("{count} cells, not 12"));
    }
    let [code, statistical, name, stem, kind, parent, from, to, former, successor, pinyin, source] = cells;
    let any = if code.is_empty() { statistical } else { code };
    let digits = any.bytes().all(|b| b.is_ascii_digit()) && statistical.bytes().all(|b| b.is_ascii_digit());
    let level = level_of(any.len()).filter(|_| digits).ok_or_else(|| format!("code {any:?} must have 2, 4, 6 or 9 digits"))?;
    // 常营回族乡 is the 民族乡 常营: where the stem is not the name without its kind, it stands in its own column.
    let stem = if stem.is_empty() { name.strip_suffix(kind).unwrap_or("") } else { stem };
    if stem.is_empty() || !name.starts_with(stem) {
        return Err(format!("name {name:?} must begin with a stem and end in its kind {kind:?}"));
    }
    let some = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
    Ok(Place {
        code: code.to_owned(),
        statistical_code: some(statistical),
        name: name.to_owned(),
        stem: stem.to_owned(),
        kind: kind.to_owned(),
        level,
        parent: parent.to_owned(),
        valid_from: year(from)?,
        valid_to: year(to)?,
        former: former.split(';').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        successor: some(successor),
        pinyin: pinyin.to_owned(),
        source: source.to_owned(),
    })
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
        faults.push(format!("area_codes.csv:1: the columns must be {AREA_HEADER}"));
    }
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let [area, region, name] = cells[..] else {
            faults.push(format!("area_codes.csv:{number}: {} cells, not 3", cells.len()));
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
