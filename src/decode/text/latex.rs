//! Tables of LaTeX: cells between `&`, rows up to `\\`.

use crate::decode::APART;
use crate::model::{CELL_END, ROW_END};

/// What tables are called.
const TABLES: [&str; 5] = ["tabular", "longtable", "tabularx", "tabular*", "tabulary"];

/// Rules, marks of the head, and what says how a cell is set; they hold no words. Those with brackets behind them come first.
const SILENT: [&str; 24] = [
    "cline", "cmidrule", "noalign", "begin", "end", "caption", "label", "hline", "toprule", "midrule", "bottomrule", "endhead", "endfirsthead", "endfoot", "endlastfoot", "raggedright", "raggedleft", "centering",
    "arraybackslash", "strut", "linewidth", "bfseries", "small", "footnotesize",
];
const WITH_BRACKETS: usize = 7;

/// What only says how its words look.
const PLAIN: [&str; 9] = ["textbf", "textit", "emph", "underline", "textrm", "text", "texttt", "makecell", "ul"];

/// So many lines with cells are rows of tables that lost what stands around them.
const LEAST: usize = 5;

/// The text with such tables as cells and rows, as many lines as before; none where it has none.
pub fn respelled(text: &str) -> Option<String> {
    framed(text).or_else(|| rows_alone(text))
}

/// The text with the tables that stand between their beginning and their end.
fn framed(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"\\begin{")?;
    let (mut out, mut rest, mut found) = (String::with_capacity(text.len()), text, false);
    // By name, whether the end of a table was looked for and none stands in the rest of the text.
    let mut endless = [false; TABLES.len()];
    while let Some(at) = rest.find("\\begin{") {
        let inner = &rest[at + "\\begin{".len()..];
        let name = TABLES.iter().position(|n| inner.strip_prefix(*n).is_some_and(|r| r.starts_with('}')));
        let table = name.filter(|n| !endless[*n]).and_then(|n| {
            let (name, body) = (TABLES[n], &inner[TABLES[n].len() + 1..]);
            let end = body.find(&format!("\\end{{{name}}}"));
            endless[n] = end.is_none();
            Some((body, end?, name.len()))
        });
        match table {
            Some((body, end, name)) => {
                out.push_str(&rest[..at]);
                table_rows(&body[..end], &mut out);
                rest = &body[end + "\\end{}".len() + name..];
                found = true;
            }
            None => {
                out.push_str(&rest[..at + 1]);
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The text with rows that stand by themselves, a line each.
fn rows_alone(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"\\\\")?;
    let lines = || text.split_inclusive('\n');
    if lines().filter(|line| line.contains('&') && is_row(line)).take(LEAST).count() < LEAST {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for line in lines() {
        match () {
            _ if is_row(line) => table_rows(line, &mut out),
            _ if is_rule(line) => breaks(line, &mut out),
            _ => out.push_str(line),
        }
    }
    Some(out)
}

/// Whether a line ends with the sign that ends a row, how far the next one is, and rules.
fn is_row(line: &str) -> bool {
    let Some(at) = line.rfind("\\\\") else { return false };
    let behind = &line[at + 2..];
    let behind = if behind.starts_with('[') { &behind[bracket(behind)..] } else { behind };
    behind.trim().is_empty() || is_rule(behind)
}

/// Whether a line holds what sets a table, and no words.
fn is_rule(line: &str) -> bool {
    let Some(rule) = line.trim().strip_prefix('\\') else { return false };
    SILENT.iter().any(|s| rule.starts_with(s)) && cell(line).is_empty()
}

/// The rows of a table, whose body begins with how its columns are set.
fn table_rows(body: &str, out: &mut String) {
    let mut rest = body;
    while rest.starts_with(['[', '{']) {
        let end = bracket(rest);
        breaks(&rest[..end], out);
        rest = &rest[end..];
    }
    // The head is repeated for pages behind the first.
    let mut repeats = false;
    while !rest.is_empty() {
        let (cells, end, ended) = row(rest);
        let source = &rest[..end];
        repeats = repeats && !source.contains("\\endhead") || !source.contains("\\endhead") && source.contains("\\endfirsthead");
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        if !repeats && (ended || cells.iter().any(|c| !c.is_empty())) {
            for cell in cells {
                out.push_str(&cell);
                out.push(CELL_END);
            }
            out.push(ROW_END);
        }
        breaks(source, out);
        rest = &rest[end..];
    }
}

fn breaks(text: &str, out: &mut String) {
    out.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|_| '\n'));
}

/// The cells of the first row, where it ends, and whether a sign ends it.
fn row(text: &str) -> (Vec<&str>, usize, bool) {
    let (mut cells, mut start, mut depth) = (Vec::new(), 0, 0usize);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'&' if depth == 0 => {
                cells.push(&text[start..at]);
                start = at + 1;
            }
            b'\\' if bytes.get(at + 1) == Some(&b'\\') && depth == 0 => {
                cells.push(&text[start..at]);
                let behind = &text[at + 2..];
                let skipped = if behind.starts_with('[') { bracket(behind) } else { 0 };
                return (cells, at + 2 + skipped, true);
            }
            b'\\' if depth == 0 && text[at..].starts_with("\\tabularnewline") => {
                cells.push(&text[start..at]);
                return (cells, at + "\\tabularnewline".len(), true);
            }
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    cells.push(&text[start..]);
    (cells, text.len(), false)
}

/// Where the bracket ends that a text begins with.
fn bracket(text: &str) -> usize {
    let (open, close) = if text.starts_with('[') { (b'[', b']') } else { (b'{', b'}') };
    let mut depth = 0;
    for (at, &b) in text.as_bytes().iter().enumerate() {
        depth += i32::from(b == open) - i32::from(b == close);
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// The words of a cell without what sets them.
fn cell(source: &str) -> String {
    let (mut out, mut rest) = (String::new(), source.trim());
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' | '}' | '$' => {}
            '~' | '\n' | CELL_END | ROW_END => out.push(' '),
            '%' => rest = rest.split_once('\n').map_or("", |r| r.1),
            '\\' => rest = command(rest, &mut out),
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts what a command says, and gives what stands behind it.
fn command<'t>(rest: &'t str, out: &mut String) -> &'t str {
    let name = &rest[..rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len()];
    let mut behind = &rest[name.len()..];
    if name.is_empty() {
        // A sign of its own, or a break within the cell.
        let sign = rest.chars().next().unwrap_or(' ');
        out.push(if sign == '\\' || sign == '\n' { ' ' } else { sign });
        return &rest[sign.len_utf8().min(rest.len())..];
    }
    let skip = |behind: &'t str| if behind.starts_with(['{', '[']) { &behind[bracket(behind)..] } else { behind };
    match SILENT.iter().position(|s| *s == name) {
        Some(n) => {
            if name == "cmidrule" && behind.starts_with('(') {
                behind = behind.split_once(')').map_or("", |b| b.1);
            }
            while n < WITH_BRACKETS && behind.starts_with(['{', '[']) {
                behind = skip(behind);
            }
            behind
        }
        None if name == "multicolumn" => skip(skip(behind)),
        // How many rows, and how wide.
        None if name == "multirow" => {
            while behind.starts_with(['{', '[']) && behind[bracket(behind)..].starts_with(['{', '[']) {
                behind = skip(behind);
            }
            behind
        }
        None if PLAIN.contains(&name) => behind,
        None if name == "textbackslash" => {
            out.push('\\');
            behind
        }
        None => {
            // It may strike out its words, raise them, or mean a length.
            out.extend(behind.starts_with(['{', '[']).then_some(APART));
            behind
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Option<String> {
        respelled(text).map(|t| t.replace(CELL_END, "¦").replace(ROW_END, "¶"))
    }

    #[test]
    fn cells_stand_between_ampersands() {
        let text = "甲镇\n\\begin{tabular}{lll}\n\\toprule\n & 0 & \\textbf{1} \\\\\n\\midrule\n规章 & 3 & \\\\\n\\multicolumn{2}{c}{许可} & 5\\% \\\\[2pt] \\cmidrule(lr){1-2}\n\\multirow{2}{*}{处罚} & \\& & $-1$ \\tabularnewline\n\\bottomrule\n\\end{tabular}\n乙";
        assert_eq!(marked(text).unwrap(), "甲镇\n¦0¦1¦¶\n\n规章¦3¦¦¶\n\n许可¦5%¦¶\n处罚¦&¦-1¦¶\n\n\n\n乙");
    }

    #[test]
    fn what_may_change_a_figure_is_told() {
        assert_eq!(cell("\\sout{5}"), "~5");
        assert_eq!(cell("3\\textsuperscript{1}"), "3~1");
        assert_eq!(cell("\\begin{minipage}[b]{\\linewidth}\\raggedright\n规章\\strut\n\\end{minipage}"), "规章");
        assert_eq!(cell("-{}-"), "--");
    }

    #[test]
    fn rows_stand_by_themselves() {
        let text = "甲镇\n & 0 & 1 \\\\\n\\midrule\n规章 & 3 & \\\\\n许可项\n许可 & 5 \\\\ \\hline\n处罚 & 7 & \\\\\n强制 & 2 \\\\[2pt]\n收费 & 9 \\\\\n甲 & 乙\n";
        assert_eq!(marked(text).unwrap(), "甲镇\n¦0¦1¦¶\n\n规章¦3¦¦¶\n许可项\n许可¦5¦¶\n处罚¦7¦¦¶\n强制¦2¦¶\n收费¦9¦¶\n甲 & 乙\n");
    }

    #[test]
    fn other_texts_stay() {
        for text in ["\\begin{itemize} 甲 & 乙 \\\\ \\end{itemize}", "\\begin{tabular}{ll} 甲 & 1 \\\\", "甲 & 1", "甲 & 1 \\\\\n乙 & 2 \\\\\n丙 & 3 \\\\\n丁 & 4 \\\\\n戊 & 5\n己 \\\\\n"] {
            assert_eq!(marked(text), None, "{text}");
        }
    }
}
