"""Labels of one's own -> training rows, and all that is wrong with them, in words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from stance.errors import DataError
from stance.rounds.cells import USUAL_COLUMNS, Columns
from stance.rounds.codebook import problem_of_set
from stance.rounds.labelled import Labelled, LabelledRow, key_of, read_labelled, render_bad
from train import leaks
from train.fit import Rows

MIN_ROWS: Final = 10
_MAX_SHOWN: Final = 10


@dataclass(frozen=True)
class OwnData:
    """Rows that can be trained on.

    Attributes
    ----------
    rows : Rows
    labels : tuple of str
        What the numbers ``rows.y`` mean.
    lines : list of int
        The line of each row in the file.
    notes : tuple of str
        What was left out or looks wrong, for people.
    n_bad : int
        Rows that were left out as unusable or contradictory.
    """

    rows: Rows
    labels: tuple[str, ...]
    lines: list[int]
    notes: tuple[str, ...]
    n_bad: int


def load_own(
    path: str | Path,
    columns: Columns = USUAL_COLUMNS,
    labels: Sequence[str] | None = None,
    *,
    may_lack: bool = False,
) -> OwnData:
    """Read, clean and check a file of labels.

    Equal texts with one label count once; with several labels none of them is used. Groups that
    share a near-duplicate become one, so that no split can part them.

    Parameters
    ----------
    labels : sequence of str or None
        The label set; None takes the labels of the file, by name.
    may_lack : bool
        Whether a label may have fewer than ten rows, as where a base model knows it.

    Raises
    ------
    DataError
        If the labels will not do: fewer than two, more than twenty, or too few rows of one.
    """
    file = read_labelled(path, columns, labels)
    if not file.columns.text:
        raise DataError(f"{path}: no column of texts; name it with --text-column")
    kept, conflicts, n_copies = _without_copies(file.rows)
    found = Counter(row.label for row in kept)
    names = tuple(labels) if labels else tuple(sorted(found))
    _check(str(path), names, found, file, may_lack)
    texts = [row.text for row in kept]
    groups = [f"group {row.group}" if row.group else f"line {row.line}" for row in kept]
    pairs = [pair for pair in leaks.near_pairs(texts) if groups[pair[0]] != groups[pair[1]]]
    merged = leaks.merge_groups(texts, groups)
    rows = Rows(texts, np.array([names.index(row.label) for row in kept]), merged,
                np.ones(len(kept)))  # fmt: skip
    notes = [render_bad(str(path), file.bad)] if file.bad else []
    notes += _conflict_notes(str(path), conflicts)
    if n_copies:
        notes.append(f"{path}: {n_copies} rows repeat the text and label of another; each once")
    if not file.columns.group:
        notes.append(
            f"{path}: no column of groups, so each row is its own; if rows share an article, name"
            " its column with --group-column, or the figures flatter"
        )
    if pairs:
        first = ", ".join(f"{kept[i].line} and {kept[j].line}" for i, j, _ in pairs[:_MAX_SHOWN])
        notes.append(
            f"{path}: {len(pairs)} pairs of near-duplicates in different groups (lines {first}"
            f"{', ...' if len(pairs) > _MAX_SHOWN else ''}); such groups count as one, so that no"
            " model is tested on what it was trained on"
        )
    few = [f"{label!r} has {found[label]}" for label in names if found[label] < MIN_ROWS]
    if few:
        notes.append(f"{path}: {', '.join(few)} rows; its figures are worth little")
    n_bad = len(file.bad) + sum(map(len, conflicts))
    return OwnData(rows, names, [row.line for row in kept], tuple(notes), n_bad)


def _without_copies(
    rows: Sequence[LabelledRow],
) -> tuple[list[LabelledRow], list[list[LabelledRow]], int]:
    """Return the rows to use, the sets of equal texts with several labels, and copies dropped."""
    by_text: dict[str, list[LabelledRow]] = defaultdict(list)
    for row in rows:
        by_text[key_of(row.text)].append(row)
    kept, conflicts, n_copies = [], [], 0
    for same in by_text.values():
        if len({row.label for row in same}) > 1:
            conflicts.append(same)
        else:
            kept.append(same[0])
            n_copies += len(same) - 1
    return kept, conflicts, n_copies


def _conflict_notes(path: str, conflicts: Sequence[Sequence[LabelledRow]]) -> list[str]:
    if not conflicts:
        return []
    plural = "" if len(conflicts) == 1 else "s"
    lines = [f"{path}: {len(conflicts)} text{plural} with conflicting labels, left out"]
    lines += [
        "  " + ", ".join(f"line {row.line}: {row.label}" for row in same)
        for same in conflicts[:_MAX_SHOWN]
    ]
    if len(conflicts) > _MAX_SHOWN:
        lines.append(f"  and {len(conflicts) - _MAX_SHOWN} more")
    return ["\n".join(lines)]


def _check(
    path: str, names: tuple[str, ...], found: Counter[str], file: Labelled, may_lack: bool
) -> None:
    given = [label for label in names if found[label]]
    if len(given) < 2:
        raise DataError(
            f"{path}: expected two labels or more in the column {file.columns.label!r}, found"
            f" {given!r}; a model needs something to tell apart"
        )
    problem = problem_of_set(names)
    if problem:
        raise DataError(f"{path}: {problem}; see that the label column is right")
    few = {label: found[label] for label in names if found[label] < MIN_ROWS}
    if few and not may_lack:
        said = ", ".join(f"{n} of {label!r}" for label, n in few.items())
        raise DataError(
            f"{path}: expected {MIN_ROWS} rows of each label, found {said}; label more (`stance"
            " sample`), or leave these labels out"
        )
