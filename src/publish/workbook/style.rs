//! Formats, widths and the sheets' names.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// Names of the level sheets by depth: province, city, county.
pub const LEVELS: [&str; 3] = ["省 Province", "市 City", "县 County"];
pub const SHARES: &str = "报送率 Share";
pub const COVERAGE: &str = "报送情况 Coverage";
pub const FAILED: &str = "核对不符 Failed checks";
pub const TRENDS: &str = "趋势 Trends";
pub const COLUMNS: &str = "说明 Columns";

/// Height of a row in points: Chinese type is higher than the Latin type of the usual height.
pub const ROW: f64 = 16.5;

/// The formats that the sheets share.
pub struct Style {
    pub title: Format,
    pub note: Format,
    pub head: Format,
    /// Heads of table 2, 3 and 4.
    pub tables: [Format; 3],
    pub text: Format,
    pub wrapped: Format,
    pub count: Format,
    /// 万元
    pub amount: Format,
    /// A count and an amount that are the sum of only some of those who reported.
    pub fewer: [Format; 2],
    pub share: Format,
    pub year: Format,
    /// Found, found but unreadable, not found.
    pub presence: [Format; 3],
}

impl Style {
    pub fn new() -> Style {
        let font = || Format::new().set_font_name("Noto Sans CJK SC").set_font_size(10);
        let head = |color: u32| {
            let f = font().set_bold().set_text_wrap().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
            f.set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x8A_94_A0)).set_background_color(Color::RGB(color))
        };
        let presence = |color: u32, ink: u32| font().set_align(FormatAlign::Center).set_background_color(Color::RGB(color)).set_font_color(Color::RGB(ink)).set_border(FormatBorder::Thin).set_border_color(Color::White);
        Style {
            title: font().set_bold().set_font_size(14),
            note: font().set_font_color(Color::RGB(0x55_5F_6B)),
            head: head(0xE7_EB_F0),
            tables: [head(0xDD_EB_F7), head(0xE2_EF_DA), head(0xFC_E4_D6)],
            // A figure at the right of its column would touch a text at the left of the next.
            text: font().set_indent(1),
            wrapped: font().set_text_wrap().set_align(FormatAlign::Top),
            count: font().set_num_format("#,##0"),
            amount: font().set_num_format("#,##0.00"),
            fewer: ["#,##0", "#,##0.00"].map(|code| font().set_num_format(code).set_background_color(Color::RGB(0xFF_E6_99)).set_font_color(Color::RGB(0x7A_55_00))),
            share: font().set_num_format("0.0%"),
            year: font().set_num_format("0").set_align(FormatAlign::Center),
            presence: [presence(0xC6_E7_CE, 0x1E_5C_2E), presence(0xFF_E6_99, 0x7A_55_00), presence(0xF4_B6_B0, 0x8C_1D_18)],
        }
    }
}

/// Width of a column that shows a text: two for a Han character, one for another, and three for the edges.
pub fn width(text: &str) -> f64 {
    let cells: u32 = text.chars().map(|c| if c as u32 >= 0x2E80 { 2 } else { 1 }).sum();
    f64::from(cells + 3)
}

/// The widest of several texts, within bounds.
pub fn widest<'a>(texts: impl Iterator<Item = &'a str>, most: f64) -> f64 {
    texts.map(width).fold(8.0, f64::max).min(most)
}
