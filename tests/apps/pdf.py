"""Reports printed to PDF by other programs read like the pages they were printed from, cell by cell.

  python pdf.py NIANBAO WORK [REPORTS [SEED]]
NIANBAO is the program, WORK a folder for scratch files. LibreOffice and Chromium print invented pages whose figures are
known: on A4 and on low pages, so that table 3 runs over several pages and rows are cut. Every cell must have the
status and the value that the page states. Exits 1 with a line per difference."""

import collections
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unicodedata

import polars

program, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 50
seed = sys.argv[4] if len(sys.argv) > 4 else "7"
faults = []
shutil.rmtree(work, ignore_errors=True)
os.makedirs(work)


def run(*command, timeout=600):
    """Runs a program to its end; one that hangs is ended with all that it started."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        sys.exit(f"{' '.join(command)[:300]}: no end after {timeout} s")
    if process.returncode:
        sys.exit(f"{' '.join(command)[:300]}: exit code {process.returncode}\n{out[-2000:]}\n{err[-2000:]}")
    return out


def numbers(truth, table):
    return [v for k, v in truth["cells"].items() if k.startswith(table) and not isinstance(v, str)]


def chosen():
    """Reports with figures other than zero everywhere, both editions alike often, and some with blanks and zeros."""
    run(program, "synth", f"{work}/synth", "--reports", str(wanted * 30), "--seed", seed, "--layouts", "html,html-wrapped,html-paragraphs", "--gb18030", "0")
    taken, out = collections.Counter(), []
    for line in open(f"{work}/synth/truth.jsonl"):
        truth = json.loads(line)
        if truth["outcome"] != "report" or truth["noise"]:
            continue
        figures = numbers(truth, "t3")
        full = len(figures) > 150 and all(figures)
        kind = (truth["form_t3"], "full" if full else "sparse")
        limit = wanted * (2 if full else 1) // 5
        if taken[kind] < limit + (wanted % 5 if full else 0):
            taken[kind] += 1
            out.append(truth)
    return out[: wanted + 5], taken


# What a page is printed with: the paper, and the size of its letters.
STYLES = {
    "a4": "",
    "low": "@page { size: 210mm 148mm; margin: 15mm } body { font-size: 10pt }",
    "small": "@page { size: 210mm 120mm; margin: 12mm } td { padding: 2px 4px } p { margin: 0 } body { font-size: 9pt; font-family: 'Noto Sans CJK SC' }",
}


def pages(reports, style, folder):
    """Writes the pages flat into a folder, with a style sheet, and gives each its number."""
    os.makedirs(folder)
    for n, truth in enumerate(reports):
        text = open(f"{work}/synth/archive/{truth['path']}", encoding="utf-8-sig").read()
        open(f"{folder}/{n:04}.html", "w", encoding="utf-8").write(text.replace("</head>", f"<style>{style}</style></head>"))


def by_libreoffice(folder, out, target="pdf"):
    pages = sorted(glob.glob(f"{folder}/*.html"))
    for first in range(0, len(pages), 20):
        some = pages[first : first + 20]
        run("soffice", f"-env:UserInstallation=file://{work}/profile", "--headless", "--infilter=HTML (StarWriter)", "--convert-to", target, "--outdir", out, *some)


def by_chromium(folder, out):
    os.makedirs(out)
    for page in sorted(glob.glob(f"{folder}/*.html")):
        target = f"{out}/{os.path.basename(page)[:-5]}.pdf"
        run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={work}/chromium", f"--print-to-pdf={target}", f"file://{page}", timeout=120)


def lost(truth, pdf):
    """Whether the printing program left figures out: LibreOffice drops the rest of some rows that are taller than a page."""
    printed = unicodedata.normalize("NFKC", run("pdftotext", "-raw", pdf, "-"))
    printed = "".join(c for c in printed if not c.isspace() and c != ",")
    return any(str(v) not in printed for v in numbers(truth, "t") if v >= 100)


def values(archive):
    out = archive + ".dataset"
    run(program, "run", "pipelines/township.toml", "--archive", archive, "--out", out, "--quiet")
    reports = polars.read_parquet(f"{out}/reports.parquet", columns=["report_id", "path", "body", "year"])
    cells = polars.read_parquet(f"{out}/values/**/*.parquet").join(reports.select("report_id", "path"), on="report_id")
    files = polars.read_parquet(f"{out}/files.parquet")
    return cells, reports, files


def compare(name, reports, archive):
    cells, read, files = values(archive)
    pages_of = {}
    got = collections.defaultdict(dict)
    for row in cells.select("path", "indicator", "status", "value", "page").iter_rows():
        got[int(re.search(r"\d+", row[0])[0])][row[1]] = (row[2], row[3])
        if row[4] is not None:
            pages_of.setdefault(row[0], set()).add(row[4])
    wrong = withheld = right = 0
    dropped = 0
    for n, truth in enumerate(reports):
        pdf = f"{archive}/{n:04}.pdf"
        if os.path.exists(pdf) and lost(truth, pdf):
            dropped += 1
            continue
        if n not in got:
            reason = files.filter(polars.col("path").str.contains(f"{n:04}"))["reason"].to_list()
            faults.append(f"{name} {n:04}: no report came of it: {reason}")
            continue
        for indicator, true in truth["cells"].items():
            status, value = got[n].get(indicator, ("absent", None))
            expected = (true, None) if isinstance(true, str) else ("reported", float(true))
            if (status, value) == expected:
                right += 1
            elif isinstance(true, str) or status == "reported":
                wrong += 1
                faults.append(f"{name} {n:04}: {indicator} is {status} {value}, and the page says {true}")
            elif indicator not in truth["may_withhold"]:
                withheld += 1
                faults.append(f"{name} {n:04}: {indicator} is {status}, and the page says {true}")
    over = sum(len(p) > 1 for p in pages_of.values())
    print(f"{name}: {len(reports) - dropped} reports, {right} cells right, {wrong} wrong, {withheld} not read; tables on more than one page in {over}; {dropped} printed with figures missing")
    if dropped * 10 > len(reports):
        faults.append(f"{name}: {dropped} of {len(reports)} reports were printed with figures missing: the comparison says too little")
    return over


reports, taken = chosen()
for edition in ("2019", "2021"):
    if taken[edition, "full"] < 2 * wanted // 5:
        faults.append(f"only {taken[edition, 'full']} reports of {edition} have figures everywhere: the comparison says too little")
pages(reports, "", f"{work}/html")
compare("html", reports, f"{work}/html")
for style, sheet in STYLES.items():
    pages(reports, sheet, f"{work}/{style}.in")
    out = f"{work}/libreoffice-{style}"
    by_libreoffice(f"{work}/{style}.in", out)
    over = compare(f"libreoffice-{style}", reports, out)
    if style != "a4" and over < len(reports) // 2:
        faults.append(f"libreoffice-{style}: only {over} reports have tables on more than one page: nothing was cut")
# Chromium shows the frames that wrap such pages as ruled lines, which no office's page does.
few = [t for t in reports if t["layout"] != "html-wrapped"][: max(6, len(reports) // 5)]
for style, sheet in STYLES.items():
    pages(few, sheet, f"{work}/{style}.few")
    out = f"{work}/chromium-{style}"
    by_chromium(f"{work}/{style}.few", out)
    compare(f"chromium-{style}", few, out)

# A password that only forbids printing is none; one that is needed to open the file is named.
pages(few[:1], "", f"{work}/password.in")
os.makedirs(f"{work}/password")
for name, key, encrypt in (("open", "PermissionPassword", "false"), ("locked", "DocumentOpenPassword", "true")):
    options = {"RestrictPermissions": ("boolean", "true"), "EncryptFile": ("boolean", encrypt), key: ("string", "a")}
    options = json.dumps({k: {"type": t, "value": v} for k, (t, v) in options.items()})
    by_libreoffice(f"{work}/password.in", f"{work}/{name}.out", "pdf:writer_pdf_Export:" + options)
    os.rename(f"{work}/{name}.out/0000.pdf", f"{work}/password/{name}.pdf")
    if b"/Encrypt" not in open(f"{work}/password/{name}.pdf", "rb").read():
        faults.append(f"{name}.pdf: LibreOffice did not encrypt it")
_, _, files = values(f"{work}/password")
outcomes = {path: (outcome, "password" in (reason or "")) for path, outcome, reason in files.select("path", "outcome", "reason").iter_rows()}
print(f"passwords: {outcomes}")
if outcomes != {"locked.pdf": ("unreadable", True), "open.pdf": ("report", False)}:
    faults.append(f"passwords: {outcomes}")

print("\n".join(faults[:200]))
print(f"{len(faults)} differences")
sys.exit(bool(faults))
