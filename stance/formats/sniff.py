"""What a file is: its first bytes decide, its ending has a say where they are text."""

import json
import re
from typing import Final

from stance.encoding import decode
from stance.formats.records import ReadError

HEAD_BYTES: Final = 64 * 1024
_TEXT_KINDS: Final = frozenset({"text", "html", "eml", "json", "jsonl", "csv", "feed"})
_ENDINGS: Final = {
    "txt": "text", "text": "text", "md": "text", "markdown": "text",
    "html": "html", "htm": "html", "xhtml": "html", "shtml": "html",
    "docx": "docx", "pdf": "pdf", "rtf": "rtf", "eml": "eml",
    "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "csv", "tab": "csv",
    "parquet": "parquet", "rss": "feed", "atom": "feed", "rdf": "feed", "xml": "feed",
    "warc": "warc", "zip": "zip", "tar": "tar", "gz": "gz", "tgz": "gz", "bz2": "bz2",
    "tbz2": "bz2", "xz": "xz", "txz": "xz",
}  # fmt: skip
_MAGIC: Final = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gz"), (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"), (b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"PAR1", "parquet"),
    (b"WARC/1.", "warc"), (b"WARC/0.", "warc"),
)  # fmt: skip
_UNREAD: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Office file", "save it as .docx"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "pack it as .zip"),
    (b"Rar!", "a rar archive", "pack it as .zip"),
    (b"\x89PNG", "an image", ""), (b"\xff\xd8\xff", "an image", ""), (b"GIF8", "an image", ""),
    (b"RIFF", "sound or an image", ""), (b"\x7fELF", "a program", ""), (b"MZ\x90", "a program", ""),
    (b"SQLite format 3", "an SQLite database", "export the table as .csv"),
)  # fmt: skip
_NOUNS: Final = {
    "zip": "a zip archive", "gz": "gzip data", "bz2": "bzip2 data", "xz": "xz data",
    "pdf": "a PDF", "rtf": "RTF", "parquet": "Parquet", "warc": "WARC", "tar": "a tar archive",
    "html": "an HTML page", "feed": "a feed", "text": "text", "json": "JSON", "jsonl": "JSON lines",
    "office": "an Office file", "eml": "a mail",
}  # fmt: skip
_BEFORE: Final = (
    r"\s*(?:(?:<\?[^>]{0,500}\?>|<!--(?:(?!-->).){0,2000}-->"
    r"|<!doctype (?!html)[^>\[]{0,500}(?:\[[^\]]{0,20000}\]\s*)?>)\s*)*"
)
_PAGE: Final = re.compile(_BEFORE + r"<(?:!doctype html|html|head|body)\b", re.I | re.S)
_FEED: Final = re.compile(_BEFORE + r"<(?:rss|feed|rdf:RDF)\b", re.I | re.S)
_XML: Final = re.compile(r"\s*<\?xml\b")
_MAIL: Final = re.compile(
    r"(?:(?:from|to|date|subject|message-id|mime-version|received|return-path|delivered-to|x-[\w-]+"
    r"|content-[\w-]+):.*\r?\n(?:[ \t].*\r?\n)*){3}", re.I
)  # fmt: skip
_OFFICE: Final = frozenset("docx docm dotx xlsx xlsm pptx odt ods odp epub".split())
_CONTROL: Final = bytes(set(range(32)) - {0, 9, 10, 12, 13, 26, 27})
_RENAME: Final = {"office": ".docx or .xlsx", "text": ".txt", "feed": ".rss"}
_LEAVE: Final = "leave it out"


def ending(name: str) -> str:
    """Return the ending of a file's name in small letters, without the dot."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem.rpartition("/")[2] else ""


def sniff(head: bytes, name: str) -> str:
    """Name the kind of a file from its first ``HEAD_BYTES`` and its name.

    Returns
    -------
    str
        ``text``, ``html``, ``docx``, ``pdf``, ``rtf``, ``eml``, ``json``, ``jsonl``, ``csv``,
        ``parquet``, ``feed``, ``warc``, ``zip``, ``tar``, ``gz``, ``bz2`` or ``xz``.

    Raises
    ------
    ReadError
        If the kind is not supported, or is another than the ending says.
    """
    last = ending(name)
    said = _ENDINGS.get(last)
    if len(head) < HEAD_BYTES and not head.strip(b"\0 \t\r\n"):
        raise ReadError("type", "the file is empty", _LEAVE)
    found = _binary_kind(head, last)
    if found == "office":
        return _office(last, said)
    if found is None:
        return _text_kind(_text(head), last, said)
    if said is not None and said != found:
        raise _wrong(last, found)
    return found


def _binary_kind(head: bytes, last: str) -> str | None:
    for magic, noun, advice in _UNREAD:
        if head.startswith(magic):
            raise ReadError("type", f"{noun} is not a type that is read", advice or _LEAVE)
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _MAGIC:
        if (start if kind in ("rtf", "pdf", "warc") else head).startswith(magic):
            office = b"[Content_Types].xml" in head[:4096] or last in _OFFICE
            return "office" if kind == "zip" and office else kind
    if head[257:262] == b"ustar":
        return "tar"
    sample = head[:8192]
    if len(sample) - len(sample.translate(None, _CONTROL)) > len(sample) / 20:
        raise ReadError("type", "binary data of an unknown type", _LEAVE)
    return None


def _office(last: str, said: str | None) -> str:
    if said == "docx":
        return "docx"
    if last in ("xlsx", "xlsm"):
        raise ReadError("type", "an Excel file is not a type that is read", "save it as .csv")
    if said is None:
        named = f"an Office file named .{last}" if last else "an Office file without an ending"
        raise ReadError("type", f"{named} is not a type that is read", "save it as .docx")
    raise _wrong(last, "office")


def _text(head: bytes) -> str:
    # A character cut by the end of the sample must not change the encoding that is found.
    cut = head.rfind(b"\n") + 1 if len(head) >= HEAD_BYTES and not head.startswith(b"\xff") else 0
    return decode(head[:cut] if cut else head)[0].lstrip("\ufeff \t\r\n")


def _text_kind(text: str, last: str, said: str | None) -> str:
    if said is not None and said not in _TEXT_KINDS:
        raise _wrong(last, "text")
    markup = "html" if _PAGE.match(text) else "feed" if _FEED.match(text) else None
    if markup:
        if said in (None, "text", "html", "feed", "eml"):
            return markup
        raise _wrong(last, markup)
    if said in ("json", "jsonl") or (said in (None, "text") and text[:1] in "{["):
        kind = _json_kind(text, said)
        if kind or said is None:
            return kind or _plain(last, said)
    if said is None and _MAIL.match(text):
        return "eml"
    if said == "feed" or (said is None and _XML.match(text)):
        raise ReadError("type", "XML that is neither a feed nor a page is not read", _LEAVE)
    return _plain(last, said)


def _plain(last: str, said: str | None) -> str:
    if said is None and last:
        raise ReadError(
            "type", f"text named .{last} is not a type that is read",
            "rename it to .txt if it holds an article",
        )  # fmt: skip
    return said or "text"


def _json_kind(text: str, said: str | None) -> str | None:
    """Tell one JSON value from one record a line; None if it is neither."""
    line, newline, rest = text.partition("\n")
    try:
        is_record = isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        is_record = said == "jsonl" and not newline and text.startswith("{")
        if not is_record and said != "jsonl" and re.match(r"[\[{]\s*(?:[\"{\[]|$)", text):
            return "json"
        return "jsonl" if is_record else said
    if is_record and (said == "jsonl" or rest.lstrip()[:1] == "{"):
        return "jsonl"
    return "json"


def _wrong(last: str, found: str) -> ReadError:
    to = _RENAME.get(found, f".{found}")
    return ReadError(
        "type", f"the name ends in .{last} but the file holds {_NOUNS[found]}",
        f"rename it to end in {to}, or fetch it again",
    )  # fmt: skip
