"""A label set of one's own: a TOML file with labels, definitions and keywords.

[labels.protest]
definition = "people gather, march or strike"
keywords = ["march", "rally", "strike"]
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from stance.errors import DataError
from stance.labels import DEFINITIONS, LABELS, problem_of_labels

MIN_LABELS, MAX_LABELS = 2, 20
_COOPERATIVE: Final = "agree agreed agreement aid cooperation help joint support treaty"
_ADVERSARIAL: Final = "accused attack attacked condemned killed sanctions threat war"
_SPECULATIVE: Final = "could expected forecast likely may might perhaps possible potential would"


@dataclass(frozen=True, slots=True)
class Codebook:
    """Labels in column order; ``definitions`` and ``keywords`` (in small letters) of some."""

    labels: tuple[str, ...]
    definitions: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, frozenset[str]] = field(default_factory=dict)


SHIPPED: Final = Codebook(
    LABELS,
    DEFINITIONS,
    {
        "cooperative": frozenset(_COOPERATIVE.split()),
        "adversarial": frozenset(_ADVERSARIAL.split()),
        "speculative": frozenset(_SPECULATIVE.split()),
    },
)


def codebook_of(labels: tuple[str, ...]) -> Codebook:
    """Return the codebook of the four labels if these are they, else one of bare names."""
    return SHIPPED if set(labels) == set(LABELS) else Codebook(labels)


def read_codebook(path: str | Path) -> Codebook:
    """Read a label set.

    Raises
    ------
    DataError
        If the file is no such TOML, or the labels are not 2 to 20 good names.
    """
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give a TOML file of labels") from error
    except ValueError as error:
        raise DataError(f"{path}: not TOML ({error}); write one [labels.NAME] a label") from error
    tables = found.get("labels")
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        raise DataError(f"{path}: no [labels.NAME]; write one a label")
    labels = tuple(tables)
    problem = problem_of_set(labels)
    if problem:
        raise DataError(f"{path}: {problem}")
    for label, table in tables.items():
        _check(path, label, table)
    return Codebook(
        labels,
        {label: table["definition"] for label, table in tables.items() if "definition" in table},
        {
            label: frozenset(word.lower() for word in table["keywords"])
            for label, table in tables.items()
            if table.get("keywords")
        },
    )


def problem_of_set(labels: tuple[str, ...]) -> str | None:
    """Say why these cannot be a label set of one's own, or None where they can."""
    if not MIN_LABELS <= len(labels) <= MAX_LABELS:
        return (
            f"expected {MIN_LABELS} to {MAX_LABELS} labels, found {len(labels)}"
            f" ({', '.join(map(repr, labels[:5]))}{', ...' if len(labels) > 5 else ''})"
        )
    return problem_of_labels(labels)


def _check(path: str | Path, label: str, table: Mapping[str, Any]) -> None:
    for name, value in table.items():
        if name == "definition" and isinstance(value, str):
            continue
        is_words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        if name == "keywords" and is_words:
            continue
        raise DataError(
            f"{path}: [labels.{label}]: expected definition = a text and keywords = a list of"
            f" words, found {name} = {value!r:.60}"
        )
