//! Fields of word processors that show something without a text of it in the file.

/// Letters of a field's code that tell what it is.
pub const CODE: usize = 40;

/// The fields that are open at a place of the text. Each has a code, which does not show, and then a result, which does.
#[derive(Debug, Default)]
pub struct Fields {
    /// For each whether it has come to its result.
    open: Vec<bool>,
    /// The code of the one that was begun last.
    code: String,
}

impl Fields {
    /// A field begins. Like [`separate`](Fields::separate) it says whether something is drawn here: nothing yet.
    pub fn begin(&mut self) -> bool {
        self.open.push(false);
        self.code.clear();
        false
    }

    /// Takes letters of a code.
    pub fn read(&mut self, letters: impl Iterator<Item = char>) {
        self.code.extend(letters.take(CODE.saturating_sub(self.code.len())));
    }

    /// The code ends and the result follows. Whether the field draws here what it shows.
    pub fn separate(&mut self) -> bool {
        let ends_code = self.open.last_mut().is_some_and(|result| !std::mem::replace(result, true));
        self.draws(ends_code)
    }

    /// The field ends. As above, where it had no result.
    pub fn end(&mut self) -> bool {
        let ends_code = self.open.pop() == Some(false);
        self.draws(ends_code)
    }

    fn draws(&mut self, ends_code: bool) -> bool {
        ends_code && is_drawn(&std::mem::take(&mut self.code)) && !self.in_code()
    }

    /// Whether what stands here is part of a code.
    pub fn in_code(&self) -> bool {
        self.open.contains(&false)
    }

    /// A code never runs over the end of its paragraph; one that seems to has lost its mark.
    pub fn end_paragraph(&mut self) {
        self.open.retain(|result| *result);
    }
}

/// Whether a field with this code draws what it shows: signs of a font, formulas, lists to choose from.
pub fn is_drawn(code: &str) -> bool {
    let name = code.split_whitespace().next().unwrap_or_default();
    ["SYMBOL", "EQ", "FORMDROPDOWN", "FORMCHECKBOX", "MACROBUTTON"].iter().any(|drawn| name.eq_ignore_ascii_case(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_ends_where_its_field_or_its_paragraph_does() {
        let mut fields = Fields::default();
        fields.begin();
        fields.read("EQ \\f(1,2)".chars());
        assert!(fields.in_code() && fields.separate() && !fields.in_code() && !fields.end());
        // A field within the code of another draws nothing.
        fields.begin();
        fields.begin();
        fields.read("SYMBOL 46".chars());
        assert!(!fields.end() && fields.in_code());
        fields.end_paragraph();
        assert!(!fields.in_code() && !fields.end() && !fields.separate());
        fields.begin();
        fields.read("SYMBOL".chars().chain("x".repeat(CODE).chars()));
        assert!(fields.code.len() == CODE && !fields.end());
    }

    #[test]
    fn fields_that_draw_are_known_by_their_names() {
        assert!(is_drawn(" SYMBOL 46 \\f \"Symbol\"") && is_drawn("eq \\f(1,2)") && !is_drawn("PAGE") && !is_drawn("") && !is_drawn("FORMTEXT"));
    }
}
