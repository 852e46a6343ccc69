"""Columns and keys: the usual names of text, id, title, date, url and source."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from stance.formats.html import is_html, read_markup, unescape
from stance.formats.records import Found, ReadError, ReadOptions

# In order of preference; compared in small letters without spaces, dots, dashes and underscores.
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("articlebody", "fulltext", "bodytext", "articletext", "maintext", "contenttext",
             "text", "body", "content", "article", "story", "paragraphs", "contenthtml", "bodyhtml",
             "plaintext", "cleantext", "volltext", "artikeltext", "artikel", "inhalt"),
    "id": ("id", "articleid", "docid", "documentid", "uid", "uuid", "guid", "key", "identifier"),
    "title": ("title", "headline", "articletitle", "heading", "titel", "überschrift", "name"),
    "date": ("date", "datepublished", "publisheddate", "publicationdate", "publishedat",
             "published", "pubdate", "publishdate", "publishtime", "publishedon", "datum",
             "datetime", "timestamp", "createdat"),
    "url": ("url", "link", "articleurl", "sourceurl", "weburl", "uri", "href", "permalink",
            "links"),
    "source": ("source", "publisher", "outlet", "publication", "newspaper", "sourcename", "domain",
               "sitename", "site", "medium", "quelle", "zeitung"),
}  # fmt: skip
_ESCAPE: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_MAX_LISTED: Final = 20
_MAX_LIST_CHARS: Final = 1_000_000  # a longer cell that looks like a list stays a text


def plain(name: str) -> str:
    """Return a name as it is compared."""
    return re.sub(r"[\s_.\-\ufeff]+", "", name).casefold()


def find_names(names: Iterable[object], options: ReadOptions) -> dict[str, str]:
    """Find which of the names holds what.

    Returns
    -------
    dict
        From ``text``, ``id``, ``title``, ``date``, ``url`` and ``source`` to a name; what is not
        found is not in it. A first name that is empty, as pandas writes its index, is the id.

    Raises
    ------
    ReadError
        If a name that the options ask for is not there, or none is known to hold the text.
    """
    given = [str(name) for name in names]
    by_plain: dict[str, str] = {}
    for each in given:
        by_plain.setdefault(plain(each), each)
    found = {}
    for role, usual in USUAL.items():
        asked: str | None = getattr(options, f"{role}_column")
        if asked is None:
            name = next((by_plain[key] for key in usual if key in by_plain), None)
        else:
            name = asked if asked in given else by_plain.get(plain(asked))
            if name is None:
                raise _missing(f"no column or key named {asked!r}", given, role)
        if name is not None:
            found[role] = name
    if "text" not in found:
        raise _missing("no column or key is known to hold the text", given, "text")
    if "id" not in found and given and plain(given[0]) in ("", "unnamed:0"):
        found["id"] = given[0]
    return found


def _missing(what: str, given: list[str], role: str) -> ReadError:
    shown = ", ".join(repr(name[:40]) for name in given[:_MAX_LISTED])
    more = f" and {len(given) - _MAX_LISTED} more" if len(given) > _MAX_LISTED else ""
    return ReadError(
        "read", f"{what}; found {shown or 'none'}{more}",
        f"name it with the option for the {role} column",
    )  # fmt: skip


def make_found(
    values: Mapping[str, Any], names: Mapping[str, str], member: str, encoding: str | None
) -> Found:
    """Make the text of a row or a record; a cell that holds HTML is read as HTML."""
    fields = {role: _field(values.get(name)) for role, name in names.items() if role != "text"}
    text, title = read_cell(values.get(names["text"])), fields.get("title")
    return Found(
        text, member, fields.get("id"), unescape(title) if title else None, fields.get("date"),
        fields.get("url"), fields.get("source"), encoding,
    )  # fmt: skip


def read_cell(value: object) -> str:
    """Return the text of a cell.

    Paragraphs may come as a list of strings, also printed as JSON or Python print it; markup,
    entities and literal escapes (backslash, u, four digits) are resolved.
    """
    if isinstance(value, str):
        value = _as_list(value)
    if isinstance(value, list | tuple):
        pieces = [read_cell(item) for item in value if isinstance(item, str)]
        return "\n\n".join(" ".join(piece.split()) if len(pieces) > 1 else piece
                           for piece in pieces if piece.strip())  # fmt: skip
    if value is None or isinstance(value, dict):
        return ""
    text = unescape_literal(str(value).replace("\0", ""))
    return read_markup(text).text if is_html(text) else unescape(text)


def unescape_literal(text: str) -> str:
    r"""Replace a literal ``\u2019``, as a doubly written JSON leaves it; pairs make one character.

    >>> unescape_literal(r"the ministers\u2019 pact")
    'the ministers’ pact'
    """
    if "\\u" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match.group().replace("\\u", "")).decode("utf-16-be", "replace")


def _as_list(text: str) -> object:
    if not (text[:2] in ('["', "['") and text.rstrip()[-1:] == "]" and len(text) < _MAX_LIST_CHARS):
        return text
    for parse in (json.loads, ast.literal_eval):
        try:
            items = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return text


def _field(value: object) -> str | None:
    if isinstance(value, dict):  # NewsAPI: {"id": ..., "name": ...}
        value = next((value[key] for key in ("name", "title", "url", "id") if value.get(key)), None)
    if isinstance(value, list | tuple):
        value = value[0] if value and not isinstance(value[0], dict | list) else None
    if value is None or value == "":
        return None
    return unescape_literal(str(value).replace("\0", ""))
