//! Words that narrow figures to what the form asks for: the report's own body, without those below it, or its own year. A body
//! says so of itself; it is no doubt. Whatever else stands behind such words leaves the doubt that they are.

use super::explained::Own;
use crate::fold::fold;

/// In letters, the longest short name that a body gives itself.
const SHORT: usize = 12;

/// What a report's body and year are called where words narrow figures to them, folded, the longest first.
pub fn names(own: &Own) -> Vec<String> {
    let scope = &own.cx.form.beside.scope;
    let mut out = own.names.clone();
    // The title may have the regions before the name.
    let title = own.title.as_deref().map(fold).unwrap_or_default();
    out.extend(own.names.iter().filter(|name| !name.is_empty()).filter_map(|name| Some(title[..title.find(name)? + name.len()].to_string())));
    out.extend(scope.own.iter().cloned());
    if let Some(kind) = &own.kind {
        out.extend(scope.selves.iter().map(|own| format!("{own}{kind}")));
        out.extend(scope.inner.iter().map(|inner| format!("{kind}{inner}")));
    }
    for year in own.cx.years.iter().filter(|y| [None, Some(**y)].contains(&own.year)) {
        out.extend(YEAR.map(|sign| format!("{year}{sign}")));
    }
    out.retain(|name| !name.is_empty());
    out.sort_by_key(|name| std::cmp::Reverse(name.len()));
    out
}

/// What follows the digits of a year.
const YEAR: [&str; 2] = ["年度", "年"];

/// Where folded words begin, if they do, that say to their end that figures are the own body's or year's, or without those of
/// bodies below it.
pub fn narrows(own: &Own, folded: &str) -> Option<usize> {
    let scope = &own.cx.form.beside.scope;
    let at = own.known().narrowing.first_in(folded)?;
    let mut rest = &folded[at..];
    while !rest.is_empty() {
        rest = match (scope.only.behind(rest), scope.without.behind(rest)) {
            (Some(rest), _) => behind_own(own, rest)?,
            (_, Some(rest)) => behind_lower(own, rest)?,
            _ => return None,
        };
    }
    Some(at)
}

/// What stands behind the name of the own body or year.
fn behind_own<'w>(own: &Own, words: &'w str) -> Option<&'w str> {
    let scope = &own.cx.form.beside.scope;
    let (mut rest, mut named) = (words, false);
    loop {
        let name = own.alone().iter().find_map(|name| rest.strip_prefix(name.as_str()));
        let goes_on = || scope.stretch.behind(rest).or_else(|| scope.tails.behind(rest).filter(|_| named));
        if let Some(short) = scope.short.behind(rest).filter(|_| named) {
            return (short.chars().count() <= SHORT).then_some("");
        }
        match name.or_else(goes_on) {
            Some(next) => (rest, named) = (next, named || name.is_some()),
            None => break,
        }
    }
    (named && own.own_numbers(&words[..words.len() - rest.len()])).then_some(rest)
}

/// What stands behind words for what is below the body.
fn behind_lower<'w>(own: &Own, words: &'w str) -> Option<&'w str> {
    let scope = &own.cx.form.beside.scope;
    let mut rest = scope.lower.behind(words)?;
    while let Some(next) = [&scope.lower, &scope.units, &scope.tails].into_iter().find_map(|list| list.behind(rest)) {
        rest = next;
    }
    Some(rest)
}
