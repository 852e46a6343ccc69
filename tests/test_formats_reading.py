"""The one door: wrong types are said, hostile files cost themselves, nothing is let out."""

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from formats_data import PAGE, A, B, make_pdf, make_zip, mutate, put, read, refuse
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.formats import Document, Failure, ReadOptions, iter_documents


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", make_zip({"a.txt": b"x"}), "ends in .csv but the file holds a zip archive"),
        ("a.txt", make_pdf([[A]]), "ends in .txt but the file holds a PDF"),
        ("a.pdf", PAGE.encode(), "ends in .pdf but the file holds text"),
        ("a.csv", PAGE.encode(), "ends in .csv but the file holds an HTML page"),
        ("a.docx", A.encode(), "ends in .docx but the file holds text"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file is not a type"),
        ("a.xlsx", make_zip({"[Content_Types].xml": b"<T/>"}), "an Excel file is not a type"),
        ("a.conll", A.encode(), "text named .conll is not a type"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "XML that is neither a feed nor a page"),
        ("a.txt", b"", "the file is empty"),
        ("a.txt", bytes(range(1, 9)) * 400, "binary data of an unknown type"),
        ("a.png", b"\x89PNG\r\n", "an image is not a type"),
    ],
)  # fmt: skip
def test_wrong_and_unknown_types_are_said(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    found = refuse(put(tmp_path, name, content))
    assert found.stage == "type"
    assert reason in found.reason
    assert found.advice


def test_content_decides_where_there_is_no_ending(tmp_path: Path) -> None:
    cases: Mapping[str, bytes] = {
        "pdf": make_pdf([[A]]), "zip": make_zip({"a.txt": A.encode()}), "text": A.encode(),
        "jsonl": b'{"text": "a b c"}\n{"text": "d e f"}\n', "page": PAGE.encode(),
        "mail": f"From: a@b.c\nSubject: x\nDate: Mon, 02 Mar 2026 08:00:00 GMT\n\n{A}\n".encode(),
    }  # fmt: skip
    for name, content in cases.items():
        assert read(put(tmp_path, name, content))


def test_folders_fifos_and_missing_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path, tmp_path / "pipe.txt", tmp_path / "none.txt", Path("/dev/zero"),
                 tmp_path / ("x" * 4000), tmp_path / "a\0b"):  # fmt: skip
        assert refuse(path).stage == "open"


def test_name_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text(A)
    (document,) = read(path)
    assert document.article.source == A


def test_date_of_a_page_is_what_it_declares_and_not_the_day_of_the_run(tmp_path: Path) -> None:
    future = PAGE.replace("2026-03-01", "2099-03-01")
    (document,) = read(put(tmp_path, "a.html", future))
    assert document.date == "2099-03-01"


def test_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", A * 100)
    assert "more than 1000 bytes" in refuse(path, ReadOptions(max_bytes=1000)).reason


def test_page_of_great_depth_is_read_or_refused(tmp_path: Path) -> None:
    for tag in ("div", "b", "ul><li", "blockquote"):
        path = put(tmp_path, "a.html", f"<html><body>{f'<{tag}>' * 100_000}<p>{A}</p>")
        assert len(list(iter_documents(path))) == 1


def test_missing_reader_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("trafilatura", "pypdf", "striprtf.striprtf", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    for name, content in (("a.html", PAGE.encode()), ("a.pdf", make_pdf([[A]])),
                          ("a.rtf", b"{\\rtf1 a}"), ("a.parquet", b"PAR1....PAR1")):  # fmt: skip
        found = refuse(put(tmp_path, name, content))
        assert "is not installed" in found.reason
        assert found.advice == "run: pip install 'stance[formats]'"


def test_text_needs_no_reader(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", f'{{"text": "{A}"}}\n')
    heavy = ("trafilatura", "lxml", "pypdf", "docx", "striprtf", "feedparser", "warcio", "pyarrow")
    code = (
        "import sys; from stance.formats import iter_documents; from pathlib import Path;"
        f"print(len(list(iter_documents(Path({str(path)!r})))), [m for m in {heavy!r}"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 []"


def samples(folder: Path) -> Sequence[Path]:
    """Write one small file of each kind."""
    docx = pytest.importorskip("docx", reason="needs python-docx")
    pa = pytest.importorskip("pyarrow", reason="needs pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    document = docx.Document()
    document.add_paragraph(A)
    document.save(str(folder / "a.docx"))
    parquet.write_table(pa.table({"text": [A, B]}), folder / "a.parquet")
    put(folder, "a.pdf", make_pdf([[A], [B]]))
    put(folder, "a.rtf", rf"{{\rtf1\ansi {A}\par {B}}}")
    put(folder, "a.html", PAGE)
    put(folder, "a.zip", make_zip({"a.txt": A.encode(), "b.html": PAGE.encode()}))
    put(folder, "a.eml", f"From: a@b.c\nSubject: x\nContent-Type: text/html\n\n<p>{A}</p>\n")
    put(folder, "a.rss", f"<rss><channel><item><title>x</title><description>{A}</description>"
        "</item></channel></rss>")  # fmt: skip
    put(folder, "a.json", f'[{{"text": "{A}", "paragraphs": ["{B}"]}}]')
    put(folder, "a.csv", f'id,text\n1,"{A}"\n2,"[<p>{B}</p>]"\n')
    return sorted(folder.glob("a.*"))


def check(path: Path) -> None:
    """Read a file whatever it is; what comes out can be written as UTF-8."""
    found = list(iter_documents(path, ReadOptions(max_bytes=2_000_000)))
    assert found
    for one in found:
        if isinstance(one, Failure):
            assert one.stage in ("open", "type", "unpack", "read", "parse")
            assert one.reason
            assert one.advice
            one.reason.encode()
        else:
            one.article.source.encode()
            str((one.key, one.title, one.date, one.url, one.source)).encode()


@pytest.mark.filterwarnings("ignore")  # the readers warn of what is broken, as they should
def test_damaged_files_give_documents_or_failures(tmp_path: Path) -> None:
    rng = random.Random(5)
    for path in samples(tmp_path):
        data = path.read_bytes()
        for n in range(25):
            check(put(tmp_path, f"m{n}{path.suffix}", mutate(data, rng)))


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=400),
    name=st.sampled_from(["a.txt", "a.html", "a.csv", "a.jsonl", "a.eml", "a.rtf", "a", "a.json"]),
)
def test_any_bytes_give_documents_or_failures(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    check(put(tmp_path_factory.getbasetemp(), name, data))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_file_of_the_mirror_is_read_or_refused(mirror: Path) -> None:
    paths = [path for path in sorted(mirror.rglob("*")) if path.is_file()]
    n_documents = n_failures = 0
    for path in paths:
        kinds = [isinstance(one, Document) for one in iter_documents(path)]
        assert kinds, path
        n_documents += sum(kinds)
        n_failures += len(kinds) - sum(kinds)
    assert n_documents > 10_000
    assert n_failures < n_documents
