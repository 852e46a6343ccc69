"""Documents -> columns of article and paragraph rows (docs/batch.md describes every column)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.batch.language import language_of
from stance.batch.mixes import mix_columns
from stance.classifier import Classifier
from stance.formats import Document
from stance.likeness import Tally, count_bins
from stance.mix import PARTS, READINGS

Columns = Mapping[str, Any]
"""Cells by column: sequences, or arrays of numbers with nan where there is none."""

DIGITS: Final = 6
NOT_ENGLISH: Final = "not English: the labels are not to be trusted"


@dataclass(frozen=True, slots=True)
class Column:
    """Name and kind of a column; a kind is ``str``, ``int``, ``float`` or ``bool``."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Read:
    """A document with the id and the path of its rows."""

    id: str
    path: str
    document: Document


@dataclass(frozen=True, slots=True)
class Scored:
    """The rows of some documents, and the texts that near-duplicates are found by."""

    articles: Columns
    paragraphs: Columns
    texts: tuple[str, ...]
    label_counts: tuple[int, ...]
    tally: Tally


def article_columns(labels: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of an article row, in order."""
    texts = ("id", "path", "member", "key", "title", "date", "url", "source", "encoding",
             "status", "reason", "language", "warning")  # fmt: skip
    columns = [Column(name, "str") for name in texts]
    for part in PARTS:
        columns += [Column(f"{part}_n_paragraphs", "int"), Column(f"{part}_n_words", "int")]
        columns += [Column(f"{part}_n_{label}", "int") for label in labels]
        for reading in (*READINGS, "low", "high"):
            columns += [Column(f"{part}_{reading}_{label}", "float") for label in labels]
        columns.append(Column(f"{part}_dominant", "str"))
    return (*columns, Column("duplicate_group", "int"))


def paragraph_columns(labels: Sequence[str], *, with_text: bool = True) -> tuple[Column, ...]:
    """Return the columns of a paragraph row, in order."""
    columns = [Column("article", "str"), Column("n", "int"), Column("part", "str"),
               Column("role", "str"), Column("start", "int"), Column("end", "int")]  # fmt: skip
    if with_text:
        columns.append(Column("text", "str"))
    columns += [Column("label", "str"), Column("unsure", "bool")]
    return (*columns, *(Column(f"p_{label}", "float") for label in labels))


def score_documents(
    classifier: Classifier, reads: Sequence[Read], *, with_text: bool, with_language: bool
) -> Scored:
    """Label the paragraphs of documents at once and put them into columns.

    The last column of ``article_columns``, the group of near-duplicates, is left to who knows
    the other articles.
    """
    articles = [read.document.article for read in reads]
    paragraphs = [paragraph for article in articles for paragraph in article.paragraphs]
    texts = [paragraph.scored_text for paragraph in paragraphs]
    proba = classifier.predict_proba(texts)
    sizes = np.array([len(article.paragraphs) for article in articles], dtype=np.int64)
    # Scored texts hold single spaces and no other white space.
    n_words = np.array([text.count(" ") + (text != "") for text in texts], dtype=np.int64)
    parts = [paragraph.part for paragraph in paragraphs]
    enriched = np.array([part == "enrichment" for part in parts], dtype=bool)
    mixes = mix_columns(classifier.labels, proba, n_words, enriched, sizes,
                        classifier.artefact.mix, DIGITS)  # fmt: skip
    ends = [0, *np.cumsum(sizes).tolist()]
    whole = tuple("\n".join(texts[start:end]) for start, end in pairwise(ends))
    languages = [language_of(text) for text in whole] if with_language else [None] * len(reads)
    chosen = proba.argmax(axis=1)
    columns: dict[str, Any] = {
        "article": list(chain.from_iterable(
            [read.id] * size for read, size in zip(reads, sizes.tolist(), strict=True))),
        "n": np.arange(1, len(texts) + 1) - np.repeat(ends[:-1], sizes),
        "part": parts,
        "role": [paragraph.role for paragraph in paragraphs],
        "start": [paragraph.start for paragraph in paragraphs],
        "end": [paragraph.end for paragraph in paragraphs],
    }  # fmt: skip
    if with_text:
        columns["text"] = [paragraph.text for paragraph in paragraphs]
    columns["label"] = [classifier.labels[column] for column in chosen.tolist()]
    columns["unsure"] = classifier.unsure(proba)
    rounded = np.round(proba, DIGITS)
    columns |= {f"p_{name}": rounded[:, i] for i, name in enumerate(classifier.labels)}
    return Scored(
        articles=_facts(reads, languages) | mixes,
        paragraphs=columns,
        texts=whole,
        label_counts=tuple(np.bincount(chosen, minlength=len(classifier.labels)).tolist()),
        tally=_tally(classifier, texts, ends, proba),
    )


def _tally(
    classifier: Classifier, texts: Sequence[str], ends: Sequence[int], proba: NDArray[np.float64]
) -> Tally:
    """Count what tells whether articles are like the training text, words of one paragraph each."""
    if classifier.artefact.reference is None:
        return Tally()
    counts = [
        # Any paragraph will do, if it is the same one whatever stands in the batch beside it.
        classifier.unknown_words(texts[start + len(texts[start]) % (end - start)])
        for start, end in pairwise(ends)
        if start < end
    ]
    n_words, n_unknown = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    return Tally(len(counts), n_words, n_unknown, count_bins(proba))


def _facts(reads: Sequence[Read], languages: Sequence[str | None]) -> dict[str, Any]:
    documents = [read.document for read in reads]
    articles = [document.article for document in documents]
    return {
        "id": [read.id for read in reads],
        "path": [read.path for read in reads],
        "member": [document.member or None for document in documents],
        "key": [document.key for document in documents],
        "title": [document.title or document.article.title for document in documents],
        "date": [document.date for document in documents],
        "url": [document.url for document in documents],
        "source": [document.source for document in documents],
        "encoding": [document.encoding for document in documents],
        "status": [article.status for article in articles],
        "reason": [_REASONS.get(article.status) for article in articles],
        "language": languages,
        "warning": [NOT_ENGLISH if name == "other" else None for name in languages],
    }


_REASONS: Final = {
    "no_article": "no paragraph to score",
    "short": "fewer than two body paragraphs",
}
