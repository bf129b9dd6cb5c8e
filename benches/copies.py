"""Copies of documents that differ in a byte which no reader shows: what is the same to the byte is read only once.

    python copies.py FOLDER OUT COPIES          each file of FOLDER, COPIES times over
    python copies.py --pack FORMAT FOLDER OUT   all files below FOLDER in one container: zip, tar.zst or warc
"""

import io
import pathlib
import shutil
import sys
import tarfile
import zipfile


def differing(extension, data, number):
    """The bytes of a document, marked with a number."""
    mark = str(number).encode()
    if extension == "txt":
        return data + b"\n" * number
    if extension == "html":
        return data + b"<!-- " + mark + b" -->"
    if extension == "pdf":
        return data + b"\n%" + mark + b"\n"
    if extension == "rtf":
        end = data.rindex(b"}")
        return data[:end] + b"{\\*\\copy " + mark + b"}" + data[end:]
    if extension in ("doc", "xls"):
        # Compound files keep an identifier in bytes 8 to 24 that nobody uses.
        return data[:8] + number.to_bytes(4, "little") + data[12:]
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.comment = mark
    return packed.getvalue()


def copy(folder, out, copies):
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        for number in range(copies):
            target = out / str(number) / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(differing(path.suffix[1:], data, number))


def pack(kind, folder, out):
    files = [(str(p.relative_to(folder)), p.read_bytes()) for p in sorted(folder.rglob("*")) if p.is_file()]
    out.mkdir(parents=True)
    target = out / f"pages.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files:
                archive.writestr(name, data)
    elif kind == "tar.zst":
        import pyarrow

        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, data in files:
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        target.write_bytes(pyarrow.compress(packed.getvalue(), codec="zstd", asbytes=True))
    elif kind == "warc":
        with target.open("wb") as archive:
            for name, data in files:
                body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + data
                head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.example.cn/{name}\r\nContent-Length: {len(body)}\r\n\r\n"
                archive.write(head.encode() + body + b"\r\n\r\n")
    else:
        sys.exit(f"no container {kind}")


def main():
    if sys.argv[1] == "--pack":
        return pack(sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]))
    out = pathlib.Path(sys.argv[2])
    shutil.rmtree(out, ignore_errors=True)
    copy(pathlib.Path(sys.argv[1]), out, int(sys.argv[3]))


if __name__ == "__main__":
    main()
