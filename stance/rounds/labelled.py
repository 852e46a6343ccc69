"""Files of labelled paragraphs -> rows with their line numbers, and what is wrong with the others.

Tables (CSV, TSV) and JSON lines need columns for the text and the label; exports of Label Studio
(JSON) and of potato (``annotated_instances.jsonl``, ``user_state.json``) are known by their keys.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stance.encoding import decode
from stance.errors import ArticleError, DataError
from stance.rounds.annotations import iter_json_cells
from stance.rounds.cells import USUAL_COLUMNS, Cells, Columns, iter_table

_NO_WORD: Final = re.compile(r"[\W_]+")
_MAX_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A paragraph with its label.

    ``line`` counts lines of the file from 1, or tasks of a JSON list; ``id``, ``group`` (what must
    stay on one side of a split, an article as a rule) and ``annotator`` are "" where the file has
    no such column. ``text`` is "" in an export of potato that holds ids alone.
    """

    line: int
    text: str
    label: str
    id: str = ""
    group: str = ""
    annotator: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: its line, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file of labels; ``columns`` says where text, label, id, group and annotator were found."""

    path: str
    rows: tuple[LabelledRow, ...]
    bad: tuple[BadRow, ...]
    columns: Columns


def read_labelled(
    path: str | Path, columns: Columns = USUAL_COLUMNS, labels: Sequence[str] | None = None
) -> Labelled:
    """Read a file of labelled paragraphs.

    Parameters
    ----------
    path : path
        ``.csv``, ``.tsv``, ``.jsonl`` or ``.json``.
    columns : Columns
        Names of columns; "" looks for the usual ones.
    labels : sequence of str or None
        The labels that are right; None takes any.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or has no usable row.
    """
    found, cells = _read(path, columns, needs_label=True)
    rows, bad = sort_rows(cells, labels)
    if not rows:
        first = f" (line {bad[0].line}: {bad[0].reason})" if bad else ""
        raise DataError(f"{path}: no usable row{first}; give a text and a label in each")
    return Labelled(str(path), tuple(rows), tuple(bad), found)


def _read(
    path: str | Path, columns: Columns, *, needs_label: bool
) -> tuple[Columns, Iterator[Cells]]:
    try:
        text, _ = decode(Path(path).read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give a readable file") from error
    except ArticleError as error:
        raise DataError(f"{path}: {error}") from error
    read = iter_json_cells if text.lstrip()[:1] in ("[", "{") else iter_table
    return read(str(path), text, columns, needs_label)


def read_paragraphs(path: str | Path, columns: Columns = USUAL_COLUMNS) -> tuple[LabelledRow, ...]:
    """Read the texts of a file whose rows need no label; rows without a text are left out.

    Raises
    ------
    DataError
        If the file cannot be read, or has no column of texts.
    """
    columns, cells = _read(path, columns, needs_label=False)
    if not columns.text:
        raise DataError(f"{path}: no column of texts; name it with --text-column")
    return tuple(
        LabelledRow(one.line, text, "", group=one.values.get("group", ""))
        for one in cells
        if key_of(text := one.values.get("text", "").strip())
    )


def sort_rows(
    cells: Iterable[Cells], labels: Sequence[str] | None
) -> tuple[list[LabelledRow], list[BadRow]]:
    """Part rows that can be used from those that cannot."""
    rows, bad = [], []
    known = None if labels is None else set(labels)
    for item in cells:
        label = item.values.get("label", "").strip()
        text = item.values.get("text", "").strip()
        reason = item.problem
        if reason:
            pass
        elif not label:
            reason = "no label"
        elif known is not None and label not in known:
            reason = f"unknown label {label!r}"
        elif "text" in item.values and not key_of(text):
            reason = "no text" if not text else f"no letter or digit in the text {text[:40]!r}"
        if reason:
            bad.append(BadRow(item.line, reason))
        else:
            rest = {name: item.values.get(name, "") for name in ("id", "group", "annotator")}
            rows.append(LabelledRow(item.line, text, label, **rest))
    return rows, bad


def key_of(text: str) -> str:
    """Return the letters and digits of a text, case folded: equal for exact duplicates."""
    return _NO_WORD.sub("", text.casefold())


def render_bad(path: str, bad: Sequence[BadRow]) -> str:
    """Return a line a bad row, the first twenty of them, or "" where there is none."""
    if not bad:
        return ""
    plural = "" if len(bad) == 1 else "s"
    lines = [f"{path}: {len(bad)} row{plural} left out"]
    lines += [f"  line {row.line}: {row.reason}" for row in bad[:_MAX_SHOWN]]
    if len(bad) > _MAX_SHOWN:
        lines.append(f"  and {len(bad) - _MAX_SHOWN} more")
    return "\n".join(lines)
