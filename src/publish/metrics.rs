//! Figures of a run in Prometheus' text format, for the textfile collector of a node exporter: written beside and
//! renamed, so that a collector never reads half a file.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use super::staging::write_aside;

/// How every line that says what a figure is begins, the first of a file too.
const OURS: &str = "# HELP nianbao_";

/// One figure: its name behind `nianbao_`, what it is, and its values by label (empty for one without a label).
pub struct Metric<'a> {
    pub name: &'static str,
    pub help: &'static str,
    pub label: &'static str,
    pub values: Vec<(&'a str, f64)>,
}

/// Writes the metrics to `path`.
///
/// # Errors
/// The file system refuses, or something else lies there.
pub fn write(path: &Path, metrics: &[Metric]) -> io::Result<()> {
    let text = text(metrics);
    replaceable(path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write_aside(path, text.as_bytes())
}

/// That nothing lies at `path`, or what a run wrote there: a setting that names anything else is a slip, and its file would be lost.
///
/// # Errors
/// It is something else, or cannot be read.
pub fn replaceable(path: &Path) -> io::Result<()> {
    let there = match fs::metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        there => there?,
    };
    if !there.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut begins = Vec::new();
    fs::File::open(path)?.take(OURS.len() as u64).read_to_end(&mut begins)?;
    if begins.is_empty() || begins == OURS.as_bytes() { Ok(()) } else { Err(io::Error::other("another file than that of a run lies there")) }
}

fn text(metrics: &[Metric]) -> String {
    let mut out = String::new();
    for m in metrics {
        let _ = writeln!(out, "{OURS}{} {}\n# TYPE nianbao_{} gauge", m.name, m.help, m.name);
        for (label, value) in &m.values {
            let _ = match m.label {
                "" => writeln!(out, "nianbao_{} {value}", m.name),
                key => writeln!(out, "nianbao_{}{{{key}=\"{}\"}} {value}", m.name, label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_that_of_prometheus() {
        let metrics = [
            Metric { name: "reports", help: "reports by status", label: "status", values: vec![("complete", 3.0), ("a\"b", 0.5)] },
            Metric { name: "seconds", help: "time", label: "", values: vec![("", 1.25)] },
        ];
        let expected = "# HELP nianbao_reports reports by status\n# TYPE nianbao_reports gauge\nnianbao_reports{status=\"complete\"} 3\nnianbao_reports{status=\"a\\\"b\"} 0.5\n# HELP nianbao_seconds time\n# TYPE nianbao_seconds gauge\nnianbao_seconds 1.25\n";
        assert_eq!(text(&metrics), expected);
        let dir = tempfile::tempdir().expect("a scratch folder");
        let path = dir.path().join("new/n.prom");
        write(&path, &metrics).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("there"), expected);
        write(&path, &metrics).expect("written over the figures of a run before");
        fs::write(&path, "report,year\n").expect("a file of somebody");
        assert!(write(&path, &metrics).is_err());
        assert_eq!(fs::read_to_string(&path).expect("there"), "report,year\n");
        assert_eq!(fs::read_dir(dir.path().join("new")).expect("a folder").count(), 1, "nothing is left beside it");
    }
}
