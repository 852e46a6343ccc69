"""WARC through warcio: one article for each page that a server sent with success."""

from collections.abc import Iterator
from typing import Any

from stance.encoding import decode
from stance.formats.html import is_html, read_markup
from stance.formats.records import Failure, Found, ReadOptions, failure, load, reader_errors
from stance.formats.streams import Input, bomb


def read_warc(source: Input, options: ReadOptions) -> Iterator[Found | Failure]:
    """Read the HTML responses; requests, pictures, redirects and errors are no articles."""
    iterator = load("warcio.archiveiterator", "WARC")
    archive = iterator.ArchiveIterator(source.stream)
    archive.INC_RECORD = ""  # what it would print about a record of a wrong length
    for n, record in enumerate(archive, 1):
        if not _is_page(record):
            continue
        try:
            yield _found(record, f"#{n}", options)
        except reader_errors() as error:
            yield failure(f"#{n}", error)
    if archive.err_count:
        reason = f"records longer or shorter than they say: {archive.err_count}"
        yield Failure("", "read", reason, "fetch it again; what was found in them is kept")


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    return record.http_headers.get_statuscode() == "200" and "html" in kind


def _found(record: Any, member: str, options: ReadOptions) -> Found:
    data = record.content_stream().read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise bomb(options.max_bytes)
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    text, encoding = _decode(data, kind.partition("charset=")[2].strip(" \"'").partition(";")[0])
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI")
    if is_html(text):
        page = read_markup(text)
        text, title, date, name = page.text, page.title, page.date, page.source
    else:
        title = date = name = None
    return Found(
        text, member, headers.get_header("WARC-Record-ID"), title,
        date or headers.get_header("WARC-Date"), url, name, encoding,
    )  # fmt: skip


def _decode(data: bytes, charset: str) -> tuple[str, str]:
    if charset:
        try:
            return data.decode(charset), charset
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)
