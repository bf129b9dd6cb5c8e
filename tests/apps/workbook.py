"""Spreadsheet programs read the regional workbook: LibreOffice opens and prints it, and the figures of the level sheets
are those of the rollup tables, cell by cell, neither more nor fewer.

  python workbook.py DATASET [FOLDER]    what LibreOffice made of it stays in FOLDER
Exits 1 with a line per difference."""

import os
import subprocess
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

import openpyxl
import polars

dataset = sys.argv[1]
folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
os.makedirs(folder, exist_ok=True)
source = f"{dataset}/rollup.xlsx"
faults = []

# Through LibreOffice: what it could not read is not in its copy.
for kind in ["pdf", "xlsx"]:
    profile = f"-env:UserInstallation=file://{os.path.abspath(folder)}/profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, source], check=True, capture_output=True, timeout=600)
pdf = open(f"{folder}/rollup.pdf", "rb").read()
if not pdf.startswith(b"%PDF"):
    faults.append("LibreOffice could not print rollup.xlsx")

# Excel offers to repair a workbook whose parts do not parse or whose merged cells overlap.
with zipfile.ZipFile(source) as parts:
    if parts.testzip():
        faults.append(f"a part of the workbook is damaged: {parts.testzip()}")
    for name in parts.namelist():
        if name.endswith((".xml", ".rels")):
            root = ElementTree.fromstring(parts.read(name))
            cells = set()
            for merged in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"):
                a, b, c, d = openpyxl.utils.range_boundaries(merged.get("ref"))
                covered = {(x, y) for x in range(a, c + 1) for y in range(b, d + 1)}
                if cells & covered:
                    faults.append(f"{name}: merged cells overlap at {merged.get('ref')}")
                cells |= covered

BASES = {"乡镇合计": "sum", "填报乡镇": "townships_reporting", "本级报告": "own_value", "差额": "difference"}
NAMES, FIRST = 2, 7  # rows of the sheet, from 1


def figures_of_sheet(sheet):
    names = [c.value for c in sheet[NAMES]]
    keys = names.index("share") + 1
    out, reported = {}, {}
    for row in sheet.iter_rows(min_row=FIRST, values_only=True):
        key = dict(zip(names[:keys], row))
        region = (key["division_code"], key["province"], key.get("city"), key.get("county"), key["year"])
        measure = BASES[key["basis"].split()[0]]
        out.update({(*region, measure, n): v for n, v in zip(names[keys:], row[keys:]) if v is not None})
        if measure == "sum":
            reported[region] = key["townships_reported"]
    return out, reported


def figures_of_table(level, reported):
    out = {}
    for row in polars.read_parquet(f"{dataset}/rollup_{level}.parquet").iter_rows(named=True):
        region = (row["division_code"], row["province"], row.get("city"), row.get("county"), row["year"])
        out.update({(*region, m, row["indicator"]): row[m] for m in BASES.values() if row[m] is not None and (m != "townships_reporting" or 0 < row[m] < reported[region])})
    return out


compared = fewer = 0
for file in [source, f"{folder}/rollup.xlsx"]:
    book = openpyxl.load_workbook(file, data_only=True)
    for sheet, level in [("县 County", "county"), ("市 City", "city"), ("省 Province", "province")]:
        shown, reported = figures_of_sheet(book[sheet])
        stored = figures_of_table(level, reported)
        # Beside a sum of fewer townships than reported stands of how many it is.
        fewer += sum(key[-2] == "townships_reporting" for key in stored)
        compared += len(stored)
        for key in sorted(shown.keys() | stored.keys(), key=str):
            a, b = shown.get(key), stored.get(key)
            if a is None or b is None or abs(a - b) > 1e-9 * max(1.0, abs(b)):
                faults.append(f"{file}: {sheet}: {key}: {a} in the workbook, {b} in rollup_{level}.parquet")
    statuses = polars.read_parquet(f"{dataset}/coverage.parquet")["status"].value_counts()
    words = {"found": "有", "found_unreadable": "读不出", "not_found": "无"}
    cells = [v for row in book["报送情况 Coverage"].iter_rows(min_row=4, min_col=6, values_only=True) for v in row if v]
    for status, count in statuses.iter_rows():
        if cells.count(words[status]) != count:
            faults.append(f"{file}: coverage: {cells.count(words[status])} cells say {words[status]}, coverage.parquet has {count}")
if not fewer:
    faults.append("no sum was of fewer townships than reported: that they are told was not tried")
if not compared:
    faults.append("no figure was compared: the comparison says nothing")

print("\n".join(faults[:50]))
print(f"{compared} figures of the workbook compared with the rollups, {len(faults)} differences")
sys.exit(bool(faults))
