"""What the readers take and give: options in, documents and failures out."""

import csv
import importlib
import logging
import lzma
import re
import struct
import sys
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final

from stance.article import Article, Paragraph, Trailing, Unscored, parse_article
from stance.errors import ArticleError

# What the standard library and the readers of formats are seen to raise on hostile bytes;
# KeyboardInterrupt, SystemExit and what a caller raises from a signal are none of them.
_BUILTIN_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError,
    LookupError, MemoryError, OSError, RuntimeError, StopIteration, SyntaxError, TypeError,
    ValueError, csv.Error, lzma.LZMAError, struct.error, tarfile.TarError, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip
_LIBRARY_ERRORS: Final = (
    ("lxml.etree", "LxmlError"), ("pypdf.errors", "PyPdfError"), ("xml.sax", "SAXException"),
    ("docx.exceptions", "PythonDocxError"), ("docx.opc.exceptions", "OpcError"),
    ("warcio.exceptions", "ArchiveLoadFailed"),
)  # fmt: skip
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ADVICE: Final = "check that the file opens in its own program and save it again"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read.

    The six ``*_column`` name columns of tables and keys of JSON, case ignored; None looks for the
    usual names. ``markers`` and ``trailing`` are those of :func:`stance.article.parse_article`.
    ``max_bytes`` bounds what is held of one document, decompressed, and what an archive or a
    compressed file may unpack to beyond a hundred times its own size; ``max_members`` bounds the
    members of an archive.
    """

    text_column: str | None = None
    id_column: str | None = None
    title_column: str | None = None
    date_column: str | None = None
    url_column: str | None = None
    source_column: str | None = None
    markers: tuple[str, ...] = ()
    trailing: Trailing = "enrichment"
    max_bytes: int = 256 * 1024 * 1024
    max_members: int = 100_000


@dataclass(frozen=True, slots=True)
class Document:
    """One article found in a file.

    ``member`` is empty for the file itself; else the path inside it, a row or record counted from
    1, or both: ``a/b.txt``, ``#17``, ``news.csv#17``. ``article.source`` is the extracted text, so
    offsets count in it. ``key``, ``title``, ``date``, ``url`` and ``source`` are as the file says;
    without a title there, that of the text.
    """

    member: str
    article: Article
    key: str | None = None
    title: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that was not scored.

    ``member`` is as in :class:`Document`; ``stage`` is ``open``, ``type``, ``unpack``, ``read``
    or ``parse``; ``reason`` says what was found and ``advice`` what to do.
    """

    member: str
    stage: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Found:
    """Text that a reader has found in a file, before it is cut into paragraphs."""

    text: str
    member: str = ""
    key: str | None = None
    title: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None
    encoding: str | None = None


class ReadError(ArticleError):
    """A file or member that is refused: ``stage`` and ``advice`` as in :class:`Failure`."""

    def __init__(self, stage: str, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.advice = advice


def reader_errors() -> tuple[type[BaseException], ...]:
    """Return what a reader may raise on a bad file, of the libraries that are loaded by now."""
    loaded = [(sys.modules.get(module), name) for module, name in _LIBRARY_ERRORS]
    return (*_BUILTIN_ERRORS, *(getattr(module, name) for module, name in loaded if module))


def failure(member: str, error: BaseException, stage: str = "read") -> Failure:
    """Put an error into the words of a Failure."""
    if isinstance(error, ReadError):
        return Failure(member, error.stage, str(error), error.advice)
    if isinstance(error, MemoryError):
        return Failure(member, stage, "it takes more memory than there is", "split it")
    said = " ".join(str(error).split())[:300] or "no message"
    return Failure(member, stage, clean(f"{type(error).__name__}: {said}") or "", _ADVICE)


def load(module: str, use: str) -> ModuleType:
    """Import a reader of the ``formats`` extra.

    Raises
    ------
    ReadError
        If it is not installed; the advice is the command that installs it.
    """
    package = module.partition(".")[0]
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        raise ReadError(
            "read", f"{use} needs {package}, which is not installed",
            "run: pip install 'stance[formats]'",
        ) from error  # fmt: skip
    # Without a handler of the application, Python prints a library's warnings about every file.
    logger = logging.getLogger(package)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return loaded


def clean(value: object) -> str | None:
    """Return a field as text that can be written as UTF-8, or None where there is none."""
    if value is None:
        return None
    text = _writable(str(value).replace("\0", "")).strip()
    return text or None


def _writable(text: str) -> str:
    """Replace lone surrogates, which no encoding writes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def make_document(found: Found, options: ReadOptions) -> Document:
    """Cut a found text into an article."""
    text = _writable(found.text)
    title = clean(found.title)
    article = _parse(text, " ".join((title or "").split()), found.encoding, options)
    return Document(
        member=found.member,
        article=article,
        key=clean(found.key),
        title=title or article.title,
        date=clean(found.date),
        url=clean(found.url),
        source=clean(found.source),
        encoding=found.encoding,
    )


def _parse(text: str, title: str, encoding: str | None, options: ReadOptions) -> Article:
    """Parse a text whose title stands apart as if it stood above; offsets count in the text.

    Without it a short first paragraph would be taken for the title and not be scored.
    """
    above = f"{title}\n\n"
    if title:
        article = parse_article(
            above + text, markers=options.markers, trailing=options.trailing, encoding=encoding
        )
        first = article.unscored[0] if article.unscored else None
        if first and first.role == "title" and first.end <= len(above):
            return _below(article, text, len(above))
    return parse_article(
        text, markers=options.markers, trailing=options.trailing, encoding=encoding
    )


def _below(article: Article, text: str, n: int) -> Article:
    """Take the first ``n`` characters, which hold the title, off an article."""
    unscored = article.unscored[1:]
    line = article.marker_line
    return replace(
        article,
        source=text,
        paragraphs=tuple(
            Paragraph(p.part, p.role, p.start - n, p.end - n, p.text, p.scored_text, p.citations)
            for p in article.paragraphs
        ),
        unscored=tuple(Unscored(u.role, u.start - n, u.end - n, u.text) for u in unscored),
        marker_line=None if line is None else line - 2,
        marks=tuple((start - n, end - n) for start, end in article.marks if start >= n),
    )
