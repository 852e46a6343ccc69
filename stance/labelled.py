"""An article with its labels and its mix: what the terminal, JSON and the report all show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.article import Article
from stance.classifier import Classifier, scored_texts
from stance.mix import FramingMix


@dataclass(frozen=True, eq=False)
class LabelledArticle:
    """An article, what the model says of its paragraphs, and the mix.

    Attributes
    ----------
    name : str
        The file, as it was named.
    proba : array of shape (n_paragraphs, n_labels)
        Rows sum to 1; columns in the order of ``mix.labels``.
    unsure : tuple of bool
        One a paragraph.
    """

    name: str
    article: Article
    proba: NDArray[np.float64]
    unsure: tuple[bool, ...]
    mix: FramingMix

    @property
    def labels(self) -> tuple[str, ...]:
        """The most probable label of each paragraph."""
        return tuple(self.mix.labels[column] for column in self.proba.argmax(axis=1).tolist())


def label_article(classifier: Classifier, name: str, article: Article) -> LabelledArticle:
    """Label the paragraphs of an article and report its mix."""
    proba = classifier.predict_proba(scored_texts(article))
    unsure = tuple(classifier.unsure(proba).tolist())
    return LabelledArticle(name, article, proba, unsure, classifier.mix_of(article, proba))
