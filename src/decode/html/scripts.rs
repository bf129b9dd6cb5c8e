//! What the scripts of a page say, as far as it can be told without running them: their strings, and which elements of the page
//! they write into.

use std::collections::HashSet;
use std::ops::Range;

use scraper::node::Element;

use super::words::{JOINS, is_name, is_name_char};

/// Bytes of a script from which it is a library.
const LIBRARY: usize = 64 << 10;
/// Bytes of a string that may choose elements.
const CHOICE: usize = 80;
/// Bytes of a statement that are looked at, and how many statements of a page.
const STATEMENT: usize = 600;
const TRIALS: usize = 1000;
/// Beginnings of names that are kept.
const BEGUN: usize = 50;

/// Where the strings of a script stand, without their quotes.
pub fn literals(script: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = script.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(step) = bytes[at..].iter().position(|b| matches!(b, b'"' | b'\'' | b'`' | b'/')) {
            at += step;
            let rest = &bytes[at..];
            match rest {
                [b'/', b'/', ..] => at += memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                [b'/', b'*', ..] => at += memchr::memmem::find(rest, b"*/").map_or(rest.len(), |e| e + 2),
                [b'/', ..] => at += 1,
                _ => match string_end(rest) {
                    Some(end) => {
                        let found = at + 1..at + end;
                        at += end + 1;
                        return Some(found);
                    }
                    None => at += 1,
                },
            }
        }
        None
    })
}

/// Where the string ends that begins with this quote. Only those in backquotes run over lines.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let quote = bytes[0];
    let mut i = 1;
    loop {
        i += memchr::memchr3(quote, b'\\', if quote == b'`' { quote } else { b'\n' }, bytes.get(i..)?)?;
        match bytes[i] {
            b if b == quote => return Some(i),
            b'\\' => i += 2,
            _ => return None,
        }
    }
}

/// Names, and beginnings of names to which a script adds the rest.
#[derive(Debug, Default)]
struct Names<'a> {
    whole: HashSet<&'a str>,
    begun: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &'a str, goes_on: bool) {
        if !goes_on {
            self.whole.insert(name);
        } else if self.begun.len() < BEGUN && !self.begun.contains(&name) {
            self.begun.push(name);
        }
    }

    fn hold(&self, name: &str) -> bool {
        self.whole.contains(name) || self.begun.iter().any(|b| name.starts_with(b))
    }

    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.begun.is_empty()
    }
}

/// Elements that scripts of a page write into.
#[derive(Debug, Default)]
pub struct Written<'a> {
    names: Names<'a>,
    classes: Names<'a>,
    attributes: HashSet<&'a str>,
    /// Pieces of cells, by their tags.
    tags: HashSet<&'a str>,
    /// All cells.
    cells: bool,
    /// Statements that were looked at.
    trials: usize,
}

impl<'a> Written<'a> {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.classes.is_empty() && self.attributes.is_empty() && self.tags.is_empty() && !self.cells
    }

    /// Takes the elements that a script names, if it writes into any or is the data of one.
    pub fn read(&mut self, script: &'a str, is_data: bool) {
        if script.len() > LIBRARY || !(is_data || writes(script)) {
            return;
        }
        self.named(script, writes);
        self.by_variables(script);
    }

    /// Takes the elements that a script names, if it gives any another class or look, or takes them out.
    pub fn read_changed(&mut self, script: &'a str) {
        if script.len() <= LIBRARY && changes(script) {
            self.named(script, changes);
        }
    }

    fn named(&mut self, script: &'a str, does: fn(&str) -> bool) {
        for place in literals(script).filter(|place| place.len() <= CHOICE) {
            let text = &script[place.clone()];
            let added = || script[place.end + 1..].trim_start().starts_with('+');
            let (text, goes_on) = text.split_once("${").map_or_else(|| (text, added()), |(before, _)| (before, true));
            for choice in text.split(',') {
                self.choice(script, &place, choice.trim(), goes_on, does);
            }
        }
    }

    /// What a string chooses: what stands in the last part of a selector, or a name.
    fn choice(&mut self, script: &'a str, place: &Range<usize>, choice: &'a str, goes_on: bool, does: fn(&str) -> bool) {
        let last = choice.rsplit(JOINS).next().unwrap_or_default();
        let (tag, mut rest) = name(last);
        let before = script[..place.start - 1].trim_end();
        if !tag.is_empty() && tag.len() == choice.len() {
            if before.ends_with("ClassName(") {
                return self.classes.add(tag, goes_on);
            }
            // Strings that others are added to are of all kinds.
            if !goes_on || before.ends_with("ById(") {
                self.names.add(tag, goes_on);
            }
        }
        let is_cell = tag.eq_ignore_ascii_case("td") || tag.eq_ignore_ascii_case("th");
        if is_cell && !goes_on && !rest.starts_with(['.', '#', '[']) && !self.cells {
            self.cells = self.may_try() && is_done_later(script, place, writes);
        }
        if is_phrase(tag) && !goes_on && choice.split(JOINS).all(|part| part.is_empty() || is_phrase(part) || is_table_tag(part)) && self.may_try() && is_done_later(script, place, does) {
            self.tags.insert(tag);
        }
        while let Some(at) = rest.find(['.', '#', '[']) {
            let (sign, behind) = rest[at..].split_at(1);
            let (chosen, following) = name(behind);
            let is_open = goes_on && following.is_empty();
            match sign {
                "#" if !chosen.is_empty() || (is_open && self.may_try() && is_done_later(script, place, writes)) => self.names.add(chosen, is_open),
                "." if !chosen.is_empty() => self.classes.add(chosen, is_open),
                "[" if !chosen.is_empty() && !matches!(chosen, "class" | "style" | "href" | "src" | "width" | "colspan" | "rowspan") => {
                    self.attributes.insert(chosen);
                }
                _ => {}
            }
            rest = following;
        }
    }

    /// Elements that a script has by other means than a string: a variable holds their name, or is it, or they are counted in their row.
    fn by_variables(&mut self, script: &'a str) {
        for at in memchr::memmem::find_iter(script.as_bytes(), "ById(") {
            let behind = script[at + 5..].trim_start();
            if !behind.starts_with(['"', '\'', '`']) && self.may_try() && writes(statement(behind)) {
                self.names.add("", true);
            }
        }
        for word in [".cells", ".children["] {
            for at in memchr::memmem::find_iter(script.as_bytes(), word) {
                self.cells |= self.may_try() && writes(statement(&script[at + 1..]));
            }
        }
        for at in memchr::memchr_iter(b'.', script.as_bytes()).filter(|at| is_assigned(&script[*at..])) {
            let start = script[..at].char_indices().rev().take_while(|(_, c)| is_name_char(*c)).last().map_or(at, |(n, _)| n);
            if start < at && !script[..start].ends_with('.') {
                self.names.add(&script[start..at], false);
            }
        }
    }

    fn may_try(&mut self) -> bool {
        self.trials += 1;
        self.trials <= TRIALS
    }

    /// Whether an element is one of them.
    pub fn holds(&self, element: &Element) -> bool {
        (self.cells && matches!(element.name(), "td" | "th"))
            || self.tags.contains(element.name())
            || element.attrs().any(|(key, value)| match key {
                "id" | "name" => self.names.hold(value),
                "class" => !self.classes.is_empty() && value.split_ascii_whitespace().any(|c| self.classes.hold(c)),
                _ => self.attributes.contains(key),
            })
    }
}

/// The name that a text begins with, and the rest.
fn name(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_name_char(c)).unwrap_or(text.len()))
}

/// Whether a script, or a piece of it, writes into elements or draws them.
pub fn writes(script: &str) -> bool {
    memchr::memchr_iter(b'.', script.as_bytes()).any(|at| is_assigned(&script[at..]) || is_called(&script[at..]))
}

/// Whether a script gives elements another class or look, or takes them out.
fn changes(script: &str) -> bool {
    let words = [".className", ".classList", ".outerHTML", ".hidden", ".remove(", ".removeChild(", ".hide(", ".show(", ".toggle(", ".addClass(", ".removeClass(", ".toggleClass("];
    let named = [".style", ".css(", ".setAttribute(", ".toggleAttribute(", ".attr("];
    let finds = |word: &str| memchr::memmem::find(script.as_bytes(), word.as_bytes()).is_some();
    words.into_iter().any(finds) || named.iter().any(|word| memchr::memmem::find_iter(script.as_bytes(), word).any(|at| !is_harmless(&script[at + word.len()..])))
}

/// Whether the property or attribute that is named here hides nothing, whatever it is set to.
fn is_harmless(text: &str) -> bool {
    let name = text.trim_start_matches(['.', '[', '\'', '"', ' ']);
    ["fontFamily", "font-family", "fontSize", "font-size", "lineHeight", "line-height", "data-", "aria-", "title", "lang", "href", "src", "alt", "target", "border", "cellpadding", "cellspacing"].iter().any(|word| name.starts_with(word))
}

/// Bytes behind a word within which the classes stand that it sets.
const NEAR: usize = 200;

/// The classes that a script sets. Where a variable holds them, any of its words may be one.
pub fn classes_set(script: &str, classes: &mut HashSet<String>) {
    if script.len() > LIBRARY {
        return;
    }
    let mut take = |text: &str, strings: &mut dyn Iterator<Item = Range<usize>>| {
        let words = strings.flat_map(|place| text[place].split_ascii_whitespace());
        classes.extend(words.filter(|s| is_name(s)).map(str::to_owned));
    };
    let mut is_variable = false;
    for word in ["className", "classList.", "addClass(", "toggleClass(", "removeClass(", "etAttribute("] {
        for at in memchr::memmem::find_iter(script.as_bytes(), word) {
            let piece = statement(&script[at..]);
            let mut strings = literals(piece).take_while(|place| place.end <= NEAR).peekable();
            let is_set = || piece[word.len()..].trim_start().strip_prefix(['=', '+']).is_some_and(|rest| !rest.starts_with("=="));
            is_variable |= strings.peek().is_none() && (word != "className" || is_set());
            take(piece, &mut strings);
        }
    }
    if is_variable {
        take(script, &mut literals(script).filter(|place| place.len() <= CHOICE));
    }
}

/// The style sheets that a script puts into the page, as strings.
pub fn sheets_made(script: &str) -> impl Iterator<Item = &str> {
    let makes = |word: &str| memchr::memmem::find(script.as_bytes(), word.as_bytes()).is_some();
    let is_maker = script.len() <= LIBRARY && ["insertRule(", "addRule(", "('style')", "(\"style\")", "<style"].into_iter().any(makes);
    let strings = is_maker.then(|| literals(script).map(|place| &script[place])).into_iter().flatten();
    strings.filter(|text| text.contains('{')).map(|text| text.split_once("<style").and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(_, rest)| rest.split("</").next().unwrap_or(rest)))
}

/// `.innerText = …`, and no question whether it is so.
fn is_assigned(piece: &str) -> bool {
    let behind = [".innerHTML", ".innerText", ".textContent", ".nodeValue", ".value"].iter().find_map(|w| piece.strip_prefix(w)).map(str::trim_start);
    behind.is_some_and(|b| b.starts_with("+=") || (b.starts_with('=') && !b.starts_with("==")))
}

/// `.text(…)`; with nothing in its brackets it reads.
fn is_called(piece: &str) -> bool {
    let called = [".text(", ".html(", ".val(", ".append(", ".prepend(", ".replaceWith(", ".appendChild(", ".insertAdjacent", ".write(", ".writeln("];
    called.iter().find_map(|w| piece.strip_prefix(w)).is_some_and(|b| !b.trim_start().starts_with(')'))
}

/// The statement that goes on here, as far as it is looked at.
fn statement(script: &str) -> &str {
    let mut depth = 0;
    for (at, b) in script.bytes().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' if depth == 0 => return &script[..at],
            b'}' => depth -= 1,
            b';' if depth == 0 => return &script[..at],
            _ if at >= STATEMENT && script.is_char_boundary(at) => return &script[..at],
            _ => {}
        }
    }
    script
}

/// Tags of pieces of a line, and of what a table is made of.
fn is_phrase(tag: &str) -> bool {
    matches!(tag, "b" | "i" | "u" | "em" | "span" | "font" | "strong" | "small" | "ins" | "mark" | "label" | "a")
}

fn is_table_tag(tag: &str) -> bool {
    matches!(tag, "table" | "tbody" | "tr" | "td" | "th" | "p" | "div" | "body" | "*")
}

/// Whether the statement around a string does something, or one about the variable that it sets.
fn is_done_later(script: &str, place: &Range<usize>, does: fn(&str) -> bool) -> bool {
    let behind = &script[place.end + 1..];
    if does(statement(behind)) {
        return true;
    }
    let before = &script[..place.start - 1];
    let begun = &before[before.rfind([';', '{', '}', '\n', ',']).map_or(0, |n| n + 1)..];
    let Some(variable) = begun.split_once('=').and_then(|(left, _)| left.split_whitespace().last()).filter(|v| is_name(v)) else { return false };
    memchr::memmem::find_iter(behind.as_bytes(), variable).any(|at| {
        let after = &behind[at + variable.len()..];
        !behind[..at].ends_with(is_name_char) && after.starts_with(['[', '.']) && does(statement(after))
    })
}

#[cfg(test)]
mod tests {
    use scraper::{ElementRef, Html};

    use super::*;

    fn written(script: &str, element: &str) -> bool {
        let mut written = Written::default();
        written.read(script, false);
        let page = Html::parse_document(&format!("<table><tr>{element}</table>"));
        page.tree.nodes().filter_map(ElementRef::wrap).any(|e| written.holds(e.value()))
    }

    #[test]
    fn elements_that_scripts_write_into() {
        for (script, element) in [
            ("document.getElementById(\"n1\").innerText = d.n", "<td id=n1>"),
            ("for (i in d) document.getElementById('n' + i).innerHTML = d[i];", "<td id=n7>"),
            ("for (k in d) { document.getElementById(k).textContent = d[k] }", "<td id=a>"),
            ("n1.textContent='7';n2.textContent='8'", "<td id=n2>"),
            ("$.get('/a', function (d) { $('#n1').text(d.n) })", "<td><b id=n1>"),
            ("$(`#n${i}`).html(v)", "<td id=n3>"),
            ("var d=[1];document.querySelectorAll(\".num\").forEach((e,i)=>e.innerText=d[i])", "<td class='a num'>"),
            ("var c = document.getElementsByClassName('num'); c[0].innerHTML = 1", "<td class=num>"),
            ("$('#t td.num, #t td.sum').each(function (i) { $(this).text(d[i]) })", "<td class=sum>"),
            ("$('.t td').each(function (i) { var n = d[i]; $(this).text(n) })", "<td>"),
            ("var tds = document.getElementsByTagName('td');\nfor (i = 0; i < tds.length; i++) { tds[i].innerHTML = d[i] }", "<td>"),
            ("for (const td of document.querySelectorAll('td:empty')) td.textContent = d.shift();", "<td>"),
            ("t.rows[i].cells[j].innerHTML = d[i][j];", "<td>"),
            ("rows.forEach(function (r, i) { r.children[1].textContent = d[i] })", "<td>"),
            ("$('#t tr:eq(1) td:eq(2)').text(5)", "<td>"),
            ("document.querySelectorAll('[data-n]').forEach(e => e.textContent = d[e.dataset.n])", "<td data-n=3>"),
        ] {
            assert!(written(script, element), "{script}");
        }
        for (script, element) in [
            ("var n1 = document.getElementById('n1').innerHTML;", "<td id=n1>"),
            ("if (document.getElementById('n1').innerText == '') hide()", "<td id=n1>"),
            ("$('#visits').text(n)", "<td id=n1>"),
            ("$('#visits').text(n)", "<td class=visits>"),
            ("$('.content table td').css({ 'border': '1px' }); $('#visits').html(n)", "<td>"),
            ("var tds = $('td'); tds.each(function () { $(this).removeAttr('width') }); $('.share').html('x');", "<td>"),
            ("$('td').each(function () { if ($(this).text() == '') $(this).addClass('none') });$('#a').html(1)", "<td class=b>"),
            ("var u = '/a/b.html?x=' + n; document.title.innerHTML = u", "<td id=b class=c>"),
            ("$('.num').addClass('on')", "<td class=num>"),
        ] {
            assert!(!written(script, element), "{script}");
        }
        for odd in ["'", "$('td')", "''.text(1)", "document.getElementById(", ".innerHTML=", "é.innerHTML=1", "`${`.text(1)", "x='#'+", "x.cells", "'['.html(1)", "{}}};.cells"] {
            written(odd, "<td>");
        }
    }
}
