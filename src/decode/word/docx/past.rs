//! Changes that were tracked, among the properties of what was changed.

use crate::decode::xml::Tag;

/// Keeps what properties were before a change apart from what they are.
#[derive(Default)]
pub struct Past {
    /// How deep the change lies that is open.
    depth: Option<usize>,
}

impl Past {
    /// Whether a tag says what was before. Tags come in order, each with its depth.
    pub fn holds(&mut self, tag: &Tag, depth: usize) -> bool {
        if self.depth.is_some_and(|change| depth > change) {
            // That something was deleted may stand within that it was inserted.
            return tag.local() != "annotation" || !is_deletion(tag);
        }
        let begins = matches!(tag.local(), "pPrChange" | "rPrChange" | "trPrChange" | "tcPrChange" | "sectPr" | "annotation");
        self.depth = begins.then_some(depth);
        begins && !is_deletion(tag)
    }
}

/// Whether a tag says that what it belongs to, or stands in it, was deleted or moved away.
pub fn is_deletion(tag: &Tag) -> bool {
    match tag.local() {
        "del" | "moveFrom" => true,
        "annotation" => tag.attribute("type").is_some_and(|kind| kind.starts_with("Word.Deletion")),
        _ => false,
    }
}
