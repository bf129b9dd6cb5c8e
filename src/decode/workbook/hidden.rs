//! Rows and columns that do not show.

/// Whole numbers from one to another, many of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    /// Both ends are in it.
    pub fn add(&mut self, from: u32, to: u32) {
        if from > to {
            return;
        }
        match self.0.last_mut() {
            Some((first, last)) if *first <= from && from <= last.saturating_add(1) => *last = (*last).max(to),
            _ => self.0.push((from, to)),
        }
    }

    /// In order, none touching another. The rest works only then.
    pub fn settle(&mut self) {
        self.0.sort_unstable();
        let all = std::mem::take(&mut self.0);
        all.into_iter().for_each(|(from, to)| self.add(from, to));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn around(&self, n: u32) -> Option<(u32, u32)> {
        let behind = self.0.partition_point(|r| r.0 <= n);
        behind.checked_sub(1).map(|i| self.0[i]).filter(|r| n <= r.1)
    }

    pub fn holds(&self, n: u32) -> bool {
        self.around(n).is_some()
    }

    /// The first number from this one on that is not in it.
    pub fn next_outside(&self, n: u32) -> u32 {
        self.around(n).map_or(n, |r| r.1.saturating_add(1))
    }
}

/// Numbers as they are once those in between are gone; they are asked for in any order.
pub(super) struct Closed {
    ranges: Ranges,
    /// How many numbers are gone before each range.
    gone: Vec<u32>,
}

impl Closed {
    pub fn new(ranges: &Ranges) -> Closed {
        let mut gone = Vec::with_capacity(ranges.0.len());
        let mut sum = 0u32;
        for (from, to) in &ranges.0 {
            gone.push(sum);
            sum = sum.saturating_add(to - from).saturating_add(1);
        }
        Closed { ranges: ranges.clone(), gone }
    }

    /// The place of a number that shows; of one that does not, the place of the next that does.
    pub fn place(&self, n: u32) -> u32 {
        let behind = self.ranges.0.partition_point(|r| r.0 <= n);
        let Some(i) = behind.checked_sub(1) else { return n };
        let (from, to) = self.ranges.0[i];
        n - self.gone[i] - (n.min(to) - from) - u32::from(n > to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_closes_up() {
        let mut ranges = Ranges::default();
        [(5, 6), (2, 2), (3, 3), (9, 8), (20, u32::MAX)].iter().for_each(|r| ranges.add(r.0, r.1));
        ranges.settle();
        assert_eq!(ranges.0, [(2, 3), (5, 6), (20, u32::MAX)]);
        assert!(ranges.holds(5) && !ranges.holds(4) && ranges.holds(u32::MAX));
        assert_eq!([ranges.next_outside(2), ranges.next_outside(7), ranges.next_outside(20)], [4, 7, u32::MAX]);
        let closed = Closed::new(&ranges);
        let places: Vec<u32> = [0, 1, 2, 3, 4, 5, 6, 7, 8].iter().map(|n| closed.place(*n)).collect();
        assert_eq!(places, [0, 1, 2, 2, 2, 3, 3, 3, 4]);
    }
}
