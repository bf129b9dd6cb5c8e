//! Web pages. The tables keep their spans.

use super::layouts::{Block, PageStyle};
use super::tables::{Cell, Grid};

/// A table as the statutory form has it.
pub fn plain(blocks: &[Block], style: &PageStyle, rng: &mut fastrand::Rng) -> String {
    let body = body(blocks, &mut |cell, _| cell.line(), rng);
    page(style, &format!("<div class=\"content\">\n{body}</div>\n"))
}

/// The report stands within a table that only arranges the page.
pub fn wrapped(blocks: &[Block], style: &PageStyle, rng: &mut fastrand::Rng) -> String {
    let body = body(blocks, &mut |cell, _| cell.line(), rng);
    page(style, &format!(
        "<table width=\"100%\" border=\"0\"><tr><td class=\"left\"><ul><li><a href=\"/\">首页</a></li><li>政府信息公开</li></ul></td>\n<td class=\"main\"><table><tr><td>\n{body}</td></tr></table></td></tr></table>\n"
    ))
}

/// Paragraphs and breaks within the cells, as word processors leave them.
pub fn paragraphs(blocks: &[Block], style: &PageStyle, rng: &mut fastrand::Rng) -> String {
    let mut write = |cell: &Cell, rng: &mut fastrand::Rng| {
        let text = cell.text.replace('\n', if rng.bool() { "<br/>" } else { "</p><p>" });
        format!("<p align=center>{}</p>", if text.is_empty() { "&nbsp;" } else { &text })
    };
    let body = body(blocks, &mut write, rng);
    page(style, &format!("<div id=\"zoom\">\n{body}</div>\n"))
}

fn page(style: &PageStyle, body: &str) -> String {
    let mut head = format!("<meta charset=\"{}\">\n<title>{}</title>\n", style.charset, style.page_title);
    if let Some(date) = &style.published {
        head.push_str(&format!("<meta name=\"PubDate\" content=\"{date}\">\n"));
    }
    if let Some(code) = &style.site_code {
        head.push_str(&format!("<meta name=\"SiteIDCode\" content=\"{code}\">\n"));
    }
    format!("<!DOCTYPE html>\n<html>\n<head>\n{head}<style>td {{ border: 1px solid #000; width: 80px }}</style>\n</head>\n<body>\n{body}<script>var page = 2024;</script>\n</body>\n</html>\n")
}

fn body(blocks: &[Block], write: &mut dyn FnMut(&Cell, &mut fastrand::Rng) -> String, rng: &mut fastrand::Rng) -> String {
    let mut out = String::with_capacity(12_000);
    for block in blocks {
        match block {
            Block::Title(lines) => out.push_str(&format!("<h1>{}</h1>\n", lines.join("<br>"))),
            Block::Heading(text) => out.push_str(&format!("<p><strong>{text}</strong></p>\n")),
            Block::Text(text) => out.push_str(&format!("<p>　　{}</p>\n", text.replace('<', "&lt;").replace('>', "&gt;"))),
            Block::Table(grid) => table(grid, write, rng, &mut out),
        }
    }
    out
}

fn table(grid: &Grid, write: &mut dyn FnMut(&Cell, &mut fastrand::Rng) -> String, rng: &mut fastrand::Rng, out: &mut String) {
    out.push_str("<table border=\"1\">\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for cell in Grid::visible(row) {
            out.push_str("<td");
            if cell.cols > 1 {
                out.push_str(&format!(" colspan=\"{}\"", cell.cols));
            }
            if cell.rows > 1 {
                out.push_str(&format!(" rowspan=\"{}\"", cell.rows));
            }
            out.push('>');
            out.push_str(&write(cell, rng));
            out.push_str("</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}
