"""Two models, two scored folders or two periods: which labels moved, and where."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.classifier import Classifier
from stance.errors import DataError
from stance.likeness import N_BINS, count_bins, distance_of, judge
from stance.likeness import Tally as LikenessTally
from stance.rounds.cells import Columns
from stance.rounds.changes import changes, moves
from stance.rounds.labelled import read_paragraphs
from stance.rounds.periods import Side
from stance.rounds.scored import ScoredParagraph, is_scored, iter_paragraphs, open_scored

PARTS: Final = ("body", "enrichment")
N_WHERE: Final = 10
Floats = NDArray[np.float64]


@dataclass(slots=True)
class _Counts:
    """Paragraphs of one side by article, part and label, and by their largest probability."""

    labels: tuple[str, ...]
    rows: dict[str, Floats] = field(default_factory=dict)
    bins: list[int] = field(default_factory=lambda: [0] * N_BINS)

    def add(self, article: str, part: str, proba: Floats) -> None:
        row = self.rows.get(article)
        if row is None:
            row = self.rows[article] = np.zeros((len(PARTS), len(self.labels)))
        row[PARTS.index(part), int(proba.argmax())] += 1.0
        place = min(int(proba.max() * N_BINS), N_BINS - 1)
        self.bins[place] += 1

    def tables(self) -> Floats:
        return np.array(list(self.rows.values()))


def compare_folders(a: Side, b: Side) -> dict[str, Any]:
    """Compare two scored folders, or periods.

    Folders of the same paragraphs that were labelled by two models are compared paragraph by
    paragraph, others as wholes.

    Raises
    ------
    DataError
        If a side has no paragraph, or the labels differ.
    """
    labels = a.folder.labels
    if set(labels) != set(b.folder.labels):
        raise DataError(
            f"{b.name}: expected the labels {labels}, found {b.folder.labels}; compare folders"
            " scored with models of the same labels"
        )
    is_pair = a.folder.model != b.folder.model and not (a.start or a.end or b.start or b.end)
    if is_pair and _same_paragraphs(a, b):
        found = _paired(_both(a, b), labels)
        found["kind"] = "paired"
    else:
        found = _apart(a, b)
    notes: list[str] = found["notes"]
    if found["kind"] == "apart" and a.folder.model != b.folder.model:
        notes.append("scored with two models: what differs may be the models, not the texts")
    for side in (a, b):
        problems = (side.folder.likeness or {}).get("problems", ())
        notes += [f"{side.name}: unlike the training text: {problem}" for problem in problems]
    return {"a": a.name, "b": b.name, **found}


def compare_models(
    a: Classifier, b: Classifier, texts: Iterable[tuple[str, str, str]], names: tuple[str, str]
) -> dict[str, Any]:
    """Compare two models on the same paragraphs.

    Parameters
    ----------
    texts : iterable of (article, part, text)
    names : tuple of str
        What the models are called.

    Raises
    ------
    DataError
        If the labels differ, or there is no paragraph.
    """
    if set(a.labels) != set(b.labels):
        raise DataError(
            f"{names[1]}: expected the labels {a.labels}, found {b.labels}; compare models of the"
            " same labels"
        )
    order = [b.labels.index(label) for label in a.labels]
    rows = list(texts)
    only = [text for _, _, text in rows]
    first, second = a.predict_proba(only), b.predict_proba(only)[:, order]
    pairs = (
        (article, part, text, p, q)
        for (article, part, text), p, q in zip(rows, first, second, strict=True)
    )
    found = _paired(pairs, a.labels)
    for name, model, proba in ((names[0], a, first), (names[1], b, second)):
        found["notes"] += [f"{name}: unlike its training text: {problem}"
                           for problem in _problems(model, rows, proba)]  # fmt: skip
    return {"a": names[0], "b": names[1], "kind": "paired", **found}


def _problems(
    model: Classifier, rows: list[tuple[str, str, str]], proba: Floats
) -> tuple[str, ...]:
    if model.artefact.reference is None:
        return ()
    first = {article: text for article, _, text in reversed(rows)}
    counts = np.array([model.unknown_words(text) for text in first.values()])
    n_words, n_unknown = counts.sum(axis=0).tolist()
    tally = LikenessTally(len(first), n_words, n_unknown, count_bins(proba))
    return judge(tally, model.artefact.reference).problems


def read_texts(path: str, columns: Columns) -> Iterator[tuple[str, str, str]]:
    """Yield (article, part, text) of a scored folder, or of a table of paragraphs.

    Raises
    ------
    DataError
        If the folder has no text, or the table no column of it.
    """
    if not is_scored(path):
        rows = read_paragraphs(path, columns)
        return ((row.group or f"line {row.line}", PARTS[0], row.text) for row in rows)
    folder = open_scored(path)
    if not folder.has_text:
        raise DataError(f"{path}: scored with --no-text; score it again without")
    return ((row.article, row.part, row.text) for row in iter_paragraphs(folder))


def _same_paragraphs(a: Side, b: Side) -> bool:
    pairs = zip_longest(iter_paragraphs(a.folder), iter_paragraphs(b.folder))
    return all(
        p is not None and q is not None and (p.article, p.n, p.text) == (q.article, q.n, q.text)
        for p, q in pairs
    )


def _both(a: Side, b: Side) -> Iterator[tuple[str, str, str, Floats, Floats]]:
    order = [b.folder.labels.index(label) for label in a.folder.labels]
    for p, q in zip(iter_paragraphs(a.folder), iter_paragraphs(b.folder), strict=True):
        yield p.article, p.part, p.text, np.array(p.proba), np.array(q.proba)[order]


def _paired(
    pairs: Iterable[tuple[str, str, str, Floats, Floats]], labels: tuple[str, ...]
) -> dict[str, Any]:
    first, second = _Counts(labels), _Counts(labels)
    chosen: list[tuple[int, int]] = []
    per_article: Counter[str] = Counter()
    largest: list[tuple[float, dict[str, Any]]] = []
    for article, part, text, p, q in pairs:
        first.add(article, part, p)
        second.add(article, part, q)
        i, j = int(p.argmax()), int(q.argmax())
        chosen.append((i, j))
        if i != j:
            per_article[article] += 1
            gap = float(np.abs(p - q).max())
            largest.append((gap, {"article": article, "part": part, "from": labels[i],
                                  "to": labels[j], "gap": round(gap, 4),
                                  "text": text}))  # fmt: skip
            largest = sorted(largest, key=lambda one: -one[0])[:N_WHERE]
    if not chosen:
        raise DataError("no paragraph to compare; give texts")
    codes = np.array(chosen)
    table = moves(codes[:, 0], codes[:, 1], len(labels))
    return {
        **_tables(first, second, labels, paired=True),
        "n_moved": int(table.sum() - np.trace(table)),
        "moves": table.tolist(),
        "articles": [
            {"article": name, "n_moved": n} for name, n in per_article.most_common(N_WHERE)
        ],
        "paragraphs": [one for _, one in largest],
        "notes": [],
    }


def _apart(a: Side, b: Side) -> dict[str, Any]:
    labels, notes = a.folder.labels, list[str]()
    sides = []
    for side in (a, b):
        inside, n_undated = side.articles()
        if n_undated:
            notes.append(f"{side.name}: {n_undated} articles without a date that can be read")
        counts, order = _Counts(labels), [side.folder.labels.index(label) for label in labels]
        for row in _rows(side, inside):
            counts.add(row.article, row.part, np.array(row.proba)[order])
        if not counts.rows:
            raise DataError(f"{side.name}: no paragraph there; give another period or folder")
        sides.append(counts)
    first, second = sides
    return {"kind": "apart", **_tables(first, second, labels, paired=False), "notes": notes}


def _rows(side: Side, inside: set[str] | None) -> Iterator[ScoredParagraph]:
    return (row for row in iter_paragraphs(side.folder) if inside is None or row.article in inside)


def _tables(
    first: _Counts, second: _Counts, labels: tuple[str, ...], *, paired: bool
) -> dict[str, Any]:
    """Return sizes, changes of all parts together and of each, and the distance of certainty."""
    a, b = first.tables(), second.tables()
    found, p_value = changes(a.sum(axis=1), b.sum(axis=1), labels, paired=paired)
    parts: dict[str, Mapping[str, Any]] = {}
    for i, part in enumerate(PARTS):
        if a[:, i].any() and b[:, i].any():
            of_part, p = changes(a[:, i], b[:, i], labels, paired=paired)
            parts[part] = {"changes": [_plain(one) for one in of_part], "p_value": p}
    total = np.cumsum(second.bins) / max(sum(second.bins), 1)
    return {
        "labels": list(labels),
        "n_articles": [len(first.rows), len(second.rows)],
        "n_paragraphs": [int(a.sum()), int(b.sum())],
        "changes": [_plain(one) for one in found],
        "p_value": p_value,
        "parts": parts,
        "certainty_distance": round(distance_of(first.bins, total.tolist()), 4),
    }


def _plain(change: Any) -> dict[str, Any]:
    return {
        name: [round(bound, 4) for bound in value] if isinstance(value, tuple)
        else round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(change).items()
    }  # fmt: skip
