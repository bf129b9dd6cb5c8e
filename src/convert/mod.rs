//! Decoded text to Simplified Chinese: pinyin notes out, then Traditional characters converted as OpenCC's `t2s` does.
//! Lines are never added, removed or joined, so a line number means the same before and after.
//!
//! What is converted into what is data (`data/opencc/`, `data/protected.csv`); this module knows only how to apply it.

use std::path::Path;

use crate::model::Text;

mod data;
#[cfg(feature = "opencc")]
mod library;
mod pinyin;
mod protect;
mod script;
mod table;
#[cfg(test)]
mod tests;

/// What replaces the characters. Both read the dictionaries in `data/opencc/` and give the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Engine {
    /// The program's own reader of the dictionaries.
    #[default]
    Table,
    /// The OpenCC library; needs the cargo feature `opencc`.
    Opencc,
}

/// Turns decoded text into Simplified text. One serves all threads.
pub struct Converter {
    replace: Replace,
    protected: protect::Protected,
    tells: script::Tells,
    pinyin: pinyin::Pinyin,
}

enum Replace {
    Table(table::Table),
    #[cfg(feature = "opencc")]
    Opencc(library::Library),
}

impl Converter {
    /// Reads the dictionaries, the protected words and the lists that tell the scripts apart from the data folder `dir`.
    ///
    /// # Errors
    /// Files that are missing or do not have the form their readers expect, named with their lines; the engine `Opencc`
    /// in a program that was built without it.
    pub fn load(dir: &Path, engine: Engine) -> Result<Converter, String> {
        let characters = data::dictionary(&dir.join("opencc/TSCharacters.txt"))?;
        let phrases = data::dictionary(&dir.join("opencc/TSPhrases.txt"))?;
        let read = (script::Tells::load(dir, &characters), protect::Protected::load(&dir.join("protected.csv")), pinyin::Pinyin::load(&dir.join("pinyin.txt")));
        let (tells, protected, pinyin) = match read {
            (Ok(tells), Ok(protected), Ok(pinyin)) => (tells, protected, pinyin),
            (tells, protected, pinyin) => return Err([tells.err(), protected.err(), pinyin.err()].into_iter().flatten().collect::<Vec<_>>().join("\n")),
        };
        Ok(Converter {
            tells,
            protected,
            pinyin,
            replace: match engine {
                Engine::Table => Replace::Table(table::Table::new(&characters, &phrases)?),
                Engine::Opencc => opencc(dir)?,
            },
        })
    }

    /// The text in Simplified Chinese without pinyin notes. Where nothing has to be changed the same `String` comes
    /// back, not a copy of it.
    pub fn convert(&self, text: String) -> Text {
        // Notes go first: 乾(qián)隆 is a phrase of the dictionary only without the note.
        let (text, pinyin) = match self.pinyin.without_notes(&text) {
            Some((bare, notes)) => (bare, notes),
            None => (text, 0),
        };
        let found = self.tells.script(&text);
        if found.convert {
            let simplified = self.protected.around(&text, |part, out| self.replace(part, out));
            if simplified != text {
                return Text { text: simplified, script: found.script, pinyin, changed: true };
            }
        }
        Text { text, script: found.script, pinyin, changed: pinyin > 0 }
    }

    /// Words of a list in the script in which texts are compared.
    pub fn simplified(&self, words: &str) -> String {
        self.convert(words.to_string()).text
    }

    fn replace(&self, part: &str, out: &mut String) {
        match &self.replace {
            Replace::Table(table) => table.convert_into(part, out),
            #[cfg(feature = "opencc")]
            Replace::Opencc(library) => library.convert_into(part, out),
        }
    }
}

#[cfg(feature = "opencc")]
fn opencc(dir: &Path) -> Result<Replace, String> {
    Ok(Replace::Opencc(library::Library::load(&dir.join("opencc/t2s.json"))?))
}

#[cfg(not(feature = "opencc"))]
fn opencc(_dir: &Path) -> Result<Replace, String> {
    Err("the conversion engine `opencc` is not part of this program: build it with the cargo feature `opencc`, or set \
         the engine to `table`"
        .to_string())
}
