//! The running text of a report, and pages that are none.

use super::layouts::Block;
use super::mentions::Mentions;
use super::report::Draft;
use super::texts::{Prose, Words};
use super::{Kit, Place, chance, pick};

/// The blocks of a report in reading order. Sets the draft's title.
pub fn document(kit: &Kit, draft: &mut Draft, rng: &mut fastrand::Rng) -> Vec<Block> {
    let (year, next, last) = (draft.year.to_string(), (draft.year + 1).to_string(), (draft.year - 1).to_string());
    let allowed = draft.allowed.clone();
    let site = if allowed.codes { draft.place.code.get(..6).unwrap_or("100000").to_string() + "0012" } else { String::new() };
    let area = if allowed.area && !draft.place.area.is_empty() { format!("{}-", draft.place.area) } else { String::new() };
    let host = allowed.host.clone().unwrap_or_default();
    let region = |name| if allowed.regions { name } else { "" };
    let date = draft.published.clone().unwrap_or_default();
    let code = draft.code.clone().unwrap_or_default();
    let (body, own) = (draft.body.clone(), draft.own.clone());
    let place = draft.place;
    let notice = kit.form.editions[draft.editions[0] as usize].notice.as_str();
    let all = vec![
        ("year", year.as_str()), ("next", &next), ("last", &last), ("body", &body), ("own", &own), ("place", &place.township),
        ("county", region(&place.county)), ("city", region(&place.city)), ("province", region(&place.province)), ("notice", notice),
        ("site", &site), ("date", &date), ("code", &code), ("area", &area), ("host", &host),
    ];
    let words = Words { words: all, written: draft.written.clone() };
    let mut w = Writer { kit, words: &words, numbers: rng.usize(..20), blocks: Vec::with_capacity(40), part: 0, spaced: draft.layout.page_cut };
    let signed = w.head(draft, rng);
    w.overall(draft, rng);
    w.tables(draft, rng);
    w.end(draft, signed, rng);
    if draft.layout.name == "D1" {
        w.residue(rng);
    }
    w.blocks
}

/// A page that is no report: its kind and its text.
pub fn other_page<'a>(prose: &'a Prose, place: &Place, year: i32, rng: &mut fastrand::Rng) -> (&'a str, String) {
    let page = pick(rng, &prose.other);
    let (year, next) = (year.to_string(), (year + 1).to_string());
    let body = format!("{}人民政府", place.township);
    let all = vec![
        ("year", year.as_str()), ("next", &next), ("body", &body), ("own", "该乡镇"), ("place", &place.township), ("county", &place.county),
        ("city", &place.city), ("province", &place.province),
    ];
    let words = Words { words: all, written: Default::default() };
    let mut lines = vec![words.one_of(&page.titles, rng)];
    lines.extend(page.paragraphs.iter().map(|p| words.fill(p, rng)));
    (&page.kind, lines.join("\n") + "\n")
}

struct Writer<'a> {
    kit: &'a Kit<'a>,
    words: &'a Words<'a>,
    /// How headings are numbered.
    numbers: usize,
    blocks: Vec<Block>,
    part: usize,
    /// Figures in running text stand between spaces, and page breaks cut sentences.
    spaced: bool,
}

const HAN: [&str; 6] = ["一", "二", "三", "四", "五", "六"];

impl Writer<'_> {
    fn text(&mut self, text: String, rng: &mut fastrand::Rng) {
        let mut text = text;
        if self.spaced {
            text = space_digits(&text);
            if text.len() > 300 && chance(rng, 0.3) {
                // Page breaks do not ask for sentences, but figures are kept whole so that what is stated stays stated.
                let places: Vec<usize> = text.char_indices().filter(|(i, c)| *i > 60 && matches!(c, '\u{4E00}'..='\u{9FFF}')).map(|(i, _)| i).collect();
                let at = *pick(rng, &places);
                let near = text[..at].chars().rev().take(12).chain(text[at..].chars().take(12)).any(|c| c.is_ascii_digit());
                if !near {
                    text.insert_str(at, "\n\n");
                }
            }
        }
        self.blocks.push(Block::Text(text));
    }

    fn one(&mut self, from: &[String], rng: &mut fastrand::Rng) {
        let text = self.words.one_of(from, rng);
        self.text(text, rng);
    }

    fn heading(&mut self, from: &[String], lost: bool, rng: &mut fastrand::Rng) {
        let title = pick(rng, from);
        self.part += 1;
        let n = self.part;
        let text = match self.numbers {
            0..=1 => format!("{n}、 {title}"),
            2 => title.clone(),
            3 => format!("（{}）{title}", HAN[n - 1]),
            4 => format!("{}.{title}", HAN[n - 1]),
            _ => format!("{}、{title}", HAN[n - 1]),
        };
        if !lost {
            self.blocks.push(Block::Heading(text));
        }
    }

    fn some(&self, from: &[String], count: usize, rng: &mut fastrand::Rng) -> String {
        let mut order: Vec<usize> = (0..from.len()).collect();
        rng.shuffle(&mut order);
        order.iter().take(count).map(|&i| self.words.fill(&from[i], rng)).collect()
    }

    /// Page furniture, title and preamble; true where the report is signed at its end.
    fn head(&mut self, draft: &mut Draft, rng: &mut fastrand::Rng) -> bool {
        let kit = self.kit;
        let p = &kit.prose;
        let signed = chance(rng, 0.5);
        let dated_above = draft.published.is_some() && (!signed || rng.bool());
        for top in &p.page.top {
            let wanted = match top {
                _ if top.contains("{date}") => dated_above,
                _ if top.contains("{code}") => draft.code.is_some() && rng.bool(),
                _ => chance(rng, 0.2),
            };
            if wanted {
                self.blocks.push(Block::Text(self.words.fill(top, rng)));
            }
        }
        if draft.allowed.host.is_some() {
            self.blocks.push(Block::Text(self.words.fill(&p.page.source, rng)));
        }
        let missing = draft.fault == Some("title-missing");
        if !missing {
            let titles = if draft.fault == Some("year-twice") { &p.titles.twice } else { &p.titles.plain };
            let title = self.words.one_of(titles, rng);
            draft.title = Some(title.replace('|', ""));
            let lines: Vec<String> = title.split('|').map(|l| if self.spaced { space_digits(l) } else { l.to_string() }).collect();
            self.blocks.push(Block::Title(lines));
        }
        self.preamble(missing, rng);
        signed
    }

    fn preamble(&mut self, sole: bool, rng: &mut fastrand::Rng) {
        let kit = self.kit;
        let p = &kit.prose.preamble;
        if sole {
            self.one(&p.sole, rng);
        } else if chance(rng, 0.8) {
            self.one(&p.opening, rng);
        }
        for (texts, often) in [(&p.contents, 0.4), (&p.period, 0.6), (&p.contact, 0.35)] {
            if chance(rng, often) {
                self.one(texts, rng);
            }
        }
    }

    /// Part one with its five sub-headings.
    fn overall(&mut self, draft: &Draft, rng: &mut fastrand::Rng) {
        let kit = self.kit;
        let p = &kit.prose;
        let s = &p.sentences;
        self.heading(&p.headings.overall, false, rng);
        let text = self.some(&s.overall, 2, rng);
        self.text(text, rng);
        let trap = chance(rng, 0.05);
        let (mentions, texts, words): (&Mentions, _, _) = (&draft.mentions, &p.mentions, self.words);
        let paragraphs = [
            mentions.proactive(texts, words, rng) + &self.some(&s.proactive_plain, 1, rng),
            mentions.received(texts, words, rng) + &self.some(&s.application_plain, 1, rng),
            self.some(&s.management, 2, rng),
            self.some(&s.platform, 1, rng),
            self.some(&s.supervision, 2, rng) + &mentions.stated(texts, words, rng),
        ];
        let style = rng.usize(..8);
        for (i, paragraph) in paragraphs.into_iter().enumerate() {
            let title = if i == 1 && trap { &p.headings.sub_trap } else { &p.headings.sub[i] };
            let heading = match style {
                0 => format!("（{}） {title}", i + 1),
                1 => format!("{}.{title}", i + 1),
                2 => format!("({}){title}", HAN[i]),
                3 => {
                    self.text(format!("（{}）{title}。{paragraph}", HAN[i]), rng);
                    continue;
                }
                _ => format!("（{}）{title}", HAN[i]),
            };
            self.blocks.push(Block::Heading(heading));
            self.text(paragraph, rng);
        }
    }

    /// Parts two to four. Where the tables were pictures their headings stand directly under each other.
    fn tables(&mut self, draft: &Draft, rng: &mut fastrand::Rng) {
        let kit = self.kit;
        let h = &kit.prose.headings;
        let noted = chance(rng, 0.04);
        for (t, titles) in [&h.proactive, &h.applications, &h.disputes].into_iter().enumerate() {
            self.heading(titles, draft.lost_headings.contains(&t), rng);
            let Some(grid) = draft.grids.get(t) else { continue };
            if noted {
                self.blocks.push(Block::Text(h.note.clone()));
            }
            self.blocks.push(Block::Table(grid.clone()));
            if t == 1 {
                self.blocks.extend(draft.second.clone().map(Block::Table));
            }
        }
    }

    /// Parts five and six, signature, page furniture.
    fn end(&mut self, draft: &Draft, signed: bool, rng: &mut fastrand::Rng) {
        let kit = self.kit;
        let p = &kit.prose;
        self.heading(&p.headings.problems, false, rng);
        let problems = self.some(&p.sentences.problems, 1, rng);
        self.text(problems, rng);
        let improve = self.some(&p.sentences.improve, 2, rng);
        self.text(improve, rng);
        self.heading(&p.headings.others, false, rng);
        let others = self.some(&p.sentences.others, rng.usize(1..=2), rng);
        self.text(others, rng);
        if signed {
            let regions = *pick(rng, &["{body}", "{county}{body}", "{city}{county}{body}"]);
            self.blocks.push(Block::Text(self.words.fill(regions, rng)));
            if let Some(date) = &draft.published {
                let number = |part: usize| date.split('-').nth(part).and_then(|n| n.parse::<u32>().ok()).expect("an ISO date");
                self.blocks.push(Block::Text(format!("{}年{}月{}日", number(0), number(1), number(2))));
            }
        }
        for bottom in &p.page.bottom {
            // A footer that would name the site has nothing to name.
            if chance(rng, 0.2) && !(bottom.contains("{site}") && !draft.allowed.regions) {
                self.blocks.push(Block::Text(self.words.fill(bottom, rng)));
            }
        }
    }

    /// What word processors leave in text: a bookmark before a paragraph, the data of a chart at the end.
    fn residue(&mut self, rng: &mut fastrand::Rng) {
        let page = &self.kit.prose.page;
        if chance(rng, 0.3) {
            let mut texts: Vec<&mut String> = self.blocks.iter_mut().filter_map(|b| if let Block::Text(t) = b { Some(t) } else { None }).collect();
            let at = rng.usize(..texts.len());
            texts[at].insert_str(0, &page.bookmark);
        }
        if chance(rng, 0.15) {
            for line in &page.residue {
                self.blocks.push(Block::Text(self.words.fill(line, rng)));
            }
        }
    }
}

/// Spaces between digits and Han characters, as typesetters leave them.
fn space_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 40);
    let mut last = ' ';
    let han = |c: char| matches!(c, '\u{4E00}'..='\u{9FFF}');
    for c in text.chars() {
        if (last.is_ascii_digit() && han(c)) || (han(last) && c.is_ascii_digit()) {
            out.push(' ');
        }
        out.push(c);
        last = c;
    }
    out
}
