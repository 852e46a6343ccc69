"""Further corpora whose sentences were labelled by reading: files -> units, as in train/units.py.

Their own codes are of no use here; what counts is the text.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from train.readers import read_directed
from train.sources import FURTHER, check_mirror, source_of
from train.units import Unit, fold


def iter_directed(mirror: Path) -> Iterator[Unit]:
    """Sentences without the brackets of their entities; the article is split:line."""
    numbers: dict[str, int] = {}
    for row in read_directed(mirror / "directed-sentiment"):
        numbers[row.split] = numbers.get(row.split, 0) + 1
        yield _unit("directed-sentiment", f"{row.split}:{numbers[row.split]}", row.text)


def iter_torque(mirror: Path) -> Iterator[Unit]:
    """Passages of about two sentences; the article is part:identifier."""
    folder = mirror / "torque"
    passages = json.loads((folder / "dev.json").read_text(encoding="utf-8"))
    for name, item in passages.items():
        yield _unit("torque", f"dev:{name}", item["passage"])
    path = folder / "torquestra-human-2023-02-23.json"
    for i, item in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        if item.get("split") == "train":
            yield _unit("torque", f"torquestra:{i}", item["text"])


def _unit(name: str, article: str, text: str) -> Unit:
    return Unit(name, article, 0, 0, fold(text), source_of(name).licence_class)


def load_further(mirror: Path) -> list[Unit]:
    """Check the files of the further corpora and return their units."""
    for name in FURTHER:
        check_mirror(mirror, name)
    return [*iter_directed(mirror), *iter_torque(mirror)]
