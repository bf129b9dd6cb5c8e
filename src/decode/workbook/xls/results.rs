//! Results that stand beside formulas of Excel 97: some are no more than a place for what is computed when a program opens the
//! workbook.

use super::Record;
use crate::decode::compound::u16_at;
use crate::decode::fault::Fault;
use crate::decode::workbook::formulas::named;

/// Flags of a formula: it is computed always, and when the workbook is opened ([MS-XLS] 2.4.127).
const COMPUTED: u16 = 3;
/// No program takes a formula of more bytes.
const LONG: usize = 1800;

/// What the formulas of a sheet say of the results that stand beside them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Results {
    /// All of them are computed when the sheet is opened; some say so of themselves.
    pub all_anew: bool,
    pub some_anew: bool,
    /// A program has computed them: not every result is an empty text.
    pub computed: bool,
}

impl Results {
    /// A formula of the sheet.
    pub fn see(&mut self, formula: &Record) -> Result<(), Fault> {
        self.some_anew |= is_anew(formula)?;
        self.computed |= !is_empty(formula)?;
        Ok(())
    }

    /// Whether a formula is computed when the sheet is opened.
    pub fn is_anew(&self, formula: &Record) -> Result<bool, Fault> {
        Ok(self.all_anew || self.some_anew && is_anew(formula)?)
    }

    /// Whether the result of a formula is an empty text that no program has computed. Nothing but a number comes of a sum.
    pub fn is_missing(&self, formula: &Record) -> Result<bool, Fault> {
        let is_sum = || code(formula.content).is_some_and(|code| code.contains(['+', '-', '(']));
        Ok(is_empty(formula)? && (!self.computed || is_sum()))
    }
}

fn is_anew(formula: &Record) -> Result<bool, Fault> {
    Ok(formula.u16(14)? & COMPUTED != 0)
}

fn is_empty(formula: &Record) -> Result<bool, Fault> {
    Ok(matches!(formula.bytes::<8>(6)?, [(3..), _, _, _, _, _, 0xFF, 0xFF]))
}

/// A formula as it is written, `A1+SUM(B1:B3,C4)-2`; nothing where it is more than sums and differences within its sheet
/// ([MS-XLS] 2.5.198).
pub(super) fn code(formula: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(formula, 20)?);
    let mut rest = formula.get(22..22 + length).filter(|tokens| tokens.len() <= LONG)?;
    // Terms that wait for their operator, and whether each is a single one.
    let mut terms: Vec<(String, bool)> = Vec::new();
    while let Some((&token, behind)) = rest.split_first() {
        let place = |at: usize| u16_at(behind, at);
        // References and functions come in three classes.
        let token = if token < 0x20 { token } else { token & 0x1F | 0x20 };
        let taken = match token {
            // Plus and minus.
            0x03 | 0x04 => {
                let ((right, single), (mut left, _)) = (terms.pop()?, terms.pop()?);
                if token == 0x04 && !single {
                    return None;
                }
                left.push(if token == 0x03 { '+' } else { '-' });
                left.push_str(&right);
                terms.push((left, false));
                0
            }
            // A sum of one area, and spaces.
            0x19 if *behind.first()? == 0x10 => {
                let (area, _) = terms.pop()?;
                terms.push((format!("SUM({area})"), true));
                3
            }
            0x19 if *behind.first()? == 0x40 => 3,
            0x1E => {
                terms.push((place(0)?.to_string(), true));
                2
            }
            // A function of so many terms: the sum.
            0x22 if place(1)? == 4 => {
                let first = terms.len().checked_sub(usize::from(*behind.first()?))?;
                let areas: Vec<String> = terms.split_off(first).into_iter().map(|(area, _)| area).collect();
                terms.push((format!("SUM({})", areas.join(",")), true));
                3
            }
            0x24 => {
                terms.push((name(place(0)?, place(2)?), true));
                4
            }
            0x25 => {
                terms.push((format!("{}:{}", name(place(0)?, place(4)?), name(place(2)?, place(6)?)), true));
                8
            }
            _ => return None,
        };
        rest = behind.get(taken..)?;
    }
    terms.pop().filter(|_| terms.is_empty()).map(|(code, _)| code)
}

/// `B7`; two bits beside the column say whether the reference moves.
fn name(row: u16, column: u16) -> String {
    named(u32::from(row), u32::from(column & 0x3FFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_out_and_nothing_else() {
        let written = |tokens: &[u8]| code(&[&[0; 20][..], &[tokens.len() as u8, 0], tokens].concat());
        let (cell, area) = ([0x44, 6, 0, 27, 0xC0], [0x25, 1, 0, 2, 0, 0, 0, 3, 0]);
        assert_eq!(written(&[0x1E, 40, 0, 0x1E, 7, 0, 0x03]).as_deref(), Some("40+7"));
        assert_eq!(written(&[&cell[..], &area, &[0x19, 0x10, 0, 0, 0x03]].concat()).as_deref(), Some("AB7+SUM(A2:D3)"));
        assert_eq!(written(&[&area[..], &cell, &[0x42, 2, 4, 0, 0x1E, 2, 0, 0x04]].concat()).as_deref(), Some("SUM(A2:D3,AB7)-2"));
        // 1-(2+3) in no brackets, a product, another function, half an operator, nothing, a reference that breaks off.
        for tokens in [&[0x1E, 1, 0, 0x1E, 2, 0, 0x1E, 3, 0, 0x03, 0x04][..], &[0x1E, 1, 0, 0x1E, 2, 0, 0x05], &[0x1E, 1, 0, 0x42, 1, 5, 0], &[0x1E, 1, 0, 0x03], &[], &cell[..3], &[0x42, 9, 4, 0]] {
            assert_eq!(written(tokens), None, "{tokens:?}");
        }
        assert_eq!(code(&[0; 20]), None);
    }
}
