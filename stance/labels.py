"""The four framing labels: names, column order and one-line definitions (see docs/codebook.md)."""

from typing import Final

LABELS: Final[tuple[str, ...]] = ("cooperative", "adversarial", "neutral", "speculative")

DEFINITIONS: Final[dict[str, str]] = {
    "cooperative": "actors work together, agree, support, aid, yield or make up",
    "adversarial": "actors oppose, accuse, demand, threaten, punish, resist or fight",
    "neutral": "reports, describes or explains without either",
    "speculative": "its main point is what may, might, could or is expected to be so",
}
