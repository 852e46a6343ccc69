"""JSON: one record a line, or one value that holds an article or many."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stance.encoding import decode
from stance.formats.fields import find_names, make_found, plain
from stance.formats.records import Failure, Found, ReadError, ReadOptions, failure
from stance.formats.streams import Input, iter_lines, read_whole

_LISTS: Final = (
    "articles", "items", "documents", "docs", "records", "results", "entries", "news", "hits",
    "response", "data", "value", "values", "rows", "stories",
)  # fmt: skip


def read_jsonl(source: Input, options: ReadOptions, first: int = 1) -> Iterator[Found | Failure]:
    """Read a record a line; a line that is none is a failure of its own."""
    head = source.stream.peek(4096)[:4096]
    encoding = "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        yield from _wide_lines(source, options, first)
        return
    for n_line, data in enumerate(iter_lines(source.stream, options.max_bytes), first):
        if data is None:
            reason = f"line {n_line} has more than {options.max_bytes} bytes"
            yield Failure(f"#{n_line}", "read", reason, "raise the limit on bytes")
            continue
        try:
            text = data.decode("utf-8-sig" if n_line == 1 else "utf-8")
        except UnicodeDecodeError:
            text, encoding = data.decode("cp1252", "replace"), "cp1252 (assumed)"
        yield from _line(text, n_line, encoding, options)


def _wide_lines(source: Input, options: ReadOptions, first: int) -> Iterator[Found | Failure]:
    text, encoding = decode(read_whole(source, options.max_bytes))
    for n_line, line in enumerate(text.split("\n"), first):
        yield from _line(line, n_line, encoding, options)


def _line(text: str, n_line: int, encoding: str, options: ReadOptions) -> Iterator[Found | Failure]:
    if not text.strip("\ufeff\0 \t\r\n"):
        return
    member = f"#{n_line}"
    try:
        record = json.loads(text)
        if not isinstance(record, dict):
            kind = type(record).__name__
            raise ReadError("read", f"line {n_line} is no record but a {kind}", "write one a line")
        yield _found(record, member, encoding, options)
    except ReadError as error:
        yield failure(member, error)
    except (ValueError, RecursionError) as error:
        yield Failure(
            member, "read", f"line {n_line} is no JSON: {error}", "write one record a line"
        )


def read_json(source: Input, options: ReadOptions) -> Iterator[Found | Failure]:
    """Read one JSON value: a record, a list of them, or a record that holds them.

    A list stands under a usual name (``articles``, ``items``, ``hits`` ...); a record of records
    names each by its key, which is then the id.
    """
    text, encoding = decode(read_whole(source, options.max_bytes))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError("read", f"it is no JSON: {error}", "check that it is complete") from error
    for n, (key, record) in enumerate(_records(value, options), 1):
        member = "" if record is value else f"#{n}" if key is None else f"#{key}"
        try:
            yield _found(record, member, encoding, options, key)
        except ReadError as error:
            yield failure(member, error)


def _records(value: Any, options: ReadOptions) -> Iterator[tuple[str | None, dict[str, Any]]]:
    if isinstance(value, list):
        for item in value:
            yield None, item if isinstance(item, dict) else {}
        return
    if not isinstance(value, dict) or _has_text(value, options):
        yield None, value if isinstance(value, dict) else {}
        return
    by_plain = {plain(key): item for key, item in value.items()}
    for name in _LISTS:
        inner = by_plain.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield from _records(inner, options)
            return
        if isinstance(inner, dict) and any(isinstance(item, list) for item in inner.values()):
            yield from _records(inner, options)
            return
    if value and all(isinstance(item, dict) for item in value.values()):
        yield from value.items()
        return
    yield None, value


def _has_text(record: Mapping[str, Any], options: ReadOptions) -> bool:
    try:
        name = find_names(record, options)["text"]
    except ReadError:
        return False
    value = record[name]
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _found(
    record: dict[str, Any], member: str, encoding: str, options: ReadOptions, key: str | None = None
) -> Found:
    inner = record.get("_source")  # as Elasticsearch wraps its records
    record = {**inner, "_id": record.get("_id")} if isinstance(inner, dict) else record
    names = find_names(record, options)
    if key is not None and "id" not in names:
        record, names = {**record, "\0key": key}, {**names, "id": "\0key"}
    return make_found(record, names, member, encoding)
