"""Archives and compressed files are read member by member, and what is hostile is refused."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from formats_data import PAGE, A, B, make_tar, make_zip, put, put_links, read, refuse

from stance.formats import Document, Failure, ReadOptions, iter_documents

TABLE = f"id,text\n1,{A}\n2,{B}\n"


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
)
def test_compressed_table(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    documents = read(put(tmp_path, name, pack(TABLE.encode())))
    assert [(d.member, d.article.source) for d in documents] == [("#1", A), ("#2", B)]


def test_parts_packed_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    for name, pack in (("a.csv.gz", gzip.compress), ("a.csv.xz", lzma.compress)):
        halves = pack(TABLE[:20].encode()) + pack(TABLE[20:].encode())
        assert len(read(put(tmp_path, name, halves))) == 2


@pytest.mark.parametrize("mode", ["zip", "w:gz", "w:xz", "w"])
def test_members_are_named_in_order(tmp_path: Path, mode: str) -> None:
    members = {
        "a/b.txt": f"{A}\n\n{B}".encode(),
        "news.csv": TABLE.encode(),
        "page.html.gz": gzip.compress(PAGE.encode()),
    }
    data = make_zip(members) if mode == "zip" else make_tar(members, mode)
    name = "a." + {"zip": "zip", "w:gz": "tar.gz", "w:xz": "tar.xz", "w": "tar"}[mode]
    documents = read(put(tmp_path, name, data))
    assert [d.member for d in documents] == ["a/b.txt", "news.csv#1", "news.csv#2", "page.html.gz"]
    assert documents[-1].title == "River pact signed"


def test_bad_member_costs_itself_only(tmp_path: Path) -> None:
    members = {"a.txt": A.encode(), "b.pdf": b"%PDF-1.4 broken", "c.bin": bytes(range(32)) * 9,
               "d.txt": B.encode()}  # fmt: skip
    found = list(iter_documents(put(tmp_path, "a.zip", make_zip(members))))
    assert [(one.member, isinstance(one, Failure)) for one in found] == [
        ("a.txt", False), ("b.pdf", True), ("c.bin", True), ("d.txt", False),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "C:/a.txt", "a/../../b.txt"])
def test_names_that_lead_outside_are_unsafe(tmp_path: Path, name: str) -> None:
    data = {name: A.encode()}
    for archive in (put(tmp_path, "a.zip", make_zip(data)),
                    put(tmp_path, "a.tar", make_tar(data, "w"))):  # fmt: skip
        found = refuse(archive)
        assert found.member.endswith(name.lstrip("/"))
        assert (found.stage, "outside" in found.reason) == ("unpack", True)


def test_links_and_devices_are_unsafe(tmp_path: Path) -> None:
    found = [one for archive in put_links(tmp_path) for one in iter_documents(archive)]
    assert len(found) == 5
    assert all(isinstance(one, Failure) and "unsafe" in one.reason for one in found)


def test_nested_archives_are_not_opened(tmp_path: Path) -> None:
    inner = make_zip({"a.txt": A.encode()})
    found = refuse(put(tmp_path, "a.zip", make_zip({"b.zip": inner})))
    assert (found.member, "inside an archive" in found.reason) == ("b.zip", True)
    twice = gzip.compress(gzip.compress(A.encode()))
    assert "twice" in refuse(put(tmp_path, "a.txt.gz.gz", twice)).reason


@pytest.mark.parametrize("kind", ["gz", "xz", "bz2", "zip", "tar.gz"])
def test_bomb_is_stopped_at_the_limit(tmp_path: Path, kind: str) -> None:
    data = b"text\n" + (b"a" * 9_999 + b"\n") * 800
    packed = {
        "gz": lambda: gzip.compress(data), "xz": lambda: lzma.compress(data, preset=0),
        "bz2": lambda: bz2.compress(data), "zip": lambda: make_zip({"a.csv": data}),
        "tar.gz": lambda: make_tar({"a.csv": data}, "w:gz"),
    }[kind]()  # fmt: skip
    name = f"a.{kind}" if kind in ("zip", "tar.gz") else f"a.csv.{kind}"
    found = iter_documents(put(tmp_path, name, packed), ReadOptions(max_bytes=200_000))
    (last,) = deque(found, maxlen=1)
    assert isinstance(last, Failure)
    assert (last.stage, "bomb" in last.reason) == ("unpack", True)


def test_too_many_members(tmp_path: Path) -> None:
    members = {f"{n}.txt": A.encode() for n in range(5)}
    for name, data in (("a.zip", make_zip(members)), ("a.tar.gz", make_tar(members, "w:gz"))):
        found = list(iter_documents(put(tmp_path, name, data), ReadOptions(max_members=3)))
        assert [isinstance(one, Document) for one in found] == [True] * 3 + [False]
        assert "more than 3 members" in getattr(found[-1], "reason", "")


def test_directory_of_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    members = {f"{n:0>200}.txt": b"a" for n in range(40)}
    found = refuse(put(tmp_path, "a.zip", make_zip(members)), ReadOptions(max_members=10))
    assert "more than 10 members" in found.reason


def test_encrypted_member_says_so(tmp_path: Path) -> None:
    data = bytearray(make_zip({"a.txt": A.encode()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refuse(put(tmp_path, "a.zip", bytes(data))).reason


def test_cut_archive_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    rows = TABLE + "".join(f"{n},{os.urandom(60).hex()} {A}\n" for n in range(3, 900))
    data = gzip.compress(rows.encode())
    *documents, last = iter_documents(put(tmp_path, "a.csv.gz", data[: len(data) // 2]))
    assert len(documents) > 100
    assert all(isinstance(one, Document) for one in documents)
    assert isinstance(last, Failure)
    assert "EOFError" in last.reason


def test_mac_litter_is_passed_over(tmp_path: Path) -> None:
    members = {"__MACOSX/._a.txt": b"\0\5\26", "a.txt": A.encode(), "b/.DS_Store": b"\0"}
    assert [d.member for d in read(put(tmp_path, "a.zip", make_zip(members)))] == ["a.txt"]


def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for text in (A, B):
            info = tarfile.TarInfo("a.txt")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    documents = read(put(tmp_path, "a.tar", out.getvalue()))
    assert [(d.member, d.article.source) for d in documents] == [("a.txt", A), ("a.txt~2", B)]
