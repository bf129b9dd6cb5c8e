#![no_main]

use libfuzzer_sys::fuzz_target;

const TYPES: &[u8] = br#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

// The main part of a document.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode(nianbao_fuzz::packs::zipped(&[("[Content_Types].xml", TYPES), ("word/document.xml", bytes)]));
});
