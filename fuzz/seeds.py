"""Writes the first inputs of the fuzz targets into fuzz/corpus, from the cases and the sample archive.

    python3 fuzz/seeds.py

Each target puts the beginning of its format before its input (fuzz_targets/), so it is taken off here. What stands in the
corpus already stays. Compound files (`doc`) and 7z have no seeds: no case holds one.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import pathlib
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).parent.parent
CORPUS = ROOT / "fuzz" / "corpus"
LARGEST = 65536
# What the targets put before their inputs.
STARTS = {"html": b"<html>", "rtf": b"{\\rtf1\\ansi", "pdf": b"%PDF-1.7\n", "zip": b"PK\x03\x04", "warc": b"WARC/1.0\r\n"}
# Documents in zips → the part that the target varies.
PARTS = {"docx": "word/document.xml", "workbook": "xl/worksheets/sheet1.xml"}


def put(target, data):
    start = STARTS.get(target, b"")
    data = data.removeprefix(start)[:LARGEST]
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def files():
    for folder in (ROOT / "tests" / "cases", ROOT / "data" / "sample" / "archive"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (path.name.startswith("input.") or "sample" in path.parts):
                yield path.read_bytes()


def documents(data):
    put("charset", data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for target, part in PARTS.items():
                if part in archive.namelist():
                    put(target, archive.read(part))
    elif data.startswith(b"{\\rtf"):
        put("rtf", data)
    elif data.startswith(b"%PDF"):
        put("pdf", data.split(b"\n", 1)[1])
    elif b"MIME-Version" in data[:2000]:
        put("mhtml", data)
    elif b"<html" in data[:2000].lower():
        put("html", data)


def containers(texts):
    for amount, shape in ((1, tarfile.USTAR_FORMAT), (3, tarfile.GNU_FORMAT), (6, tarfile.PAX_FORMAT)):
        packed, archived, crawled = io.BytesIO(), io.BytesIO(), b""
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped, tarfile.open(fileobj=archived, mode="w", format=shape) as tarred:
            for number, text in enumerate(texts[:amount]):
                zipped.writestr(zipfile.ZipInfo(f"乡/镇{number}.txt"), text, zipfile.ZIP_DEFLATED)
                member = tarfile.TarInfo(f"{'x' * amount * 30}/{number}.txt")
                member.size = len(text)
                tarred.addfile(member, io.BytesIO(text))
                body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + text
                head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example.cn/{number}\r\nContent-Length: {len(body)}\r\n\r\n"
                crawled += head.encode() + body + b"\r\n\r\n"
        put("zip", packed.getvalue())
        put("tar", archived.getvalue())
        put("warc", crawled)
        tar = archived.getvalue()
        for data, start in ((gzip.compress(tar, mtime=0), 4), (bz2.compress(tar), 10), (lzma.compress(tar), 6)):
            put("packed", data[start:])


def main():
    texts = []
    for data in files():
        documents(data)
        if len(data) < 8192 and not data.startswith((b"PK", b"%PDF")):
            texts.append(data)
    containers(texts)
    for folder in sorted(CORPUS.iterdir()):
        print(f"{folder.name}: {sum(1 for _ in folder.iterdir())} inputs")


if __name__ == "__main__":
    main()
