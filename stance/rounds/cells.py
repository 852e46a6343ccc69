"""Tables of labels -> cells by role, with line numbers."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from stance.errors import DataError
from stance.formats.fields import USUAL, plain
from stance.formats.tables import find_dialect

# In order of preference; compared as stance.formats.fields compares names.
USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "paragraph", "sentence", "displayedtext", *USUAL["text"]),
    "label": ("label", "gold", "goldlabel", "code", "annotation", "class", "category", "stance",
              "choice", "frame", "framing"),
    "id": ("id", "paragraphid", "textid", *USUAL["id"]),
    "group": ("group", "article", "articleid", "doc", "docid", "document", "documentid"),
    "annotator": ("annotator", "annotatorid", "coder", "rater", "user", "userid", "completedby"),
}  # fmt: skip
_RUNS: Final = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"
_MAX_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of text, label, id, group and annotator; "" for none, or not yet."""

    text: str = ""
    label: str = ""
    id: str = ""
    group: str = ""
    annotator: str = ""


USUAL_COLUMNS: Final = Columns()


@dataclass(frozen=True, slots=True)
class Cells:
    """A row by role (``text``, ``label``, ...), or what is wrong with it."""

    line: int
    values: Mapping[str, str]
    problem: str = ""


def find_columns(
    path: str, names: Sequence[str], asked: Columns, needs_label: bool = True
) -> Columns:
    """Find which column holds what.

    Raises
    ------
    DataError
        If a column that is asked for is not there, or no column is known to hold the label, or
        neither the text nor an id.
    """
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    found = asked
    for role, usual in USUAL_NAMES.items():
        wanted = getattr(asked, role)
        if wanted:
            name = wanted if wanted in names else by_plain.get(plain(wanted), "")
            if not name:
                raise _missing(path, f"no column named {wanted!r}", names, role)
        else:
            taken = {getattr(found, other) for other in USUAL_NAMES} - {""}
            known = (by_plain[key] for key in usual if key in by_plain)
            name = next((name for name in known if name not in taken), "")
        found = replace(found, **{role: name})
    if not found.label and needs_label:
        raise _missing(path, "no column is known to hold the label", names, "label")
    if not found.text and not found.id:
        raise _missing(path, "no column is known to hold the text", names, "text")
    return found


def _missing(path: str, what: str, names: Sequence[str], role: str) -> DataError:
    shown = ", ".join(repr(name[:40]) for name in names[:_MAX_LISTED]) or "none"
    return DataError(f"{path}: {what}; found {shown}; name it with --{role}-column")


def iter_table(
    path: str, text: str, asked: Columns, needs_label: bool = True
) -> tuple[Columns, Iterator[Cells]]:
    """Read a table whose first row names its columns; lines are those that a row begins on."""
    delimiter, quoting = find_dialect(text[:100_000], path.rpartition(".")[2].lower())
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter,
                        quoting=quoting)  # fmt: skip
    header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    columns = find_columns(path, header, asked, needs_label)
    return columns, _rows(reader, header, columns)


def _rows(reader: Any, header: Sequence[str], columns: Columns) -> Iterator[Cells]:
    places = {role: header.index(name) for role in USUAL_NAMES if (name := getattr(columns, role))}
    needed = places.get("label", places.get("text", 0))
    line = reader.line_num + 1
    try:
        for row in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[len(header) :]) or len(row) <= needed:
                yield Cells(start, {}, f"{len(row)} cells under a header of {len(header)}")
                continue
            values = {role: row[n] for role, n in places.items() if n < len(row)}
            if "text" in places:
                values["text"] = restored(values.get("text", ""))
            yield Cells(start, values)
    except csv.Error as error:
        yield Cells(line, {}, f"{error}; look for an unclosed quote near this line")


def restored(cell: str) -> str:
    """Take off the ' that ``stance.batch.neutralise`` puts before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in _RUNS else cell
