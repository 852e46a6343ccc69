"""Word, PDF and RTF -> lines."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from stance.formats.nexis import split_export
from stance.formats.records import Found, ReadError, ReadOptions, load
from stance.formats.streams import Input, bomb, read_whole

_LIST_STYLE: Final = re.compile(r"(?i)list|aufz[äa]hlung|bullet")
_HEADING_STYLE: Final = re.compile(r"(?i)(?:heading|überschrift|titre) ?([1-6])")
_PAGE_NUMBER: Final = re.compile(
    r"(?i)[-–— ]*(?:page|seite|p\.|s\.)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?[-–— ]*"
)
_BULLET: Final = re.compile(r"[•‣▪◦●■►–*-]\s|\(?\d{1,2}[.)]\s")
_STOPS: Final = (".", "!", "?", "…", ":", '."', ".”", "!”", "?”", ".’", ".)", ".“", ".«")
_MAX_REPEATS: Final = 3  # pages that show the same first or last line before it is a header


def read_docx(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read the paragraphs, lists, headings and tables of a Word file, in order."""
    data = read_whole(source, options.max_bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    # zipfile reads no more of a part than its header says, so the sum can be trusted.
    if sum(part.file_size for part in parts) > options.max_bytes or len(parts) > 10_000:
        raise bomb(options.max_bytes)
    docx = load("docx", "Word")
    document = docx.Document(io.BytesIO(data))
    text = "\n\n".join(_docx_lines(document.iter_inner_content()))
    properties = document.core_properties
    for found in split_export(text, None):
        yield found if found.member else replace(found, title=found.title or properties.title)


def _docx_lines(blocks: Iterable[Any]) -> Iterator[str]:
    for block in blocks:
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
                yield " | ".join(cell for cell in cells if cell)
            continue
        text = block.text.strip()
        style = (block.style.name if block.style is not None else None) or ""
        heading = _HEADING_STYLE.match(style)
        properties = block._p.pPr
        numbered = properties is not None and properties.numPr is not None
        if not text:
            continue
        if style == "Title":
            yield f"# {' '.join(text.split())}"
        elif heading:
            yield f"{'#' * int(heading.group(1))} {' '.join(text.split())}"
        elif (numbered or _LIST_STYLE.search(style)) and not _BULLET.match(text):
            yield f"- {' '.join(text.split())}"
        else:
            yield text


def read_rtf(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read the text of an RTF file."""
    striprtf = load("striprtf.striprtf", "RTF")
    data = read_whole(source, options.max_bytes)
    text = striprtf.rtf_to_text(data.decode("latin-1"), errors="replace")
    yield from split_export(text, None)


def read_pdf(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read the text of a PDF, its lines joined to paragraphs."""
    pypdf = load("pypdf", "PDF")
    data = read_whole(source, options.max_bytes)
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReadError("read", "the PDF asks for a password", "save it without one")
    pages = [page.extract_text().split("\n") for page in reader.pages]
    title = reader.metadata.title if reader.metadata else None
    text = "\n\n".join(join_lines(pages))
    if not text:
        raise ReadError("read", "the PDF has no text, only pictures", "run OCR on it first")
    for found in split_export(text, None):
        yield found if found.member else replace(found, title=found.title or title)


def join_lines(pages: list[list[str]]) -> list[str]:
    """Join the lines of pages to paragraphs.

    A paragraph ends where a line is clearly shorter than the page is wide, or nearly so and ends a
    sentence; page numbers and the running heads that pages share are left out.
    """
    lines = [line for page in _without_heads(pages) for line in page]
    lengths = sorted(len(line) for line in lines if len(line) > 20)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    paragraphs: list[list[str]] = []
    ended = True
    for line in lines:
        if not line:
            ended = True
            continue
        if ended or _BULLET.match(line):
            paragraphs.append([line])
        elif re.search(r"[a-zà-ÿ]-$", paragraphs[-1][-1]) and line[0].islower():
            paragraphs[-1][-1] = paragraphs[-1][-1][:-1] + line
        else:
            paragraphs[-1].append(line)
        short = len(line) < 0.6 * width and not line.endswith("-")
        ended = short or (len(line) < 0.92 * width and line.endswith(_STOPS))
    return [" ".join(paragraph) for paragraph in paragraphs]


def _without_heads(pages: list[list[str]]) -> Iterator[list[str]]:
    """Yield the lines of each page without its number and what other pages also begin or end in."""
    cleaned = [[" ".join(line.split()) for line in page] for page in pages]
    cleaned = [[x for x in page if not (x and _PAGE_NUMBER.fullmatch(x))] for page in cleaned]
    inked = [[x for x in page if x] for page in cleaned]
    for at in (0, -1):
        ends = [re.sub(r"\d+", "0", page[at]) for page in inked if page]
        for page, lines in zip(cleaned, inked, strict=True):
            if lines and ends.count(re.sub(r"\d+", "0", lines[at])) >= _MAX_REPEATS:
                page[page.index(lines[at])] = "\0"
    for page in cleaned:
        shown = [x for x in page if x != "\0"]
        # Blank lines at the ends of a page do not end the paragraph that runs over it.
        yield "\n".join(shown).strip("\n").split("\n")
