"""Loaders: each corpus as a ``datasets.Dataset`` with equal features.

The features are text, label, group (nothing of one group may straddle a split), corpus,
licence_class, weight, split, second (the runner-up label or "") and sha (of the text).
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from train import leaks
from train.benchmarks import load_benchmark
from train.download import fetch
from train.errors import CorpusError
from train.further import load_further
from train.leaks import HELD_OUT_CSV, held_out_articles
from train.rows import make_dataset, make_row
from train.soft import SoftRows, near_groups, read_soft
from train.sources import FURTHER, LABELLED, has_labelled
from train.units import Unit, iter_usable, load_units, sha_of, text_key

if TYPE_CHECKING:
    from datasets import Dataset

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = HELD_OUT_CSV.parent
CONFIDENCE_WEIGHT: Final = {"3": 1.0, "2": 0.8, "1": 0.5}
# Other weights are levers of train/experiments.py, not measured yet.
CORPUS_WEIGHT: Final = dict.fromkeys((*LABELLED, *FURTHER), 1.0)
SOFT_LABELS: Final = DATA / "soft_labels.csv"
TEACHABLE: Final = "directed-sentiment"
_LEAST_WORDS: Final = 12
LABEL_FILES: Final = (("train", "labels_train.csv"), ("extra", "labels_extra.csv"))

__all__ = [
    "fetch",
    "find_mirror",
    "held_out_articles",
    "iter_teachable",
    "iter_unlabelled",
    "load_benchmark",
    "load_embedded",
    "load_labelled",
    "load_soft",
]


def find_mirror(explicit: str | None = None) -> Path | None:
    """Return the mirror folder: named, from MIRROR, beside the checkout, fetched, or None.

    Raises
    ------
    CorpusError
        If a folder is named that is not there.
    """
    named = explicit or os.environ.get("MIRROR")
    if named:
        if not Path(named).is_dir():
            raise CorpusError(f"{named}: no such mirror folder; give one, or none at all")
        return Path(named)
    # A fetch that was cut short leaves a folder that cannot be trained from yet.
    for folder in (ROOT.parent / "shared" / "datasets", ROOT / ".mirror"):
        if has_labelled(folder):
            return folder
    return None


def load_labelled(mirror: Path) -> "Dataset":
    """Join the labels to the units rebuilt from a mirror folder.

    The split is ``train`` for the labels by hand, on which every figure is computed, and ``extra``
    for the further ones, which only train. Every label must find its unit; near-duplicates of a
    paragraph of the held-out test are then left out, and articles that share a near-duplicate
    become one group. ``info.description`` of the result says how many were joined and left out.

    Raises
    ------
    CorpusError
        If a file is wrong, a label finds no unit, or belongs to a held-out article.
    """
    units = load_units(mirror)
    by_sha = {(unit.corpus, unit.sha): unit for unit in (*units, *load_further(mirror))}
    held = leaks.held_out_index(units)
    rows: list[dict[str, Any]] = []
    n_joined: dict[str, int] = {}
    for split, name in LABEL_FILES:
        if not (DATA / name).is_file():
            continue
        joined = _join(_read_csv(DATA / name), by_sha, name)
        n_joined[name] = len(joined)
        rows += [
            make_row(
                unit.text,
                label["label"],
                f"{label['source']}/{label['article']}",
                unit.corpus,
                unit.licence_class,
                weight=CONFIDENCE_WEIGHT[label["confidence"]] * CORPUS_WEIGHT[unit.corpus],
                split=split,
                second=label["second"],
            )
            for label, unit in joined
            if not leaks.is_held_out(unit.text, held)
        ]
    groups = leaks.merge_groups([row["text"] for row in rows], [row["group"] for row in rows])
    for row, group in zip(rows, groups, strict=True):
        row["group"] = group
    counts = ", ".join(f"{n} of {name}" for name, n in n_joined.items())
    n_dropped = sum(n_joined.values()) - len(rows)
    return make_dataset(
        rows, f"joined {counts}; left out as near-duplicates of the test: {n_dropped}"
    )


def _join(
    labels: list[dict[str, str]], by_sha: dict[tuple[str, str], Unit], name: str
) -> list[tuple[dict[str, str], Unit]]:
    held = held_out_articles()
    joined = []
    for label in labels:
        unit = by_sha.get((label["source"], label["sha"]))
        if (label["source"], label["article"]) in held:
            raise CorpusError(
                f"{name}: {label['sha']} is of {label['article']}, expected no held-out article"
            )
        if unit:
            joined.append((label, unit))
    if len(joined) < len(labels):
        found = {unit.sha for _, unit in joined}
        missing = next(label["sha"] for label in labels if label["sha"] not in found)
        raise CorpusError(
            f"{name}: expected {len(labels)} units in the mirror, found {len(joined)}"
            f" (first missing: {missing}); restore the mirror"
        )
    return joined


def load_embedded() -> "Dataset":
    """Return the project's own texts: the contrast corpus and the labelled items of articles.

    Rows of ``embedded_left_out.csv`` are left out: they come too near a held-out paragraph, which
    only a mirror can show (a test compares the list with it).
    """
    left_out = {row["sha"] for row in _read_csv(DATA / "embedded_left_out.csv")}
    rows = [
        make_row(item["text"], item["label"], f"contrast/{item['topic']}", "contrast", "open")
        for item in read_contrast()
    ]
    for article in read_articles():
        for item in article["items"]:
            if item["label"]:
                group = f"articles/{article['id']}"
                rows.append(make_row(item["text"], item["label"], group, "articles", "open"))
    return make_dataset((row for row in rows if row["sha"] not in left_out), "the embedded corpus")


def iter_unlabelled(mirror: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (text, corpus, group) of each usable unit that has no label and is not held out."""
    units = load_units(mirror)
    seen = _labelled_shas()
    labelled = (unit.text for unit in units if unit.sha in seen)
    usable = iter_usable(units, {text_key(text) for text in labelled})
    for unit in leaks.drop_held_out(usable, leaks.held_out_index(units)):
        yield unit.text, unit.corpus, f"{unit.corpus}/{unit.article}"


def _labelled_shas() -> set[str]:
    return {
        label["sha"]
        for _, name in LABEL_FILES
        if (DATA / name).is_file()
        for label in _read_csv(DATA / name)
    }


def iter_teachable(mirror: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (text, corpus, group) of what a teacher gives soft labels to.

    All unlabelled units, of the State Department's many only half (by hash), and the sentences of
    a news corpus whose own codes are not used here.
    """
    seen = _labelled_shas()
    for text, corpus, group in iter_unlabelled(mirror):
        if corpus != "state" or sha_of(text) < "8":
            seen.add(sha_of(text))
            yield text, corpus, group
    for row in load_benchmark(TEACHABLE, mirror):
        if row["sha"] not in seen and len(row["text"].split()) >= _LEAST_WORDS:
            seen.add(row["sha"])
            yield row["text"], row["corpus"], row["group"]


def load_soft(mirror: Path, data: "Dataset") -> SoftRows | None:
    """Join the committed soft labels to their paragraphs; None where there are none yet.

    `data` is the labelled set: its near-copies take its groups.
    """
    if not SOFT_LABELS.is_file():
        return None
    unlabelled = near_groups(iter_teachable(mirror), list(data["text"]), list(data["group"]))
    return read_soft(SOFT_LABELS, unlabelled)


def read_contrast() -> list[dict[str, Any]]:
    """Return the contrast corpus: for each topic one paragraph a label."""
    return _read_jsonl(DATA / "contrast.jsonl")


def read_articles() -> list[dict[str, Any]]:
    """Return the project's own articles, with the right answer for each item."""
    return _read_jsonl(DATA / "articles.jsonl")


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
