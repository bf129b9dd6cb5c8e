//! Values that a page's style sheets keep under names of their own, `--text: #333`, as far as they are the same throughout the page.

use std::borrow::Cow;
use std::collections::HashMap;

use super::words::pieces;

/// Values within values, and bytes of one.
const DEPTH: usize = 8;
const LONGEST: usize = 1000;

/// By their names; none of one that is not the same for all elements, at all times.
#[derive(Debug, Default)]
pub struct Vars(HashMap<String, Option<String>>);

impl Vars {
    /// A value that is set; `for_all` tells that it is set for the whole page, and for sure.
    pub fn set(&mut self, name: &str, value: &str, for_all: bool) {
        let value = value.trim();
        let value = value.strip_suffix("!important").map_or(value, str::trim_end);
        let known = self.0.entry(name.to_owned()).or_insert_with(|| for_all.then(|| value.to_owned()));
        if !for_all || known.as_deref() != Some(value) {
            *known = None;
        }
    }

    /// A value with what is kept under the names that it mentions, if all are known.
    pub fn filled<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if self.0.is_empty() || !value.contains("var(") {
            return Cow::Borrowed(value);
        }
        let mut text = value.to_owned();
        for _ in 0..DEPTH {
            let Some((before, rest)) = text.split_once("var(") else { return Cow::Owned(text) };
            let mut depth = 1;
            let end = rest.bytes().position(|b| {
                depth += i32::from(b == b'(') - i32::from(b == b')');
                depth == 0
            });
            let name = pieces(&rest[..end.unwrap_or(rest.len())], ",").next().unwrap_or_default().trim();
            let (Some(end), Some(Some(kept))) = (end, self.0.get(name)) else { break };
            if before.len() + kept.len() + rest.len() > LONGEST {
                break;
            }
            text = format!("{before}{kept}{}", &rest[end + 1..]);
        }
        Cow::Borrowed(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_once_for_all_is_filled_in() {
        let mut vars = Vars::default();
        for (name, value, for_all) in [("--a", "#333", true), ("--b", "var(--a)", true), ("--c", "red", true), ("--c", "blue", true), ("--d", "red", false), ("--e", "var(--e) var(--e)", true), ("--f", " 1px ", true), ("--f", "1px !important", true)] {
            vars.set(name, value, for_all);
        }
        for (value, filled) in [("var(--a)", "#333"), ("var( --b , red)", "#333"), ("rgb(var(--a),var(--f))", "rgb(#333,1px)"), ("red", "red")] {
            assert_eq!(vars.filled(value), filled);
        }
        for open in ["var(--c)", "var(--d)", "var(--e)", "var(--g,red)", "var(--a", "var(", "var(--a) var(--c)"] {
            assert_eq!(vars.filled(open), open);
        }
    }
}
