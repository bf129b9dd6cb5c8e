//! Documents in one file of XML: what office systems fill from templates, and what office programs save so.

use crate::decode::fault::Fault;
use crate::decode::format::Office;
use crate::decode::parts::Parts;
use crate::decode::text::charset;
use crate::decode::word::docx::{self, wordml};
use crate::decode::{Limits, finished, mismatch, of_file, unlikely, workbook};
use crate::model::{Decoded, Problem};

pub(super) fn read(path: &str, bytes: Vec<u8>, office: Office, limits: &Limits) -> Result<Decoded, Problem> {
    let name = office.name();
    if bytes.len() > limits.inflated {
        let message = format!("{path}: {} bytes of {name}, and the limit is {} (limits.inflated); no report is that long", bytes.len(), limits.inflated);
        return Err(of_file("decode/too-large", message));
    }
    let reading = charset::read(bytes, None);
    let mut decoded = Decoded { encoding: reading.encoding.name(), replaced: reading.replaced, ..Decoded::default() };
    let read = match office {
        _ if reading.is_binary() => Err(Fault::damaged("its bytes are no text")),
        Office::Package => package(&reading.text, limits, &mut decoded),
        Office::WordXml => wordml::render(&reading.text, limits, &mut decoded),
        _ => workbook::excel_xml::render(&reading.text, limits, &mut decoded),
    };
    read.map_err(|fault| fault.problem(path, name))?;
    decoded.encoding = reading.encoding.name();
    // Programs go by what the file declares; those that fill templates may write in another encoding.
    let said = reading.contradicted().map(|declared| mismatch(path, declared.name(), decoded.encoding));
    let doubted = (!reading.is_likely()).then(|| unlikely(path, decoded.encoding));
    let mut decoded = finished(path, name, reading.cut, decoded)?;
    decoded.problems.extend(said.into_iter().chain(doubted));
    Ok(decoded)
}

/// The document whose parts stand in one file.
fn package(text: &str, limits: &Limits, decoded: &mut Decoded) -> Result<(), Fault> {
    let parts = Parts::flat(text, limits)?;
    let starts = |with: &str| parts.names().any(|name| name.starts_with(with));
    match () {
        _ if starts("ppt/") => Err(Fault::Unsupported("pptx (in one file of XML)")),
        _ if starts("xl/") => workbook::xlsx::render(parts, limits, decoded),
        _ => docx::render(parts, limits, decoded),
    }
}
