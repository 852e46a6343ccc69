"""The framing of news, paragraph by paragraph."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from stance.article import Article, parse_article, read_article
from stance.classifier import Classifier, default_classifier
from stance.errors import (
    ArticleError,
    BatchError,
    DataError,
    KernelError,
    ModelError,
    ReportError,
    StanceError,
)
from stance.explanation import Explanation
from stance.labels import LABELS
from stance.mix import FramingMix

if TYPE_CHECKING:
    from stance.batch import score_folder

__all__ = [
    "LABELS",
    "Article",
    "ArticleError",
    "BatchError",
    "Classifier",
    "DataError",
    "Explanation",
    "FramingMix",
    "KernelError",
    "ModelError",
    "ReportError",
    "StanceError",
    "explain",
    "framing_mix",
    "parse_article",
    "predict",
    "predict_proba",
    "read_article",
    "score_folder",
]


def __getattr__(name: str) -> Any:
    """Import what scores folders at its first use: the rest starts twice as fast without it."""
    if name == "score_folder":
        from stance.batch import score_folder

        return score_folder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@overload
def predict(texts: str) -> str: ...  # type: ignore[overload-overlap]  # a str is an iterable of str
@overload
def predict(texts: Iterable[str]) -> list[str]: ...
def predict(texts: str | Iterable[str]) -> str | list[str]:
    """Label one paragraph (a str) or many (an iterable of str) with the shipped model.

    Examples
    --------
    >>> predict("The two ministers signed the pact and agreed to work together.")
    'cooperative'
    """
    return default_classifier().predict(texts)


def predict_proba(texts: str | Iterable[str]) -> NDArray[np.float64]:
    """Return calibrated probabilities, shape (n_paragraphs, n_labels), columns as in LABELS."""
    return default_classifier().predict_proba(texts)


def explain(text: str) -> Explanation:
    """Return each known term of a paragraph with its part in the shipped model's decisions."""
    return default_classifier().explain(text)


def framing_mix(article: Article | Iterable[str]) -> FramingMix:
    """Report the framing mix of an article, or of paragraphs, with the shipped model."""
    return default_classifier().framing_mix(article)
