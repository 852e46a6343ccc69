"""Files of annotators -> one table of codes, their agreement, and the paragraphs in dispute."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.errors import DataError
from stance.rounds.agreement import Agreement, Figure, agreement
from stance.rounds.cells import USUAL_COLUMNS, Columns
from stance.rounds.labelled import BadRow, Labelled, LabelledRow, key_of, read_labelled


@dataclass(frozen=True, slots=True)
class Dispute:
    """A paragraph that was not labelled alike; ``labels`` in the order of the annotators."""

    id: str
    text: str
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """What annotators gave together."""

    agreement: Agreement
    disputes: tuple[Dispute, ...]
    by: str
    bad: tuple[tuple[str, tuple[BadRow, ...]], ...]


def compare_annotators(
    paths: Sequence[str | Path],
    columns: Columns = USUAL_COLUMNS,
    labels: Sequence[str] | None = None,
) -> Annotated:
    """Read the labels of annotators and measure how far they agree.

    Parameters
    ----------
    paths : sequence of path
        One file an annotator, or files with a column that names them. Paragraphs are matched by
        id where every row has one, else by their letters and digits.
    columns, labels
        See ``read_labelled``.

    Raises
    ------
    DataError
        If a file cannot be read, an annotator labels a paragraph twice and differently, or no
        paragraph has two annotators.
    """
    files = [read_labelled(path, columns, labels) for path in paths]
    rows = [(name, row) for file, stem in zip(files, _stems(files), strict=True)
            for row in file.rows for name in [_name(file, stem, row)]]  # fmt: skip
    by_id = all(row.id for _, row in rows)
    if not by_id and not all(row.text for _, row in rows):
        raise DataError(f"{files[0].path}: some files have no text and others no id;"
                        " give one of them in all")  # fmt: skip
    annotators = tuple(dict.fromkeys(name for name, _ in rows))
    found: dict[str, dict[str, LabelledRow]] = {}
    for name, row in rows:
        key = row.id if by_id else key_of(row.text)
        before = found.setdefault(key, {}).setdefault(name, row)
        if before.label != row.label:
            raise DataError(
                f"{name}: labels one paragraph {before.label!r} (line {before.line}) and"
                f" {row.label!r} (line {row.line}); keep one of them"
            )
    names = tuple(labels) if labels else tuple(sorted({row.label for _, row in rows}))
    codes = np.full((len(found), len(annotators)), -1, dtype=np.int64)
    for place, given in enumerate(found.values()):
        for name, row in given.items():
            codes[place, annotators.index(name)] = names.index(row.label)
    try:
        measured = agreement(codes, names, annotators, _groups(found))
    except ValueError as error:
        what = "ids" if by_id else "texts"
        raise DataError(
            f"{', '.join(file.path for file in files)}: {error} (compared by their {what});"
            " see that the files are of the same paragraphs"
        ) from error
    disputes = [
        _dispute(given, annotators)
        for given in found.values()
        if len({row.label for row in given.values()}) > 1
    ]
    bad = tuple((file.path, file.bad) for file in files if file.bad)
    return Annotated(measured, tuple(disputes), "id" if by_id else "text", bad)


def _stems(files: Sequence[Labelled]) -> list[str]:
    stems = [Path(file.path).stem for file in files]
    doubles = {stem for stem, n in Counter(stems).items() if n > 1}
    return [file.path if stem in doubles else stem
            for file, stem in zip(files, stems, strict=True)]  # fmt: skip


def _name(file: Labelled, stem: str, row: LabelledRow) -> str:
    return row.annotator or stem


def _groups(found: dict[str, dict[str, LabelledRow]]) -> NDArray[np.int64]:
    """Return the group of each paragraph; one without a group is its own."""
    names: dict[str, int] = {}
    numbers = []
    for key, given in found.items():
        group = next((f"group {row.group}" for row in given.values() if row.group), f"own {key}")
        numbers.append(names.setdefault(group, len(names)))
    return np.array(numbers, dtype=np.int64)


def _dispute(given: dict[str, LabelledRow], annotators: Sequence[str]) -> Dispute:
    first = next(iter(given.values()))
    text = next((row.text for row in given.values() if row.text), "")
    labels = tuple(given[name].label if name in given else None for name in annotators)
    return Dispute(first.id, text, labels)


def agreement_object(found: Annotated) -> dict[str, Any]:
    """Return the agreement and the disputes as plain data; what is undefined is None."""
    plain: dict[str, Any] = _plain(asdict(found.agreement))
    return {
        **plain,
        "matched_by": found.by,
        "disputes": [asdict(dispute) for dispute in found.disputes],
        "left_out": {path: [asdict(row) for row in bad] for path, bad in found.bad},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def render_agreement(found: Annotated, max_disputes: int = 10) -> str:
    """Return the agreement as a table for a terminal."""
    measured = found.agreement
    width = max(11, *map(len, measured.labels))
    lines = [
        f"{measured.n_paragraphs} paragraphs with two annotators or more, matched by {found.by};"
        f" {len(found.disputes)} in dispute",
        f"agreement           {_percent(measured.percent)}",
        f"Krippendorff alpha  {_shown(measured.alpha)}",
        "",
        "pair",
    ]
    for pair in measured.pairs:
        lines.append(f"  {pair.first} and {pair.second}: {pair.n} paragraphs")
        lines.append(f"    agreement     {_percent(pair.percent)}")
        lines.append(f"    Cohen's kappa {_shown(pair.kappa)}")
    lines += ["", f"{'label':{width}}      n  share  given by both        alpha"]
    lines += [
        f"{one.label:{width}} {one.n:6}  {one.share:5.1%}  {_percent(one.specific)}"
        f"  {_shown(one.alpha)}"
        for one in measured.by_label
    ]
    if found.disputes:
        lines += ["", f"in dispute (of {len(found.disputes)}, the first {max_disputes})"
                  if len(found.disputes) > max_disputes else "in dispute"]  # fmt: skip
    for dispute in found.disputes[:max_disputes]:
        given = ", ".join(label or "-" for label in dispute.labels)
        text = " ".join(dispute.text.split())
        lines.append(f"  {given}: {text[:70]}{'...' if len(text) > 70 else ''}".rstrip())
    return "\n".join(lines)


def _shown(figure: Figure) -> str:
    if math.isnan(figure.value):
        return "not defined"
    return f"{figure.value:5.2f} ({figure.low:.2f} to {figure.high:.2f})"


def _percent(figure: Figure) -> str:
    if math.isnan(figure.value):
        return "not defined      "
    return f"{figure.value:4.0%} ({figure.low:4.0%} to {figure.high:4.0%})"
