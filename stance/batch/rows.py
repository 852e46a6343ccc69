"""Documents -> columns of article and paragraph rows (docs/batch.md describes every column)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np

from stance.batch.language import language_of
from stance.classifier import Classifier
from stance.formats import Document
from stance.mix import PARTS, READINGS, FramingMix, framing_mix

Columns = Mapping[str, Sequence[Any]]
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
    ends = np.cumsum([len(article.paragraphs) for article in articles], dtype=np.int64)
    n_words = np.array([len(text.split()) for text in texts], dtype=np.int64)
    enriched = np.array([paragraph.part == "enrichment" for paragraph in paragraphs], dtype=bool)
    slices = [slice(*pair) for pair in pairwise([0, *ends.tolist()])]
    mixes = [
        framing_mix(classifier.labels, proba[s], n_words[s], enriched[s],
                    settings=classifier.artefact.mix)
        for s in slices
    ]  # fmt: skip
    whole = tuple("\n".join(texts[s]) for s in slices)
    languages = [language_of(text) for text in whole] if with_language else [None] * len(reads)
    labels = [classifier.labels[column] for column in proba.argmax(axis=1).tolist()]
    columns: dict[str, Sequence[Any]] = {
        "article": list(chain.from_iterable([r.id] * len(r.document.article.paragraphs)
                                            for r in reads)),
        "n": list(chain.from_iterable(range(1, len(a.paragraphs) + 1) for a in articles)),
        "part": [paragraph.part for paragraph in paragraphs],
        "role": [paragraph.role for paragraph in paragraphs],
        "start": [paragraph.start for paragraph in paragraphs],
        "end": [paragraph.end for paragraph in paragraphs],
    }  # fmt: skip
    if with_text:
        columns["text"] = [paragraph.text for paragraph in paragraphs]
    columns |= {"label": labels, "unsure": classifier.unsure(proba).tolist()}
    rounded = np.round(proba, DIGITS)
    columns |= {f"p_{name}": rounded[:, i].tolist() for i, name in enumerate(classifier.labels)}
    return Scored(
        articles=_facts(reads, languages) | _mix_columns(mixes, classifier.labels),
        paragraphs=columns,
        texts=whole,
        label_counts=tuple(labels.count(label) for label in classifier.labels),
    )


def _facts(reads: Sequence[Read], languages: Sequence[str | None]) -> dict[str, Sequence[Any]]:
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


def _mix_columns(mixes: Sequence[FramingMix], labels: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return counts (0 where a part is absent) and shares (None there) of each part."""
    columns: dict[str, Any] = {}
    absent = (None,) * len(labels)
    for part in PARTS:
        found = [getattr(mix, part) for mix in mixes]
        for name in ("n_paragraphs", "n_words"):
            columns[f"{part}_{name}"] = [getattr(mix, name) if mix else 0 for mix in found]
        counts = [mix.counts if mix else (0,) * len(labels) for mix in found]
        for i, label in enumerate(labels):
            columns[f"{part}_n_{label}"] = [row[i] for row in counts]
        tables = {name: [getattr(mix, name) if mix else absent for mix in found]
                  for name in READINGS}  # fmt: skip
        bounds = [mix.estimated_90 if mix else ((None, None),) * len(labels) for mix in found]
        for side, name in enumerate(("low", "high")):
            tables[name] = [tuple(band[side] for band in row) for row in bounds]
        for name, rows in tables.items():
            for i, label in enumerate(labels):
                columns[f"{part}_{name}_{label}"] = [_rounded(row[i]) for row in rows]
        columns[f"{part}_dominant"] = [mix.dominant if mix else None for mix in found]
    return columns


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, DIGITS)
