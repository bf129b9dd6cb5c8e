//! Marks that Markdown and its like put around all that a cell holds, `**12**`, `[0](x)`, and escapes before its signs, `\-1`.

/// Signs that stand in front and behind alike, the longest of each first. One that strikes out is none of them.
const PAIRS: [&str; 8] = ["***", "**", "*", "__", "_", "`", "'''", "''"];

/// What a cell with marks around it begins with.
pub const SIGNS: [char; 5] = ['*', '_', '`', '\'', '['];

/// What is told of a span that changes nothing of the text in it.
const PLAIN: [&str; 4] = [".underline", ".ul", ".mark", ".smallcaps"];

/// What a cell says without the marks around it and the escapes in it; none where it has none.
pub fn without_marks(text: &str) -> Option<String> {
    if let Some(rest) = without_anchor(text) {
        return Some(rest.to_owned());
    }
    if let Some(inner) = PAIRS.iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark)) {
        // What is marks alone, `***`, stands for something else.
        return (!inner.is_empty() && !inner.contains(['*', '_', '`', '~']) || wraps(inner)).then(|| inner.trim().to_owned());
    }
    wrapped(text).map(str::to_owned).or_else(|| unescaped(text))
}

/// Whether marks stand within marks: `***0***`, `**[0](x)**`, `_**0**_`.
fn wraps(inner: &str) -> bool {
    inner.chars().any(|c| c.is_ascii_digit()) && without_marks(inner).is_some()
}

/// What is left of a cell beside the mark of a place, `[]{#x}0`, `<a name="x"></a>` being HTML's.
fn without_anchor(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("[]{#")?;
    rest.split_once('}').map(|(_, rest)| rest.trim_start())
}

/// What a link or a span holds, `[0](x)`, `[0]{.underline}`. A link to a place of its own page is a note's number.
fn wrapped(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('[')?;
    let (inner, behind) = rest.split_once(']')?;
    if inner.is_empty() || inner.contains(['[', '^']) || inner.ends_with('\\') {
        return None;
    }
    let told = |open: char, close: char| behind.strip_prefix(open)?.strip_suffix(close).filter(|told| !told.contains(['[', ']', '{', '}']));
    if let Some(to) = told('(', ')') {
        return (to == "#" || !to.starts_with('#')).then_some(inner);
    }
    let is_plain = |word: &str| PLAIN.contains(&word) || word.starts_with('#');
    told('{', '}').filter(|words| words.split_whitespace().all(is_plain)).map(|_| inner)
}

/// The text without escapes before its signs; `\` alone is none.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = c == '\\' && chars.peek().is_some_and(|next| matches!(next, '-' | '+' | '.' | '/'));
        out.extend((!escapes).then_some(c));
    }
    (out.len() < text.len()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_around_a_cell_say_nothing() {
        for (text, want) in [
            ("**12**", "12"),
            ("***0***", "0"),
            ("*0*", "0"),
            ("_0_", "0"),
            ("`0`", "0"),
            ("'''7'''", "7"),
            ("_**7**_", "**7**"),
            ("**-**", "-"),
            ("[0](javascript:void(0))", "0"),
            ("[0](#)", "0"),
            ("[0]{.underline}", "0"),
            ("[]{#_GoBack}0", "0"),
            ("\\-1", "-1"),
            ("1\\.5", "1.5"),
            ("\\-", "-"),
        ] {
            assert_eq!(without_marks(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn other_marks_stay() {
        for text in ["0*", "*0", "**0*", "***", "**", "~~0~~", "**~~0~~**", "3[1]", "[1]", "[1](#fn1)", "[1][2]", "[0](a)[1](b)", "[0]{.deletion}", "[0]{style=\"x\"}", "\\", "0\\*", "**1** **2**", "*1*2*", "-0-"] {
            let read = without_marks(text).filter(|t| t.parse::<f64>().is_ok() || t.is_empty());
            assert_eq!(read, None, "{text}");
        }
    }
}
