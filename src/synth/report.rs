//! Draws one report: whose it is, what it says, how it is written, and what is wrong with it.

use std::collections::BTreeSet;

use super::evidence::{Allowed, Written};
use super::figures::{self, Entry, FigureStyle, Profile};
use super::layouts::{Block, Layout, PageStyle};
use super::mentions::Mentions;
use super::prose;
use super::script::Noise;
use super::tables::{Grid, LabelStyle};
use super::{Kit, Place, chance, damage, pick, truth};

/// One file of the archive with what is known of it.
pub struct Page {
    pub path: String,
    pub bytes: Vec<u8>,
    /// None for a page that is no report.
    pub layout: Option<&'static str>,
    pub fault: Option<&'static str>,
    pub truth: serde_json::Value,
}

/// A report before it is written down.
pub struct Draft<'a> {
    pub place: &'a Place,
    pub year: i32,
    /// ISO date, none where the file does not say.
    pub published: Option<String>,
    /// 军屯乡人民政府
    pub body: String,
    /// How the body calls itself: 我乡
    pub own: String,
    /// Unified social credit code that the page gives.
    pub code: Option<String>,
    pub editions: [u8; 3],
    pub layout: &'static Layout,
    pub entries: Vec<Entry>,
    /// Tables 2, 3 and 4; empty where they were pictures.
    pub grids: Vec<Grid>,
    /// A second copy of table 3.
    pub second: Option<Grid>,
    pub fault: Option<&'static str>,
    /// Blank cells left no trace.
    pub blanks_dropped: bool,
    /// Tables whose heading is not in the file.
    pub lost_headings: Vec<usize>,
    /// Cells that the file holds but does not prove: withholding them is no mistake.
    pub withhold: BTreeSet<u16>,
    /// Cells that the file gives twice, differently.
    pub conflict: BTreeSet<u16>,
    pub title: Option<String>,
    pub mentions: Mentions,
    /// What may tell the place, and what was written that does.
    pub allowed: Allowed,
    pub written: Written,
}

/// Script and encoding of one file.
pub struct Writing {
    pub traditional: bool,
    pub pinyin: bool,
    pub gb18030: bool,
    /// A byte order mark stands before UTF-8.
    pub mark: bool,
    pub noise: Option<Noise>,
}

/// Draws page `number` of the archive.
pub fn page(kit: &Kit, number: usize) -> Page {
    let mut rng = fastrand::Rng::with_seed(kit.options.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (number as u64));
    // The first numbers of neighbouring seeds are alike; a fork of them is not.
    let mut rng = rng.fork();
    let rng = &mut rng;
    let place = pick(rng, kit.places);
    let year = rng.i32(kit.options.years.clone());
    let writing = writing(kit, rng);
    let allowed = Allowed::draw(kit, place, rng);
    let named = chance(rng, 0.85) && !place.province.is_empty() && allowed.regions && allowed.folder.is_none();
    let stem = if let Some(folder) = &allowed.folder {
        format!("{folder}/{year}_{number:05}")
    } else if named {
        let county = if place.county.is_empty() { &place.city } else { &place.county };
        format!("{}/{county}/{year}_{number:05}", place.province)
    } else {
        format!("misc/{:03}/{number:05}", number / 1000)
    };
    if chance(rng, kit.options.other_pages) {
        let (kind, text) = prose::other_page(&kit.prose, place, year, rng);
        let path = format!("{stem}.txt");
        let truth = truth::other(&path, kind, &writing);
        return Page { path, bytes: bytes(kit, &text, &writing), layout: None, fault: None, truth };
    }
    let mut draft = draft(kit, place, year, allowed, rng);
    draft.written.borrow_mut().extend(named.then_some("path").into_iter().chain(draft.allowed.folder.as_ref().map(|_| "folder")));
    let blocks = prose::document(kit, &mut draft, rng);
    let mut text = render(&draft, &blocks, &writing, rng);
    if let Some(noise) = writing.noise {
        text = kit.script.noisy(&text, noise, rng);
    }
    let path = format!("{stem}.{}", draft.layout.extension);
    let truth = truth::report(kit.form, &draft, &path, &writing);
    Page { path, bytes: bytes(kit, &text, &writing), layout: Some(draft.layout.name), fault: draft.fault, truth }
}

/// Draws what one report says, with its tables already damaged.
pub fn draft<'a>(kit: &Kit<'a>, place: &'a Place, year: i32, allowed: Allowed, rng: &mut fastrand::Rng) -> Draft<'a> {
    let layout = layout(kit, rng);
    let fault = damage::draw(kit, layout, rng);
    let editions = editions(kit, year, rng);
    let mut style = figure_style(layout, fault, rng);
    style.profile = kit.figures.unwrap_or(style.profile);
    let entries = figures::draw(kit.form, editions, &style, &kit.primes, rng);
    let labels = label_style(layout, rng);
    let grids = if layout.tables {
        (0..3).map(|t| kit.templates.grid(kit.form, t, editions[t], &entries, &labels, rng)).collect()
    } else {
        Vec::new()
    };
    let (body, own) = names(&place.township);
    let mut draft = Draft {
        place,
        year,
        published: chance(rng, 0.6).then(|| format!("{}-{:02}-{:02}", year + 1, rng.u8(1..=3), rng.u8(1..=28))),
        body,
        own,
        code: if chance(rng, 0.2) && allowed.codes { credit_code(&place.code, rng) } else { None },
        editions,
        layout,
        entries,
        grids,
        second: None,
        fault,
        blanks_dropped: false,
        lost_headings: Vec::new(),
        withhold: BTreeSet::new(),
        conflict: BTreeSet::new(),
        title: None,
        mentions: Mentions::default(),
        allowed,
        written: Written::default(),
    };
    draft.mentions = Mentions::draw(kit, &draft, rng);
    damage::apply(kit, &mut draft, &labels, &style, rng);
    draft
}

fn writing(kit: &Kit, rng: &mut fastrand::Rng) -> Writing {
    let traditional = chance(rng, kit.options.traditional);
    // Drawn for every report, so that the same seed gives the same reports in either script.
    let pinyin = chance(rng, kit.options.pinyin) && traditional;
    let gb18030 = chance(rng, kit.options.gb18030);
    let kind = *pick(rng, &[Noise::Invisible, Noise::Radicals]);
    let noise = chance(rng, kit.options.noisy).then_some(kind);
    Writing { traditional, pinyin, gb18030, mark: !gb18030 && chance(rng, 0.01), noise }
}

fn layout(kit: &Kit, rng: &mut fastrand::Rng) -> &'static Layout {
    let all: u32 = kit.layouts.iter().map(|l| l.1).sum();
    let mut at = rng.u32(..all);
    for (layout, weight) in &kit.layouts {
        if at < *weight {
            return layout;
        }
        at -= weight;
    }
    kit.layouts[0].0
}

/// Editions of tables 2, 3 and 4. The older one was in use before 2021 and still is here and there; table 4 is the
/// same in both, so a hybrid's counts as the newer one.
fn editions(kit: &Kit, year: i32, rng: &mut fastrand::Rng) -> [u8; 3] {
    let older = (kit.form.editions.len() - 1).min(1) as u8;
    match rng.u8(..100) {
        _ if year < 2021 => [older; 3],
        0..=7 => [older; 3],
        8..=13 => [0, older, 0],
        _ => [0; 3],
    }
}

fn figure_style(layout: &Layout, fault: Option<&str>, rng: &mut fastrand::Rng) -> FigureStyle {
    // Among zeros most faults would not show.
    let zeros = if fault.is_some() { 2 } else { 6 };
    let profile = match rng.u8(..10) {
        n if n < zeros => Profile::Zeros,
        2..=4 | 6..=7 => Profile::Small,
        _ => Profile::Primes,
    };
    let mut blanks = match rng.u8(..100) {
        0..=5 => 0.3,
        6..=11 => 1.0,
        _ => 0.0,
    };
    let mut blank = *pick(rng, &["", "", "", "-", "—", "/", "无"]);
    if fault == Some("blanks-dropped") || layout.name == "B6" {
        blanks = if rng.u8(..3) > 0 { 1.0 } else { 0.4 };
    }
    if fault == Some("blanks-dropped") || layout.drops_blanks {
        blank = "";
    }
    let spaced = if layout.name == "D1" { 0.5 } else { 0.12 };
    FigureStyle {
        profile,
        blank,
        blanks,
        space: if chance(rng, spaced) { ["\u{A0}", "\u{A0}", "\u{3000}", " "][rng.usize(..4)] } else { "" },
        thousands: chance(rng, 0.2),
        full_width: chance(rng, 0.02),
        remarks: if chance(rng, 0.03) { 0.06 } else { 0.0 },
    }
}

fn label_style(layout: &Layout, rng: &mut fastrand::Rng) -> LabelStyle {
    let broken = if layout.always_broken { 1.0 } else if chance(rng, 0.4) { 0.6 } else { 0.0 };
    LabelStyle {
        ascii_brackets: chance(rng, 0.35),
        broken,
        alias: if chance(rng, 0.12) { 0.2 } else { 0.0 },
        spaced_person: chance(rng, 0.08),
    }
}

/// The body's full name and what it calls itself.
fn names(township: &str) -> (String, String) {
    let kind = ["街道办事处", "街道", "苏木", "农场", "林场", "镇", "乡"].into_iter().find(|k| township.ends_with(k));
    let body = match kind {
        Some("街道办事处") => township.to_string(),
        Some("街道") => format!("{township}办事处"),
        _ => format!("{township}人民政府"),
    };
    let own = match kind {
        Some("街道办事处" | "街道") => "我街道",
        Some("镇") => "我镇",
        Some("苏木") => "我苏木",
        Some("农场" | "林场") => "我场",
        _ => "我乡",
    };
    (body, own.to_string())
}

fn render(draft: &Draft, blocks: &[Block], writing: &Writing, rng: &mut fastrand::Rng) -> String {
    let style = PageStyle {
        dead_column: rng.bool(),
        last_pad: chance(rng, 0.3),
        rule: rng.bool(),
        charset: if writing.gb18030 { "gb2312" } else { "utf-8" },
        page_title: draft.title.clone().unwrap_or_else(|| "政府信息公开".to_string()),
        published: draft.published.clone(),
        site_code: (draft.place.code.len() >= 6 && rng.bool() && draft.allowed.codes).then(|| format!("{}0001", &draft.place.code[..6])),
    };
    // Only pages have a head that bears it.
    if style.site_code.is_some() && draft.layout.extension != "txt" {
        draft.written.borrow_mut().insert("site");
    }
    (draft.layout.render)(blocks, &style, rng)
}

fn bytes(kit: &Kit, text: &str, writing: &Writing) -> Vec<u8> {
    let converted;
    let text = if writing.traditional {
        converted = kit.script.traditional(text, writing.pinyin);
        &converted
    } else {
        text
    };
    if writing.gb18030 {
        return encoding_rs::GB18030.encode(text).0.into_owned();
    }
    let mut out = if writing.mark { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
    out.extend_from_slice(text.as_bytes());
    out
}

/// A unified social credit code (GB 32100) of an organ in this county, with both check characters.
fn credit_code(division: &str, rng: &mut fastrand::Rng) -> Option<String> {
    const CHARACTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let division = division.get(..6)?;
    let organ: Vec<u32> = (0..8).map(|_| rng.u32(..10)).collect();
    // GB 11714: weights 3, 7, 9, 10, 5, 8, 4, 2; 10 is X, 11 is 0.
    let sum: u32 = organ.iter().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(d, w)| d * w).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10)?,
    };
    let organ: String = organ.iter().filter_map(|d| char::from_digit(*d, 10)).collect();
    let mut code = format!("11{division}{organ}{check}");
    let (mut sum, mut weight) = (0, 1);
    for b in code.bytes() {
        sum += CHARACTERS.iter().position(|c| *c == b)? * weight;
        weight = weight * 3 % 31;
    }
    code.push(CHARACTERS[(31 - sum % 31) % 31] as char);
    Some(code)
}
