//! Pages on which everything has its place, in whatever format: characters, lines, painted areas and pictures become cells by
//! ruled lines or else by alignment, and pages one text.
//!
//! A reader of such a format draws its pages on a [`canvas::Canvas`]; what is seen of them, and what it means, is told here.

mod align;
pub(super) mod canvas;
pub(super) mod drawn;
mod flow;
pub(super) mod glyph;
mod grid;
mod join;
mod lines;
mod outline;
pub(super) mod painted;
pub(super) mod unseen;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use crate::decode::{Limits, line_of, of_file};
use crate::model::{Decoded, Problem};
use drawn::Marks;

/// Enough for the deepest nesting that a library of such a format allows.
const STACK: usize = 64 << 20;
/// How often it is looked at how long work has taken; and how many times the limit it may stand still, on a machine that gives it
/// no time.
const STEP: Duration = Duration::from_millis(50);
const PATIENCE: u32 = 10;
/// The share of a page that pictures cover where it is a scan.
const SCAN: f64 = 0.4;
/// A page with no more characters than this has no text.
const BARE: usize = 12;

/// Why nothing came of work on a thread of its own.
pub(super) enum Lost {
    NoThread(std::io::Error),
    Late,
    Broken,
}

/// Does work on a thread of its own, for its stack, and so that work that takes too long can be left behind. What counts is the
/// processor's time: what is given up is given up on any night, however busy the machine is or how long it stood still.
pub(super) fn alone<T: Send + 'static>(name: &str, limits: &Limits, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
    let (sender, receiver) = mpsc::channel();
    let (told, clock) = mpsc::channel();
    let work = move || {
        // Nobody listens any more where it took too long.
        let _ = told.send(processor_time());
        let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
    };
    std::thread::Builder::new().name(name.into()).stack_size(STACK).spawn(work).map_err(Lost::NoThread)?;
    let clock = clock.recv().ok().flatten();
    let limit = Duration::from_secs(limits.seconds);
    let (mut spent, mut idle) = (Duration::ZERO, Duration::ZERO);
    while spent < limit && idle < limit * PATIENCE {
        match receiver.recv_timeout(STEP) {
            Ok(Ok(done)) => return Ok(done),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Ok(Err(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => return Err(Lost::Broken),
        }
        let now = clock.as_deref().map_or(Some(spent + STEP), spent_by).unwrap_or(spent);
        idle = if now > spent { Duration::ZERO } else { idle + STEP };
        spent = now;
    }
    Err(Lost::Late)
}

/// Where the system tells how long this thread has worked; nowhere but on Linux.
fn processor_time() -> Option<PathBuf> {
    let thread = std::fs::read_link("/proc/thread-self").ok()?;
    let path = Path::new("/proc").join(thread).join("schedstat");
    spent_by(&path).map(|_| path)
}

/// The processor time of a thread: the first number, in nanoseconds.
fn spent_by(path: &Path) -> Option<Duration> {
    std::fs::read_to_string(path).ok()?.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// A document's text with what its pages are made of.
pub(super) struct Read {
    decoded: Decoded,
    /// Characters that show, and those of them that mean nothing in Unicode.
    shown: usize,
    unmapped: usize,
    invisible: usize,
    /// The pages, from 1, that are pictures without text.
    scans: Vec<usize>,
    pages: usize,
}

impl Read {
    pub fn new(format: &'static str, marks: Vec<Marks>) -> Read {
        let is_scan = |m: &&(usize, &Marks)| m.1.pictures > SCAN && m.1.glyphs.len() <= BARE;
        let mut read = Read {
            decoded: Decoded { format, ..Decoded::default() },
            shown: marks.iter().map(|m| m.glyphs.len()).sum(),
            unmapped: marks.iter().map(|m| m.unmapped).sum(),
            invisible: marks.iter().map(|m| m.invisible).sum(),
            scans: (1..).zip(&marks).collect::<Vec<_>>().iter().filter(is_scan).map(|m| m.0).collect(),
            pages: marks.len(),
        };
        flow::text(marks, &mut read.decoded);
        read
    }

    /// The text, or why what was found is none. `name`: what the format is called.
    ///
    /// # Errors
    /// `decode/scanned`, `decode/empty`, `decode/pdf-unmapped`.
    pub fn told(self, path: &str, name: &str) -> Result<Decoded, Problem> {
        let Read { mut decoded, shown, unmapped, invisible, scans, pages } = self;
        if !scans.is_empty() && (scans.len() == pages || shown <= BARE * pages) {
            let layer = if invisible > 0 { "; the text that lies under them unseen was made by a program that recognises text, and nobody checked its figures" } else { "" };
            let message = format!(
                "{path}: {} of {pages} pages are pictures without text{layer}; ask the office for the file it was printed from, or type the figures off",
                scans.len()
            );
            return Err(of_file("decode/scanned", message));
        }
        if shown == 0 || decoded.text.trim().is_empty() {
            return Err(of_file("decode/empty", format!("{path}: the {name} shows no text; open it in a viewer and see what it is")));
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
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    use super::*;

    #[test]
    fn work_that_waits_is_not_given_up_and_work_without_end_is() {
        let limits = Limits { seconds: 1, ..Limits::default() };
        let waits = alone("waits", &limits, || std::thread::sleep(Duration::from_millis(1500)));
        assert_eq!(waits.is_ok(), processor_time().is_some());
        static STOP: AtomicBool = AtomicBool::new(false);
        let works = || {
            while !STOP.load(Relaxed) {
                std::hint::spin_loop();
            }
        };
        assert!(matches!(alone("works", &limits, works), Err(Lost::Late)));
        STOP.store(true, Relaxed);
    }
}
