"""How well an article's mix is estimated, by out-of-fold decision values, and what is chosen by it.

The truth is the shares of the labels given by hand among an article's labelled paragraphs. Every
choice is made on some articles and measured on others.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.labels import LABELS
from stance.mix import READINGS, FramingMix, PartMix, dominant, framing_mix
from stance.scoring import softmax
from stance.shares import Floats, MixSettings, Moments, bounds, in_context
from train.corpora import load_embedded
from train.fit import Rows

MIN_PARAGRAPHS: Final = 5
SEED: Final = 20260
N_PARTS: Final = 5
DAMPINGS: Final = tuple(round(0.1 * i, 1) for i in range(8))
SPREADS: Final = tuple(round(0.01 * i, 2) for i in range(0, 25, 2))
DEVIATIONS: Final = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.645)
BANDS: Final = ((5, 9), (10, 19), (20, 10**9))
LEVEL: Final = 0.9


@dataclass(frozen=True)
class LabelledArticle:
    """The labelled paragraphs of one article, as columns of one length."""

    proba: Floats
    y: NDArray[np.int64]
    n_words: NDArray[np.int64]
    labels: tuple[str, ...] = LABELS

    @property
    def gold(self) -> Floats:
        """Each paragraph's label as a row of zeros and a one."""
        return np.asarray(np.eye(len(self.labels))[self.y])


def gather(
    rows: Rows,
    proba: Floats,
    min_paragraphs: int = MIN_PARAGRAPHS,
    labels: tuple[str, ...] = LABELS,
) -> list[LabelledArticle]:
    """Return the articles with enough labelled paragraphs, in the order of their names.

    Parameters
    ----------
    rows : Rows
        Paragraphs labelled by hand; those of one article have one group.
    proba : array of shape (n_rows, n_labels)
        Calibrated, each from a model that saw no row of the group.
    min_paragraphs : int
    """
    n_words = np.array([len(text.split()) for text in rows.texts])
    names, numbers = np.unique(rows.groups, return_inverse=True)
    members = [np.flatnonzero(numbers == number) for number in range(len(names))]
    return [
        LabelledArticle(proba[i], rows.y[i], n_words[i], labels)
        for i in members
        if len(i) >= min_paragraphs
    ]


def choose(articles: list[LabelledArticle]) -> MixSettings:
    """Choose the damping by the error of the estimate, then the interval by its coverage."""
    errors = {d: shares_error(articles, MixSettings(damping=d))["estimated"] for d in DAMPINGS}
    damping = min(DAMPINGS, key=lambda one: errors[one])
    sums = _Sums.of(articles, damping)
    settings = [MixSettings(damping, s, z) for s, z in product(SPREADS, DEVIATIONS)]
    return min(settings, key=lambda one: sums.miss(one))


@dataclass(frozen=True)
class _Sums:
    """Moments of all articles at once, so that many settings can be tried."""

    moments: Moments
    counts: Floats

    @classmethod
    def of(cls, articles: list[LabelledArticle], damping: float) -> "_Sums":
        rows = []
        for article in articles:
            q = in_context(article.proba, damping)
            v = q * (1.0 - q)
            rows.append([x.sum(axis=0) for x in (q, v, v * (1.0 - 2.0 * q), article.gold)])
        mean, variance, third, counts = np.array(rows).swapaxes(0, 1)
        n = np.array([[len(article.y)] for article in articles], dtype=np.float64)
        return cls(Moments(mean, variance, third, n), counts)

    def miss(self, settings: MixSettings) -> float:
        """Return the largest distance from 90 % of a band of lengths, plus that of all."""
        low, high = bounds(self.moments, settings)
        n = self.moments.n
        inside = (self.counts / n >= low - 1e-9) & (self.counts / n <= high + 1e-9)
        masks = [(n[:, 0] >= least) & (n[:, 0] <= most) for least, most in BANDS]
        missed = [abs(float(inside[mask].mean()) - LEVEL) for mask in masks if mask.any()]
        return max(missed) + abs(float(inside.mean()) - LEVEL)


def mix_of(article: LabelledArticle, settings: MixSettings) -> PartMix:
    """Return the mix of a labelled article as the product reports it."""
    nowhere = np.zeros(len(article.y), dtype=bool)
    found = framing_mix(article.labels, article.proba, article.n_words, nowhere, settings=settings)
    mix = found.whole
    assert mix is not None
    return mix


def shares_error(articles: list[LabelledArticle], settings: MixSettings) -> dict[str, float]:
    """Return the mean absolute error of the shares of each reading that counts paragraphs."""
    names = [name for name in READINGS if name != "by_words"]
    errors = dict.fromkeys(names, 0.0)
    for article in articles:
        mix, gold = mix_of(article, settings), article.gold.mean(axis=0)
        for name in names:
            errors[name] += float(np.abs(np.array(getattr(mix, name)) - gold).mean())
    return {name: total / len(articles) for name, total in errors.items()}


def choose_and_measure(rows: Rows, proba: Floats) -> tuple[MixSettings, dict[str, Any]]:
    """Choose the settings on all articles, and measure choices made without the article measured.

    Parameters
    ----------
    rows, proba
        See ``gather``.

    Returns
    -------
    (MixSettings, dict)
        ``mean_absolute_error`` of shares by method, ``coverage`` of the 90 % intervals by reading,
        by number of paragraphs and by label, ``difference_coverage``, and how often the dominant
        framing is that of the labels.
    """
    articles = gather(rows, proba)
    parts = np.random.default_rng(SEED).permutation(len(articles)) % N_PARTS
    prior = np.bincount(rows.y, minlength=len(LABELS)) / len(rows.y)
    total: dict[str, list[Floats]] = {}
    for part in range(N_PARTS):
        rest = [a for a, p in zip(articles, parts, strict=True) if p != part]
        settings = choose(rest)
        confusion = _confusion(rest)
        for article in (a for a, p in zip(articles, parts, strict=True) if p == part):
            for name, value in _figures_of(article, settings, prior, confusion):
                total.setdefault(name, []).append(value)
    settings = choose(articles)
    return settings, {
        "settings": settings.as_dict(),
        "n_articles": len(articles),
        "min_paragraphs": MIN_PARAGRAPHS,
        "mean_absolute_error": _means(total, "error/"),
        "coverage": _means(total, "coverage/"),
        "mean_width": _means(total, "width/"),
        "coverage_of_few": _cover_few(gather(rows, proba, 4), settings),
        "dominant_right": _means(total, "dominant/"),
    }


def _means(total: dict[str, list[Floats]], prefix: str) -> dict[str, float]:
    chosen = {name.removeprefix(prefix): v for name, v in total.items() if name.startswith(prefix)}
    return {name: round(float(np.mean(v)), 4) for name, v in chosen.items()}


def _figures_of(
    article: LabelledArticle, settings: MixSettings, prior: Floats, confusion: Floats
) -> list[tuple[str, Any]]:
    mix, gold = mix_of(article, settings), article.gold.mean(axis=0)
    weights = article.n_words / article.n_words.sum()
    by_words = weights @ article.gold
    plain = np.array(mix.by_paragraph)
    methods = {
        "by_paragraph": plain,
        "expected": np.array(mix.expected),
        "estimated": np.array(mix.estimated),
        "context_mean": in_context(article.proba, settings.damping).mean(axis=0),
        "emq": emq(article.proba),
        "adjusted_counts": adjusted_counts(plain, confusion),
        "shrunk_counts": (plain * len(article.y) + prior) / (len(article.y) + 1.0),
        "overall_shares": prior,
    }
    found: list[tuple[str, Any]] = [
        (f"error/{name}", np.abs(shares - gold).mean()) for name, shares in methods.items()
    ]
    band = next(f"{low} or more" if high > 1000 else f"{low} to {high}"
                for low, high in BANDS if len(article.y) <= high)  # fmt: skip
    for name in READINGS:
        low, high = np.array(getattr(mix, f"{name}_90")).T
        truth = by_words if name == "by_words" else gold
        inside = (truth >= low - 1e-9) & (truth <= high + 1e-9)
        found += [(f"coverage/{name}", inside.mean()), (f"width/{name}", (high - low).mean())]
        if name == "estimated":
            found.append((f"coverage/{name}/{band} paragraphs", inside.mean()))
            found += [
                (f"coverage/{name}/{label}", one) for label, one in zip(LABELS, inside, strict=True)
            ]
    found += list(_difference_of(article, settings))
    right = dominant(LABELS, gold.tolist())
    return [
        *found,
        ("dominant/by_paragraph", mix.dominant == right),
        ("dominant/estimated", dominant(LABELS, list(mix.estimated)) == right),
    ]


def _difference_of(article: LabelledArticle, settings: MixSettings) -> list[tuple[str, Any]]:
    """Take an article's last third for its enrichment section."""
    n = len(article.y)
    tail = np.arange(n) >= n - max(n // 3, 1)
    mix: FramingMix = framing_mix(LABELS, article.proba, article.n_words, tail, settings=settings)
    assert mix.difference is not None
    truth = article.gold[tail].mean(axis=0) - article.gold[~tail].mean(axis=0)
    low, high = np.array(mix.difference.shares_90).T
    inside = (truth >= low - 1e-9) & (truth <= high + 1e-9)
    return [("coverage/difference", inside.mean()), ("width/difference", (high - low).mean())]


def _cover_few(articles: list[LabelledArticle], settings: MixSettings) -> dict[str, float]:
    """Return the coverage for the first one to four paragraphs of articles."""
    covered = {}
    for n in (1, 2, 3, 4):
        inside = []
        for article in articles:
            few = LabelledArticle(article.proba[:n], article.y[:n], article.n_words[:n])
            low, high = np.array(mix_of(few, settings).estimated_90).T
            gold = few.gold.mean(axis=0)
            inside.append((gold >= low - 1e-9) & (gold <= high + 1e-9))
        covered[str(n)] = round(float(np.mean(inside)), 4)
    return covered


def emq(proba: Floats, n_rounds: int = 50) -> Floats:
    """Return the shares that EMQ finds (Saerens and others, 2002), from balanced probabilities."""
    shares = np.full(proba.shape[1], 1.0 / proba.shape[1])
    start = shares
    for _ in range(n_rounds):
        scaled = proba * (shares / start)
        shares = (scaled / scaled.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def adjusted_counts(counted: Floats, confusion: Floats) -> Floats:
    """Solve counted = confusion @ shares, cut to what shares can be (Forman, 2008)."""
    shares = np.maximum(np.linalg.lstsq(confusion, counted, rcond=None)[0], 0.0)
    return np.asarray(shares / shares.sum())


def _confusion(articles: list[LabelledArticle]) -> Floats:
    """Return the share of each label's paragraphs (column) that get each label (row)."""
    table = np.zeros((len(LABELS), len(LABELS)))
    for article in articles:
        np.add.at(table, (article.proba.argmax(axis=1), article.y), 1.0)
    return np.asarray(table / np.maximum(table.sum(axis=0), 1.0))


def error_on_own_articles(
    pipeline: Any, temperature: float, settings: MixSettings
) -> dict[str, float]:
    """Return the errors on the project's own articles, whose labels are mixed on purpose."""
    data = [row for row in load_embedded() if row["corpus"] == "articles"]
    y = np.array([LABELS.index(row["label"]) for row in data])
    rows = Rows([row["text"] for row in data], y, [row["group"] for row in data], np.ones(len(y)))
    proba = softmax(pipeline.decision_function(rows.texts), temperature)
    errors = shares_error(gather(rows, proba), settings)
    return {name: round(value, 4) for name, value in errors.items()}
