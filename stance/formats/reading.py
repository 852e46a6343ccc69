"""A path -> its documents: opens, unpacks, chooses the reader, and lets no error out."""

import io
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from stance.formats import archives, feeds, html, jsons, mail, office, tables, text, warc
from stance.formats.records import (
    Document,
    Failure,
    Found,
    ReadError,
    ReadOptions,
    failure,
    make_document,
    reader_errors,
)
from stance.formats.sniff import HEAD_BYTES, sniff
from stance.formats.streams import Input, inflate

Reader = Callable[[Input, ReadOptions], Iterator[Found | Failure]]
_READERS: Final[Mapping[str, Reader]] = {
    "text": text.read_text, "html": html.read_html, "eml": mail.read_mail,
    "docx": office.read_docx, "pdf": office.read_pdf, "rtf": office.read_rtf,
    "json": jsons.read_json, "jsonl": jsons.read_jsonl,
    "csv": tables.read_csv, "parquet": tables.read_parquet,
    "feed": feeds.read_feed, "warc": warc.read_warc,
}  # fmt: skip
_PACKED: Final = frozenset({"gz", "bz2", "xz"})
_ARCHIVES: Final = frozenset({"zip", "tar"})
_BY_RECORD: Final = frozenset({"json", "jsonl", "csv", "parquet"})
_MAX_BARREN: Final = 100  # records without any text before a file is given up


def iter_documents(path: Path, options: ReadOptions | None = None) -> Iterator[Document | Failure]:
    """Yield the articles of a file and what of it was not scored, in the file's order.

    At least one is yielded for any path, and no error of a bad file is let out. Tables, records a
    line and archives are read as they come; anything else is held whole, up to ``max_bytes``.
    Symbolic links are followed: whoever walks a folder decides about them.

    Parameters
    ----------
    path : Path
        A file; its content and its ending decide how it is read.
    options : ReadOptions or None
        None is ``ReadOptions()``.
    """
    options = options or ReadOptions()
    n = 0
    for found in _guarded(lambda: _iter_path(Path(path), options), "unpack"):
        n += 1
        yield found if isinstance(found, Failure) else _document(found, options)
    if not n:
        yield Failure("", "read", "no article was found in the file", "check that it has any")


def iter_json_lines(
    path: Path, start: int, stop: int, first: int, options: ReadOptions
) -> Iterator[Document | Failure]:
    """Yield the articles of the bytes `start` to `stop` of a file of JSON lines.

    Parameters
    ----------
    first : int
        The number of the line that begins at `start`, which names its member.
    """

    def read() -> Iterator[Found | Failure]:
        with path.open("rb") as file:
            file.seek(start)
            data = io.BytesIO(file.read(stop - start))
        source = Input(path.name, io.BufferedReader(data), stop - start)
        yield from jsons.read_jsonl(source, options, first)

    for found in _guarded(read, "read"):
        yield found if isinstance(found, Failure) else _document(found, options)


def _document(found: Found, options: ReadOptions) -> Document | Failure:
    try:
        return make_document(found, options)
    except reader_errors() as error:
        return failure(found.member, error, "parse")


def _guarded(
    start: Callable[[], Iterator[Found | Failure]], stage: str
) -> Iterator[Found | Failure]:
    """Yield what a reader yields; an error that ends it is the last thing."""
    try:
        yield from start()
    except reader_errors() as error:
        yield failure("", error, stage)


def _iter_path(path: Path, options: ReadOptions) -> Iterator[Found | Failure]:
    try:
        # A FIFO without a writer would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ReadError("open", said.lower(), "check the path and its permissions") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise ReadError("open", "it is no regular file", "leave it out")
    with io.BufferedReader(io.FileIO(descriptor), HEAD_BYTES) as file:
        yield from _iter_input(Input(path.name, file, status.st_size, path), options, False, False)


def _iter_input(
    source: Input, options: ReadOptions, in_archive: bool, in_packed: bool
) -> Iterator[Found | Failure]:
    kind = sniff(source.stream.peek(HEAD_BYTES)[:HEAD_BYTES], source.name)
    if kind in _PACKED:
        if in_packed:
            raise ReadError("unpack", "it is compressed twice", "unpack it first")
        inner = inflate(source, kind, options.max_bytes)
        yield from _iter_input(inner, options, in_archive, True)
    elif kind in _ARCHIVES:
        if in_archive:
            raise ReadError("unpack", "an archive inside an archive is not read", "unpack it first")
        yield from _iter_archive(source, kind, options)
    else:
        found = _guarded(lambda: _READERS[kind](source, options), "read")
        yield from _unless_barren(found) if kind in _BY_RECORD else found


def _unless_barren(records: Iterator[Found | Failure]) -> Iterator[Found | Failure]:
    """Give up on a file whose first records all fail: a million rows would say the same."""
    held: list[Failure] = []
    for record in records:
        if isinstance(record, Failure) and len(held) < _MAX_BARREN:
            held.append(record)
            continue
        if isinstance(record, Failure):
            reason = f"the first {_MAX_BARREN} records hold no article, the rest was not read; "
            yield replace(held[0], member="", reason=reason + held[0].reason)
            return
        yield from held
        yield record
        yield from records
        return
    yield from held


def _iter_archive(source: Input, kind: str, options: ReadOptions) -> Iterator[Found | Failure]:
    members = archives.iter_zip if kind == "zip" else archives.iter_tar
    seen: Counter[str] = Counter()
    for given, member in members(source, options):
        seen[given] += 1  # an archive may hold two members of one name
        name = given if seen[given] == 1 else f"{given}~{seen[given]}"
        if isinstance(member, Failure):
            yield replace(member, member=name)
            continue
        n = 0
        inner = partial(_iter_input, member, options, True, False)
        for found in _guarded(inner, "read"):
            n += 1
            yield replace(found, member=f"{name}{found.member}")
        if not n:
            yield Failure(name, "read", "no article was found in it", "check that it has any")
