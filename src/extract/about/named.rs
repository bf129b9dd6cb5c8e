//! The body of a title held against the one by which the text below names who reports: a title may have lost the beginning of a
//! department's name, or have words of its page before a name.

use super::body::{DEPARTMENT, acceptable, ends_in_region, level, preamble_body, split_organ, without_regions};
use super::preamble::Told;
use super::signature::signing;
use super::title::Title;
use crate::extract::items::atoms::Atoms;
use crate::extract::prepared::FieldWords;
use crate::extract::words::wanted::places;
use crate::fold::{fold, is_space};

/// The name by which the text below a title names its body, where that in the title is but the end of a department's (财政局, 政局) or has
/// words before it that are none of it (附件白水县财政局); `full` is the one in the title.
pub fn named<'t>(words: &FieldWords, title: &Title, full: &str, text: &str, atoms: &Atoms, told: impl Fn() -> &'t Told) -> Option<String> {
    let (kind, whole) = (level(words, full), has_region(words, full));
    // A township's or a county's own name is known by its kind, and only words before its regions are asked for.
    let asks = title.body.as_deref() == Some(full) && (whole || kind == Some(DEPARTMENT));
    if !asks || whole && is_below(title, full, atoms) {
        return None;
    }
    let names: [&dyn Fn() -> Option<String>; 4] = [
        &|| preamble_body(words, &atoms.folded),
        &|| told().body.clone(),
        &|| told().spoken_of.clone(),
        &|| signing(words, text, atoms),
    ];
    let mut silent = true;
    let fits = |named: &String| {
        let begins = named.strip_suffix(full).filter(|begins| !begins.is_empty());
        let is_end = kind == Some(DEPARTMENT) && begins.is_some_and(|begins| !whole || !ends_in_region(words, begins));
        let before = full.strip_suffix(named.as_str()).filter(|before| !before.is_empty());
        is_end || before.is_some_and(|before| level(words, named) == kind && !is_of_name(words, before, named))
    };
    let told = names.iter().filter_map(|name| name().filter(|name| is_whole(words, name))).inspect(|_| silent = false).find(fits);
    told.or_else(|| silent.then(|| behind_a_sign(words, title, full, text)).flatten())
}

/// The words of a title without those before its body that are none of its name.
pub fn words_of(words: &FieldWords, title: Title, body: Option<&str>) -> String {
    let full = title.body.as_deref().filter(|full| title.words.starts_with(*full));
    // 青禾市公安局白水分局 may call itself 白水分局.
    let before = full.zip(body).and_then(|(full, body)| full.strip_suffix(body).filter(|before| !is_of_name(words, before, body)));
    title.words[before.map_or(0, str::len)..].to_string()
}

/// The part of a body's name behind a sign in the line of its title, where that is a whole name and what stands before the sign
/// is no part of it: （政务公开）白水县财政局.
fn behind_a_sign(words: &FieldWords, title: &Title, full: &str, text: &str) -> Option<String> {
    let line = text.lines().nth((title.line as usize).checked_sub(1)?)?;
    let begin = fold(line).find(full)?;
    let signs = line.match_indices(|c: char| is_space(c) || matches!(c, '：' | ':' | '）' | ')' | '】' | ']' | '》' | '、' | '-' | '—'));
    let behind = |(at, _): (usize, &str)| full.get(fold(&line[..at]).len().checked_sub(begin)?..).filter(|name| name.len() < full.len());
    // A space divides the name of a province from the rest too: only a number or another region tells that it ends something else.
    let ends_words = |sign: &str, before: &str| !sign.starts_with(is_space) || before.contains(|c: char| c.is_ascii_digit()) || region_of(words, before).is_some();
    let is_name = |sign: &str, name: &str| {
        let before = &full[..full.len() - name.len()];
        is_whole(words, name) && level(words, name) == level(words, full) && ends_words(sign, before) && !is_of_name(words, before, name)
    };
    signs.filter_map(|sign| Some((sign.1, behind(sign)?))).find(|(sign, name)| is_name(sign, name)).map(|(_, name)| name.to_string())
}

/// Whether a name has a region before its own.
pub fn has_region(words: &FieldWords, name: &str) -> bool {
    let place = split_organ(words, name).0;
    without_regions(words, place).len() < place.len()
}

/// Whether it has, and is nothing but a name.
fn is_whole(words: &FieldWords, name: &str) -> bool {
    has_region(words, name) && acceptable(words, name)
}

/// Whether the lines below a title name a body whole, otherwise than by the title itself.
fn is_below(title: &Title, name: &str, atoms: &Atoms) -> bool {
    let below = atoms.fragments.partition_point(|f| f.line <= title.line);
    let from = atoms.fragments.get(below).map_or(atoms.folded.len(), |f| f.fold_start as usize);
    let is_title = |at: usize| {
        let fragment = &atoms.fragments[atoms.at_fold(at)];
        fragment.fold_start as usize == at && title.words.find(name).is_some_and(|own| atoms.folded[at..].starts_with(&title.words[own..]))
    };
    places(&atoms.folded[from..], name).any(|at| !is_title(from + at))
}

/// Whether words before the name of a body belong to it: another region than the one that it names, or a larger department.
fn is_of_name(words: &FieldWords, before: &str, name: &str) -> bool {
    if name.starts_with(before) || name.contains(before) {
        return false;
    }
    match region_of(words, before) {
        // 白水县教育局、白水县体育局: two report together.
        Some(region) => !name.contains(region) || is_whole(words, before) && level(words, before) == Some(DEPARTMENT),
        None => level(words, before).is_some() && acceptable(words, before),
    }
}

/// The last region that words name.
fn region_of<'b>(words: &FieldWords, before: &'b str) -> Option<&'b str> {
    let ends = before.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.filter(|&end| ends_in_region(words, &before[..end])).last().map(|end| without_regions(words, &before[..end]))
}
