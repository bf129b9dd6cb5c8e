//! What one document may cost.

use crate::decode::fault::Fault;

/// Counts what a document costs as it is drawn.
pub(super) struct Budget {
    /// Bytes of layers and drawings, each counted as often as it is drawn.
    pub content: usize,
    /// Objects, layers and templates.
    pub objects: usize,
    pub units: usize,
    pub pictures: usize,
    pub paths: usize,
    pub letters: usize,
    /// Bytes of pictures that let the page show through.
    pub veils: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { content: 256 << 20, objects: 2_000_000, units: 5_000, pictures: 20_000, paths: 2_000_000, letters: 2_000_000, veils: 64 << 20 }
    }
}

/// Takes `n` from what is left, or says what there is too much of.
pub(super) fn spend(left: &mut usize, n: usize, what: &str) -> Result<(), Fault> {
    *left = left.checked_sub(n).ok_or_else(|| Fault::TooLarge(what.to_owned()))?;
    Ok(())
}
