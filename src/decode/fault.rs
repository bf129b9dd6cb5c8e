//! Why a file of a known format cannot be read, before it is known how the file is called.

use crate::decode::of_file;
use crate::model::Problem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes are not what the format asks for: what is wrong.
    Damaged(String),
    /// A password is needed.
    Encrypted,
    /// More than a limit allows: of what, and which limit of the pipeline file.
    TooLarge(String),
    /// Deeper than this many levels.
    Nesting(usize),
    /// A version or kind of the format that is not read: what to call it.
    Unsupported(&'static str),
}

impl Fault {
    pub fn damaged(what: impl Into<String>) -> Fault {
        Fault::Damaged(what.into())
    }

    /// `format` is what the file is called in messages.
    pub fn problem(self, path: &str, format: &str) -> Problem {
        let (code, message) = match self {
            Fault::Damaged(what) => ("decode/damaged", format!("{path}: the {format} file is damaged ({what}); fetch it again")),
            Fault::Encrypted => {
                ("decode/encrypted", format!("{path}: the {format} file is protected by a password; save it without one, or as text or HTML"))
            }
            Fault::TooLarge(what) => ("decode/too-large", format!("{path}: the {format} file holds {what}; no report is that large")),
            Fault::Nesting(most) => {
                ("decode/nesting", format!("{path}: the {format} file nests more than {most} levels deep (limits.nesting); it is damaged or no report"))
            }
            Fault::Unsupported(name) => ("decode/unsupported-format", unread(path, name)),
        };
        of_file(code, message)
    }
}

/// What is said of a format that is recognised and not read.
pub(super) fn unread(path: &str, name: &str) -> String {
    format!("{path}: the file is {name}, and this build does not read {name} yet; save it as text or HTML")
}
