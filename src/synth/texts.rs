//! The texts of `data/synth/prose.toml` and how their templates are filled in.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::evidence::Written;

#[derive(Deserialize)]
pub struct Prose {
    pub titles: Titles,
    pub preamble: Preamble,
    pub headings: Headings,
    pub sentences: Sentences,
    pub mentions: MentionTexts,
    pub page: PageTexts,
    pub other: Vec<OtherPage>,
}

#[derive(Deserialize)]
pub struct Titles {
    pub plain: Vec<String>,
    pub twice: Vec<String>,
}

#[derive(Deserialize)]
pub struct Preamble {
    pub opening: Vec<String>,
    pub sole: Vec<String>,
    pub contents: Vec<String>,
    pub period: Vec<String>,
    pub contact: Vec<String>,
}

#[derive(Deserialize)]
pub struct Headings {
    pub overall: Vec<String>,
    pub proactive: Vec<String>,
    pub applications: Vec<String>,
    pub disputes: Vec<String>,
    pub problems: Vec<String>,
    pub others: Vec<String>,
    pub sub: Vec<String>,
    pub sub_trap: String,
    pub note: String,
}

#[derive(Deserialize)]
pub struct Sentences {
    pub overall: Vec<String>,
    pub proactive_plain: Vec<String>,
    pub application_plain: Vec<String>,
    pub management: Vec<String>,
    pub platform: Vec<String>,
    pub supervision: Vec<String>,
    pub problems: Vec<String>,
    pub improve: Vec<String>,
    pub others: Vec<String>,
}

#[derive(Deserialize)]
pub struct MentionTexts {
    pub items: Vec<String>,
    pub item: String,
    pub proactive_total: Vec<String>,
    pub proactive_items: Vec<String>,
    pub proactive_about: Vec<String>,
    pub about_values: Vec<String>,
    pub applications_received: Vec<String>,
    pub applications_none: Vec<String>,
    pub trainings: Vec<String>,
    pub press_conferences: Vec<String>,
    pub npc_suggestions: Vec<String>,
    pub cppcc_proposals: Vec<String>,
}

#[derive(Deserialize)]
pub struct PageTexts {
    pub top: Vec<String>,
    pub bottom: Vec<String>,
    pub source: String,
    pub residue: Vec<String>,
    pub bookmark: String,
}

#[derive(Deserialize)]
pub struct OtherPage {
    pub kind: String,
    pub titles: Vec<String>,
    pub paragraphs: Vec<String>,
}

impl Prose {
    pub fn load(path: &Path) -> io::Result<Prose> {
        super::read_toml(path)
    }
}

/// What the templates' words in braces stand for, and which of them were written.
pub struct Words<'a> {
    pub words: Vec<(&'static str, &'a str)>,
    pub written: Written,
}

impl Words<'_> {
    /// Fills in a template; {n} and {d} are numbers that mean nothing.
    pub fn fill(&self, template: &str, rng: &mut fastrand::Rng) -> String {
        let mut out = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, tail)) = rest.split_once('{') {
            let (key, after) = tail.split_once('}').expect("every brace is closed");
            out.push_str(before);
            match key {
                "n" => out.push_str(&rng.u32(21..=98).to_string()),
                "d" => out.push_str(&rng.u32(10..=28).to_string()),
                _ => {
                    let (key, text) = self.words.iter().find(|w| w.0 == key).unwrap_or_else(|| panic!("{{{key}}} stands for nothing"));
                    out.push_str(text);
                    if !text.is_empty() {
                        self.written.borrow_mut().insert(key);
                    }
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// One of several templates, filled in.
    pub fn one_of(&self, templates: &[String], rng: &mut fastrand::Rng) -> String {
        self.fill(&templates[rng.usize(..templates.len())], rng)
    }

    pub fn with<'b>(&'b self, key: &'static str, value: &'b str) -> Words<'b> {
        let mut words: Vec<(&'static str, &'b str)> = self.words.clone();
        words.push((key, value));
        Words { words, written: self.written.clone() }
    }
}
