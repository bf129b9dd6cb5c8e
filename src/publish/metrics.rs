//! Figures of a run in Prometheus' text format, for the textfile collector of a node exporter: written beside and
//! renamed, so that a collector never reads half a file.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::staging::write_aside;

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
/// The file system refuses, or something that is no file lies there.
pub fn write(path: &Path, metrics: &[Metric]) -> io::Result<()> {
    let text = text(metrics);
    if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        return Err(io::Error::other("it is no regular file"));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write_aside(path, text.as_bytes())
}

fn text(metrics: &[Metric]) -> String {
    let mut out = String::new();
    for m in metrics {
        let _ = writeln!(out, "# HELP nianbao_{} {}\n# TYPE nianbao_{} gauge", m.name, m.help, m.name);
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
        assert_eq!(fs::read_dir(dir.path().join("new")).expect("a folder").count(), 1, "nothing is left beside it");
    }
}
