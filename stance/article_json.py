"""A labelled article -> the object that ``stance article --json`` prints.

``article.schema.json`` beside this module describes it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.difference import Difference
from stance.labelled import LabelledArticle
from stance.mix import PARTS, READINGS, THIRDS, PartMix


def article_object(found: LabelledArticle, part: str = "whole") -> dict[str, Any]:
    """Return an article, its labels and its mix as plain data.

    Parameters
    ----------
    found : LabelledArticle
    part : {"whole", "body", "enrichment"}
        Which paragraphs are listed; the mix is that of the whole article all the same.
    """
    article, mix = found.article, found.mix
    paragraphs = [
        {
            "part": paragraph.part,
            "role": paragraph.role,
            "text": paragraph.text,
            "start": paragraph.start,
            "end": paragraph.end,
            **scores(mix.labels, row, doubt),
        }
        for paragraph, row, doubt in zip(article.paragraphs, found.proba, found.unsure, strict=True)
        if part in ("whole", paragraph.part)
    ]
    return {
        "file": found.name,
        "status": article.status,
        "title": article.title,
        "deck": article.deck,
        "paragraphs": paragraphs,
        "unscored": [asdict(item) for item in article.unscored],
        "mix": {name: _part(mix.labels, getattr(mix, name)) for name in PARTS},
        "difference": _difference(mix.labels, mix.difference),
        "reasons": dict(mix.reasons),
        "parse": {
            "rule": article.rule,
            "line": article.marker_line,
            "encoding": article.encoding,
            "n_unscored": len(article.unscored),
        },
    }


def scores(labels: Sequence[str], proba: NDArray[np.float64], unsure: bool) -> dict[str, Any]:
    """Return the label and the probabilities of one paragraph as plain data."""
    return {
        "label": labels[int(proba.argmax())],
        "proba": dict(zip(labels, proba.tolist(), strict=True)),
        "unsure": bool(unsure),
    }


def _part(labels: Sequence[str], mix: PartMix | None) -> dict[str, Any] | None:
    if mix is None:
        return None
    found: dict[str, Any] = {
        "n_paragraphs": mix.n_paragraphs,
        "n_words": mix.n_words,
        "counts": dict(zip(labels, mix.counts, strict=True)),
    }
    for name in READINGS:
        found[name] = dict(zip(labels, getattr(mix, name), strict=True))
        found[f"{name}_90"] = dict(zip(labels, getattr(mix, f"{name}_90"), strict=True))
    found["dominant"] = mix.dominant
    found["arc"] = mix.arc and {
        third: dict(zip(labels, shares, strict=True))
        for third, shares in zip(THIRDS, mix.arc, strict=True)
    }
    return found


def _difference(labels: Sequence[str], found: Difference | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "enrichment_minus_body": dict(zip(labels, found.shares, strict=True)),
        "enrichment_minus_body_90": dict(zip(labels, found.shares_90, strict=True)),
        "jensen_shannon_bits": found.jensen_shannon,
        "p_value": found.p_value,
        "n_shared": found.n_shared,
        "without_shared": _difference(labels, found.without_shared),
    }
