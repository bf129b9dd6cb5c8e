//! The order in which a page is painted. The library draws text and paths, and is given neither the forms and pictures of
//! a page nor its states; marks in the content say where these stand, and in what place and ink they are drawn.

use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Dict, Name, Object, Stream};
use hayro_syntax::page::Resources;

use super::{bounds, inks};

/// What stands at a mark.
#[derive(Clone)]
pub(super) enum Step<'a> {
    Picture(Stream<'a>),
    Form(Stream<'a>),
    /// All that is not cut off is painted.
    Shading,
}

/// Content with marks.
pub(super) struct Marked<'a> {
    /// None where it has no marks.
    pub content: Option<Vec<u8>>,
    pub steps: Vec<Step<'a>>,
    /// Whether its colours can be told: those of its own spaces are not followed.
    pub inks: bool,
}

/// Begins the name of a mark.
const MARK: u8 = b'~';

/// Finds what a piece of content draws besides text and paths.
///
/// # Errors
/// A string that is too long.
pub(super) fn marked<'a>(content: &[u8], resources: &Resources<'a>) -> Result<Marked<'a>, &'static str> {
    let mut out = Marked { content: None, steps: Vec::new(), inks: true };
    let (mut written, mut done) = (Vec::new(), 0);
    let (mut masked, mut saved) = (false, Vec::new());
    let mut operators = UntypedIter::new(content);
    while let Some(found) = operators.next() {
        let operator: &[u8] = found.operator;
        let mut operands = found.operands();
        let mark = match operator {
            b"Tj" | b"'" | b"\"" | b"TJ" => {
                for operand in operands {
                    match operand {
                        Object::String(s) if s.as_bytes().len() > bounds::STRING => return Err("text in one string"),
                        Object::Array(a) if a.data().len() > 4 * bounds::STRING => return Err("text in one string"),
                        _ => {}
                    }
                }
                continue;
            }
            b"q" if saved.len() < 1000 => {
                saved.push(masked);
                continue;
            }
            b"Q" => {
                masked = saved.pop().unwrap_or(masked);
                continue;
            }
            b"cs" => {
                out.inks &= name(operands.next()).is_some_and(|space| inks::is_additive(&space, resources));
                continue;
            }
            b"gs" => {
                let own = name(operands.next()).and_then(|n| resources.ext_g_states.get::<Dict>(&n));
                own.map_or(Vec::new(), |own| inks::states(&own, &mut masked))
            }
            b"sh" => out.step(Step::Shading),
            b"Do" => match name(operands.next()).and_then(|n| resources.x_objects.get::<Stream>(&n)) {
                Some(stream) => match stream.dict().get::<Name>(b"Subtype").as_deref() {
                    Some(b"Image") => out.step(Step::Picture(stream)),
                    Some(b"Form") => out.step(Step::Form(stream)),
                    _ => continue,
                },
                None => continue,
            },
            _ => continue,
        };
        // An operator is a piece of the content itself.
        let at = (operator.as_ptr() as usize).checked_sub(content.as_ptr() as usize).map(|at| at + operator.len());
        let Some(at) = at.filter(|at| (done..=content.len()).contains(at)) else { continue };
        written.extend_from_slice(&content[done..at]);
        written.extend(mark);
        done = at;
    }
    if done > 0 {
        written.extend_from_slice(&content[done..]);
        out.content = Some(written);
    }
    Ok(out)
}

fn name(operand: Option<&Object>) -> Option<Vec<u8>> {
    match operand {
        Some(Object::Name(name)) => Some(name.to_vec()),
        _ => None,
    }
}

impl<'a> Marked<'a> {
    /// The mark of a step: the square in which pictures are drawn, filled, so that the library says where it is.
    fn step(&mut self, step: Step<'a>) -> Vec<u8> {
        self.steps.push(step);
        format!(" /{}{} BMC 0 0 1 1 re f EMC ", MARK as char, self.steps.len() - 1).into_bytes()
    }
}

/// The number of a mark.
pub(super) fn number(tag: &[u8]) -> Option<usize> {
    std::str::from_utf8(tag.strip_prefix(&[MARK])?).ok()?.parse().ok()
}
