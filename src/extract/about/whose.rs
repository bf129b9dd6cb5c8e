//! Whether a text is the body's that its title names: another one may speak below it, as under a title that names only the region above.

use super::body::{DEPARTMENT, TOWNSHIP, acceptable, clean_body, ends_a_name, level, own_place, preamble_body, publisher, split_organ};
use super::preamble::{Told, acting};
use super::signature::{Signed, ours, says_ours, signing};
use super::title::Title;
use crate::extract::items::atoms::Atoms;
use crate::extract::prepared::FieldWords;
use crate::extract::words::wanted::{head_of, places};
use crate::fold::fold;

/// So many bytes at the head of a folded text say as whom it speaks.
const HEAD: usize = 9000;

/// The title as the rest of the text leaves it. Where another body is named below it, the text speaks as one of that body's kind and
/// not as one of the title's, the title is not that body's: one that names a region alone, or has no more than the name of a region's
/// government on a line above it, is taken for that of the body below, any other one is nobody's; so is one of a region where the text
/// speaks as another kind of body and names none.
pub fn judged<'t>(words: &FieldWords, title: Title, text: &str, atoms: &Atoms, signed: Option<&Signed>, told: impl Fn() -> &'t Told) -> Title {
    let Some(titled) = title.body.as_deref() else { return title };
    let Some(kind) = level(words, titled) else { return title };
    let of_region = !matches!(kind, TOWNSHIP | DEPARTMENT);
    // What heads a page signs nothing.
    let signed = signed.filter(|s| !s.heads);
    // A government that stands alone at a page's foot keeps the site.
    let signs_itself = signed.is_some_and(|s| (s.dated || !of_region) && is_same(words, &s.name, titled));
    if signs_itself || !of_region && is_named_again(words, &title, titled, atoms) {
        return title;
    }
    let told = told();
    let named = preamble_body(words, &atoms.folded).or_else(|| told.body.clone().or_else(|| told.spoken_of.clone()));
    let signs = |s: &&Signed| s.dated || level(words, &s.name) == Some(TOWNSHIP);
    let signed = signed.filter(signs).map(|s| s.name.clone());
    let publishes = told.of_township.then(|| publisher(words, text)).flatten();
    let department = of_region.then(|| signing(words, text, atoms)).flatten();
    let voices: Vec<String> = [named, signed, publishes, department.clone()].into_iter().flatten().collect();
    if voices.iter().any(|voice| is_same(words, voice, titled)) {
        return title;
    }
    let head = head_of(&atoms.folded, HEAD);
    let banner = line_of(atoms, title.line).filter(|line| of_region && is_banner(words, &title, line));
    let names_region = banner.is_some() || of_region && split_organ(words, titled).1.is_empty();
    // 全县 is said by all in a county, 我县 by itself.
    let speaks_itself = |whole: bool| says_ours(words, head, titled) || whole && says_whole(words, head, titled);
    let without_banner = |title: Title| banner.map_or(title.clone(), |banner| Title { words: title.words[banner.len()..].to_string(), ..title });
    let Some(other) = voices.iter().find(|voice| is_another(words, voice, titled)) else {
        // 我镇 below a region's name: it is a township's there, and nobody says which one's. One that stands behind another region of its
        // level is no region: 大悟县悟峰山度假区.
        let is_zone = || fold(&title.words).split_once(own_place(words, titled)).is_some_and(|(above, _)| level(words, above) == Some(kind));
        let of_another = || told.of_township || says_department(words, head, titled);
        let is_below = names_region && of_another() && !speaks_itself(banner.is_none()) && !is_zone();
        return if is_below { without_banner(Title { body: None, on_the_way: banner.is_none(), ..title }) } else { title };
    };
    let signs = department.as_ref() == Some(other);
    let agreed = || level(words, other) != Some(DEPARTMENT) && voices.len() > 1 && voices.iter().all(|voice| is_same(words, voice, other));
    let spoken = speaks_as(words, head, other, told);
    let alone = spoken && !speaks_itself(banner.is_none() && !signs);
    let of_one = || matches!(level(words, other), Some(TOWNSHIP | DEPARTMENT));
    let doubted = || banner.is_some() && of_one() && (spoken || signs && !speaks_itself(true));
    if !alone && !doubted() && !(of_region && agreed()) {
        return title;
    }
    let rival = Some(other.clone());
    match alone && names_region {
        true => without_banner(Title { body: rival.clone(), rival, ..title }),
        false => without_banner(Title { body: None, rival, on_the_way: banner.is_none(), ..title }),
    }
}

/// Whether what stands at the head of a page, the name of a region's government, is who reports below it: the text speaks as that, or
/// tells what it did, and as nobody else.
pub fn speaks_for(words: &FieldWords, name: &str, text: &str, atoms: &Atoms, told: &Told) -> bool {
    let head = head_of(&atoms.folded, HEAD);
    let (place, sign) = (own_place(words, name), kind_of(words, name));
    let organs = || words.form.body.issuing.iter().chain(&words.form.body.spoken);
    let in_short = |who: &str| organs().any(|organ| who.strip_suffix(organ.as_str()).is_some_and(|rest| Some(rest) == sign));
    let itself = |who: &String| in_short(who) || !split_organ(words, who).1.is_empty() && own_place(words, who) == place;
    let of_kind = |who: &String| match level(words, who) {
        Some(DEPARTMENT) => split_organ(words, who).1.is_empty() && acceptable(words, who),
        kind => kind == Some(TOWNSHIP) && acceptable(words, who),
    };
    let another = |acting: &[String]| acting.iter().any(of_kind) || told.of_township || told.spoken_of.is_some() || says_department(words, head, name);
    let acting = acting(words, text);
    (says_ours(words, head, name) || acting.iter().any(itself)) && !another(&acting)
}

/// Whether the first line of a title is the name of a region's government by itself, as a site has it above a page without a title.
fn is_banner(words: &FieldWords, title: &Title, line: &str) -> bool {
    line.len() < title.words.len() && title.words.starts_with(line) && title.body.as_deref() == clean_body(words, line).as_deref()
}

/// Whether two names are one body's, in full or for short: 前郭县 and 前郭尔罗斯蒙古族自治县.
fn is_same(words: &FieldWords, one: &str, other: &str) -> bool {
    let (one, other) = (own_place(words, one), own_place(words, other));
    let in_short = |short: &str, full: &str| {
        let mut full = full.chars();
        short.chars().all(|c| full.any(|f| f == c))
    };
    in_short(one, other) || in_short(other, one)
}

/// Whether a body is another one than the title's, of another kind, and no office of it. Offices of governments, which speak for these,
/// are none by themselves; nor is of two regions the one another.
fn is_another(words: &FieldWords, body: &str, titled: &str) -> bool {
    let (here, there) = (level(words, titled), level(words, body));
    let is_one = |kind: Option<&str>| matches!(kind, Some(TOWNSHIP | DEPARTMENT));
    let is_office = || there == Some(DEPARTMENT) && (!split_organ(words, body).1.is_empty() || words.form.body.streets.offices.iter().any(|office| body.ends_with(office.as_str())));
    let within = || is_one(here) && body.contains(own_place(words, titled));
    there.is_some() && (here != there || !is_one(here)) && !is_same(words, body, titled) && !is_office() && !within()
}

/// Whether the lines below a title name its body again.
fn is_named_again(words: &FieldWords, title: &Title, titled: &str, atoms: &Atoms) -> bool {
    let place = own_place(words, titled);
    let below = atoms.fragments.partition_point(|f| f.line <= title.line);
    let from = atoms.fragments.get(below).map_or(atoms.folded.len(), |f| f.fold_start as usize);
    !place.is_empty() && places(&atoms.folded[from..], place).any(|at| !title.words.contains(line_at(atoms, from + at)))
}

/// The words of the line in which a place of the folded text stands.
fn line_at(atoms: &Atoms, at: usize) -> &str {
    line_of(atoms, atoms.fragments[atoms.at_fold(at)].line).unwrap_or("")
}

/// The words of a line, folded.
fn line_of(atoms: &Atoms, line: u32) -> Option<&str> {
    let first = atoms.fragments.partition_point(|f| f.line < line);
    let last = atoms.fragments.partition_point(|f| f.line <= line);
    (first < last).then(|| &atoms.folded[atoms.fragments[first].fold_start as usize..atoms.fragments[last - 1].fold_end as usize])
}

/// Whether a text speaks as a body of this one's kind: 我镇, 我局, 全县.
fn speaks_as(words: &FieldWords, folded: &str, body: &str, told: &Told) -> bool {
    let kind = level(words, body);
    kind == Some(TOWNSHIP) && told.of_township || says_ours(words, folded, body) || kind != Some(DEPARTMENT) && says_whole(words, folded, body)
}

/// The sign of a region at the end of its name.
fn kind_of<'b>(words: &FieldWords, body: &'b str) -> Option<&'b str> {
    let place = split_organ(words, body).0;
    place.char_indices().next_back().map(|(at, _)| &place[at..])
}

/// Whether a text has the words for all of a body's region: 全县.
fn says_whole(words: &FieldWords, folded: &str, body: &str) -> bool {
    let Some(sign) = kind_of(words, body) else { return false };
    let names = (split_organ(words, body).0, own_place(words, body));
    let said = |all: &String| places(folded, all).any(|at| folded[at + all.len()..].starts_with(sign) && !ends_a_name(names, folded, at..at + all.len() + sign.len()));
    words.form.words.whole.iter().any(said)
}

/// Whether a text speaks of itself as of a department, and not as of this region's own organ: what is called an office may be the
/// government's, and a committee (我委) a zone's.
fn says_department(words: &FieldWords, folded: &str, region: &str) -> bool {
    let organ = split_organ(words, region).1;
    let of_department = |kind: &str| words.levels.iter().zip(words.endings.iter()).any(|(level, end)| *level == DEPARTMENT && **end == *kind);
    let is_office = |kind: &str| words.form.body.streets.offices.iter().any(|office| office == kind);
    let is_organ = |kind: &str| organ.contains(kind) || organ.is_empty() && words.form.body.issuing.iter().any(|organ| organ.contains(kind));
    ours(words).any(|(ours, kind)| of_department(kind) && !is_office(kind) && !is_organ(kind) && folded.contains(ours))
}
