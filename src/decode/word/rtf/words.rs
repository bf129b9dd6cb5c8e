//! What groups of rich text hold.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Text of the document.
    Text,
    /// The number of a paragraph, as it shows.
    Number,
    /// A text box.
    Box,
    /// The list of fonts.
    Fonts,
    /// The list of colours.
    Colours,
    /// The definition of a row within a cell.
    InnerRow,
    /// The code of a field.
    Code,
    /// A text twice, for old and for new programs: it is in the group that begins with `\ud`.
    Twice,
    /// Nothing that shows.
    Nothing,
}

/// Groups that show nothing, whether or not `\*` stands before them.
const NOTHING: [&str; 42] = [
    "annotation", "atnauthor", "atnid", "bkmkend", "bkmkstart", "falt", "footer", "footerf", "footerl", "footerr", "footnote",
    "ftnsep", "ftnsepc", "generator", "header", "headerf", "headerl", "headerr", "info", "latentstyles", "listoverridetable", "listtable", "mmathPr",
    "nonesttables", "nonshppict", "object", "panose", "pict", "pn", "revtbl", "rsidtbl", "rxe", "shppict", "shprslt", "sn", "sp", "stylesheet", "sv", "tc",
    "template", "txe", "xe",
];

/// The destination that a control word begins; none where it begins none. `starred` is whether `\*` stands before it,
/// which says that a reader that does not know the word has to pass the group over.
pub(super) fn destination(word: &str, starred: bool) -> Option<Destination> {
    match word {
        "fonttbl" => Some(Destination::Fonts),
        "colortbl" => Some(Destination::Colours),
        "nesttableprops" => Some(Destination::InnerRow),
        "fldinst" => Some(Destination::Code),
        "upr" => Some(Destination::Twice),
        "ud" => Some(Destination::Text),
        "listtext" | "pntext" => Some(Destination::Number),
        "shptxt" => Some(Destination::Box),
        // Holds the text of a shape, between much that shows nothing.
        "shpinst" => Some(Destination::Text),
        _ if starred || NOTHING.binary_search(&word).is_ok() => Some(Destination::Nothing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(NOTHING.is_sorted());
        assert_eq!(destination("pict", false), Some(Destination::Nothing));
        assert_eq!(destination("unheard", true), Some(Destination::Nothing));
        assert_eq!(destination("unheard", false), None);
    }
}
