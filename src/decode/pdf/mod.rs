//! PDF with a text layer: characters with their places, cells by ruled lines or else by alignment, pages joined.
//!
//! The reading is done on a thread of its own, for its stack: the library's depth is bounded, and what it needs at that
//! depth is more than a worker has. A thread also has an end: one that takes too long is left behind.

mod align;
mod bounds;
mod content;
mod flow;
mod fonts;
mod grid;
mod join;
mod layers;
mod lines;
mod notes;
mod outline;
mod painted;
mod steps;
mod unseen;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use hayro_interpret::{InterpreterCache, InterpreterSettings};
use hayro_syntax::object::Dict;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::decode::{Limits, line_of, of_file};
use crate::model::{Decoded, Problem};
use content::{Marks, Reader};
use layers::Layers;

/// Enough for the deepest nesting that the library allows.
const STACK: usize = 64 << 20;
/// The share of a page that pictures cover where it is a scan.
const SCAN: f64 = 0.4;
/// A page with no more characters than this has no text.
const BARE: usize = 12;

/// Why a document was not read.
enum Failure {
    Encrypted,
    Damaged,
    TooMuch(&'static str),
    Pages(usize),
}

/// The text of a PDF; tables stand as cells, `Decoded::pages` says where pages begin.
///
/// Fails with `decode/encrypted`, `decode/scanned`, `decode/empty`, `decode/too-large`, `decode/pdf-damaged`,
/// `decode/pdf-unmapped`.
pub(super) fn read(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, Problem> {
    let most = limits.pages;
    let (sender, receiver) = mpsc::channel();
    let work = move || {
        let result = catch_unwind(AssertUnwindSafe(|| document(bytes, most))).unwrap_or(Err(Failure::Damaged));
        // Nobody listens any more where it took too long.
        let _ = sender.send(result);
    };
    let started = std::thread::Builder::new().name("pdf".into()).stack_size(STACK).spawn(work);
    if let Err(e) = started {
        return Err(of_file("decode/pdf-damaged", format!("{path}: no thread could be had to read it: {e}; run again with fewer threads")));
    }
    match receiver.recv_timeout(Duration::from_secs(limits.seconds)) {
        Ok(Ok(decoded)) => told(path, decoded),
        Ok(Err(failure)) => Err(failure.problem(path, limits)),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(of_file(
            "decode/too-large",
            format!("{path}: the PDF took more than {} s to read and was given up; print it anew from a viewer", limits.seconds),
        )),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Failure::Damaged.problem(path, limits)),
    }
}

impl Failure {
    fn problem(self, path: &str, limits: &Limits) -> Problem {
        match self {
            Failure::Encrypted => of_file(
                "decode/encrypted",
                format!("{path}: the PDF is protected by a password; save it without one, and put that file into the archive"),
            ),
            Failure::Damaged => of_file(
                "decode/pdf-damaged",
                format!("{path}: the PDF is damaged and cannot be read; fetch it again, or open it in a viewer and print it anew"),
            ),
            Failure::TooMuch(what) => of_file(
                "decode/too-large",
                format!("{path}: the PDF has too much of something: {what}; no report needs that, look at what it is"),
            ),
            Failure::Pages(n) => of_file(
                "decode/too-large",
                format!("{path}: the PDF has {n} pages, and the limit is {}; cut the report out of it", limits.pages),
            ),
        }
    }
}

/// A document's text with what its pages are made of.
struct Read {
    decoded: Decoded,
    /// Characters that show, and those of them that mean nothing in Unicode.
    shown: usize,
    unmapped: usize,
    invisible: usize,
    /// The pages, from 1, that are pictures without text.
    scans: Vec<usize>,
    pages: usize,
}

fn document(bytes: Vec<u8>, most: usize) -> Result<Read, Failure> {
    bounds::measure(&bytes).map_err(Failure::TooMuch)?;
    let pdf = Pdf::new(bytes).map_err(|e| match e {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => Failure::Encrypted,
        _ => Failure::Damaged,
    })?;
    let pages = pdf.pages();
    if pages.len() > most {
        return Err(Failure::Pages(pages.len()));
    }
    let mut reader = Reader {
        cache: InterpreterCache::new(),
        settings: InterpreterSettings::default(),
        fonts: Default::default(),
        budget: Default::default(),
        layers: layers(&pdf),
    };
    let marks: Vec<Marks> = pages.iter().map(|p| reader.marks(p)).collect::<Result<_, _>>().map_err(Failure::TooMuch)?;
    let is_scan = |m: &&(usize, &Marks)| m.1.pictures > SCAN && m.1.glyphs.len() <= BARE;
    let mut read = Read {
        decoded: Decoded { format: "pdf", ..Decoded::default() },
        shown: marks.iter().map(|m| m.glyphs.len()).sum(),
        unmapped: marks.iter().map(|m| m.unmapped).sum(),
        invisible: marks.iter().map(|m| m.invisible).sum(),
        scans: (1..).zip(&marks).collect::<Vec<_>>().iter().filter(is_scan).map(|m| m.0).collect(),
        pages: marks.len(),
    };
    flow::text(marks, &mut read.decoded);
    Ok(read)
}

fn layers(pdf: &Pdf) -> Layers {
    let xref = pdf.xref();
    xref.get::<Dict>(xref.root_id()).map_or_else(Layers::default, |catalog| Layers::new(&catalog))
}

/// The text, or why what was found is none.
fn told(path: &str, read: Read) -> Result<Decoded, Problem> {
    let Read { mut decoded, shown, unmapped, invisible, scans, pages } = read;
    if !scans.is_empty() && (scans.len() == pages || shown <= BARE * pages) {
        let layer = if invisible > 0 { "; the text that lies under them unseen was made by a program that recognises text, and nobody checked its figures" } else { "" };
        let message = format!(
            "{path}: {} of {pages} pages are pictures without text{layer}; ask the office for the file it was printed from, or type the figures off",
            scans.len()
        );
        return Err(of_file("decode/scanned", message));
    }
    if shown == 0 || decoded.text.trim().is_empty() {
        return Err(of_file("decode/empty", format!("{path}: the PDF shows no text; open it in a viewer and see what it is")));
    }
    if unmapped * 2 > shown {
        let message = format!(
            "{path}: {unmapped} of {shown} characters are shapes without a meaning: the fonts do not say what they are; ask for another file, or print it anew as a picture and type the figures off"
        );
        return Err(of_file("decode/pdf-unmapped", message));
    }
    if unmapped > 0 {
        let line = decoded.text.find('\u{FFFD}').map_or(0, |at| line_of(&decoded.text, at));
        decoded.replaced = unmapped as u32;
        let message = format!("{path}: {unmapped} characters have no meaning in Unicode and stand as U+FFFD; figures beside them cannot be trusted");
        decoded.problems.push(Problem::new("decode/pdf-unmapped", line, "", message));
    }
    for page in scans {
        let line = decoded.pages.get(page - 1).copied().unwrap_or(0);
        let message = format!("{path}: page {page} is a picture without text, so what it says is missing; ask for the file it was printed from");
        decoded.problems.push(Problem::new("decode/scanned", line, "", message));
    }
    Ok(decoded)
}
