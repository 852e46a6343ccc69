"""Classifier: paragraphs -> probabilities and labels."""

import threading
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from stance import artefact as _artefact
from stance.artefact import Artefact
from stance.article import Article
from stance.errors import ModelError
from stance.explanation import Explanation
from stance.features import FAMILIES, count_words
from stance.mix import FramingMix, framing_mix
from stance.repeats import find_shared
from stance.scoring import Scorer, softmax

_WORD: Final = FAMILIES.index("word")


class Classifier:
    """A trained model, ready to label paragraphs.

    Parameters
    ----------
    artefact : Artefact
        See ``Classifier.load`` for the usual way to get one.
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self._scorer = Scorer(artefact)

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Classifier":
        """Load a model folder, or the model that ships with the package where `path` is None.

        Raises
        ------
        ModelError
            If the folder is not a model, is cut, edited or newer than this package.
        """
        if path is not None:
            return cls(_artefact.read(Path(path)))
        try:
            with resources.as_file(resources.files("stance.model")) as folder:
                return cls(_artefact.read(folder))
        except ModuleNotFoundError as error:
            raise ModelError(
                "stance.model: not installed; run `make dev` or give the folder of a model"
            ) from error

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the column order of every probability."""
        return self.artefact.labels

    def decision_function(self, texts: str | Iterable[str]) -> NDArray[np.float64]:
        """Return decision values, shape (n_paragraphs, n_labels); a str counts as one paragraph."""
        return self._scorer.decision_function(check_texts(texts))

    def predict_proba(self, texts: str | Iterable[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape (n_paragraphs, n_labels); rows sum to 1.

        Columns are in the order of ``labels``. An empty paragraph, or one without a known term,
        is answered by the intercept.

        Raises
        ------
        TypeError
            If `texts` is not a str or an iterable of str; names the element's position.
        """
        return softmax(self.decision_function(texts), self.artefact.temperature)

    @overload
    def predict(self, texts: str) -> str: ...  # type: ignore[overload-overlap]  # a str is an iterable of str
    @overload
    def predict(self, texts: Iterable[str]) -> list[str]: ...
    def predict(self, texts: str | Iterable[str]) -> str | list[str]:
        """Return the label of a paragraph (a str), or a list of labels (an iterable of str)."""
        labels = [self.labels[i] for i in self.decision_function(texts).argmax(axis=1).tolist()]
        return labels[0] if isinstance(texts, str) else labels

    def explain(self, text: str) -> Explanation:
        """Return each known term of a paragraph with its part in the decision values.

        Raises
        ------
        TypeError
            If `text` is not a str.
        """
        return self._scorer.explain(text)

    def unknown_words(self, text: str) -> tuple[int, int]:
        """Return the number of words of a paragraph, and how many of them the model lacks."""
        n_words = count_words(text)
        families = self.explain(text).families
        return n_words, n_words - int(np.count_nonzero(families == _WORD))

    def unsure(self, proba: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say for each row of `proba` whether its largest value is below the stored threshold."""
        return np.asarray(proba.max(axis=1, initial=0.0) < self.artefact.unsure_below)

    def framing_mix(self, article: Article | Iterable[str]) -> FramingMix:
        """Score an article, or paragraphs that count as its body, and report the framing mix."""
        if isinstance(article, Article):
            return self.mix_of(article, self.predict_proba(scored_texts(article)))
        texts = check_texts(article)
        return self._mix(texts, [False] * len(texts), self.predict_proba(texts))

    def mix_of(self, article: Article, proba: NDArray[np.float64]) -> FramingMix:
        """Report the framing mix of an article whose probabilities are known.

        Parameters
        ----------
        article : Article
        proba : array of shape (n_paragraphs, n_labels)
            What ``predict_proba`` gives for its paragraphs.
        """
        enrichment = [paragraph.part == "enrichment" for paragraph in article.paragraphs]
        return self._mix(scored_texts(article), enrichment, proba)

    def _mix(
        self, texts: list[str], in_enrichment: list[bool], proba: NDArray[np.float64]
    ) -> FramingMix:
        return framing_mix(
            self.labels,
            proba,
            np.array([len(text.split()) for text in texts], dtype=np.int64),
            np.array(in_enrichment, dtype=bool),
            shared=find_shared(texts, in_enrichment),
            settings=self.artefact.mix,
        )


def scored_texts(article: Article) -> list[str]:
    """Return the texts of an article's paragraphs as the model sees them."""
    return [paragraph.scored_text for paragraph in article.paragraphs]


def check_texts(texts: str | Iterable[str]) -> list[str]:
    """Return the paragraphs as a list, or raise a TypeError that names the position at fault."""
    if isinstance(texts, str):
        return [texts]
    if isinstance(texts, bytes | bytearray) or not isinstance(texts, Iterable):
        raise TypeError(f"texts: expected str or an iterable of str, found {type(texts).__name__}")
    checked = list(texts)
    for i, text in enumerate(checked):
        if not isinstance(text, str):
            raise TypeError(f"texts[{i}]: expected str, found {type(text).__name__}")
    return checked


_default: Classifier | None = None
_lock = threading.Lock()


def default_classifier() -> Classifier:
    """Return the classifier of the shipped model, loaded at the first call."""
    global _default
    with _lock:
        if _default is None:
            _default = Classifier.load()
        return _default
