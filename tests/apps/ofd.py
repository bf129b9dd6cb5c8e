"""A PDF that LibreOffice wrote as OFD: the same characters and lines in the same places.

No program at hand writes OFD. What is here of PDF is what LibreOffice's Writer draws of a page with tables: text of
fonts with one byte for each character, upright, and lines and boxes.
"""

import io
import re
import zipfile
import zlib

MM = 25.4 / 72
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
TOKEN = re.compile(rb"<[0-9A-Fa-f\s]*>|\[|\]|/[^\s/<>\[\]]+|[-+.\d]+|[A-Za-z*'\"]+|\((?:\\.|[^\\)])*\)")


def from_pdf(path):
    """The bytes of an OFD."""
    objects = {int(number): body for number, body in re.findall(rb"(\d+) 0 obj(.*?)endobj", path.read_bytes(), re.S)}
    kids = next(re.findall(rb"(\d+) 0 R", body.split(b"/Kids")[1].split(b"]")[0]) for body in objects.values() if b"/Kids" in body)
    sheets = []
    for kid in map(int, kids):
        page = objects[kid]
        _, _, width, height = map(float, re.search(rb"/MediaBox\s*\[([^\]]*)\]", page)[1].split())
        resources = objects[reference(page, b"Resources")]
        fonts = objects[reference(resources, b"Font")]
        fonts = {name: font(objects, int(number)) for name, number in re.findall(rb"(/\w+) (\d+) 0 R", fonts)}
        sheets.append((width * MM, height * MM, Drawing(fonts, height).drawn(stream(objects[reference(page, b"Contents")]))))
    return package(sheets)


def reference(body, key):
    return int(re.search(rb"/" + key + rb"\s+(\d+) 0 R", body)[1])


def stream(body):
    return zlib.decompressobj().decompress(body.split(b"stream", 1)[1].lstrip(b"\r\n"))


def font(objects, number):
    """Its characters and their widths, by their codes."""
    body = objects[number]
    first = int(re.search(rb"/FirstChar (\d+)", body)[1])
    widths = [float(w) for w in re.search(rb"/Widths\[([^\]]*)\]", body)[1].split()]
    mapped = stream(objects[reference(body, b"ToUnicode")]).decode()
    letters = {int(code, 16): bytes.fromhex(letter).decode("utf-16-be") for code, letter in re.findall(r"<(\w\w)> <(\w{4,})>\n", mapped)}
    return letters, {first + n: width for n, width in enumerate(widths)}


class Drawing:
    """The objects of a page, as its content draws them."""

    def __init__(self, fonts, height):
        self.fonts, self.height, self.out = fonts, height, []
        self.path, self.state, self.saved = [], {"cm": (1, 0, 0, 1, 0, 0), "w": 1.0, "rg": "0 0 0", "RG": "0 0 0"}, []

    def place(self, x, y):
        a, b, c, d, e, f = self.state["cm"]
        return (a * x + c * y + e) * MM, (self.height - (b * x + d * y + f)) * MM

    def drawn(self, content):
        stack = []
        for token in TOKEN.findall(content):
            if token[:1] in b"<[]/(" or re.fullmatch(rb"[-+.\d]+", token):
                stack.append(token)
                continue
            self.operator(token.decode(), stack)
            stack = []
        return self.out

    def operator(self, name, stack):
        numbers = [float(token) for token in stack if re.fullmatch(rb"[-+.\d]+", token)]
        if name == "q":
            self.saved.append(dict(self.state))
        elif name == "Q":
            self.state = self.saved.pop()
        elif name == "cm":
            a, b, c, d, e, f = numbers
            m = self.state["cm"]
            self.state["cm"] = (a * m[0] + b * m[2], a * m[1] + b * m[3], c * m[0] + d * m[2], c * m[1] + d * m[3], e * m[0] + f * m[2] + m[4], e * m[1] + f * m[3] + m[5])
        elif name == "w":
            self.state["w"] = numbers[0]
        elif name in ("rg", "RG"):
            self.state[name] = " ".join(str(round(255 * n)) for n in numbers)
        elif name in ("m", "l"):
            self.path.append(("M" if name == "m" else "L", self.place(*numbers)))
        elif name == "re":
            x, y, w, h = numbers
            corners = [self.place(*p) for p in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))]
            self.path += [("M", corners[0])] + [("L", corner) for corner in corners[1:]] + [("C", None)]
        elif name == "h":
            self.path.append(("C", None))
        elif name in ("S", "f", "f*", "n"):
            if name != "n" and self.path:
                self.line(fills=name != "S")
            self.path = []
        elif name == "BT":
            self.at = (0.0, 0.0)
        elif name == "Td":
            self.at = (self.at[0] + numbers[0], self.at[1] + numbers[1])
        elif name == "Tm":
            if numbers[:4] != [1, 0, 0, 1]:
                raise ValueError("text that is not upright")
            self.at = tuple(numbers[4:])
        elif name == "Tf":
            self.font, self.size = self.fonts[stack[0]], numbers[0]
        elif name in ("Tj", "TJ"):
            self.text(stack)
        elif name not in ("ET", "W", "W*", "J", "j", "d", "i", "M", "BDC", "BMC", "EMC", "Tr", "Tz", "gs"):
            raise ValueError(f"an operator that is not known here: {name}")

    def line(self, fills):
        points = [point for _, point in self.path if point]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
        data = " ".join(name if point is None else f"{name} {point[0] - left:.3f} {point[1] - top:.3f}" for name, point in self.path)
        ink = f'<ofd:FillColor Value="{self.state["rg"]}"/>' if fills else f'<ofd:StrokeColor Value="{self.state["RG"]}"/>'
        how = 'Stroke="false" Fill="true"' if fills else f'LineWidth="{self.state["w"] * MM:.3f}"'
        self.out.append(f'<ofd:PathObject ID="{{}}" Boundary="{left:.3f} {top:.3f} {width:.3f} {height:.3f}" {how}>{ink}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>')

    def text(self, stack):
        letters, widths = self.font
        text, steps, before = "", [], 0.0
        for token in stack:
            if token[:1] == b"<":
                for code in bytes.fromhex(token.strip(b"<>").decode()):
                    if text:
                        steps.append(before)
                    text += letters[code]
                    before = widths[code] * self.size / 1000 * MM
            elif token[:1] not in b"[]/":
                before -= float(token) * self.size / 1000 * MM
        x, y = self.place(*self.at)
        self.at = (self.at[0] + (sum(steps) + before) / MM, self.at[1])
        self.out.append(text_object(x, y, text, self.size * MM, steps, sum(steps) + before, self.state["rg"]))


def text_object(x, y, text, size, steps, width, ink="0 0 0"):
    """`y`: where the letters stand, `steps`: how far each stands from the one before."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    delta = f' DeltaX="{repeated(steps)}"' if steps else ""
    return (
        f'<ofd:TextObject ID="{{}}" Boundary="{x:.3f} {y - 0.88 * size:.3f} {width:.3f} {1.2 * size:.3f}" Font="2" Size="{size:.4f}"><ofd:FillColor Value="{ink}"/>'
        f'<ofd:TextCode X="0" Y="{0.88 * size:.4f}"{delta}>{escaped}</ofd:TextCode></ofd:TextObject>'
    )


def repeated(steps):
    """Steps as they are written: those that are alike together."""
    out, words = [], [f"{step:.4f}" for step in steps]
    while words:
        count = next((n for n, word in enumerate(words) if word != words[0]), len(words))
        out.append(f"g {count} {words[0]}" if count > 2 else " ".join(words[:count]))
        words = words[count:]
    return " ".join(out)


def parts(sheets):
    """The parts of a package of pages: width, height and objects of each."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    list_of_pages = "".join(f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(sheets)))
    out = {
        "OFD.xml": f'{head}<ofd:OFD {NAMESPACE} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": f'{head}<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{list_of_pages}</ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'{head}<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>',
    }
    for n, (width, height, objects) in enumerate(sheets):
        drawn = "\n".join(each.replace('ID="{}"', f'ID="{1000 * (n + 1) + number}"') for number, each in enumerate(objects))
        out[f"Doc_0/Pages/Page_{n}/Content.xml"] = f'{head}<ofd:Page {NAMESPACE}><ofd:Area><ofd:PhysicalBox>0 0 {width:.3f} {height:.3f}</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID="{500 + n}" Type="Body">\n{drawn}\n</ofd:Layer></ofd:Content></ofd:Page>'
    return out


def package(sheets):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as members:
        for name, text in parts(sheets).items():
            members.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
