//! A writer of small PDF files for the tests: text in a predefined Chinese encoding, lines, boxes, pictures.

use std::fmt::Write as _;

/// Pages in the making. Places are in points from the top left corner.
pub struct Maker {
    pub encoding: &'static str,
    pub width: f64,
    pub height: f64,
    pub pages: Vec<String>,
    /// What each page's dictionary has besides.
    pub page_keys: String,
    /// More objects, from number 10.
    pub objects: Vec<Vec<u8>>,
    /// What the trailer has besides.
    pub trailer: String,
    pub resources: String,
}

pub fn maker() -> Maker {
    Maker {
        encoding: "UniGB-UCS2-H",
        width: 600.0,
        height: 800.0,
        pages: vec![String::new()],
        page_keys: String::new(),
        objects: Vec::new(),
        trailer: String::new(),
        resources: String::new(),
    }
}

impl Maker {
    fn ops(&mut self) -> &mut String {
        self.pages.last_mut().unwrap()
    }

    pub fn page(&mut self) -> &mut Maker {
        self.pages.push(String::new());
        self
    }

    pub fn raw(&mut self, ops: &str) -> &mut Maker {
        *self.ops() += &format!("{ops}\n");
        self
    }

    /// Text of 10 points whose middle is at `y`.
    pub fn text(&mut self, x: f64, y: f64, text: &str) -> &mut Maker {
        let down = self.height - y - 3.8;
        let codes = codes(self.encoding, text);
        self.raw(&format!("BT /F1 10 Tf {x} {down} Td <{codes}> Tj ET"))
    }

    pub fn line(&mut self, x0: f64, y0: f64, x1: f64, y1: f64) -> &mut Maker {
        let h = self.height;
        self.raw(&format!("{x0} {} m {x1} {} l S", h - y0, h - y1))
    }

    pub fn fill(&mut self, x: f64, y: f64, width: f64, height: f64) -> &mut Maker {
        let down = self.height - y - height;
        self.raw(&format!("{x} {down} {width} {height} re f"))
    }

    /// All lines of a grid.
    pub fn grid(&mut self, xs: &[f64], ys: &[f64]) -> &mut Maker {
        for y in ys {
            self.line(xs[0], *y, xs[xs.len() - 1], *y);
        }
        for x in xs {
            self.line(*x, ys[0], *x, ys[ys.len() - 1]);
        }
        self
    }

    /// Texts in the boxes between the lines of a grid, row by row.
    pub fn fill_in(&mut self, xs: &[f64], ys: &[f64], rows: &[&[&str]]) -> &mut Maker {
        for (row, y) in rows.iter().zip(ys.windows(2)) {
            for (text, x) in row.iter().zip(xs) {
                if !text.is_empty() {
                    self.text(x + 3.0, (y[0] + y[1]) / 2.0, text);
                }
            }
        }
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let n = self.pages.len();
        let first = 10 + self.objects.len();
        let kids: String = (0..n).map(|i| format!("{} 0 R ", first + 2 * i)).collect();
        let mut objects: Vec<(usize, Vec<u8>)> = vec![
            (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
            (2, format!("<</Type/Pages/Count {n}/Kids[{kids}]>>").into()),
            (3, format!("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{}/DescendantFonts[4 0 R]>>", self.encoding).into()),
            (4, b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1 95 500 814 939 500]/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4>>>>".to_vec()),
        ];
        objects.extend(self.objects.iter().enumerate().map(|(i, o)| (10 + i, o.clone())));
        for (i, ops) in self.pages.iter().enumerate() {
            let at = first + 2 * i;
            let page = format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Resources<</Font<</F1 3 0 R>>{}>>/Contents {} 0 R{}>>",
                self.width, self.height, self.resources, at + 1, self.page_keys
            );
            objects.push((at, page.into()));
            objects.push((at + 1, stream("", ops.as_bytes())));
        }
        let mut out = b"%PDF-1.5\n%\xE4\xBD\xA0\n".to_vec();
        let mut table = String::new();
        for (number, body) in &objects {
            let _ = write!(table, "{number} 1\n{:010} 00000 n \n", out.len());
            out.extend(format!("{number} 0 obj\n").bytes());
            out.extend(body);
            out.extend(b"\nendobj\n");
        }
        let at = out.len();
        out.extend(format!("xref\n{table}trailer\n<</Size {}/Root 1 0 R{}>>\nstartxref\n{at}\n%%EOF\n", first + 2 * n, self.trailer).bytes());
        out
    }
}

pub fn stream(keys: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<</Length {}{keys}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

fn codes(encoding: &str, text: &str) -> String {
    let bytes: Vec<u8> = match encoding {
        "UniGB-UCS2-H" | "UniGB-UTF16-H" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => encoding_rs::GB18030.encode(text).0.into_owned(),
    };
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}
