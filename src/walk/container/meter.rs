//! What was unpacked so far, and when it is too much.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::Limits;

/// Below it a ratio means nothing: a page of one repeated row packs to a hundredth.
const FLOOR: u64 = 16 << 20;

/// The bytes that one container of the archive may still unpack to.
#[derive(Debug)]
pub(super) struct Budget {
    read: Cell<u64>,
    most: u64,
    by_ratio: bool,
}

impl Budget {
    /// For a container of `size` bytes.
    pub fn new(size: u64, limits: &Limits) -> Budget {
        let by_ratio = size.saturating_mul(limits.ratio).max(FLOOR);
        Budget { read: Cell::new(0), most: limits.bytes.min(by_ratio), by_ratio: by_ratio < limits.bytes }
    }

    /// What is left of it, for a trial.
    pub fn rest(&self) -> Budget {
        Budget { read: self.read.clone(), ..*self }
    }

    pub fn is_spent(&self) -> bool {
        self.read.get() > self.most
    }

    pub fn reason(&self, limits: &Limits) -> String {
        if self.by_ratio {
            format!("it unpacks to more than {} times its size ([containers] ratio in the pipeline file)", limits.ratio)
        } else {
            format!("it unpacks to more than {} bytes ([containers] bytes in the pipeline file)", limits.bytes)
        }
    }

    pub fn spend(&self, bytes: usize) -> io::Result<()> {
        self.read.set(self.read.get().saturating_add(bytes as u64));
        if self.is_spent() { Err(io::Error::other("the limit on unpacked bytes is passed")) } else { Ok(()) }
    }
}

/// Counts what is read through it against a budget, and fails once that is spent. After an error the reader below is not
/// asked again: lzma-rust2 never comes back from a second call.
pub(super) struct Metered<R> {
    inner: R,
    budget: Rc<Budget>,
    pub failed: bool,
}

impl<R> Metered<R> {
    pub fn new(inner: R, budget: &Rc<Budget>) -> Metered<R> {
        Metered { inner, budget: Rc::clone(budget), failed: false }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Err(io::Error::other("it failed before"));
        }
        // A spent budget stays spent for a reader that goes on after an error.
        let result = self.budget.spend(0).and_then(|()| self.inner.read(buf)).and_then(|n| self.budget.spend(n).map(|()| n));
        self.failed = result.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::Interrupted);
        result
    }
}
