"""External corpora as benchmarks: the features of the other loaders, the authors' splits."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from train import leaks
from train.errors import CorpusError
from train.mapping import label_of, load_mapping
from train.readers import READERS, Coded
from train.rows import make_dataset, make_row
from train.sources import check_mirror, source_of
from train.units import fold, load_units, text_key

if TYPE_CHECKING:
    from datasets import Dataset

# Each corpus means another thing by its "neutral": at full weight a model gets worse by them.
EXTERNAL_WEIGHT: Final = 0.1


def load_benchmark(name: str, mirror: Path) -> "Dataset":
    """Return a benchmark corpus with its codes mapped to labels.

    A sentence that repeats within a split is kept once, one whose repeats have different labels is
    left out. A sentence that repeats across splits stays in both, as the authors have it, in one
    group; a corpus without a split is all "test". Near-copies of a held-out paragraph are left out.
    `label` is a label of the codebook, or "not adversarial" (unscon) and
    "not speculative" (uw-factuality), which mark the rest.

    Raises
    ------
    CorpusError
        If there is no such benchmark, a file is wrong, or a code has no mapping.
    """
    if name not in READERS:
        raise CorpusError(f"{name!r}: no such benchmark; known are {', '.join(READERS)}")
    source = source_of(name)
    check_mirror(mirror, name)
    mapping = load_mapping()
    folder = mirror / Path(source.files[0].local).parent
    coded = [(row, label_of(mapping, name, row.code)) for row in READERS[name](folder)]
    held = leaks.held_out_index(load_units(mirror))
    rows = [
        make_row(
            row.text,
            label,
            f"{name}/{row.group or text_key(row.text)}",
            name,
            source.licence_class,
            weight=EXTERNAL_WEIGHT,
            split=row.split,
        )
        for row, label in _keep_one([(_folded(row), label) for row, label in coded if label])
        if not leaks.is_held_out(row.text, held)
    ]
    return make_dataset(rows, f"{name}: {len(rows)} of {len(coded)} rows; {source.citation}")


def _folded(row: Coded) -> Coded:
    return Coded(fold(row.text), row.code, row.split, row.group)


def _keep_one(rows: list[tuple[Coded, str]]) -> list[tuple[Coded, str]]:
    labels: dict[str, set[str]] = {}
    for row, label in rows:
        labels.setdefault(text_key(row.text), set()).add(label)
    first = {(row.split, text_key(row.text)): (row, label) for row, label in reversed(rows)}
    return [
        kept for (_, key), kept in reversed(list(first.items())) if key and len(labels[key]) == 1
    ]
