//! Whether zeros show in the sheets of an OpenDocument workbook; its settings say so, not its content.

use std::collections::HashMap;

use crate::decode::fault::Fault;
use crate::decode::xml::{Tag, Xml};

#[derive(Debug, Default)]
pub(super) struct Zeros {
    /// They do not show in the whole workbook, in the views of it, in a sheet; nothing where that is not said.
    all: Option<bool>,
    viewed: Option<bool>,
    sheets: HashMap<String, bool>,
}

impl Zeros {
    pub fn read(settings: &str, depth: usize) -> Result<Zeros, Fault> {
        let mut out = Zeros::default();
        if memchr::memmem::find(settings.as_bytes(), SHOWS.as_bytes()).is_none() {
            return Ok(out);
        }
        let mut xml = Xml::new(settings, "the settings", depth);
        let mut in_views = false;
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "config-item-set" => in_views = tag.says("name", &["ooo:view-settings"]),
                "config-item-map-named" if tag.says("name", &["Tables"]) => {
                    let (depth, mut sheet) = (xml.depth(), String::new());
                    while let Some(tag) = xml.next_within(depth)? {
                        if tag.local() == "config-item-map-entry" {
                            sheet = tag.attribute("name").unwrap_or_default();
                        } else if is_said(&tag) {
                            out.sheets.insert(sheet.clone(), is_no(&mut xml)?);
                        }
                    }
                }
                _ if is_said(&tag) => *(if in_views { &mut out.viewed } else { &mut out.all }) = Some(is_no(&mut xml)?),
                _ => {}
            }
        }
        Ok(out)
    }

    pub fn are_hidden(&self, sheet: &str) -> bool {
        self.sheets.get(sheet).copied().or(self.viewed).or(self.all).unwrap_or(false)
    }
}

const SHOWS: &str = "ShowZeroValues";

fn is_said(tag: &Tag) -> bool {
    tag.local() == "config-item" && tag.says("name", &[SHOWS])
}

fn is_no(xml: &mut Xml) -> Result<bool, Fault> {
    Ok(xml.content()?.trim() == "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_holds() {
        let item = |shows: bool| format!("<c:config-item c:name=\"ShowGrid\">true</c:config-item><c:config-item c:name=\"ShowZeroValues\">{shows}</c:config-item>");
        let views = |sheets: &str, item: &str| format!("<c:config-item-set c:name=\"ooo:view-settings\"><c:config-item-map-indexed c:name=\"Views\"><c:config-item-map-entry><c:config-item-map-named c:name=\"Tables\">{sheets}</c:config-item-map-named>{item}</c:config-item-map-entry></c:config-item-map-indexed></c:config-item-set>");
        let all = |item: &str| format!("<c:config-item-set c:name=\"ooo:configuration-settings\">{item}</c:config-item-set>");
        let sheet = |name: &str, item: &str| format!("<c:config-item-map-entry c:name=\"{name}\">{item}</c:config-item-map-entry>");
        let hidden = |parts: &[String]| Zeros::read(&format!("<s>{}</s>", parts.concat()), 99).unwrap().are_hidden("S");
        assert!(hidden(&[all(&item(false))]) && !hidden(&[all(&item(true))]) && !hidden(&[all("")]));
        assert!(hidden(&[views(&sheet("S", ""), &item(false)), all(&item(true))]) && !hidden(&[views("", &item(true)), all(&item(false))]));
        assert!(hidden(&[views(&sheet("S", &item(false)), &item(true))]) && !hidden(&[views(&sheet("T", &item(false)), ""), all("")]));
    }
}
