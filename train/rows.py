"""The features that every loader gives, and nothing else."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from train.units import sha_of

if TYPE_CHECKING:
    from datasets import Dataset


def make_row(
    text: str,
    label: str,
    group: str,
    corpus: str,
    licence_class: str,
    weight: float = 1.0,
    split: str = "train",
    second: str = "",
) -> dict[str, Any]:
    """Return one row with the features of every loader; the sha is that of the text."""
    return {
        "text": text,
        "label": label,
        "group": group,
        "corpus": corpus,
        "licence_class": licence_class,
        "weight": weight,
        "split": split,
        "second": second,
        "sha": sha_of(text),
    }


def make_dataset(rows: Iterable[dict[str, Any]], description: str) -> "Dataset":
    """Gather rows; the description says where they come from."""
    from datasets import Dataset, DatasetInfo

    return Dataset.from_list(list(rows), info=DatasetInfo(description=description))
