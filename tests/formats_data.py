"""Texts and files that the tests of the readers share, and how they read them."""

import io
import random
import stat
import tarfile
import zipfile
from pathlib import Path

from stance.formats import Document, Failure, ReadOptions, iter_documents

A = "The ministers signed the river pact on Monday and agreed to share the water of the dry season."
B = "Engineers of both countries will open the two dams together from the first of April onwards."
C = "Opponents in the northern valley called the plan a surrender and promised to block the roads."
PAGE = f"""<!doctype html><html><head><title>River pact signed - The Example</title>
<meta property="og:title" content="River pact signed"><meta property="og:url"
content="https://example.org/river"><meta property="og:site_name" content="The Example">
<meta property="article:published_time" content="2026-03-01T08:00:00Z"></head><body>
<nav><a href="/">Home</a><a href="/world">World</a></nav><article><h1>River pact signed</h1>
<p>{A}</p><p>{B} <b>All</b> gauges stay public, both sides said in a joint statement on Monday.</p>
<h2>What comes next</h2><ul><li>The gauges are read every hour by both sides.</li>
<li>The fishermen's union gets a seat on the river board.</li></ul>
<blockquote><p>We have waited eleven years for this day, said the mayor of the port.</p>
</blockquote>
<p>{C}</p></article><footer>Example Media, all rights reserved</footer></body></html>"""


def put_links(folder: Path) -> tuple[Path, Path]:
    """Write links.tar and links.zip, whose members are links, a device and a FIFO."""
    with tarfile.open(folder / "links.tar", "w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"x{kind.decode()}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    with zipfile.ZipFile(folder / "links.zip", "w") as archive:
        link = zipfile.ZipInfo("x.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return folder / "links.tar", folder / "links.zip"


def read(path: Path, options: ReadOptions | None = None) -> list[Document]:
    """Read a file of which everything must be scored."""
    found = list(iter_documents(path, options))
    assert [one for one in found if isinstance(one, Failure)] == []
    return [one for one in found if isinstance(one, Document)]


def refuse(path: Path, options: ReadOptions | None = None) -> Failure:
    """Read a file of which nothing must be scored, for one reason."""
    (found,) = iter_documents(path, options)
    assert isinstance(found, Failure)
    return found


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def make_pdf(pages: list[list[str]]) -> bytes:
    """Write a PDF whose pages show lines of text."""
    bodies = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        bodies.append(f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET".encode("latin-1"))
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, body in enumerate(bodies):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * i} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body))
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, data in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, data))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (len(objects) + 1, start))
    return out.getvalue() + b"%%EOF\n"


def make_tar(members: dict[str, bytes], mode: str) -> bytes:
    """Write a tar archive of regular files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def make_zip(members: dict[str, bytes]) -> bytes:
    """Write a deflated zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Cut, flip, splice or repeat some bytes."""
    piece = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(piece) + 1)
        match rng.randrange(5):
            case 0:
                del piece[at:]
            case 1:
                piece[at : at + 1] = rng.randbytes(1)
            case 2:
                del piece[at : at + rng.randint(1, 40)]
            case 3:
                start = rng.randrange(len(piece) + 1)
                piece[at:at] = piece[start : start + rng.randint(1, 200)]
            case _:
                piece[at : at + 4] = rng.randbytes(4)
    return bytes(piece)
