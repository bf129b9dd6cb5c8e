//! The figures that the running text of a report states.

use serde_json::{Map, Value};

use super::report::Draft;
use super::texts::{MentionTexts, Words};
use super::{Kit, chance, pick};

/// The figures that the running text states.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// None where the text says nothing of it.
    pub proactive_total: Option<u32>,
    /// The total is only given as about so many.
    pub about: Option<String>,
    pub proactive_items: Vec<(String, u32)>,
    pub applications_received: Option<u32>,
    pub trainings: Option<u32>,
    pub press_conferences: Option<u32>,
    pub npc_suggestions: Option<u32>,
    pub cppcc_proposals: Option<u32>,
}

impl Mentions {
    pub fn draw(kit: &Kit, draft: &Draft, rng: &mut fastrand::Rng) -> Mentions {
        let texts = &kit.prose.mentions;
        let mut m = Mentions::default();
        match rng.u8(..10) {
            0..=1 => {}
            2 => m.about = Some(pick(rng, &texts.about_values).clone()),
            3..=5 => m.proactive_total = Some(rng.u32(1..=900)),
            _ => {
                let mut names = texts.items.clone();
                rng.shuffle(&mut names);
                m.proactive_items = names.into_iter().take(rng.usize(2..=7)).map(|n| (n, rng.u32(1..=60))).collect();
                m.proactive_total = Some(m.proactive_items.iter().map(|i| i.1).sum());
            }
        }
        if chance(rng, 0.8) {
            let total = *kit.form.table(1, draft.editions[1]).rows.iter().find(|r| !r.cells.is_empty()).and_then(|r| r.cells.last()).expect("table 3 begins with what was received");
            m.applications_received = Some(draft.entries[total as usize].value.unwrap_or(0.0) as u32);
        }
        let mut some = |often: f64| if chance(rng, often) { Some(rng.u32(1..=12)) } else { None };
        (m.trainings, m.press_conferences, m.npc_suggestions, m.cppcc_proposals) = (some(0.4), some(0.1), some(0.15), some(0.15));
        m
    }

    /// As an object for `truth.jsonl`; an approximate total has no value.
    pub fn truth(&self) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: Option<u32>| {
            if let Some(v) = value {
                out.insert(name.to_string(), Value::from(v));
            }
        };
        put("proactive_total", self.proactive_total);
        put("applications_received", self.applications_received);
        put("trainings", self.trainings);
        put("press_conferences", self.press_conferences);
        put("npc_suggestions", self.npc_suggestions);
        put("cppcc_proposals", self.cppcc_proposals);
        if !self.proactive_items.is_empty() {
            let items: Map<String, Value> = self.proactive_items.iter().map(|(n, v)| (n.clone(), Value::from(*v))).collect();
            out.insert("proactive_item".into(), Value::Object(items));
        }
        if self.about.is_some() {
            out.insert("approximate".into(), Value::from(vec!["proactive_total"]));
        }
        Value::Object(out)
    }

    /// The sentence on what was published; empty where nothing is said.
    pub fn proactive(&self, t: &MentionTexts, words: &Words, rng: &mut fastrand::Rng) -> String {
        if let Some(about) = &self.about {
            return words.with("v", about).one_of(&t.proactive_about, rng);
        }
        let Some(total) = self.proactive_total else { return String::new() };
        let total = total.to_string();
        let with = words.with("v", &total);
        if self.proactive_items.is_empty() {
            return with.one_of(&t.proactive_total, rng);
        }
        let item = |(name, v): &(String, u32)| t.item.replace("{name}", name).replace("{v}", &v.to_string());
        let items = self.proactive_items.iter().map(item).collect::<Vec<_>>().join(["，", "、", "，"][rng.usize(..3)]);
        with.with("items", &items).one_of(&t.proactive_items, rng)
    }

    /// The sentence on applications.
    pub fn received(&self, t: &MentionTexts, words: &Words, rng: &mut fastrand::Rng) -> String {
        match self.applications_received {
            None => String::new(),
            Some(0) => words.one_of(&t.applications_none, rng),
            Some(n) => words.with("v", &n.to_string()).one_of(&t.applications_received, rng),
        }
    }

    /// The sentences on the rest.
    pub fn stated(&self, t: &MentionTexts, words: &Words, rng: &mut fastrand::Rng) -> String {
        let all = [
            (&t.trainings, self.trainings),
            (&t.press_conferences, self.press_conferences),
            (&t.npc_suggestions, self.npc_suggestions),
            (&t.cppcc_proposals, self.cppcc_proposals),
        ];
        all.iter().filter_map(|(texts, v)| v.map(|v| words.with("v", &v.to_string()).one_of(texts, rng))).collect()
    }
}
