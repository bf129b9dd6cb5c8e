"""Writes the inputs of the cases that are Word documents, rich text and workbooks, and of some pages, from the page of
decode/html-table.

    python3 tests/cases/documents.py

The files are committed; this says how they came to be. Each near miss has one thing otherwise.
"""

import html.parser
import pathlib
import sys
import zipfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "apps"))

import ofd

CASES = pathlib.Path(__file__).parent / "decode"
# Labels that stand beside several rows, and how many.
TALL = {"三、本年度办理结果": 22, "（三）不予公开": 8, "（四）无法提供": 3, "（五）不予处理": 5, "（六）其他处理": 3}
GRANTED = "（一）予以公开"


class Page(html.parser.HTMLParser):
    """The page as a list of paragraphs and tables; a table is a list of rows of texts."""

    def __init__(self):
        super().__init__()
        self.blocks, self.tables, self.text = [], [], None

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "p", "h1"):
            self.text = ""

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        if tag in ("p", "h1"):
            self.blocks.append(self.text)
        elif tag == "td" and self.text is not None:
            self.tables[-1][-1].append(self.text)
        elif tag == "table":
            table = self.tables.pop()
            if len(table) > 1:
                self.blocks.append(table)
        if tag in ("td", "p", "h1"):
            self.text = None


def blocks():
    page = Page()
    page.feed((CASES / "html-table" / "input.html").read_text())
    return page.blocks


def laid_out(table):
    """Rows of (text, columns, first or covered by the cell above or neither), over all columns of the table."""
    width = max(len(row) for row in table) + (1 if any(row[0] in TALL for row in table) else 0)
    tall, out = [], []
    for row in table:
        cells = [("", "covered")] * len(tall)
        for text in row:
            if text in TALL:
                tall.append([text, TALL[text]])
                cells.append((text, "first"))
            else:
                cells.append((text, ""))
        tall = [[text, left - 1] for text, left in tall if left > 1]
        spare = width - len(cells)
        # What a short row lacks its label has, behind the cells that come down from above.
        label = next(i for i, cell in enumerate(cells) if cell[1] == "")
        out.append([(text, 1 + spare if i == label else 1, how) for i, (text, how) in enumerate(cells)])
    return out


def rtf(without=None):
    def words(text):
        return "".join(c if c.isascii() else "".join(f"\\'{b:02x}" for b in c.encode("gbk")) for c in text)

    out = ["{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0"]
    for block in blocks():
        if isinstance(block, str):
            out.append(f"\\pard {words(block)}\\par")
            continue
        for row in laid_out(block):
            edge, definition = 0, "\\trowd"
            for _, columns, how in row:
                edge += columns * 500
                definition += {"first": "\\clvmgf", "covered": "\\clvmrg", "": ""}[how] + f"\\cellx{edge}"
            cells = [f"{words(text)}\\cell" for text, _, _ in row]
            if without in [text for text, _, _ in row]:
                del cells[-1]
            out.append(definition + "\\pard\\intbl " + "\n".join(cells) + "\\row")
    return "\n".join(out) + "\\pard}"


def in_word(run, granted, merge, table="", row="", cell=lambda columns: "", behind=""):
    """Paragraphs and tables as both kinds of Word's XML have them. `run` and `granted` give the runs of a text, and of one figure;
    `table`, `row` and `cell` what is said of these, and `behind` what stands behind a row."""
    out = []
    for block in blocks():
        if isinstance(block, str):
            out.append(f"<w:p>{run(block)}</w:p>")
            continue
        out.append(f"<w:tbl>{table}")
        for cells in laid_out(block):
            out.append(f"<w:tr>{row}")
            is_granted = any(text == GRANTED for text, _, _ in cells)
            for i, (text, columns, how) in enumerate(cells):
                properties = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
                properties += {"first": f'<w:{merge} w:val="restart"/>', "covered": f"<w:{merge}/>", "": ""}[how]
                content = granted(text) if is_granted and i == 2 else run(text)
                out.append(f"<w:tc><w:tcPr>{cell(columns)}{properties}</w:tcPr><w:p>{content}</w:p></w:tc>")
            out.append(f"</w:tr>{behind}")
        out.append("</w:tbl>")
    return "".join(out)


def docx(near_miss=False):
    """The figure of one cell was changed with the changes tracked; in the near miss they are not."""

    def run(text, tag="t"):
        return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>" if text else ""

    def changed(new):
        return run("9") + run(new) if near_miss else f"<w:del>{run('9', 'delText')}</w:del><w:ins>{run(new)}</w:ins>"

    body = in_word(run, changed, "vMerge")
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    return {"[Content_Types].xml": "<Types/>", "word/document.xml": main}


WORD = """<?xml version="1.0" encoding="{}" standalone="yes"?>
<w:wordDocument xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xml:space="preserve">
<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="11"/><w:lvlText w:val="%1、"/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>
<w:styles><w:style w:type="paragraph" w:default="on" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>
<w:docPr><w:view w:val="print"/></w:docPr>
<w:body><wx:sect>{}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></wx:sect></w:body></w:wordDocument>
"""


def word_xml(encoding, granted):
    """As a template of Word 2003 gives it; `granted` are the runs of one figure."""
    row = '<w:trPr><w:trHeight w:val="400" w:h-rule="at-least"/></w:trPr>'
    table = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    body = in_word(words, lambda _: granted, "vmerge", table, row, lambda columns: f'<w:tcW w:w="{800 * columns}" w:type="dxa"/>', "\n")
    return WORD.format(encoding, body).encode(encoding)


def words(text, properties=""):
    return f'<w:r><w:rPr><w:rFonts w:fareast="宋体" w:hint="fareast"/><wx:font wx:val="宋体"/>{properties}</w:rPr><w:t>{text}</w:t></w:r>' if text else ""


def tracked(old, new):
    change = '<aml:annotation aml:id="1" w:type="Word.{}" aml:author="张三" aml:createdate="2024-01-05T09:00:00Z"><aml:content>{}</aml:content></aml:annotation>'
    return change.format("Deletion", f"<w:r><w:delText>{old}</w:delText></w:r>") + change.format("Insertion", words(new))


def in_one_file(parts):
    """A package as Word saves it in one file of XML."""
    kept = {name: text.split("?>")[-1] for name, text in parts.items() if name != "[Content_Types].xml"}
    kept["_rels/.rels"] = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    part = '<pkg:part pkg:name="/{}" pkg:contentType="application/xml"><pkg:xmlData>{}</pkg:xmlData></pkg:part>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    return f'{head}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{"".join(part.format(*each) for each in kept.items())}</pkg:package>\n'


def column(number):
    return chr(ord("A") + number)


def xlsx(granted=None, styles="", hidden="", columns=""):
    """`granted` is the cell of one figure, with `{}` for its place; `hidden` the label of a row that does not show."""
    rows, merges, number = [], [], 0
    for block in blocks():
        number += 1
        if isinstance(block, str):
            rows.append(f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{block}</t></is></c></row>')
            continue
        for row in laid_out(block):
            number, at, cells = number + 1, 0, []
            is_granted = any(text == GRANTED for text, _, _ in row)
            shows = ' hidden="1"' if hidden and hidden in [text for text, _, _ in row] else ""
            for i, (text, columns_of_it, how) in enumerate(row):
                place = f"{column(at)}{number}"
                last = f"{column(at + columns_of_it - 1)}{number + TALL.get(text, 1) - 1}"
                if columns_of_it > 1 or how == "first":
                    merges.append(f'<mergeCell ref="{place}:{last}"/>')
                at += columns_of_it
                if granted and is_granted and i == 2:
                    cells.append(granted.format(place))
                elif how == "covered":
                    cells.append(f'<c r="{place}" s="0"/>')
                elif text.replace(".", "").isdigit():
                    cells.append(f'<c r="{place}"><v>{text}</v></c>')
                else:
                    cells.append(f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>')
            rows.append(f'<row r="{number}"{shows}>{"".join(cells)}</row>')
    relation = '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
    relations = "<Relationships>{}</Relationships>"
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations.format(relation.format("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="Sheet1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format(relation.format("r1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f"<worksheet>{columns}<sheetData>{''.join(rows)}</sheetData><mergeCells>{''.join(merges)}</mergeCells></worksheet>",
    }
    if styles:
        parts["xl/_rels/workbook.xml.rels"] = relations.format(relation.format("r1", "worksheet", "worksheets/sheet1.xml") + relation.format("r2", "styles", "styles.xml"))
        parts["xl/styles.xml"] = f"<styleSheet>{styles}</styleSheet>"
    return parts


EXCEL = """
<?xml version="1.0" encoding="{}"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Created>2024-01-09T01:00:00Z</Created></DocumentProperties>
 <Styles>
  <Style ss:ID="Default" ss:Name="Normal"><Alignment ss:Vertical="Center"/><Borders/><Font ss:Size="11" ss:Color="#000000"/><Interior/><NumberFormat/></Style>
  <Style ss:ID="s16"><Borders><Border ss:Position="Top" ss:LineStyle="Continuous" ss:Weight="1"/></Borders></Style>
 </Styles>
 <Worksheet ss:Name="Sheet1">
  <Table ss:ExpandedColumnCount="10" x:FullColumns="1">
   <Column ss:Width="60" ss:Span="9"/>
{}
  </Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Print><ValidPrinterInfo/></Print><ProtectObjects>False</ProtectObjects></WorksheetOptions>
 </Worksheet>
</Workbook>
"""


def excel_xml(encoding, granted=None):
    """As a template gives it: without the line that names Excel, and with an empty line before all. `granted` is the cell of
    one figure."""
    rows = []
    for block in blocks():
        if isinstance(block, str):
            rows.append(f'   <Row ss:AutoFitHeight="1"><Cell ss:MergeAcross="9"><Data ss:Type="String">{block}</Data></Cell></Row>')
            continue
        for row in laid_out(block):
            at, cells, covered = 1, [], False
            is_granted = any(text == GRANTED for text, _, _ in row)
            for i, (text, columns, how) in enumerate(row):
                places = f' ss:Index="{at}"' if covered and how != "covered" else ""
                covered, at = how == "covered", at + columns
                if covered:
                    continue
                places += f' ss:MergeAcross="{columns - 1}"' if columns > 1 else ""
                places += f' ss:MergeDown="{TALL[text] - 1}"' if how == "first" else ""
                kind = "Number" if text.replace(".", "").isdigit() else "String"
                data = f'<Data ss:Type="{kind}">{text}</Data>' if text else ""
                cells.append(granted if granted and is_granted and i == 2 else f'    <Cell{places} ss:StyleID="s16">{data}</Cell>')
            rows.append("   <Row>\n" + "\n".join(cells) + "\n   </Row>")
    return EXCEL.format(encoding, "\n".join(rows)).encode(encoding)


# In millimetres: the paper, what stays white around it, how large letters are, and how far lines of text are apart.
PAPER, WHITE, LETTER, LEADING = (210, 297), 20, 3.2, 4.2


class Sheets:
    """Pages of an OFD, filled from top to bottom. `granted` are the objects that draw one figure."""

    def __init__(self, granted):
        self.granted, self.sheets = granted, []
        self.turn()

    def turn(self):
        self.sheets.append((*PAPER, []))
        self.y = WHITE

    def draw(self, drawn):
        self.sheets[-1][2].append(drawn)

    def line(self, x, y, width, height):
        self.draw(f'<ofd:PathObject ID="{{}}" Boundary="{x} {y:.2f} {width} {height:.2f}" LineWidth="0.2"><ofd:AbbreviatedData>M 0 0 L {width} {height:.2f}</ofd:AbbreviatedData></ofd:PathObject>')

    def words(self, x, y, text, room):
        for n, line in enumerate(broken(text, room)):
            self.draw(letters(x, y + LEADING * n + 0.9 * LETTER, line))

    def block(self, block):
        room = PAPER[0] - 2 * WHITE
        if isinstance(block, str):
            height = LEADING * len(broken(block, room))
            if self.y + height > PAPER[1] - WHITE:
                self.turn()
            self.words(WHITE, self.y, block, room)
            self.y += height + 2
            return
        rows = laid_out(block)
        width = room / sum(columns for _, columns, _ in rows[0])
        for n, row in enumerate(rows):
            height = max(len(broken(text, width * columns - 2)) for text, columns, how in row if how != "first") * LEADING + 2
            if self.y + height > PAPER[1] - WHITE:
                self.turn()
            self.row(row, width, height, n == 0 or self.y == WHITE)
            self.y += height
            if n + 1 == len(rows) or self.y + LEADING * 8 > PAPER[1] - WHITE:
                self.line(WHITE, self.y, room, 0)
                self.y += 4 if n + 1 == len(rows) else PAPER[1]

    def row(self, row, width, height, is_first):
        x = WHITE
        for i, (text, columns, how) in enumerate(row):
            own = width * columns
            if is_first or how != "covered":
                self.line(x, self.y, own, 0)
            self.line(x, self.y, 0, height)
            if i == 2 and any(text == GRANTED for text, _, _ in row):
                self.draw(self.granted(x + 1, self.y + 1 + 0.9 * LETTER))
            elif text:
                self.words(x + 1, self.y + 1, text, own - 2)
            x += own
        self.line(x, self.y, 0, height)


def wide(text):
    return [LETTER if ord(c) > 127 else LETTER / 2 for c in text]


def broken(text, room):
    """The lines of a text in so much room."""
    out = [""]
    for c in text:
        if out[-1] and sum(wide(out[-1] + c)) > room:
            out.append("")
        out[-1] += c
    return out


def letters(x, y, text, attributes=""):
    return ofd.text_object(x, y, text, LETTER, wide(text)[:-1], sum(wide(text))).replace(" Font=", f"{attributes} Font=", 1)


def in_ofd(granted):
    """As an office's own printer gives it: a running head in a template, and a watermark that is stuck onto the pages."""
    sheets = Sheets(granted)
    for block in blocks():
        sheets.block(block)
    parts = ofd.parts(sheets.sheets)
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = f'<ofd:Page {ofd.NAMESPACE}><ofd:Content><ofd:Layer ID="4">{letters(150, 12, "政府信息公开年度报告")}</ofd:Layer></ofd:Content></ofd:Page>'
    parts["Doc_0/Annots/Annotations.xml"] = f'<ofd:Annotations {ofd.NAMESPACE}><ofd:Page PageID="10"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    mark = letters(0, 5, "请勿外传12")
    parts["Doc_0/Annots/Page_0/Annotation.xml"] = f'<ofd:PageAnnot {ofd.NAMESPACE}><ofd:Annot ID="5" Type="Watermark"><ofd:Appearance Boundary="90 140 40 8">{mark}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    head, end = '<ofd:TemplatePage ID="3" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>', "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>"
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace("</ofd:CommonData>", head).replace("</ofd:Document>", end)
    for name in parts:
        if name.startswith("Doc_0/Pages/"):
            parts[name] = parts[name].replace("<ofd:Content>", '<ofd:Template TemplateID="3" ZOrder="Background"/><ofd:Content>', 1)
    return {name: text.replace('ID="{}"', 'ID="6"') for name, text in parts.items()}


def number_format(code):
    return f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'


def two_runs(properties):
    """A text in a cell, the first digit of which looks otherwise."""
    return f'<c r="{{}}" t="inlineStr"><is><r><rPr><{properties}/></rPr><t>1</t></r><r><t>2</t></r></is></c>'


def page(style="", granted="2"):
    """The page itself, with a style sheet and with other content in the cell of one figure."""
    text = (CASES / "html-table" / "input.html").read_text()
    text = text.replace("</title>", f"</title><style>{style}</style>", 1)
    return text.replace(f"{GRANTED}</td><td>2</td>", f"{GRANTED}</td><td class=n>{granted}</td>", 1)


def write(case, name, content):
    path = CASES / case / name
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, (str, bytes)):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, text in content.items():
            package.writestr(zipfile.ZipInfo(part, (2000, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


# Names lie, as they do in archives: rich text is often called .doc.
write("rtf-table", "input.doc", rtf())
write("rtf-table-near-miss", "input.doc", rtf(without=GRANTED))
write("docx-table", "input.docx", docx())
write("docx-table-near-miss", "input.docx", docx(near_miss=True))
write("xlsx-sheet", "input.xlsx", xlsx())
# A formula whose result the file does not hold.
write("xlsx-sheet-near-miss", "input.xls", xlsx('<c r="{}"><f>1+1</f></c>'))
write("xlsx-formats", "input.xlsx", xlsx('<c r="{}" s="1"><v>2000</v></c>', number_format("0,")))
write("xlsx-formats-near-miss", "input.xlsx", xlsx('<c r="{}" s="1"><v>2</v></c>', number_format("0.00E+00")))
write("xlsx-hidden", "input.xlsx", xlsx(hidden="二、上年结转政府信息公开申请数量", columns='<cols><col min="3" max="3" hidden="0" width="9"/></cols>'))
write("xlsx-hidden-near-miss", "input.xlsx", xlsx(columns='<cols><col min="16" max="16384" hidden="1"/></cols>'))
write("xlsx-struck", "input.xlsx", xlsx(two_runs("strike")))
write("xlsx-struck-near-miss", "input.xlsx", xlsx(two_runs("b")))
# One of them is called as office systems call it.
write("excel-xml", "input.xls", excel_xml("GBK"))
write("excel-xml-near-miss", "input.xml", excel_xml("UTF-8", '    <Cell ss:StyleID="s16" ss:Formula="=RC[1]+1"><Data ss:Type="Number">0</Data></Cell>'))
write("word-xml", "input.doc", word_xml("GBK", tracked("9", "2")))
write("word-xml-near-miss", "input.xml", word_xml("UTF-8", words("2") + words("1", '<w:vertAlign w:val="superscript"/>')))
write("flat-package", "input.doc", in_one_file(docx()))
write("flat-package-near-miss", "input.xml", in_one_file(docx(near_miss=True)))
# The figure that was there before is not drawn any more; in the near miss it is, under the new one.
write("ofd", "input.ofd", in_ofd(lambda x, y: letters(x, y, "9", ' Visible="false"') + letters(x, y, "2")))
write("ofd-near-miss", "input.zip", in_ofd(lambda x, y: letters(x, y, "9") + letters(x, y, "2")))
# What a rule draws, and what cannot be seen, beside the figure of a cell.
write("html-drawn", "input.html", page('td.n::before{content:"1"}'))
write("html-drawn-near-miss", "input.html", page('td.n::before{content:""} td.m::before{content:"1"} td.n::after{content:"1";display:none}'))
write("html-white", "input.html", page("td b.w{color:#fff}", "<b class=w>1</b>2"))
write("html-white-near-miss", "input.html", page(".n{background:#1e90ff} .w{color:#fff}", "<b class=w>1</b>2"))
# What a rule hides for sure at a desk, and what it may hide.
write("html-at-desk", "input.html", page("@media (min-width:768px){.w{display:none!important}} .w{display:inline}", "<b class=w>1</b>2"))
write("html-at-desk-near-miss", "input.html", page("@media (max-width:767px){.w{display:none!important}} .w{display:inline}", "<b class=w>1</b>2"))
write("html-unjudged", "input.html", page("@container (min-width:1px){td{& .w{display:none}}}", "<b class=w>1</b>2"))
write("html-unjudged-near-miss", "input.html", page("@container (min-width:1px){th{& .w{display:none}}} td,b{color:var(--text)}", "<b class=w>12</b>"))
write("html-hidden-later", "input.html", page(".js .w{display:none}</style><script>document.documentElement.className = 'js';</script><style>", "<b class=w>1</b>2"))
write("html-hidden-later-near-miss", "input.html", page(".js .w{display:none}</style><script>document.documentElement.className = 'on';</script><style>", "<b class=w>1</b>2"))
