"""Exports of Nexis and Factiva: many articles in one text, each between the export's own marks.

Seen forms, English and German: Nexis Uni (``Body`` ... ``End of Document``), the older Nexis
(``1 of 20 DOCUMENTS`` ... ``LANGUAGE: ENGLISH``), Factiva with field codes (``HD`` ... ``AN``) and
without (``523 words`` ... ``Document ABC0000020260301em3100001``). Blank lines divide nothing. A
text without any of the marks is one article.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from stance.formats.html import unescape
from stance.formats.records import Found

_FLAGS: Final = re.MULTILINE | re.IGNORECASE
_UNI_END: Final = re.compile(r"^[ \t#*]*(?:End of Document|Ende des Dokuments?)[ \t*]*$", _FLAGS)
_OLD_START: Final = re.compile(
    r"^[ \t]*(?:\d+ of \d+ DOCUMENTS?|\d+ von \d+ DOKUMENTEN|Dokument \d+ von \d+)[ \t]*$", _FLAGS
)
_FACTIVA_END: Final = re.compile(
    r"^[ \t]*(?:AN[ \t]+)?(?:Document|Dokument) ([A-Z][A-Z0-9]{5,}[a-z0-9]{6,})[ \t]*$",
    re.MULTILINE,
)
_FACTIVA_TAIL: Final = re.compile(
    r"^[ \t]*(?:Search Summary|Suchzusammenfassung|Zusammenfassung der Suche)[ \t]*$", _FLAGS
)
_N_WORDS: Final = r"(?:\d[\d.,]*[ \t]+(?:words?|wörter|worte))"
_LENGTH: Final = re.compile(rf"^[ \t]*(?:LENGTH|LÄNGE):[ \t]*{_N_WORDS}.*$", _FLAGS)
_WORDS_LINE: Final = re.compile(rf"^[ \t]*{_N_WORDS}[ \t]*$", _FLAGS)
_BODY: Final = re.compile(r"^[ \t#*]*(?:Body|Textkörper|Volltext|Haupttext)[ \t*:]*$", _FLAGS)
_TAIL: Final = re.compile(
    r"^[ \t#*]*(?:LOAD-DATE:|LANGUAGE:|SPRACHE:|UPDATE:|PUBLICATION-TYPE:|PUBLIKATIONSTYP:"
    r"|JOURNAL-CODE:|DOCUMENT-TYPE:|GRAPHIC:?[ \t]*$|GRAPHIC:|GRAFIK:?[ \t]*$|GRAFIK:"
    r"|CLASSIFICATION[ \t*]*$|KLASSIFI(?:ZIERUNG|KATION)[ \t*]*$|LADEDATUM:|NOTES[ \t]*$)", _FLAGS
)  # fmt: skip
_LABEL: Final = re.compile(
    r"^[ \t]*(HEADLINE|SECTION|LENGTH|BYLINE|DATELINE|HIGHLIGHT|SERIES|RUBRIK|LÄNGE|AUTOR"
    r"|HÖHEPUNKT|ÜBERSCHRIFT|ORTSZEILE|URSPRUNG):[ \t]*(.*)$", _FLAGS
)  # fmt: skip
_MONTH: Final = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zäöü]*\.?"
_DATE: Final = re.compile(
    rf"(?:\b\d{{1,2}}\.?[ \t]+{_MONTH},?[ \t]+\d{{4}}|{_MONTH}[ \t]+\d{{1,2}},?[ \t]+\d{{4}})", re.I
)
_RIGHTS: Final = re.compile(r"(?i)^(?:copyright|\(c\)|©|all rights reserved|alle rechte vorb)")
_CODE: Final = re.compile(r"^(HD|BY|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|IPD|PUB|AN|SE|CR"
                          r"|CLM|RF|IPC)[ \t]*(?:[ \t](.*))?$", re.MULTILINE)  # fmt: skip
# Below Factiva's line of words: date, time, source, code, language, edition, page, rights; without
# the line of rights only short lines, and not many, can be of the cover.
_MAX_COVER_LINES: Final = 14
_MIN_COVER_LINES: Final = 6
_MAX_COVER_CHARS: Final = 80
_MAX_LABEL_LINES: Final = 12  # between the length and the line that opens the body
_MARK_WORDS: Final = ("document", "dokument", "length:", "länge:")  # a text with marks has one
_BARE_WORDS: Final = 3  # words in what is left between two marks before it counts as an article


def split_export(text: str, encoding: str | None) -> Iterator[Found]:
    """Yield the articles of an export, or the text as the one article that it is."""
    text = text.replace("\r\n", "\n")
    pieces = list(_pieces(text))
    for n, (piece, key) in enumerate(pieces, 1):
        yield _read(piece, f"#{n}" if len(pieces) > 1 else "", key, encoding)
    if not pieces:
        yield Found(text, encoding=encoding)


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the stretches between marks, with Factiva's number of the document."""
    lower = text.lower()
    if not any(word in lower for word in _MARK_WORDS):
        return
    if _UNI_END.search(text):
        cut = [(piece, None) for piece in _UNI_END.split(text)]
    elif _OLD_START.search(text):
        cut = [(piece, None) for piece in _OLD_START.split(text)]
    elif _FACTIVA_END.search(text):
        parts = _FACTIVA_END.split(_FACTIVA_TAIL.split(text)[0])
        yield from zip(parts[::2], parts[1::2], strict=False)
        cut = [(parts[-1], None)] if _WORDS_LINE.search(parts[-1]) else []
    elif _LENGTH.search(text) and _TAIL.search(text):
        cut = [(text, None)]
    else:
        return
    for piece, key in cut:
        if len(piece.split()) > _BARE_WORDS:
            yield piece, key


def _read(piece: str, member: str, key: str | None, encoding: str | None) -> Found:
    if key is not None:
        codes = _read_codes(piece)
        body, fields = codes if codes else _read_factiva(piece)
    else:
        body, fields = _read_nexis(piece)
    return Found(
        unescape(body.strip("\n")), member, key, _plain(fields.get("title")), fields.get("date"),
        None, _plain(fields.get("source")), encoding,
    )  # fmt: skip


def _plain(text: str | None) -> str | None:
    return unescape(text.strip(" #*\t")) if text else None


def _read_nexis(piece: str) -> tuple[str, dict[str, str]]:
    """Cut off the cover above the body and the data below it."""
    mark, length = _body_mark(piece), _LENGTH.search(piece)
    if mark:
        fields = _cover(piece[: mark.start()], piece[: mark.start()].splitlines())
        body = piece[mark.end() :]
    elif length:
        end = length.end()
        # Labels may follow the length; a deck that runs on is one of them.
        while follower := _LABEL.match(piece, _skip_blank(piece, end)):
            end = piece.find("\n\n", follower.end())
            end = len(piece) if end < 0 else end
        # Titles are wrapped and centred there, so that a block is what a line is elsewhere.
        blocks = re.split(r"\n[ \t]*\n", _above_labels(piece[:end]))
        fields = _cover(piece[:end], blocks if len(blocks) > 1 else piece[:end].splitlines())
        body = piece[end:]
    else:
        return piece, {}
    tail = _TAIL.search(body)
    return (body[: tail.start()] if tail else body), fields


def _body_mark(piece: str) -> re.Match[str] | None:
    """Find the line that opens the body, not far below the length: texts have that word too."""
    mark, length = _BODY.search(piece), _LENGTH.search(piece)
    if mark is None or length is None:
        return mark
    between = piece[length.end() : mark.start()]
    n_lines = sum(not line.isspace() for line in between.split("\n") if line)
    return mark if length.start() < mark.start() and n_lines <= _MAX_LABEL_LINES else None


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in "\n \t":
        at += 1
    return text.rfind("\n", 0, at) + 1 if at < len(text) else at


def _above_labels(cover: str) -> str:
    label = _LABEL.search(cover)
    return cover[: label.start()] if label else cover


def _cover(cover: str, blocks: list[str]) -> dict[str, str]:
    """Find title, source and date; they stand without labels, in one of two orders.

    The older Nexis names source, date, title; Nexis Uni title, source, date, and above the first
    article of a file there may stand a list of all.
    """
    labels = {match.group(1).upper(): match.group(2) for match in _LABEL.finditer(cover)}
    above = len(_above_labels(cover).split())
    lines: list[str] = []
    for block in blocks:
        line = " ".join(block.split()).strip("#* ")
        above -= len(block.split())
        if above < 0:
            break
        if line and not _RIGHTS.match(line) and not _OLD_START.match(line):
            lines.append(line)
    dates = {i: match.group() for i, line in enumerate(lines) if (match := _DATE.search(line))}
    first, last = min(dates, default=0), max(dates, default=0)
    title = labels.get("HEADLINE") or labels.get("ÜBERSCHRIFT")
    if dates and not title and first <= 1 and last + 1 < len(lines):
        return {"source": lines[0], "title": lines[-1], "date": dates[first]}
    if dates and not title:
        source = lines[last - 1] if last > 1 else ""
        return {"title": lines[max(0, last - 2)], "source": source, "date": dates[last]}
    source = lines[0] if title and lines else ""
    return {"title": title or (lines[0] if lines else ""), "source": source,
            "date": dates.get(first, "")}  # fmt: skip


def _read_factiva(piece: str) -> tuple[str, dict[str, str]]:
    """Cut off the cover: title, author, words, date, time, source, code, language, rights."""
    words = _WORDS_LINE.search(piece)
    if not words:
        return piece, {}
    above = [line.strip() for line in piece[: words.start()].splitlines() if line.strip()]
    has_author = len(above) > 1 and re.match(r"(?i)(?:by|von)\b", above[-1])
    fields = {"title": " ".join(above[:-1] if has_author else above)}
    body_at = words.end()
    below = re.compile(r"^.*\S.*$", re.MULTILINE).finditer(piece, body_at)
    lines = list(islice(below, _MAX_COVER_LINES))
    rights = [i for i, line in enumerate(lines) if _RIGHTS.match(line.group().strip())]
    for line in lines[: rights[0] + 1 if rights else _MIN_COVER_LINES]:
        said = line.group().strip()
        if not rights and len(said) > _MAX_COVER_CHARS:
            break
        if "date" not in fields and (date := _DATE.search(said)):
            fields["date"] = date.group()
        elif "date" in fields and "source" not in fields and not re.match(r"\d\d?:\d\d", said):
            fields["source"] = said
        body_at = line.end()
    return piece[body_at:], fields


def _read_codes(piece: str) -> tuple[str, dict[str, str]] | None:
    """Read an article whose fields begin with Factiva's codes of two or three letters."""
    marks = list(_CODE.finditer(piece))
    if len({mark.group(1) for mark in marks} & {"HD", "WC", "PD", "LP", "TD"}) < 3:
        return None
    values: dict[str, str] = {}
    for mark, follower in zip(marks, [*marks[1:], None], strict=True):
        stop = follower.start() if follower else len(piece)
        values.setdefault(mark.group(1), f"{mark.group(2) or ''}{piece[mark.end() : stop]}".strip())
    body = "\n\n".join(values[code] for code in ("LP", "TD") if values.get(code))
    title = " ".join(values.get("HD", "").split())
    return body, {"title": title, "date": values.get("PD", ""), "source": values.get("SN", "")}
