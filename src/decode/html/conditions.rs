//! Whether a block of rules counts for who reads a page at a desk: `@media` and `@supports`.

use super::words::pieces;

/// How wide windows at a desk are. What holds for some of them and not for others cannot be told.
const NARROWEST: f64 = 1280.0;
const WIDEST: f64 = 3840.0;
/// Brackets within each other.
const DEPTH: usize = 8;

/// Whether the rules count that stand in a block with these words before it; none where nobody can say.
pub fn holds(words: &str) -> Option<bool> {
    // `@media(…)and (…)` is written as well.
    let words = words.to_ascii_lowercase().replace('(', " (").replace(')', ") ");
    let words = words.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let (name, condition) = words.split_once(' ').unwrap_or((&words, ""));
    match name {
        "@media" => medium(condition),
        "@supports" => whole(condition, ability, DEPTH),
        "@layer" | "@container" | "@scope" => None,
        _ => Some(false),
    }
}

/// Whether a list of media names that of a screen at a desk.
pub fn medium(list: &str) -> Option<bool> {
    let list = list.trim();
    if list.is_empty() { Some(true) } else { any(pieces(list, ",").map(|query| whole(query, feature, DEPTH))) }
}

fn any(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts.try_fold(Some(false), |known, part| if part == Some(true) { Err(Some(true)) } else { Ok(known.and(part)) }).unwrap_or_else(|found| found)
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(parts.map(|part| part.map(|p| !p))).map(|p| !p)
}

/// A condition whose parts `leaf` knows.
fn whole(text: &str, leaf: fn(&str) -> Option<bool>, depth: usize) -> Option<bool> {
    let text = text.trim();
    if depth == 0 {
        return None;
    }
    if let Some(rest) = text.strip_prefix("not ") {
        return whole(rest, leaf, depth - 1).map(|held| !held);
    }
    let joins: [(&str, fn(std::vec::IntoIter<Option<bool>>) -> Option<bool>); 2] = [(" or ", any), (" and ", all)];
    for (word, joined) in joins.into_iter().filter(|(word, _)| text.contains(word)) {
        let parts: Vec<&str> = pieces(text, word).collect();
        if parts.len() > 1 {
            return joined(parts.into_iter().map(|part| whole(part, leaf, depth - 1)).collect::<Vec<_>>().into_iter());
        }
    }
    match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inside) if inside.trim_start().starts_with(['(', 'n']) && inside.contains('(') => whole(inside, leaf, depth - 1),
        Some(inside) => leaf(inside.trim()),
        None => match text.strip_prefix("only ").unwrap_or(text) {
            "all" | "screen" => Some(true),
            "print" | "speech" | "aural" | "braille" | "embossed" | "handheld" | "projection" | "tty" | "tv" => Some(false),
            _ => None,
        },
    }
}

/// What is asked of a medium.
fn feature(text: &str) -> Option<bool> {
    if text.contains(['<', '>']) {
        return range(text);
    }
    let (name, value) = text.split_once(':').map_or((text, ""), |(n, v)| (n.trim(), v.trim()));
    match (name, value) {
        ("min-width" | "min-device-width", _) => at_least(pixels(value)?),
        ("max-width" | "max-device-width", _) => at_most(pixels(value)?),
        ("orientation", "landscape") | ("hover" | "any-hover", "hover" | "") | ("pointer" | "any-pointer", "fine" | "") => Some(true),
        ("prefers-color-scheme", "light") | ("prefers-reduced-motion" | "prefers-contrast", "no-preference") | ("forced-colors", "none") | ("color", "") => Some(true),
        ("orientation", "portrait") | ("hover" | "any-hover", "none") | ("pointer" | "any-pointer", "none" | "coarse") => Some(false),
        ("prefers-color-scheme", "dark") | ("prefers-reduced-motion", "reduce") | ("prefers-contrast", "more" | "less") | ("forced-colors", "active") => Some(false),
        _ => None,
    }
}

/// `400px <= width < 700px`
fn range(text: &str) -> Option<bool> {
    let text = text.replace("<=", "<").replace(">=", ">");
    let places: Vec<usize> = text.match_indices(['<', '>']).map(|(at, _)| at).collect();
    let sides: Vec<&str> = text.split(['<', '>']).map(str::trim).collect();
    all(places.iter().enumerate().map(|(n, at)| {
        let is_less = text.as_bytes()[*at] == b'<';
        match (sides[n], sides[n + 1]) {
            ("width", bound) => if is_less { at_most(pixels(bound)?) } else { at_least(pixels(bound)?) },
            (bound, "width") => if is_less { at_least(pixels(bound)?) } else { at_most(pixels(bound)?) },
            _ => None,
        }
    }))
}

fn at_least(bound: f64) -> Option<bool> {
    if bound <= NARROWEST { Some(true) } else if bound > WIDEST { Some(false) } else { None }
}

fn at_most(bound: f64) -> Option<bool> {
    if bound >= WIDEST { Some(true) } else if bound < NARROWEST { Some(false) } else { None }
}

fn pixels(value: &str) -> Option<f64> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(value.len());
    let number: f64 = value[..end].parse().ok()?;
    match &value[end..] {
        "px" => Some(number),
        "em" | "rem" => Some(number * 16.0),
        "pt" => Some(number * 4.0 / 3.0),
        "" if number == 0.0 => Some(number),
        _ => None,
    }
}

/// What is asked of a browser: whether it knows what all know, or cannot be told.
fn ability(text: &str) -> Option<bool> {
    let (name, value) = text.split_once(':').map(|(n, v)| (n.trim(), v.trim()))?;
    let known = match name {
        "display" => matches!(value, "none" | "block" | "inline" | "inline-block" | "flex" | "inline-flex" | "grid" | "inline-grid" | "table" | "table-cell" | "flow-root" | "contents"),
        "position" => matches!(value, "absolute" | "fixed" | "relative" | "static" | "sticky"),
        _ => name.starts_with("--"),
    };
    known.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_at_every_desk_is_told_from_what_does_not_and_from_what_may() {
        for held in [
            "@media screen", "@media all", "@media only screen", "@MEDIA (min-width: 768px)", "@media (min-width:20em)", "@media screen and (min-width:1px)", "@media screen and (max-width:9999px)", "@media print,screen", "@media (hover:none),(hover:hover)",
            "@media (400px<=width)", "@media (width > 400px)", "@media not all and (max-width:400px)", "@media not print", "@media(min-width:0)and (orientation:landscape)", "@media ((min-width:1px) or (hover))", "@media",
            "@supports (display:grid)", "@supports ((display: grid) and (--a: 1))", "@supports (position:sticky) or (foo:bar)",
        ] {
            assert_eq!(holds(held), Some(true), "{held}");
        }
        for not in ["@media print", "@media (max-width:767px)", "@media screen and (max-width:767px) and (foo)", "@media (prefers-color-scheme:dark)", "@media not screen", "@supports not (display:grid)", "@font-face", "@keyframes a", "@media (width<=600px)", "@media (1px<=width<9px)"] {
            assert_eq!(holds(not), Some(false), "{not}");
        }
        for open in ["@media (min-width:1600px)", "@media (max-width:1600px)", "@media (min-resolution:2dppx)", "@media (min-width:calc(1px))", "@media foo", "@supports selector(:has(a))", "@supports (foo:bar)", "@layer a", "@container (min-width:1px)", "@media (", "@media ()", "@media <", "@media (a<", "@media and", "@media ,"] {
            assert_eq!(holds(open), None, "{open}");
        }
        holds(&"@media (".repeat(10_000));
        holds(&format!("@media {}", "not ".repeat(10_000)));
    }
}
