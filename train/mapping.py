"""What a code of an external corpus means here: mapping.csv, with a reason for each code."""

import csv
from pathlib import Path
from typing import Final

from stance.labels import LABELS
from train.errors import CorpusError

MAPPING_CSV: Final = Path(__file__).with_name("mapping.csv")

# Two corpora mark one label against the rest; the rest is no label of the codebook.
RESTS: Final[tuple[str, ...]] = ("not adversarial", "not speculative")


def load_mapping(path: Path = MAPPING_CSV) -> dict[tuple[str, str], str]:
    """Return (corpus, code) -> label; "" means that rows of this code are left out.

    Raises
    ------
    CorpusError
        If a label is unknown, a code stands twice, or a reason is missing.
    """
    mapping: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            key, label = (row["corpus"], row["code"]), row["label"]
            if label not in ("", *LABELS, *RESTS):
                raise CorpusError(f"{path.name}: {key}: unknown label {label!r}; use {LABELS}")
            if key in mapping:
                raise CorpusError(f"{path.name}: {key} stands twice; leave one")
            if not row["reason"]:
                raise CorpusError(f"{path.name}: {key} has no reason; give one")
            mapping[key] = label
    return mapping


def label_of(mapping: dict[tuple[str, str], str], corpus: str, code: str) -> str:
    """Return the label of a code, or "" where its rows are left out.

    Raises
    ------
    CorpusError
        If the code is not in the mapping.
    """
    if (corpus, code) not in mapping:
        known = sorted(code for name, code in mapping if name == corpus)
        raise CorpusError(f"{corpus}: expected a code of {known}, found {code!r}; map it")
    return mapping[corpus, code]
