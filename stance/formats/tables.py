"""Tables: CSV and TSV by line, Parquet by batch."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final, Literal

from stance.encoding import decode
from stance.formats.fields import find_names, make_found
from stance.formats.records import Failure, Found, ReadError, ReadOptions, failure, load
from stance.formats.sniff import HEAD_BYTES, ending
from stance.formats.streams import Input, bomb, iter_lines, read_whole

_DELIMITERS: Final = ",;\t|"
_END: Final = "\x1fend of the table\x1f"
_SAMPLE_ROWS: Final = 20
_BATCH_ROWS: Final = 64


def read_csv(source: Input, options: ReadOptions) -> Iterator[Found | Failure]:
    """Read the rows of a table whose first row names its columns.

    Quotes in a tab-separated table are text where every line has the same number of tabs.
    """
    head = source.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    cut = head.rfind(b"\n") + 1 if len(head) >= HEAD_BYTES else 0
    sample, encoding = decode(head[:cut] if cut else head)
    delimiter, quoting = find_dialect(sample, ending(source.name))
    csv.field_size_limit(min(options.max_bytes, 2**31 - 1))
    text = _iter_text(source, encoding, options.max_bytes)
    lines = (line.replace("\0", "") for line in text)
    # A quote that is never closed takes the rest of the file into one cell, and this line with it.
    reader = csv.reader(chain(lines, ("\n", _END)), delimiter=delimiter, quoting=quoting)
    header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    names = find_names(header, options)
    n_row, start = 0, reader.line_num + 1
    try:
        for row in reader:
            if not any(row) or row == [_END]:
                continue
            if row[-1].endswith(_END):
                raise _unclosed(n_row + 1, start)
            start = reader.line_num + 1
            n_row += 1
            wrong = _misfit(row, header, header.index(names["text"]), reader.line_num)
            if wrong:
                yield failure(f"#{n_row}", wrong)
                continue
            cells = [_unquote(cell) for cell in row] if quoting == csv.QUOTE_NONE else row
            yield make_found(dict(zip(header, cells, strict=False)), names, f"#{n_row}", encoding)
    except csv.Error as error:
        raise ReadError(
            "read", f"line {reader.line_num}, row {n_row + 1}: {error}",
            "look for an unclosed quote near this line; the rows above it were read",
        ) from error  # fmt: skip


def _unclosed(n_row: int, line: int) -> ReadError:
    return ReadError(
        "read", f"line {line}, row {n_row}: a quote is opened and never closed",
        "close it, or double the quotes inside a cell; the rows above it were read",
    )  # fmt: skip


def find_dialect(sample: str, last: str) -> tuple[str, Literal[0, 3]]:
    """Find the delimiter under which most rows are as long as the header, and what quotes are."""
    if last in ("tsv", "tab") and "\t" in sample.partition("\n")[0]:
        delimiter = "\t"
    else:
        scores = {mark: _fit(sample, mark) for mark in _DELIMITERS}
        delimiter = max(_DELIMITERS, key=scores.__getitem__)
    lines = [line for line in sample.splitlines()[:-1] if line.strip()]
    even = len({line.count("\t") for line in lines}) == 1
    return delimiter, csv.QUOTE_NONE if delimiter == "\t" and even else csv.QUOTE_MINIMAL


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(sample.replace("\0", "")), delimiter=delimiter)
    try:
        rows = [row for row in islice(reader, _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0, 0
    width = len(rows[0]) if rows else 0
    fitting = sum(len(row) == width for row in rows) / max(1, len(rows))
    return (fitting, width) if width > 1 else (0.0, 0)


def _iter_text(source: Input, encoding: str, max_bytes: int) -> Iterator[str]:
    """Yield decoded lines; one that is not in the encoding of the file is decoded by itself."""
    name = encoding.partition(" ")[0]
    if name.startswith("utf-16") or name.startswith("utf-32"):
        with io.TextIOWrapper(source.stream, encoding=name, errors="replace", newline="") as wide:
            while line := wide.readline(max_bytes + 1):
                yield line.lstrip("\ufeff")
        return
    head = source.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    is_old_mac = b"\n" not in head and b"\r" in head
    for n, data in enumerate(iter_lines(source.stream, max_bytes)):
        if data is None:
            reason = f"line {n + 1} has more than {max_bytes} bytes"
            raise ReadError("read", reason, "split it, or raise the limit on bytes")
        data = data.removeprefix(codecs.BOM_UTF8) if n == 0 else data
        lines = io.BytesIO(data.replace(b"\r", b"\n")) if is_old_mac else (data,)
        yield from (_decode_line(line, name) for line in lines)


def _decode_line(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _misfit(row: list[str], header: list[str], column: int, line: int) -> ReadError | None:
    extra = any(cell.strip() for cell in row[len(header) :])
    if not extra and len(row) > column:
        return None
    return ReadError(
        "read", f"line {line}: the row has {len(row)} cells, the header {len(header)}",
        "quote the cells that hold the delimiter or a line break",
    )  # fmt: skip


def _unquote(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def read_parquet(source: Input, options: ReadOptions) -> Iterator[Found | Failure]:
    """Read the rows of a Parquet file, a batch at a time."""
    parquet = load("pyarrow.parquet", "Parquet")
    file: Any = source.path or io.BytesIO(read_whole(source, options.max_bytes))
    with parquet.ParquetFile(file) as table:
        names = find_names(table.schema_arrow.names, options)
        columns = list(dict.fromkeys(names.values()))
        n_row, n_chars = 0, 0
        limit = max(options.max_bytes, 100 * source.size_bytes)
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
            n_chars += batch.nbytes
            if n_chars > limit:
                raise bomb(limit)
            for row in batch.to_pylist():
                n_row += 1
                yield make_found(row, names, f"#{n_row}", None)
