//! A writer of small OFD packages for the tests. Places are in millimetres from the top left corner.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// How large characters are.
pub const SIZE: f64 = 4.0;

/// Pages in the making.
#[derive(Default)]
pub struct Maker {
    /// The layers of each page, and what stands before its content.
    pages: Vec<(String, String)>,
    /// What the document's common data, the document and its body in OFD.xml have besides.
    pub common: String,
    pub document: String,
    pub body: String,
    /// More bodies.
    pub bodies: String,
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Parts that are not there.
    pub without: Vec<&'static str>,
}

pub fn maker() -> Maker {
    Maker { pages: vec![Default::default()], ..Maker::default() }
}

impl Maker {
    pub fn raw(&mut self, objects: &str) -> &mut Maker {
        self.pages.last_mut().unwrap().0 += objects;
        self
    }

    pub fn head(&mut self, elements: &str) -> &mut Maker {
        self.pages.last_mut().unwrap().1 += elements;
        self
    }

    pub fn page(&mut self) -> &mut Maker {
        self.pages.push(Default::default());
        self
    }

    pub fn file(&mut self, name: &'static str, content: impl Into<Vec<u8>>) -> &mut Maker {
        self.files.push((name, content.into()));
        self
    }

    /// Text whose middle is at `y`.
    pub fn text(&mut self, x: f64, y: f64, text: &str) -> &mut Maker {
        self.inked(x, y, text, "", "")
    }

    /// Text of an object with more attributes and elements.
    pub fn inked(&mut self, x: f64, y: f64, text: &str, attributes: &str, elements: &str) -> &mut Maker {
        self.raw(&words(x, y, text, attributes, elements))
    }

    pub fn line(&mut self, x0: f64, y0: f64, x1: f64, y1: f64) -> &mut Maker {
        self.raw(&line(x0, y0, x1, y1))
    }

    pub fn fill(&mut self, x: f64, y: f64, width: f64, height: f64, colour: &str) -> &mut Maker {
        self.raw(&format!(
            r#"<ofd:PathObject Boundary="{x} {y} {width} {height}" Fill="true" Stroke="false"><ofd:FillColor Value="{colour}"/><ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C</ofd:AbbreviatedData></ofd:PathObject>"#
        ))
    }

    pub fn image(&mut self, x: f64, y: f64, width: f64, height: f64) -> &mut Maker {
        self.raw(&format!(r#"<ofd:ImageObject Boundary="{x} {y} {width} {height}" CTM="{width} 0 0 {height} 0 0" ResourceID="7"/>"#))
    }

    /// All lines of a grid.
    pub fn grid(&mut self, xs: &[f64], ys: &[f64]) -> &mut Maker {
        ys.iter().for_each(|y| _ = self.line(xs[0], *y, xs[xs.len() - 1], *y));
        xs.iter().for_each(|x| _ = self.line(*x, ys[0], *x, ys[ys.len() - 1]));
        self
    }

    /// Texts in the boxes between the lines of a grid, row by row.
    pub fn fill_in(&mut self, xs: &[f64], ys: &[f64], rows: &[&[&str]]) -> &mut Maker {
        for (row, y) in rows.iter().zip(ys.windows(2)) {
            for (text, x) in row.iter().zip(xs).filter(|(text, _)| !text.is_empty()) {
                self.text(x + 1.0, (y[0] + y[1]) / 2.0, text);
            }
        }
        self
    }

    /// A font, a picture and whatever else as resources of the document.
    pub fn resources(&mut self, lists: &str) -> &mut Maker {
        self.common += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>";
        let all = format!(r#"<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res">{lists}</ofd:Res>"#);
        self.file("Doc_0/DocumentRes.xml", all)
    }

    /// A picture of so many pixels, whose opacity is given for each.
    pub fn picture(&mut self, width: u32, opacity: &[u8]) -> &mut Maker {
        self.resources(r#"<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"#);
        self.file("Doc_0/Res/a.png", png(width, opacity))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let names = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        let space = r#"xmlns:ofd="http://www.ofdspec.org/2016""#;
        let list: String = (0..self.pages.len()).map(|n| format!(r#"<ofd:Page ID="{}" BaseLoc="Pages/Page_{n}/Content.xml"/>"#, 100 + n)).collect();
        let root = format!(
            r#"{names}<ofd:OFD {space} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{}</ofd:DocBody>{}</ofd:OFD>"#,
            self.body, self.bodies
        );
        let document = format!(
            r#"{names}<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{}</ofd:CommonData><ofd:Pages>{list}</ofd:Pages>{}</ofd:Document>"#,
            self.common, self.document
        );
        let mut parts = vec![("OFD.xml".to_owned(), root.into_bytes()), ("Doc_0/Document.xml".to_owned(), document.into_bytes())];
        for (n, (objects, head)) in self.pages.iter().enumerate() {
            parts.push((format!("Doc_0/Pages/Page_{n}/Content.xml"), page(objects, head).into_bytes()));
        }
        parts.extend(self.files.iter().map(|(name, content)| ((*name).to_owned(), content.clone())));
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts.iter().filter(|(name, _)| !self.without.contains(&name.as_str())) {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

/// A page, or a template. Layers stand in `head` or are one of all objects.
pub fn page(objects: &str, head: &str) -> String {
    format!(r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">{head}<ofd:Content><ofd:Layer ID="1">{objects}</ofd:Layer></ofd:Content></ofd:Page>"#)
}

pub fn line(x0: f64, y0: f64, x1: f64, y1: f64) -> String {
    let (w, h) = (x1 - x0, y1 - y0);
    format!(r#"<ofd:PathObject Boundary="{x0} {y0} {w} {h}" LineWidth="0.25"><ofd:AbbreviatedData>M 0 0 L {w} {h}</ofd:AbbreviatedData></ofd:PathObject>"#)
}

pub fn words(x: f64, y: f64, text: &str, attributes: &str, elements: &str) -> String {
    let wide = |c: char| if c.is_ascii() { SIZE / 2.0 } else { SIZE };
    let steps: Vec<String> = text.chars().map(|c| wide(c).to_string()).collect();
    let width: f64 = text.chars().map(wide).sum();
    let code = format!(r#"<ofd:TextCode X="0" Y="{}" DeltaX="{}">{text}</ofd:TextCode>"#, 0.85 * SIZE, steps[..steps.len() - 1].join(" "));
    let top = y - 0.47 * SIZE;
    format!(r#"<ofd:TextObject Boundary="{x} {top} {width} {SIZE}" Font="1" Size="{SIZE}"{attributes}>{elements}{code}</ofd:TextObject>"#)
}

fn png(width: u32, opacity: &[u8]) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat();
    let rows: Vec<u8> = opacity.chunks(width as usize).flat_map(|row| std::iter::once(0).chain(row.iter().flat_map(|a| [200, 0, 0, *a]))).collect();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&rows).unwrap();
    let head = [&width.to_be_bytes()[..], &(opacity.len() as u32 / width).to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", &packed.finish().unwrap()), &chunk(b"IEND", b"")].concat()
}
