"""What is likely wrong with a file of labels, found without training on what is judged."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stance.batch.writers import neutralise
from stance.errors import DataError
from stance.scoring import softmax
from train import fit, leaks
from train.oddities import find_giveaways, find_odd_groups
from train.own import cross_validate, fold_numbers
from train.own_data import OwnData
from train.suspects import find_suspects

_SHOWN: Final = 15


def audit(data: OwnData) -> dict[str, Any]:
    """Return the findings as plain data.

    Returns
    -------
    dict
        ``suspects``: rows whose label is likely wrong, with their line, the likelier label and
        both probabilities, the likeliest errors first. ``near_duplicates``: pairs of lines.
        ``giveaways``: words that tell a label by themselves. ``odd_groups``. ``notes``: what was
        wrong with the rows as read.
    """
    rows, labels = data.rows, data.labels

    def make(texts: list[str], y: Any) -> Any:
        return fit.make_pipeline().fit(texts, y)

    decisions = cross_validate(rows, fold_numbers(rows, labels), len(labels), make)
    proba = softmax(decisions, fit.fit_temperature(decisions, rows.y))
    right = proba.argmax(axis=1) == rows.y
    pairs = leaks.near_pairs(rows.texts)
    return {
        "n": len(rows.y),
        "labels": list(labels),
        "accuracy": round(float(right.mean()), 4),
        "suspects": [
            {
                "line": data.lines[one.row],
                "label": labels[rows.y[one.row]],
                "likelier": labels[one.likelier],
                "p_label": round(one.p_given, 4),
                "p_likelier": round(one.p_likelier, 4),
                "text": rows.texts[one.row],
            }
            for one in find_suspects(proba, rows.y)
        ],
        "near_duplicates": [
            {
                "lines": [data.lines[i], data.lines[j]],
                "labels": [labels[rows.y[i]], labels[rows.y[j]]],
                "similarity": round(similarity, 4),
            }
            for i, j, similarity in sorted(pairs, key=lambda pair: -pair[2])
        ],
        "giveaways": [
            {
                "word": one.word,
                "label": labels[one.label],
                "precision": round(one.precision, 4),
                "recall": round(one.recall, 4),
                "n": one.n,
            }
            for one in find_giveaways(rows.texts, rows.y, len(labels))
        ],
        "odd_groups": [
            {
                "group": one.group,
                "n": one.n,
                "what": one.what if isinstance(one.what, str) else f"share of {labels[one.what]}",
                "here": round(one.here, 4),
                "elsewhere": round(one.elsewhere, 4),
                "p_value": one.p_value,
            }
            for one in find_odd_groups(rows.groups, rows.y, right, len(labels))
        ],
        "notes": list(data.notes),
    }


def render_audit(found: Mapping[str, Any]) -> str:
    """Return the findings as text for a terminal."""
    return "\n".join(_iter_lines(found))


def _iter_lines(found: Mapping[str, Any]) -> Iterator[str]:
    suspects, pairs = found["suspects"], found["near_duplicates"]
    yield (
        f"{found['n']} rows; a model of the other groups agrees with {found['accuracy']:.0%} of the"
        " labels"
    )
    yield ""
    yield f"likely label errors: {len(suspects)}{_first(suspects)}"
    for one in suspects[:_SHOWN]:
        yield (
            f"  line {one['line']}: {one['label']} ({one['p_label']:.2f}), likelier"
            f" {one['likelier']} ({one['p_likelier']:.2f}): {_start(one['text'])}"
        )
    differ = [pair for pair in pairs if len(set(pair["labels"])) > 1]
    yield ""
    yield (
        f"near-duplicates: {len(pairs)} pairs, {len(differ)} of them with different labels"
        f"{_first(differ)}"
    )
    for pair in differ[:_SHOWN]:
        first, second = pair["lines"]
        yield f"  lines {first} and {second}: {pair['labels'][0]}, {pair['labels'][1]}"
    yield ""
    yield f"words that give a label away: {len(found['giveaways'])}{_first(found['giveaways'])}"
    for one in found["giveaways"][:_SHOWN]:
        yield (
            f"  {one['word']!r}: {one['precision']:.0%} of its {one['n']} rows are {one['label']},"
            f" and it is in {one['recall']:.0%} of them"
        )
    yield ""
    yield f"groups unlike the rest: {len(found['odd_groups'])}{_first(found['odd_groups'])}"
    for one in found["odd_groups"][:_SHOWN]:
        yield (
            f"  {one['group']} ({one['n']} rows): {one['what']} {one['here']:.0%}, elsewhere"
            f" {one['elsewhere']:.0%} (p = {one['p_value']:.1g})"
        )
    for note in found["notes"]:
        yield ""
        yield note


def _first(items: list[Any]) -> str:
    return f" (the first {_SHOWN})" if len(items) > _SHOWN else ""


def _start(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:60]} ..."


def write_suspects(path: Path, found: Mapping[str, Any]) -> None:
    """Write the likely errors as a table, with an empty column for the label after a second look.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    names = ("line", "label", "likelier", "p_label", "p_likelier", "text")
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names[:5], "corrected", "text"])
            for one in found["suspects"]:
                writer.writerow([*(one[name] for name in names[:5]), "", neutralise(one["text"])])
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give another --out") from error
