//! The OpenCC library as an engine, through `opencc-rust`.

use std::path::Path;

use opencc_rust::OpenCC;

/// The dictionaries that the configuration names.
const DICTIONARIES: [&str; 2] = ["TSCharacters.txt", "TSPhrases.txt"];

/// OpenCC with the configuration and the dictionaries of the data folder, never those of the system: releases of the
/// library differ in what they convert (1.1.6 turns 乾安縣 into 干安县). A conversion only reads, so all threads share it.
pub(super) struct Library(OpenCC);

impl Library {
    pub(super) fn load(config: &Path) -> Result<Library, String> {
        let full = config.canonicalize().map_err(|e| format!("{}: cannot be opened: {e}", config.display()))?;
        let Some(name) = full.to_str() else {
            return Err(format!("{}: OpenCC takes only paths in UTF-8", full.display()));
        };
        // OpenCC tries the working folder first and the folder of the configuration only after it.
        for dictionary in DICTIONARIES {
            let stray = Path::new(dictionary).canonicalize().ok();
            if stray.is_some_and(|stray| stray.parent() != full.parent()) {
                return Err(format!(
                    "{dictionary} in the working folder hides the one beside {name} from OpenCC: move it or start elsewhere"
                ));
            }
        }
        OpenCC::new(name).map(Library).map_err(|e| {
            format!(
                "{name}: OpenCC refused it: {e} The dictionaries it names must stand beside it, without comment lines"
            )
        })
    }

    /// Appends `text` in Simplified to `out`.
    pub(super) fn convert_into(&self, text: &str, out: &mut String) {
        // The library takes C strings, which end at the first NUL; decoded text may have some.
        for (i, part) in text.split('\0').enumerate() {
            if i > 0 {
                out.push('\0');
            }
            if !part.is_empty() {
                out.push_str(&self.0.convert(part));
            }
        }
    }
}
