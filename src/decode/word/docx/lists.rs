//! Lists of a document in Office Open XML: `numbering.xml`, and the styles that put paragraphs into lists. In documents of Word 2003
//! they have other names (`listDef`, `list`, `ilfo`) and mean the same.

use std::collections::HashMap;

use crate::decode::fault::Fault;
use crate::decode::word::CHAIN;
use crate::decode::word::numbering::{LEVELS, Level, List, Lists, Number, Style};
use crate::decode::xml::{Tag, Xml};

/// Where a paragraph stands in its list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ListPlace {
    pub number: Option<i64>,
    pub level: Option<i64>,
}

#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: Lists,
    styles: HashMap<String, ParagraphStyle>,
    /// Which style belongs to which level, by the list's index.
    linked: Vec<HashMap<String, usize>>,
}

#[derive(Debug, Default)]
struct ParagraphStyle {
    base: Option<String>,
    place: ListPlace,
}

impl Numbering {
    /// `lists` and `styles` are the parts numbering.xml and styles.xml. Without the former there are no numbers.
    pub fn read(lists: &str, styles: Option<&str>, depth: usize) -> Result<Numbering, Fault> {
        let mut out = Numbering::default();
        if let Some(text) = styles {
            out.read_styles(text, depth)?;
        }
        out.read_lists(lists, depth)?;
        Ok(out)
    }

    /// The number in front of the next paragraph.
    pub fn next(&mut self, style: Option<&str>, own: ListPlace) -> String {
        let (inherited, from) = style.map_or((ListPlace::default(), None), |s| self.inherited(s));
        let Some(number) = own.number.or(inherited.number).filter(|n| *n != 0) else { return String::new() };
        let linked = || {
            let list = self.lists.numbers.get(&number)?.list;
            self.linked.get(list)?.get(from.as_deref().or(style)?).copied()
        };
        let level = own.level.or(inherited.level).and_then(|l| usize::try_from(l).ok()).or_else(linked);
        self.lists.next(number, level.unwrap_or(0))
    }

    /// What a style says of lists, and which of the styles it is based on says so.
    fn inherited(&self, style: &str) -> (ListPlace, Option<String>) {
        let (mut place, mut from, mut name) = (ListPlace::default(), None, style.to_owned());
        for _ in 0..CHAIN {
            let Some(style) = self.styles.get(&name) else { break };
            place.level = place.level.or(style.place.level);
            if style.place.number.is_some() {
                place.number = style.place.number;
                from = Some(name);
                break;
            }
            let Some(base) = &style.base else { break };
            name = base.clone();
        }
        (place, from)
    }

    fn read_styles(&mut self, text: &str, depth: usize) -> Result<(), Fault> {
        let mut xml = Xml::new(text, "styles.xml", depth);
        while let Some(tag) = xml.next_tag()? {
            if tag.local() != "style" || !tag.says("type", &["paragraph"]) {
                continue;
            }
            let Some(id) = tag.attribute("styleId") else { continue };
            let mut style = ParagraphStyle::default();
            xml.within(|tag, _| match tag.local() {
                "basedOn" => style.base = tag.attribute("val"),
                "numId" | "ilfo" => style.place.number = tag.number(),
                "ilvl" => style.place.level = tag.number(),
                _ => {}
            })?;
            self.styles.insert(id, style);
        }
        Ok(())
    }

    fn read_lists(&mut self, text: &str, depth: usize) -> Result<(), Fault> {
        let mut xml = Xml::new(text, "numbering.xml", depth);
        let mut ids: HashMap<i64, usize> = HashMap::new();
        // Lists that only name a style whose list they are.
        let mut links: Vec<(usize, String)> = Vec::new();
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "abstractNum" | "listDef" => {
                    let index = self.lists.lists.len();
                    ids.extend(tag.parsed("abstractNumId").or_else(|| tag.parsed("listDefId")).map(|id: i64| (id, index)));
                    let link = self.read_list(&mut xml)?;
                    links.extend(link.map(|style| (index, style)));
                }
                "num" | "list" => {
                    let id = tag.parsed("numId").or_else(|| tag.parsed("ilfo"));
                    let (list, number) = read_number(&mut xml)?;
                    if let (Some(id), Some(&list)) = (id, list.and_then(|l| ids.get(&l))) {
                        self.lists.numbers.insert(id, Number { list, ..number });
                    }
                }
                _ => {}
            }
        }
        for (index, style) in links {
            let real = self.inherited(&style).0.number.and_then(|n| self.lists.numbers.get(&n)).map(|n| n.list);
            if let Some(real) = real.filter(|r| *r != index) {
                self.lists.numbers.values_mut().filter(|n| n.list == index).for_each(|n| n.list = real);
            }
        }
        Ok(())
    }

    /// One `abstractNum`; gives the style that it stands for, if it does.
    fn read_list(&mut self, xml: &mut Xml) -> Result<Option<String>, Fault> {
        let mut levels = Vec::new();
        let mut linked = HashMap::new();
        let mut link = None;
        xml.within(|tag, _| match tag.local() {
            "lvl" if levels.len() < LEVELS => levels.push(Level { start: 1, ..Level::default() }),
            "numStyleLink" | "listStyleLink" => link = tag.attribute("val"),
            "pStyle" if !levels.is_empty() => {
                linked.extend(tag.attribute("val").map(|style| (style, levels.len() - 1)));
            }
            _ => {
                if let Some(level) = levels.last_mut() {
                    property(tag, level);
                }
            }
        })?;
        self.lists.lists.push(List::new(levels));
        self.linked.push(linked);
        Ok(link)
    }
}

fn property(tag: &Tag, level: &mut Level) {
    match tag.local() {
        "start" => level.start = tag.number().and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        "numFmt" => level.style = Style::by_name(&tag.attribute("val").unwrap_or_default()),
        "nfc" => level.style = Style::by_code(tag.parsed("val").unwrap_or(0)),
        "lvlText" => level.pattern = tag.attribute("val").unwrap_or_default(),
        "isLgl" => level.legal = tag.is_on(),
        "suff" => level.tight = tag.says("val", &["nothing", "Nothing"]),
        _ => {}
    }
}

/// One `num`: the id of its list and what it changes.
fn read_number(xml: &mut Xml) -> Result<(Option<i64>, Number), Fault> {
    let mut list = None;
    let mut number = Number::default();
    let mut at = 0;
    let mut changed = false;
    xml.within(|tag, _| match tag.local() {
        "abstractNumId" | "ilst" => list = tag.number(),
        "lvlOverride" => {
            at = tag.parsed("ilvl").unwrap_or(0);
            changed = false;
        }
        "startOverride" => number.starts.extend(tag.number().and_then(|n| u32::try_from(n).ok()).map(|n| (at, n))),
        "lvl" => {
            number.levels.push((at, Level { start: 1, ..Level::default() }));
            changed = true;
        }
        _ if changed => {
            if let Some((_, level)) = number.levels.last_mut() {
                property(tag, level);
            }
        }
        _ => {}
    })?;
    number.levels.truncate(LEVELS);
    Ok((list, number))
}
