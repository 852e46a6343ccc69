"""Loaders: the labelled set and the embedded corpus as ``datasets.Dataset`` with equal features."""

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from train.errors import CorpusError
from train.units import Unit, iter_units

if TYPE_CHECKING:
    from datasets import Dataset

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "train" / "data"
CONFIDENCE_WEIGHT = {"3": 1.0, "2": 0.8, "1": 0.5}


def find_mirror(explicit: str | None = None) -> Path | None:
    """Return the mirror folder: named, from MIRROR, beside the checkout, or None."""
    named = explicit or os.environ.get("MIRROR")
    if named:
        if not Path(named).is_dir():
            raise CorpusError(f"{named}: no such mirror folder; give one, or none at all")
        return Path(named)
    beside = ROOT.parent / "shared" / "datasets"
    return beside if beside.is_dir() else None


def held_out_articles() -> frozenset[tuple[str, str]]:
    """Return every (corpus, article) of the held-out test, none of which may be used."""
    rows = _read_csv(DATA / "held_out_articles.csv")
    return frozenset((row["source"], row["article"]) for row in rows)


def drop_held_out(units: Iterable[Unit]) -> list[Unit]:
    """Leave out every unit of a held-out article."""
    held = held_out_articles()
    return [unit for unit in units if (unit.corpus, unit.article) not in held]


def load_labelled(mirror: Path) -> "Dataset":
    """Join the labels to the units rebuilt from a mirror folder.

    The split is ``train`` for the labels by hand, on which every figure is computed, and ``extra``
    for the further ones, which only train.

    Raises
    ------
    CorpusError
        If a label finds no unit, or belongs to a held-out article.
    """
    units = {unit.sha: unit for unit in drop_held_out(iter_units(mirror))}
    rows: list[dict[str, Any]] = []
    for split, name in (("train", "labels_train.csv"), ("extra", "labels_extra.csv")):
        labels = _read_csv(DATA / name)
        missing = [row["sha"] for row in labels if row["sha"] not in units]
        if missing:
            raise CorpusError(
                f"{mirror}: expected {len(labels)} units of {name}, found"
                f" {len(labels) - len(missing)} (first missing: {missing[0]}); restore the mirror"
            )
        rows += [
            _row(
                text=units[row["sha"]].text,
                label=row["label"],
                group=f"{row['source']}/{row['article']}",
                corpus=row["source"],
                licence_class=units[row["sha"]].licence_class,
                weight=CONFIDENCE_WEIGHT[row["confidence"]],
                split=split,
            )
            for row in labels
        ]
    return _dataset(rows)


def load_embedded() -> "Dataset":
    """Return the project's own texts: the contrast corpus and the labelled items of articles."""
    rows = [
        _row(item["text"], item["label"], f"contrast/{item['topic']}", "contrast", "open")
        for item in _read_jsonl(DATA / "contrast.jsonl")
    ]
    for article in _read_jsonl(DATA / "articles.jsonl"):
        for item in article["items"]:
            if item["label"]:
                group = f"articles/{article['id']}"
                rows.append(_row(item["text"], item["label"], group, "articles", "open"))
    return _dataset(rows)


def _row(
    text: str,
    label: str,
    group: str,
    corpus: str,
    licence_class: str,
    weight: float = 1.0,
    split: str = "train",
) -> dict[str, Any]:
    return {
        "text": text,
        "label": label,
        "group": group,
        "corpus": corpus,
        "licence_class": licence_class,
        "weight": weight,
        "split": split,
    }


def _dataset(rows: Iterable[dict[str, Any]]) -> "Dataset":
    from datasets import Dataset

    return Dataset.from_list(list(rows))


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
