"""One reader a benchmark corpus: files -> sentences with the corpus's own code."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from train import uw


@dataclass(frozen=True)
class Coded:
    """One annotated sentence; group is "" where the sentence itself is the group."""

    text: str
    code: str
    split: str
    group: str = ""


def _table(path: Path, names: list[str] | None = None, **form: Any) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, names, **form)


def read_cameo(folder: Path) -> Iterator[Coded]:
    """Rows of sentence and quad class, without a header."""
    for split in ("train", "test"):
        path = folder / f"{split}.tsv"
        for row in _table(path, ["text", "code"], delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Coded(row["text"], row["code"], split)


def read_plv(folder: Path) -> Iterator[Coded]:
    """Rows with a root code; the other columns are outputs of models."""
    for split in ("train", "test"):
        for row in _table(folder / f"PLV_{split}.tsv", delimiter="\t"):
            yield Coded(row["sentence"], row["gold_root"], split)


def read_plv_penta(folder: Path) -> Iterator[Coded]:
    """Rows with their quad class, 1 to 4."""
    for split in ("train", "test"):
        for row in _table(folder / f"PLV_{split}.tsv", delimiter="\t"):
            yield Coded(row["sentence"], row["gold_penta"], split)


def read_gsr(folder: Path) -> Iterator[Coded]:
    """Records of a JSON array; the first one documents the file and has no text."""
    for record in json.loads((folder / "PLOVER_GSR_CAMEO.txt").read_text(encoding="utf-8")):
        if "text" in record:
            yield Coded(record["text"], record["event"], "test")


def read_keep_it_local(folder: Path) -> Iterator[Coded]:
    """Rows of sentence and quad class."""
    path = folder / "en_annotations_quad_multiclass.tsv"
    for row in _table(path, delimiter="\t"):
        yield Coded(row["en"], row["QuadClass"], "test")


def read_directed(folder: Path) -> Iterator[Coded]:
    """Rows of sentence, two entities in brackets, label; the brackets are taken off."""
    for split in ("train", "valid", "test"):
        path = folder / f"{split}.txt"
        names = ["text", "first", "second", "code"]
        for row in _table(path, names, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Coded(re.sub(r"[\[\]]", "", row["text"]), row["code"], split)


def read_case2021(folder: Path) -> Iterator[Coded]:
    """Rows of one to three sentences and an event type; quotation marks are text."""
    path = folder / "test_set_final_release_with_labels.tsv"
    for row in _table(path, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield Coded(row["EventSnippet"], row["SubType"], "test")


def read_uw(folder: Path) -> Iterator[Coded]:
    """Parsed sentences with scored events; the code follows from the rule in ``train.uw``."""
    for split in ("train", "dev", "test"):
        text = (folder / f"{split}.conll").read_text(encoding="utf-8")
        for tokens in uw.parse_sentences(text):
            if len(tokens) >= uw.MIN_TOKENS:
                yield Coded(uw.detokenise(tokens), uw.code_of(tokens), split)


def read_unscon(folder: Path) -> Iterator[Coded]:
    """Sentences of speeches; a speech is a group."""
    for row in _table(folder / "conflict_annotations_sentences.csv"):
        text = re.sub(r"\s+([.,;:!?%)])", r"\1", row["sentence_text"])
        yield Coded(text, f"{row['A0']}|{row['B1']}", "test", row["filename"])


READERS: Final[dict[str, Callable[[Path], Iterator[Coded]]]] = {
    "cameo-quadclass": read_cameo,
    "plover-plv": read_plv,
    "plover-gsr": read_gsr,
    "keep-it-local": read_keep_it_local,
    "directed-sentiment": read_directed,
    "case2021-task2": read_case2021,
    "uw-factuality": read_uw,
    "unscon": read_unscon,
}
