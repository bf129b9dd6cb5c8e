//! Texts whose lines were counted by the program that printed them: a number of its own stands before every line, and is
//! no figure.

/// Fewer lines may begin with such numbers by themselves.
const LEAST: usize = 12;

/// The text without the numbers of its lines; none where they are not counted. All but the empty lines are, each with the
/// number behind the last one's, with few exceptions.
pub fn without_numbers(text: &str) -> Option<String> {
    let first = text.lines().find(|l| !l.trim().is_empty())?;
    count(first)?;
    let (mut lines, mut next, mut odd) = (0, None, 0);
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        lines += 1;
        let number = count(line).map(|c| c.0);
        odd += usize::from(number.is_none() || next.is_some() && number != next);
        // Behind an empty line the count may have gone on.
        next = number.map(|n| n + 1).or(next);
        if odd * 20 > lines + 20 {
            return None;
        }
    }
    if lines < LEAST || odd * 20 > lines {
        return None;
    }
    let kept = |line: &str| count(line).map_or(line.to_string(), |c| c.1.to_string());
    Some(text.split('\n').map(kept).collect::<Vec<_>>().join("\n"))
}

/// The number that a line begins with and what stands behind it.
fn count(line: &str) -> Option<(u32, &str)> {
    let line = line.trim_start();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = line[..digits].parse().ok()?;
    let rest = &line[digits..];
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(['\t', ' ', ':', '|', '│'])? };
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: &[&str], behind: &str) -> String {
        lines.iter().enumerate().map(|(i, l)| format!("{:6}{behind}{l}\n", i + 1)).collect()
    }

    const LINES: [&str; 14] = ["枫桥镇", "", "规章", "0", "0", "0", "规范性文件", "3", "1", "7", "行政许可", "12", "行政处罚", "5"];

    #[test]
    fn numbers_of_lines_are_taken_off() {
        let plain = LINES.map(|l| format!("{l}\n")).concat();
        for behind in ["\t", " ", ":"] {
            assert_eq!(without_numbers(&numbered(&LINES, behind)), Some(plain.clone()));
        }
        // Where empty lines are not counted.
        let dense: Vec<&str> = LINES.into_iter().filter(|l| !l.is_empty()).collect();
        assert_eq!(without_numbers(&numbered(&dense, "\t").replacen("规章", "规章\n", 1)), Some(plain.replacen("\n\n", "\n", 1).replacen("规章", "规章\n", 1)));
    }

    #[test]
    fn figures_are_none() {
        let plain = LINES.map(|l| format!("{l}\n")).concat();
        assert_eq!(without_numbers(&plain), None);
        // A list of figures that happen to grow, and a table with a column that numbers its rows.
        assert_eq!(without_numbers(&(0..20).map(|i| format!("{} 规章\n", i * 3)).collect::<String>()), None);
        assert_eq!(without_numbers(&format!("{plain}{}", numbered(&LINES, "\t"))), None);
        assert_eq!(without_numbers(&numbered(&LINES[..8], "\t")), None, "too few lines");
    }
}
