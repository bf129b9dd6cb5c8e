"""One report in every format gives the same figures.

`nianbao synth` writes HTML reports of both editions with distinct primes in their cells, LibreOffice turns them into
every other format, `nianbao run` reads them all, and every cell of every report must be what the HTML page gives and
what synth says is true. Text files come from synth itself, with the same figures.

    python formats.py NIANBAO WORK [--reports 60] [--formats html,txt,docx,…]

WORK is emptied. The interpreter needs polars, the machine soffice.
"""

import argparse
import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import polars

import ofd

# Format → LibreOffice's filter for reading the page, and for writing it. xls and ods come from the same reading as xlsx.
WRITER, CALC = "HTML (StarWriter)", "HTML (StarCalc)"
CONVERSIONS = {
    "docx": (WRITER, "docx:MS Word 2007 XML"),
    "doc": (WRITER, "doc:MS Word 97"),
    "rtf": (WRITER, "rtf:Rich Text Format"),
    "pdf": (WRITER, "pdf:writer_pdf_Export"),
    "xlsx": (CALC, "xlsx:Calc MS Excel 2007 XML"),
    "xls": (CALC, "xls:MS Excel 97"),
    "ods": (CALC, "ods:calc8"),
    # Of the page itself this filter fails over what it has as properties of the document.
    "wordml": ("MS Word 2007 XML", "xml:MS Word 2003 XML"),
    "excelml": (CALC, "xml:MS Excel 2003 XML"),
}
# LibreOffice writes no package in one file of XML: it is put together from the parts of the docx.
FLAT = "opc"
# Nor does it write OFD: what it draws in the PDF is drawn in one.
SOURCES = {FLAT: "docx", "wordml": "docx", "ofd": "pdf"}
# Printed in letters so small that no figure is broken over two lines.
PRINTED = "<style>body { font-size: 7pt } td { padding: 0 }</style></head>"
# What is compared unless --formats says otherwise.
READ = ["html", "txt", "docx", FLAT, "wordml", "doc", "rtf", "pdf", "ofd", "xlsx", "excelml", "xls", "ods"]
# A report within a table that only arranges the page is left out: Calc scatters tables within tables over the sheet.
# Layouts of the pages, and of as many texts: with these synth draws the same figures.
PAGES = ["html", "html-paragraphs"]
TEXTS = ["P1", "P1"]
SHOWN = 40


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nianbao", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--formats", default=",".join(READ))
    parser.add_argument("--only-make", action="store_true", help="write the archive and stop, for measuring")
    args = parser.parse_args()
    formats = args.formats.split(",")
    for name, source in SOURCES.items():
        if name in formats and source not in formats:
            sys.exit(f"{name} is made of {source}, which must be among the formats")
    nianbao, work = args.nianbao.resolve(), args.work.resolve()
    for program in [str(nianbao)] + (["soffice"] if set(formats) & set(CONVERSIONS) else []):
        if not shutil.which(program):
            sys.exit(f"{program} is missing: this test needs the built program and LibreOffice (make test-apps installs it)")
    truths = make(nianbao, work, formats, args)
    if args.only_make:
        print(f"{len(truths)} reports as {', '.join(formats)} in {work / 'archive'}")
        return
    dataset = work / "dataset"
    run([nianbao, "run", "pipelines/township.toml", "--archive", work / "archive", "--out", dataset, "--quiet"])
    sys.exit(compare(dataset, truths, formats))


def run(command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(str(c) for c in command[:8])} … ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def make(nianbao, work, formats, args):
    """Writes WORK/archive/FORMAT/NUMBER.FORMAT; gives what is true of each number."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    archive = work / "archive"
    truths = {}
    for extension, layouts in (("html", PAGES), ("txt", TEXTS)):
        folder = work / f"synth-{extension}"
        # In UTF-8: LibreOffice reads the characters of GB18030 that are none of GBK as rubbish.
        run([nianbao, "synth", folder, "--reports", args.reports, "--seed", args.seed, "--layouts", ",".join(layouts), "--figures", "primes", "--gb18030", "0"])
        (archive / extension).mkdir(parents=True)
        for line in (folder / "truth.jsonl").read_text().splitlines():
            truth = json.loads(line)
            if truth["outcome"] != "report":
                continue
            name = pathlib.Path(truth["path"]).stem
            shutil.copy(folder / "archive" / truth["path"], archive / extension / f"{name}.{extension}")
            if truths.setdefault(name, truth)["cells"] != truth["cells"]:
                sys.exit(f"synth drew another report for {name}.{extension} than for the page: the two cannot be compared")
    pages = sorted((archive / "html").glob("*.html"))
    for name in formats:
        if name not in CONVERSIONS:
            continue
        reading, writing = CONVERSIONS[name]
        profile = (work / "profile").as_uri()
        sources = sorted((archive / "docx").glob("*.docx")) if name in SOURCES else pages
        if name == "pdf":
            sources = [small(page, work / "printed") for page in pages]
        run(["soffice", f"-env:UserInstallation={profile}", "--headless", f"--infilter={reading}", "--convert-to", writing, "--outdir", archive / name, *sources], timeout=1800)
        for path in (archive / name).glob("*.xml"):
            if name == "excelml":
                path.write_text(with_indexes(path.read_text()))
            path.rename(path.with_suffix(f".{name}"))
        made = {p.stem for p in (archive / name).glob(f"*.{name}")}
        if lost := {p.stem for p in pages} - made:
            sys.exit(f"soffice wrote no {name} of {len(lost)} pages, such as {min(lost)}")
    if FLAT in formats:
        (archive / FLAT).mkdir()
        for path in (archive / "docx").glob("*.docx"):
            (archive / FLAT / f"{path.stem}.{FLAT}").write_bytes(in_one_file(path))
    if "ofd" in formats:
        (archive / "ofd").mkdir()
        for path in (archive / "pdf").glob("*.pdf"):
            (archive / "ofd" / f"{path.stem}.ofd").write_bytes(ofd.from_pdf(path))
    for extension in ("html", "txt"):
        if extension not in formats:
            shutil.rmtree(archive / extension)
    return truths


def small(page, folder):
    folder.mkdir(exist_ok=True)
    copy = folder / page.name
    copy.write_text(page.read_text("utf-8-sig").replace("</head>", PRINTED, 1))
    return copy


def with_indexes(workbook):
    """LibreOffice does not say where a row goes on below a cell that reaches down into it, and counts the places beside a
    table without those. Excel opens no such file, and writes the index."""
    below, row, column = {}, 0, 0

    def placed(tag):
        nonlocal row, column
        number = {name: int(value) for name, value in re.findall(r'ss:(Index|MergeAcross|MergeDown|Span)="(\d+)"', tag[0])}
        if tag[0].startswith("<Table"):
            below.clear()
            row = 0
        elif tag[0].startswith("<Row"):
            row, column = number.get("Index", row + 1), 1
            row += number.get("Span", 0)
        elif "Index" in number:
            return "" if tag[0].endswith("/>") else tag[0]
        else:
            free = column
            while below.get(free, 0) >= row:
                free += 1
            column = free + number.get("MergeAcross", 0) + 1
            below.update({at: row + number.get("MergeDown", 0) for at in range(free, column)})
            return f'<Cell ss:Index="{free}"{tag[0][5:]}'
        return tag[0]

    return re.sub(r"<(?:Table|Row|Cell)\b[^>]*>", placed, workbook)


def in_one_file(package):
    """The parts of a package one behind the other, as Word saves them so."""
    parts = []
    with zipfile.ZipFile(package) as members:
        for name in members.namelist():
            content = members.read(name)
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
                text = re.sub(r"^\s*<\?xml[^>]*\?>", "", content.decode("utf-8-sig"))
                parts.append(f'<pkg:part pkg:name="/{name}" pkg:contentType="application/xml"><pkg:xmlData>{text}</pkg:xmlData></pkg:part>')
            elif name != "[Content_Types].xml":
                parts.append(f'<pkg:part pkg:name="/{name}" pkg:contentType="image/png" pkg:compression="store"><pkg:binaryData>{base64.b64encode(content).decode()}</pkg:binaryData></pkg:part>')
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    return f'{head}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{"".join(parts)}</pkg:package>'.encode()


def compare(dataset, truths, formats):
    values = polars.read_parquet(f"{dataset}/values/**/*.parquet", hive_partitioning=False)
    reports = polars.read_parquet(f"{dataset}/reports.parquet").select("report_id", "path", "format")
    files = {row["path"]: row for row in polars.read_parquet(f"{dataset}/files.parquet").iter_rows(named=True)}
    cells = {}
    for path, indicator, status, value in values.join(reports, on="report_id").select("path", "indicator", "status", "value").iter_rows():
        cells.setdefault(path, {})[indicator] = (status, value)
    faults, compared = [], 0
    editions = set()
    for name, truth in sorted(truths.items()):
        editions |= {truth["form_t2"], truth["form_t3"]}
        page = cells.get(f"html/{name}.html", {})
        for form in formats:
            path = f"{form}/{name}.{form}"
            got = cells.get(path)
            if got is None:
                faults.append(f"{path} is no report: {files.get(path, {}).get('outcome')} {files.get(path, {}).get('reason')}")
                continue
            for indicator, true in truth["cells"].items():
                compared += 1
                is_so = got.get(indicator)
                if "html" in formats and is_so != page.get(indicator):
                    faults.append(f"{path}: {indicator} is {is_so}, in the page {page.get(indicator)}")
                elif isinstance(true, str) and (is_so is None or is_so[0] != true):
                    faults.append(f"{path}: {indicator} is {is_so}, and in truth {true}")
                elif not isinstance(true, str) and is_so != ("reported", float(true)):
                    faults.append(f"{path}: {indicator} is {is_so}, and in truth {true}")
            if extra := set(got) - set(truth["cells"]):
                faults.append(f"{path}: {len(extra)} cells that the report does not have, such as {min(extra)}")
    if len(truths) < 50 or compared < 50 * 100 * len(formats) or len(editions - {None}) < 2:
        faults.append(f"only {len(truths)} reports of the editions {editions} with {compared} cells: the comparison says too little")
    print("\n".join(faults[:SHOWN]))
    if len(faults) > SHOWN:
        print(f"… and {len(faults) - SHOWN} more")
        for form in formats:
            print(f"  {form}: {sum(f.startswith(form + '/') for f in faults)}")
    print(f"{len(truths)} reports in {len(formats)} formats ({', '.join(formats)}): {compared} cells compared, {len(faults)} differences")
    return bool(faults)


if __name__ == "__main__":
    main()
