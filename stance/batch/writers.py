"""Columns -> JSONL, CSV or Parquet, the same values in each."""

import re
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from stance.batch.rows import Column, Columns
from stance.errors import BatchError

FORMATS: Final = ("jsonl", "csv", "parquet")
_RUNS: Final = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"
_QUOTED: Final = re.compile('[",\r\n]')
_NOT_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


class Writer(Protocol):
    """Writes batches of rows to one file."""

    def write(self, columns: Columns) -> list[int]:
        """Append rows; return the bytes that each took (nothing where rows are not apart)."""

    def close(self) -> None:
        """Finish the file."""


def open_writer(
    format_name: str, path: Path, columns: Sequence[Column], *, final: bool = True
) -> Writer:
    """Open a file for rows of `columns`; files of text have no header line.

    ``final`` is False where a column is still to be added, as to articles that of duplicates.
    """
    if format_name == "parquet":
        return ParquetRows(path, columns) if final else ArrowRows(path, columns)
    return TextRows(path, columns, json_lines if format_name == "jsonl" else csv_lines)


def neutralise(cell: str) -> str:
    """Put ' before a cell that a spreadsheet would run, and before one that begins with '."""
    return f"'{cell}" if cell[:1] and cell[0] in _RUNS else cell


def restore(cell: str) -> str:
    """Return the cell that ``neutralise`` was given."""
    return cell[1:] if cell[:1] == "'" else cell


def header(format_name: str, columns: Sequence[Column]) -> bytes:
    """Return what stands before the first row of a file of text."""
    names = ",".join(column.name for column in columns)
    return f"{names}\n".encode() if format_name == "csv" else b""


def json_lines(columns: Sequence[Column], values: Columns) -> list[str]:
    """Return one JSON object a line."""
    template = ", ".join(f'"{column.name}": %s' for column in columns).join(("{", "}\n"))
    cells = (_json_cells(column, values[column.name]) for column in columns)
    return [template % row for row in zip(*cells, strict=True)]


def csv_lines(columns: Sequence[Column], values: Columns) -> list[str]:
    """Return one CSV record a line; a missing value is an empty cell."""
    template = ",".join(["%s"] * len(columns)) + "\n"
    cells = (_csv_cells(column, values[column.name]) for column in columns)
    return [template % row for row in zip(*cells, strict=True)]


class TextRows:
    """Writer of lines."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column],
        render: Callable[[Sequence[Column], Columns], list[str]],
    ) -> None:
        self._columns, self._render = columns, render
        self._file = path.open("wb")

    def write(self, columns: Columns) -> list[int]:
        """Append lines; return the length of each."""
        plain = plain_columns(self._columns, columns)
        lines = [line.encode() for line in self._render(self._columns, plain)]
        self._file.write(b"".join(lines))
        return [len(line) for line in lines]

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetRows:
    """Writer of one Parquet file with zstd."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns, self._schema = columns, arrow_schema(columns)
        import pyarrow.parquet

        self._writer = pyarrow.parquet.ParquetWriter(
            path, self._schema, compression="zstd", use_dictionary=dictionary_of(columns)
        )

    def write(self, columns: Columns) -> list[int]:
        """Append a row group; return nothing."""
        self._writer.write_batch(arrow_batch(self._columns, columns))
        return []

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


class ArrowRows:
    """Writer of one file of Arrow batches, which is read again to add a column."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns, schema = columns, arrow_schema(columns)
        import pyarrow

        self._writer = pyarrow.ipc.new_file(str(path), schema)

    def write(self, columns: Columns) -> list[int]:
        """Append a batch; return nothing."""
        self._writer.write_batch(arrow_batch(self._columns, columns))
        return []

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def dictionary_of(columns: Sequence[Column]) -> list[str]:
    """Return the columns whose values come again: others only cost time in a dictionary."""
    return [column.name for column in columns if column.kind == "str" and column.name != "text"]


def arrow_schema(columns: Sequence[Column]) -> Any:
    """Return the pyarrow schema of some columns."""
    try:
        import pyarrow
    except ModuleNotFoundError as error:
        raise BatchError("parquet: pyarrow is missing; pip install 'stance[formats]'") from error
    kinds = {"str": pyarrow.string(), "int": pyarrow.int64(), "float": pyarrow.float64(),
             "bool": pyarrow.bool_()}  # fmt: skip
    return pyarrow.schema([(column.name, kinds[column.kind]) for column in columns])


def arrow_batch(columns: Sequence[Column], values: Columns) -> Any:
    """Return columns as a pyarrow record batch."""
    schema, plain = arrow_schema(columns), plain_columns(columns, values)
    import pyarrow

    arrays = [pyarrow.array(plain[field.name], field.type, from_pandas=True) for field in schema]
    return pyarrow.record_batch(arrays, schema=schema)


def plain_columns(columns: Sequence[Column], values: Columns) -> Columns:
    """Replace NUL and lone surrogates, which no reader takes, by U+FFFD."""
    texts = {column.name for column in columns if column.kind == "str"}
    return {name: _plain(cells) if name in texts else cells for name, cells in values.items()}


def _plain(values: Sequence[str | None]) -> Sequence[str | None]:
    try:
        joined = "".join(value for value in values if value is not None)
        joined.encode()
    except UnicodeEncodeError:
        pass
    else:
        if "\x00" not in joined:
            return values
    return [value and _NOT_TEXT.sub("\ufffd", value) for value in values]


def _cells(values: Any) -> Sequence[Any]:
    """Return the values of an array as Python's own, with None in place of nan."""
    if not isinstance(values, np.ndarray):
        return values  # type: ignore[no-any-return]
    cells: list[Any] = values.tolist()
    return [None if cell != cell else cell for cell in cells] if values.dtype == float else cells


def _json_cells(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    values = _cells(values)
    if column.kind == "str":
        return ["null" if value is None else encode_basestring(value) for value in values]
    if column.kind == "bool":
        return ["true" if value else "false" for value in values]
    return ["null" if value is None else value for value in values]


def _csv_cells(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    values = _cells(values)
    if column.kind == "str":
        return ["" if value is None else _quoted(neutralise(value)) for value in values]
    if column.kind == "bool":
        return ["true" if value else "false" for value in values]
    return ["" if value is None else value for value in values]


def _quoted(cell: str) -> str:
    """Quote a cell where it must be; the csv module of Python 3.11 leaves a lone CR bare."""
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell
