//! What the library does not tell of a font: the Unicode of characters whose font is embedded and has no table of its
//! own, where the font's encoding is one of the predefined ones.

use std::collections::{HashMap, HashSet};

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::{self, BfString, CMap, CMapName, CidFamily};
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream, String as Text};

use super::bounds;

/// From the codes of a page's text to characters.
struct Encoding {
    /// Codes to the numbers that characters have in their collection.
    numbers: CMap,
    /// These to Unicode.
    unicode: CMap,
}

/// The fonts of a document that were looked at.
#[derive(Default)]
pub(super) struct Fonts {
    seen: HashSet<ObjectIdentifier>,
    /// By name; none where two fonts of one name have different encodings.
    encodings: HashMap<String, Option<(Vec<u8>, Encoding)>>,
}

impl Fonts {
    /// Looks at the fonts of a page or form before the library loads them.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn admit(&mut self, fonts: &Dict) -> Result<(), &'static str> {
        for name in fonts.keys() {
            let Some(font) = fonts.get::<Dict>(&name) else { continue };
            if fonts.get_ref(&name).is_some_and(|r| !self.seen.insert(r.into())) {
                continue;
            }
            bounds::font_fits(&font)?;
            self.learn(&font);
        }
        Ok(())
    }

    fn learn(&mut self, font: &Dict) -> Option<()> {
        let inner = font.get::<Array>(b"DescendantFonts")?.iter::<Dict>().next()?;
        let key = font.get::<Name>(b"BaseFont")?;
        let name = key.as_str().split_once('+').filter(|(prefix, _)| prefix.len() == 6).map_or(key.as_str(), |(_, rest)| rest);
        let encoding = font.get::<Object>(b"Encoding")?;
        let (written, numbers) = match &encoding {
            Object::Name(name) => (name.to_vec(), predefined(CMapName::from_bytes(name))?),
            Object::Stream(stream) => (b"embedded".to_vec(), embedded(stream)?),
            _ => return None,
        };
        let info = inner.get::<Dict>(b"CIDSystemInfo")?;
        let registry = info.get::<Text>(b"Registry")?;
        let family = CidFamily::from_registry_ordering(&registry, &info.get::<Text>(b"Ordering")?);
        let of_encoding = numbers.metadata().character_collection.as_ref().and_then(|c| c.family.ucs2_cmap());
        let unicode = predefined(of_encoding.or(family.ucs2_cmap())?)?;
        let slot = self.encodings.entry(name.to_string()).or_insert_with(|| Some((written.clone(), Encoding { numbers, unicode })));
        if slot.as_ref().is_some_and(|(other, _)| *other != written) {
            *slot = None;
        }
        Some(())
    }

    /// The character of a shape whose font does not say it.
    pub fn unicode(&self, shape: &Glyph) -> Option<BfString> {
        let Glyph::Outline(outline) = shape else { return None };
        if self.encodings.is_empty() {
            return None;
        }
        self.character(&outline.font_data()?.postscript_name?, outline.char_code())
    }

    fn character(&self, font: &str, code: u32) -> Option<BfString> {
        let (_, encoding) = self.encodings.get(font)?.as_ref()?;
        let number = (1..=4).find_map(|length| encoding.numbers.lookup_cid_code(code, length))?;
        encoding.unicode.lookup_bf_string(number)
    }
}

fn predefined(name: CMapName) -> Option<CMap> {
    match name {
        CMapName::IdentityH => Some(CMap::identity_h()),
        CMapName::IdentityV => Some(CMap::identity_v()),
        _ => CMap::parse(hayro_cmap::load_embedded(name)?, hayro_cmap::load_embedded),
    }
}

fn embedded(stream: &Stream) -> Option<CMap> {
    CMap::parse(&stream.decoded_data().ok()?, hayro_cmap::load_embedded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hayro_syntax::object::FromBytes;

    fn font(name: &str, encoding: &str) -> String {
        let inner = "[<</CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]";
        format!("<</F<</BaseFont/{name}/Encoding/{encoding}/DescendantFonts{inner}>>>>")
    }

    #[test]
    fn embedded_fonts_in_predefined_encodings_have_their_characters() {
        for (encoding, code) in [("GBK-EUC-H", 0xB9AB), ("GBK2K-H", 0xB9AB), ("UniGB-UCS2-H", 0x516C), ("UniGB-UTF16-H", 0x516C)] {
            let mut fonts = Fonts::default();
            fonts.admit(&Dict::from_bytes(font("ABCDEF+SimSun", encoding).as_bytes()).unwrap()).unwrap();
            assert_eq!(fonts.character("SimSun", code), Some(BfString::Char('公')), "{encoding}");
            assert_eq!(fonts.character("SimHei", code), None);
            // Another font of the same name and another encoding: nobody can say which is meant.
            fonts.admit(&Dict::from_bytes(font("GHIJKL+SimSun", "Identity-H").as_bytes()).unwrap()).unwrap();
            assert_eq!(fonts.character("SimSun", code), None);
        }
    }
}
