"""Files that somebody made to harm: one of every kind, each small or made of a hole."""

import bz2
import gzip
import io
import json
import lzma
import os
import socket
import tarfile
import zipfile
from pathlib import Path
from typing import Final

from formats_data import A, B, make_pdf, make_tar, make_zip, put_links

ZEROS: Final = bytes(1 << 20)
LAUGHS: Final = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]>"  # fmt: skip
ENTITY: Final = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES: Final = """<?xml version="1.0"?><Types
xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override
PartName="/word/document.xml" ContentType=
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELS: Final = """<?xml version="1.0"?><Relationships
xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
Target="word/document.xml"/></Relationships>"""


def make_docx(before: str, text: str) -> bytes:
    """Write the least Word file there is, with a prologue."""
    body = f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
    document = f'<?xml version="1.0"?>{before}{body}</w:body></w:document>'
    return make_zip(
        {"[Content_Types].xml": _TYPES.encode(), "_rels/.rels": _RELS.encode(),
         "word/document.xml": document.encode()}
    )  # fmt: skip


def make_feed(before: str, text: str) -> bytes:
    """Write a feed of one entry, with a prologue."""
    item = f"<item><title>t</title><description>{text}</description></item>"
    return f'<?xml version="1.0"?>{before}<rss><channel>{item}</channel></rss>'.encode()


def write_files(folder: Path, n_mb: int = 600) -> None:
    """Write those that have a content, the bombs of so many megabytes."""
    pdf = make_pdf([[A, B]])
    loop = pdf.replace(
        b"/Type /Pages /Kids [4 0 R] /Count 1", b"/Type /Pages /Kids [2 0 R] /Count 1"
    )
    table = f"id,text\n1,{A}\n".encode()
    bomb = io.BytesIO()
    with tarfile.open(fileobj=bomb, mode="w:gz") as tar:
        info = tarfile.TarInfo("zeros.txt")
        info.size = n_mb << 20
        tar.addfile(info, _Zeros())
    nested = make_zip({"a.txt": A.encode()})
    for _ in range(20):
        nested = make_zip({"a.zip": nested})
    contents = {
        "bomb.gz": gzip.compress(ZEROS * n_mb, 1),
        "bomb.txt.xz": lzma.compress(ZEROS * n_mb, preset=0),
        "bomb.csv.bz2": bz2.compress(ZEROS * n_mb, 1), "bomb.tar.gz": bomb.getvalue(),
        "bomb.zip": make_zip({f"{n}.txt": ZEROS * (n_mb // 6) for n in range(4)}),
        "many.zip": make_zip({f"{n}.txt": b"x" for n in range(20_000)}),
        "nested.zip": nested, "up.zip": make_zip({"../../a.txt": A.encode()}),
        "absolute.tar": make_tar({"/etc/a.txt": A.encode()}, "w"),
        "laughs.docx": make_docx(LAUGHS, "&a11;"), "entity.docx": make_docx(ENTITY, "&a;"),
        "laughs.rss": make_feed(LAUGHS, "&a11;"), "entity.rss": make_feed(ENTITY, "&a;"),
        "loop.pdf": loop, "self.pdf": pdf.replace(b"/Contents 5 0 R", b"/Contents 4 0 R"),
        "cut.pdf": pdf[: len(pdf) // 2],
        "deep.html": b"<html><body>" + b"<div>" * 100_000 + A.encode(),
        "deep-inline.html": b"<p>" + b"<b>" * 100_000 + A.encode(),
        "deep.json": b"[" * 100_000, "deep.jsonl": b'{"text": ' * 100_000,
        "wide.html": b"<p>" + b"<i a=b" * 200_000, "wrong.txt": b"\xff\xfe" + A.encode(),
        "lies.html": b'<meta charset="utf-16"><p>' + A.encode() + b"\xe9\xff</p>",
        "cut.csv.gz": gzip.compress(table * 200)[:-20],
        "cut.parquet": b"PAR1" + bytes(400) + b"PAR1",
        "quote.csv": b'id,text\n1,"' + b"a b " * 300_000, "nul.txt": bytes(3_000_000),
        "rtf.rtf": b"{\\rtf1" + b"{\\b " * 100_000, "mail.eml": _deep_mail(),
        "spaces.txt": b" \n" * 2_000_000 + b"a", "brackets.md": b"[" * 300_000 + b"](" * 300_000,
        "words.txt": b"a-" * 3_000_000, "head.csv": b"," * 500_000 + b"text\n",
        "list.json": json.dumps({"text": "['" + "a', '" * 150_000}).encode(),
    }  # fmt: skip
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    with (folder / "line.txt").open("wb") as file:
        file.write(b"One line. ")
        file.truncate(2 * n_mb << 20)
    with (folder / "line.csv").open("wb") as file:
        file.write(b"id,text\n1,")
        file.truncate(2 * n_mb << 20)


def write_odd_entries(folder: Path) -> None:
    """Write links, a FIFO, a socket, names of all sorts, and what nobody may read."""
    os.mkfifo(folder / "fifo.txt")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / os.fsdecode(b"caf\xe9\x01\n.txt")).write_text(A)
    (folder / ("n" * 250 + ".txt")).write_text(A)
    (folder / "secret.txt").write_text(A)
    (folder / "secret.txt").chmod(0)
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket is short
        try:
            server.bind("sock")
        finally:
            os.chdir(here)
    _, links = put_links(folder)
    with zipfile.ZipFile(links, "a") as archive:
        archive.writestr("n" * 4096 + ".txt", A)
    # Deeper than PATH_MAX, which no open() by the whole name can reach.
    back = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(20):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        Path("a.txt").write_text(A)
    finally:
        os.fchdir(back)
        os.close(back)


def _deep_mail() -> bytes:
    start = b"From: a@example.org\nTo: b@example.org\nSubject: s\nMIME-Version: 1.0\n"
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    return start + parts + b"Content-Type: text/plain\n\n" + A.encode()


class _Zeros(io.RawIOBase):
    """As many zeros as anyone asks for."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        buffer[:] = bytes(len(buffer))
        return len(buffer)
