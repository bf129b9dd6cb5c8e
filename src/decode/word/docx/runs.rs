//! How the runs of a Word document look, as far as it bears on what a person reads in them.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::decode::apart;
use crate::decode::fault::Fault;
use crate::decode::ink::{self, Ink};
use crate::decode::word::{CHAIN, SMALL, THIN, is_of_pictures, numbered};
use crate::decode::xml::{Tag, Xml};

/// What is said of a run; nothing where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Run {
    hidden: Option<bool>,
    struck: Option<bool>,
    struck_twice: Option<bool>,
    raised: Option<bool>,
    moved: Option<bool>,
    small: Option<bool>,
    thin: Option<bool>,
    /// The font has pictures in place of letters and digits.
    pictures: Option<bool>,
    /// Its letters have no filling, or two styles hide it, which some programs take to show it again.
    doubtful: Option<bool>,
    /// What was said last is of the filling of its letters.
    filling: bool,
    /// The colour of the letters, where it is known; and of what lies behind them.
    ink: Option<Option<Ink>>,
    ground: Option<Option<Ink>>,
}

impl Run {
    /// Takes one property. Those of a style come first.
    pub fn take(&mut self, tag: &Tag, looks: &Looks) {
        match tag.local() {
            "rStyle" => {
                let style = tag.attribute("val").map_or(Run::default(), |name| looks.style(CHARACTER, &name));
                let twice = style.is_hidden() && self.is_hidden();
                *self = style.over(*self);
                if twice {
                    (self.hidden, self.doubtful) = (Some(false), Some(true));
                }
            }
            "vanish" => self.hidden = Some(tag.is_on()),
            "strike" => self.struck = Some(tag.is_on()),
            "dstrike" => self.struck_twice = Some(tag.is_on()),
            "vertAlign" => self.raised = Some(tag.attribute("val").is_some_and(|v| v != "baseline")),
            "position" => self.moved = Some(tag.number().is_some_and(|n| n != 0)),
            "sz" => self.small = tag.number().map(|n| n <= SMALL),
            "w" => self.thin = tag.attribute("val").and_then(|v| v.trim_end_matches('%').parse::<i64>().ok()).map(|n| n <= THIN),
            "rFonts" => self.pictures = tag.attribute("ascii").map(|font| is_of_pictures(&font)).or(self.pictures),
            "color" => self.ink = Some(tag.attribute("val").and_then(|v| ink::hex(&v)).or_else(|| looks.of_theme(tag, "themeColor"))),
            "highlight" => self.ground = Some(tag.attribute("val").and_then(|v| highlight(&v))),
            "shd" => self.ground = looks.shading(tag).or(self.ground),
            _ if tag.prefix() == NEWER => self.fill(tag, looks),
            _ => {}
        }
    }

    /// Takes what newer programs say of the filling of letters, which goes before their colour.
    fn fill(&mut self, tag: &Tag, looks: &Looks) {
        match tag.local() {
            "textFill" => self.filling = true,
            _ if !self.filling => {}
            "noFill" => self.doubtful = Some(true),
            "srgbClr" => self.ink = Some(tag.attribute("val").and_then(|v| ink::hex(&v))),
            "schemeClr" => self.ink = Some(looks.of_theme(tag, "val")),
            "lumMod" | "lumOff" | "tint" | "shade" => self.ink = Some(None),
            "solidFill" => {}
            _ => self.filling = false,
        }
    }

    /// What this says, and where it says nothing what another says.
    pub fn over(self, other: Run) -> Run {
        Run {
            hidden: self.hidden.or(other.hidden),
            struck: self.struck.or(other.struck),
            struck_twice: self.struck_twice.or(other.struck_twice),
            raised: self.raised.or(other.raised),
            moved: self.moved.or(other.moved),
            small: self.small.or(other.small),
            thin: self.thin.or(other.thin),
            pictures: self.pictures.or(other.pictures),
            doubtful: self.doubtful.or(other.doubtful),
            filling: false,
            ink: self.ink.or(other.ink),
            ground: self.ground.or(other.ground),
        }
    }

    /// On the ground of the paragraph or cell around it.
    pub fn on(self, ground: Option<Option<Ink>>) -> Run {
        Run { ground: self.ground.or(ground), ..self }
    }

    /// A line, row or place in which nothing can be seen.
    pub fn squeezed(self) -> Run {
        Run { small: Some(true), ..self }
    }

    pub fn is_hidden(self) -> bool {
        self.hidden == Some(true)
    }

    pub fn is_struck(self) -> bool {
        self.struck == Some(true) || self.struck_twice == Some(true)
    }

    /// Whether a text of this run is no part of the figure before it. White words stand on colours that are not read here.
    pub fn alters(self, text: &str) -> bool {
        let is_on = |property: Option<bool>| property == Some(true);
        self.is_struck() || is_on(self.raised) || is_on(self.moved) || (apart::has_digits_alone(text) && (is_on(self.small) || is_on(self.thin) || is_on(self.pictures) || is_on(self.doubtful) || self.is_faint()))
    }

    fn is_faint(self) -> bool {
        let ground = self.ground.unwrap_or(Some(ink::WHITE));
        self.ink.flatten().zip(ground).is_some_and(|(letters, ground)| ink::is_faint(letters, ground))
    }
}

/// The text of a run as programs show it: a break is an element of its own, and one that stands in the text is of whoever laid
/// out the file.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split('\n').map(str::trim_ascii).filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join(" "))
}

/// The prefix of what newer programs say of letters.
pub(super) const NEWER: &str = "w14";

fn highlight(name: &str) -> Option<Ink> {
    const NAMES: [&str; 16] = [
        "black", "blue", "cyan", "green", "magenta", "red", "yellow", "white", "darkBlue", "darkCyan", "darkGreen", "darkMagenta", "darkRed", "darkYellow", "darkGray", "lightGray",
    ];
    match name {
        "none" => Some(ink::WHITE),
        // Older programs write `dark-blue`.
        _ => numbered(NAMES.iter().position(|n| n.eq_ignore_ascii_case(&name.replace('-', "")))? + 1),
    }
}

/// The colours of a theme by their names there.
fn theme(part: &str, depth: usize) -> Result<HashMap<String, Ink>, Fault> {
    let mut out = HashMap::new();
    let mut xml = Xml::new(part, "the theme", depth);
    while let Some(tag) = xml.next_tag()? {
        if tag.local() != "clrScheme" {
            continue;
        }
        let mut name = String::new();
        xml.within(|tag, depth| match tag.local() {
            own if depth == 1 => name = own.to_owned(),
            _ if depth > 2 => {}
            _ => out.extend(tag.attribute("lastClr").or_else(|| tag.attribute("val")).and_then(|c| ink::hex(&c)).map(|ink| (name.clone(), ink))),
        })?;
        break;
    }
    Ok(out)
}

/// The kinds of styles.
const KINDS: [&str; 3] = ["character", "paragraph", "table"];
const CHARACTER: usize = 0;
const PARAGRAPH: usize = 1;
const TABLE: usize = 2;

/// The styles of characters, paragraphs and tables: what each says of runs, and what it is based on.
#[derive(Default)]
pub(super) struct Looks {
    styles: [HashMap<String, (Run, Option<String>)>; 3],
    /// What holds where nothing else is said, and the styles of paragraphs and tables that name none.
    all: Run,
    usual: [Option<String>; 3],
    /// The colours of the theme.
    theme: HashMap<String, Ink>,
}

impl Looks {
    /// `styles` and `colours` are the parts of the styles and of the theme. A theme that is damaged takes no report with it.
    pub fn read(styles: &str, colours: &str, depth: usize) -> Result<Looks, Fault> {
        let of_theme = theme(colours, depth).unwrap_or_default();
        let mut out = Looks { theme: of_theme.clone(), ..Looks::default() };
        let none = Looks { theme: of_theme, ..Looks::default() };
        let mut xml = Xml::new(styles, "the styles", depth);
        let (mut now, mut defaults, mut part) = (None, false, false);
        while let Some(tag) = xml.next_tag()? {
            match tag.local() {
                "docDefaults" => defaults = true,
                "style" => {
                    (defaults, part) = (false, false);
                    let kind = tag.attribute("type").and_then(|kind| KINDS.iter().position(|k| *k == kind));
                    now = kind.zip(tag.attribute("styleId"));
                    if let Some((kind, name)) = now.as_ref().filter(|_| matches!(tag.attribute("default").as_deref(), Some("1" | "true" | "on"))) {
                        out.usual[*kind] = Some(name.clone());
                    }
                }
                // Which cells a part of a table's style is for is not followed; what hides or strikes out holds for all.
                "tblStylePr" => part = true,
                // What lies behind paragraphs, tables and cells stands between the properties of runs.
                "shd" if now.is_some() => {}
                _ if defaults => out.all.take(&tag, &none),
                name => {
                    let Some((kind, style)) = &now else { continue };
                    let (run, base) = out.styles[*kind].entry(style.clone()).or_default();
                    match name {
                        "basedOn" => *base = tag.attribute("val"),
                        "vanish" | "strike" | "dstrike" => run.take(&tag, &none),
                        _ if part => {}
                        _ => run.take(&tag, &none),
                    }
                }
            }
        }
        Ok(out)
    }

    /// The colour that an attribute names; nothing where it is said to be lighter or darker.
    fn of_theme(&self, tag: &Tag, attribute: &str) -> Option<Ink> {
        let name = tag.attribute(attribute)?;
        if ["Tint", "Shade"].iter().any(|change| tag.attribute(&format!("{}{change}", attribute.trim_end_matches("Color"))).is_some()) {
            return None;
        }
        let name = match name.as_str() {
            "background1" | "light1" | "bg1" => "lt1",
            "text1" | "dark1" | "tx1" => "dk1",
            "background2" | "light2" | "bg2" => "lt2",
            "text2" | "dark2" | "tx2" => "dk2",
            "hyperlink" => "hlink",
            "followedHyperlink" => "folHlink",
            name => name,
        };
        self.theme.get(name).copied().or((name == "lt1").then_some(ink::WHITE))
    }

    /// The colour of a shading, where it is even; nothing where it says that there is none.
    pub fn shading(&self, tag: &Tag) -> Option<Option<Ink>> {
        let colour = |name: &str, of_theme: &str| match tag.attribute(name).filter(|c| c != "auto") {
            Some(own) => Some(ink::hex(&own)),
            None => tag.attribute(of_theme).map(|_| self.of_theme(tag, of_theme)),
        };
        match tag.attribute("val").as_deref() {
            Some("solid") => colour("color", "themeColor").or(Some(Some(ink::BLACK))),
            Some("clear") | None => colour("fill", "themeFill"),
            Some("nil") => None,
            _ => Some(None),
        }
    }

    /// How a run of a style looks, as far as the style and those that it is based on say it.
    fn style(&self, kind: usize, name: &str) -> Run {
        let mut out = Run::default();
        let mut next = Some(name);
        for _ in 0..CHAIN {
            let Some((run, base)) = next.and_then(|name| self.styles[kind].get(name)) else { break };
            out = out.over(*run);
            next = base.as_deref();
        }
        out
    }

    /// How runs look in a paragraph of a style, within a table of one.
    pub fn paragraph(&self, style: Option<&str>, table: Run) -> Run {
        self.usual(PARAGRAPH, style).over(table).over(self.all)
    }

    /// How runs look in a table of a style.
    pub fn table(&self, style: Option<&str>) -> Run {
        self.usual(TABLE, style)
    }

    fn usual(&self, kind: usize, style: Option<&str>) -> Run {
        style.or(self.usual[kind].as_deref()).map_or(Run::default(), |name| self.style(kind, name))
    }
}
