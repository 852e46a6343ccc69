"""The four framing labels: names, column order and one-line definitions (see docs/codebook.md).

A model may have other labels: everything follows those of its artefact.
"""

import re
from collections.abc import Sequence
from typing import Final

LABELS: Final[tuple[str, ...]] = ("cooperative", "adversarial", "neutral", "speculative")

DEFINITIONS: Final[dict[str, str]] = {
    "cooperative": "actors work together, agree, support, aid, yield or make up",
    "adversarial": "actors oppose, accuse, demand, threaten, punish, resist or fight",
    "neutral": "reports, describes or explains without either",
    "speculative": "its main point is what may, might, could or is expected to be so",
}

MAX_CHARS: Final = 40
# Names of columns are made of labels: whole_n_LABEL stands beside whole_n_words, and a mix that no
# label dominates is called mixed.
RESERVED: Final = frozenset(("mixed", "paragraphs", "words"))
_NAME: Final = re.compile(r"[^\W_](?:[\w .-]*[\w.-])?")


def problem_of_labels(labels: Sequence[str]) -> str | None:
    """Say why these cannot be the labels of a model, or None where they can.

    Examples
    --------
    >>> problem_of_labels(["protest", "Mixed"])
    "expected another label than 'Mixed', which has a meaning of its own"
    """
    for label in labels:
        if not _NAME.fullmatch(label) or len(label) > MAX_CHARS:
            return (
                f"expected labels of 1 to {MAX_CHARS} letters, digits, spaces and ._-, that begin"
                f" with a letter or digit, found {label!r}"
            )
        if label.casefold() in RESERVED:
            return f"expected another label than {label!r}, which has a meaning of its own"
    if len({label.casefold() for label in labels}) < len(labels):
        return f"expected labels that differ by more than case, found {list(labels)!r}"
    return None
