//! Fields of word processors that show something without a text of it in the file.

/// Letters of a field's code that tell what it is.
pub const CODE: usize = 40;

/// Whether a field with this code draws what it shows: signs of a font, formulas, lists to choose from.
pub fn is_drawn(code: &str) -> bool {
    let name = code.split_whitespace().next().unwrap_or_default();
    ["SYMBOL", "EQ", "FORMDROPDOWN", "FORMCHECKBOX", "MACROBUTTON"].iter().any(|drawn| name.eq_ignore_ascii_case(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_draw_are_known_by_their_names() {
        assert!(is_drawn(" SYMBOL 46 \\f \"Symbol\"") && is_drawn("eq \\f(1,2)") && !is_drawn("PAGE") && !is_drawn("") && !is_drawn("FORMTEXT"));
    }
}
