//! Figures that are none: struck out, raised, or of no colour. They stand in the text all the same, since somebody may want
//! to see them, but never as part of a figure beside them.

use super::APART;

/// Puts a run of a document behind the text of those before it. `altered`: it is struck out, raised, lowered or cannot be
/// seen. `behind` is kept from one run to the next.
pub(super) fn push(text: &mut String, behind: &mut bool, run: &str, altered: bool) {
    if run.is_empty() {
        return;
    }
    let is_apart = altered && run.contains(char::is_alphanumeric);
    if is_apart || (*behind && run.starts_with(|c: char| c.is_numeric() || c == '.')) {
        text.push(APART);
    }
    text.push_str(run);
    *behind = is_apart;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_altered_is_joined_to_nothing() {
        let shown = |runs: &[(&str, bool)]| {
            let (mut text, mut behind) = (String::new(), false);
            runs.iter().for_each(|(run, altered)| push(&mut text, &mut behind, run, *altered));
            text
        };
        assert_eq!(shown(&[("26", false), ("7", true)]), "26~7");
        assert_eq!(shown(&[("3", true), ("", false), ("187", false)]), "~3~187");
        assert_eq!(shown(&[("3", true), (" 187", false), ("件", true)]), "~3 187~件");
        assert_eq!(shown(&[("26", false), ("，", true), ("7", false)]), "26，7");
    }
}
