//! Whether a text is the body's that its title names: another one may speak below it, as under a title that names only the region above.

use super::body::{DEPARTMENT, TOWNSHIP, ends_a_name, level, own_place, preamble_body, publisher, split_organ};
use super::preamble::Told;
use super::signature::Signed;
use super::title::Title;
use crate::extract::items::atoms::Atoms;
use crate::extract::prepared::FieldWords;
use crate::extract::words::wanted::{head_of, places};
use crate::fold::fold;

/// So many bytes at the head of a folded text say as whom it speaks.
const HEAD: usize = 9000;

/// The title as the rest of the text leaves it. Where another body is named below it, the text speaks as one of that body's kind and
/// not as one of the title's, the title is not that body's: one that names a region alone is taken for that of the body below, any other
/// one is nobody's; so is one of a region where the text speaks as a township and names none.
pub fn judged<'t>(words: &FieldWords, title: Title, text: &str, atoms: &Atoms, signed: Option<&Signed>, told: impl Fn() -> &'t Told) -> Title {
    let Some(titled) = title.body.as_deref() else { return title };
    let Some(kind) = level(words, titled) else { return title };
    let of_region = !matches!(kind, TOWNSHIP | DEPARTMENT);
    let signs_itself = signed.is_some_and(|s| is_same(words, &s.name, titled));
    if signs_itself || !of_region && is_named_again(words, &title, titled, atoms) {
        return title;
    }
    let told = told();
    let named = preamble_body(words, &atoms.folded).or_else(|| told.body.clone().or_else(|| told.spoken_of.clone()));
    // A government that stands alone at a page's foot keeps the site.
    let signs = |s: &&Signed| s.dated || level(words, &s.name) == Some(TOWNSHIP);
    let signed = signed.filter(signs).map(|s| s.name.clone());
    let publishes = told.of_township.then(|| publisher(words, text)).flatten();
    let voices: Vec<String> = [named, signed, publishes].into_iter().flatten().collect();
    if voices.iter().any(|voice| is_same(words, voice, titled)) {
        return title;
    }
    let speaks = |body: &str| speaks_as(words, head_of(&atoms.folded, HEAD), body, told);
    let names_region = of_region && split_organ(words, titled).1.is_empty();
    let Some(other) = voices.iter().find(|voice| is_another(words, voice, titled)) else {
        // 我镇 below a region's name: it is a township's there, and nobody says which one's. One that stands behind another region of its
        // level is no region: 大悟县悟峰山度假区.
        let is_zone = || fold(&title.words).split_once(own_place(words, titled)).is_some_and(|(above, _)| level(words, above) == Some(kind));
        let is_below = names_region && told.of_township && !speaks(titled) && !is_zone();
        return if is_below { Title { body: None, on_the_way: true, ..title } } else { title };
    };
    let agreed = || level(words, other) != Some(DEPARTMENT) && voices.len() > 1 && voices.iter().all(|voice| is_same(words, voice, other));
    let alone = speaks(other) && !speaks(titled);
    if !alone && !(of_region && agreed()) {
        return title;
    }
    let rival = Some(other.clone());
    match alone && names_region {
        true => Title { body: rival.clone(), rival, ..title },
        false => Title { body: None, rival, on_the_way: true, ..title },
    }
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
    let line = atoms.fragments[atoms.at_fold(at)].line;
    let first = atoms.fragments.partition_point(|f| f.line < line);
    let last = atoms.fragments.partition_point(|f| f.line <= line);
    &atoms.folded[atoms.fragments[first].fold_start as usize..atoms.fragments[last - 1].fold_end as usize]
}

/// Whether a text speaks as a body of this one's kind: 我镇, 我局, 全县.
fn speaks_as(words: &FieldWords, folded: &str, body: &str, told: &Told) -> bool {
    let (form, place) = (words.form, split_organ(words, body).0);
    let kind = level(words, body);
    if kind == Some(TOWNSHIP) && told.of_township {
        return true;
    }
    let Some(sign) = place.chars().next_back() else { return false };
    let all = |all: &String| places(folded, all).any(|at| {
        let end = at + all.len() + sign.len_utf8();
        folded[at + all.len()..].starts_with(sign) && !ends_a_name((place, own_place(words, body)), folded, at..end)
    });
    let own = |own: &String| own.chars().nth(1) == Some(sign) && folded.contains(own.as_str());
    form.preamble.our_other.iter().any(own) || kind != Some(DEPARTMENT) && form.words.whole.iter().any(all)
}
