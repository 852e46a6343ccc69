"""Plain text and Markdown: one article, or an export of many."""

from collections.abc import Iterator

from stance.encoding import decode
from stance.formats.nexis import split_export
from stance.formats.records import Found, ReadOptions
from stance.formats.streams import Input, read_whole


def read_text(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read a text; the encoding is decided for this file."""
    text, encoding = decode(read_whole(source, options.max_bytes))
    yield from split_export(text, encoding)
