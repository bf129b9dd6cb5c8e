//! What of the reports' rows nothing but their table asks for, packed: a million of them are kept to the end of a run.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::Detail;

/// Reports that are packed together: so many that what they have alike is written once, so few that little is unpacked
/// for one.
const BLOCK: usize = 1 << 10;

/// The details of all reports, in their order.
#[derive(Default)]
pub struct Details {
    /// [`BLOCK`] reports each.
    packed: Vec<Box<[u8]>>,
    /// The last reports, as lines that are not packed yet.
    open: Vec<u8>,
    height: usize,
    /// Those of reports that were read once more.
    late: BTreeMap<usize, Detail>,
}

impl Details {
    /// Adds those of the next report.
    pub fn push(&mut self, detail: &Detail) {
        serde_json::to_writer(&mut self.open, detail).expect("texts can be written, and memory takes them");
        self.open.push(b'\n');
        self.height += 1;
        if self.height.is_multiple_of(BLOCK) {
            let packed = zstd::bulk::compress(&self.open, 1).expect("what stands in memory can be packed");
            self.packed.push(packed.into());
            self.open.clear();
        }
    }

    /// Puts those of a report that was read once more in the place of its first ones.
    pub fn replace(&mut self, report: usize, detail: Detail) {
        self.late.insert(report, detail);
    }

    /// Those of some reports beside each other.
    pub fn of(&self, reports: Range<usize>) -> Vec<Detail> {
        let mut out = Vec::with_capacity(reports.len());
        for block in reports.start / BLOCK..reports.end.div_ceil(BLOCK) {
            let lines = self.packed.get(block).map(|packed| zstd::stream::decode_all(&packed[..]).expect("it was packed here"));
            let lines = serde_json::Deserializer::from_slice(lines.as_ref().unwrap_or(&self.open)).into_iter::<Detail>();
            let numbered = (block * BLOCK..).zip(lines).filter(|(report, _)| reports.contains(report));
            out.extend(numbered.map(|(report, detail)| self.late.get(&report).cloned().unwrap_or_else(|| detail.expect("it was written here"))));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(n: usize) -> Detail {
        let title = (!n.is_multiple_of(3)).then(|| format!("第{n}镇\n\"年报\""));
        Detail { title, evidence: (0..n % 4).map(|i| format!("{i} in the path")).collect(), ..Detail::default() }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let height = 2 * BLOCK + 7;
        let mut details = Details::default();
        (0..height).for_each(|n| details.push(&detail(n)));
        let mut all: Vec<Detail> = (0..height).map(detail).collect();
        for late in [0, BLOCK, 2 * BLOCK + 1] {
            all[late] = detail(late + 1);
            details.replace(late, detail(late + 1));
        }
        for some in [0..height, 0..0, 5..6, BLOCK - 1..BLOCK + 1, BLOCK..2 * BLOCK, 2 * BLOCK..height, height - 1..height] {
            assert_eq!(details.of(some.clone()), all[some.clone()], "{some:?}");
        }
    }
}
