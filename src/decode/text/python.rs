//! Data in Python's spelling, as its programs print what they hold.

/// The data as JSON has them: quotes, `None`, tuples as lists, and a text that was printed in pieces, a line each, as one.
pub fn as_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, '\'' | '"') => {
                quote = Some(c);
                out.push('"');
            }
            (Some(q), c) if c == q => match goes_on(&text[at + 1..]) {
                Some(skipped) => {
                    quote = chars.nth(skipped - 1).map(|(_, c)| c);
                }
                None => {
                    quote = None;
                    out.push('"');
                }
            },
            // JSON knows no other escapes of these.
            (Some(_), '\\') => match chars.next() {
                Some((_, '\'')) => out.push('\''),
                Some((_, 'x')) | None => out.push(' '),
                Some((_, c)) => out.extend(['\\', c]),
            },
            (Some(_), '"') => out.push_str("\\\""),
            (None, '(') => out.push('['),
            (None, ')') => {
                // A tuple of one has a comma behind it.
                if out.ends_with(',') {
                    out.pop();
                }
                out.push(']');
            }
            (None, 'N' | 'T' | 'F') => {
                let words = [("None", "null"), ("True", "true"), ("False", "false")];
                match words.iter().find(|(word, _)| text[at..].starts_with(word)) {
                    Some((word, json)) => {
                        out.push_str(json);
                        chars.nth(word.len() - 2);
                    }
                    None => out.push(c),
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// How many characters stand between the end of a text's piece and the next, with the quote that opens it; none where the text
/// ends here.
fn goes_on(rest: &str) -> Option<usize> {
    let next = rest.trim_start_matches([' ', '\n', '\r']);
    let between = rest.len() - next.len();
    (next.starts_with(['\'', '"']) && rest[..between].contains('\n')).then_some(between + 1)
}

/// Whether a text begins as such data do.
pub fn begins(text: &str) -> bool {
    let inner = text.trim_start_matches(['[', '(', '{', ' ', '\n']);
    inner.len() < text.len() && (inner.starts_with('\'') || inner.starts_with("None"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_pieces_are_one() {
        assert_eq!(as_json("{'a': '甲\\n'\n      \"乙'\\n\"\n '丙', 'b': None}"), "{\"a\": \"甲\\n乙'\\n丙\", \"b\": null}");
        assert_eq!(as_json("['甲'\n, '乙' '丙']"), "[\"甲\"\n, \"乙\" \"丙\"]", "no piece on a line of its own");
    }

    #[test]
    fn tuples_are_lists() {
        assert_eq!(as_json("[('甲（1）', None), ('乙',)]"), "[[\"甲（1）\", null], [\"乙\"]]");
        assert!(begins("[('甲', 1)]") && begins("{'a': 1}") && begins("[[None, 1]]"));
        assert!(!begins("'甲'") && !begins("[\"甲\"]") && !begins("None"));
    }
}
