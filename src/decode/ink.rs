//! Colours, as far as they tell whether letters can be seen on what lies behind them.

pub(super) type Ink = [u8; 3];
pub(super) const WHITE: Ink = [255; 3];
pub(super) const BLACK: Ink = [0; 3];

/// In no channel farther apart than this, letters and what lies behind them look alike.
const ALIKE: u8 = 16;

pub(super) fn is_faint(letters: Ink, ground: Ink) -> bool {
    letters.iter().zip(ground).all(|(a, b)| a.abs_diff(b) <= ALIKE)
}

/// `0xRRGGBB`
pub(super) fn of(colour: u32) -> Ink {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// White, or nearly so.
pub(super) fn is_white(letters: Ink) -> bool {
    is_faint(letters, WHITE)
}

/// `FFFFFF`, `fff`, and with what comes before or behind of opacity: eight digits as workbooks write them (`FFrrggbb`).
pub(super) fn hex(digits: &str) -> Option<Ink> {
    let nibble = |c: char| c.to_digit(16).map(|d| d as u8);
    let digits: Vec<u8> = digits.chars().take(9).map(nibble).collect::<Option<_>>()?;
    match digits[..] {
        [r, g, b] => Some([r, g, b].map(|n| n * 17)),
        [r, s, g, h, b, c] | [_, _, r, s, g, h, b, c] => Some([r * 16 + s, g * 16 + h, b * 16 + c]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_held_against_each_other() {
        assert_eq!([hex("FFFFFF"), hex("fff"), hex("FF0000ff"), hex("12")], [Some(WHITE), Some(WHITE), Some([0, 0, 255]), None]);
        assert_eq!([hex("é"), hex(""), hex("FFFFFFFFFF")], [None; 3]);
        assert!(is_faint(WHITE, [250, 250, 240]) && is_faint(BLACK, BLACK));
        assert!(!is_faint(WHITE, [0, 112, 192]) && !is_faint(BLACK, WHITE) && !is_faint([128; 3], WHITE));
    }
}
