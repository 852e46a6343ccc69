"""The slower figures of a model, by cross-validation grouped by article: added to metrics.json."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.pipeline import Pipeline

from stance.classifier import Classifier
from stance.errors import StanceError
from stance.features import HEDGES, tokenize
from stance.labels import LABELS
from stance.rounds.evaluation import iter_surest, reliability_curve
from stance.scoring import softmax
from train import bias, build, corpora, fit, published
from train.parsing import evaluate_parser

N_BOOTSTRAP = 1000
CURVE_SHARES = (0.25, 0.5, 0.75)
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def evaluate(folder: Path, mirror: str | None) -> None:
    """Cross-validate on the hand labels and add the figures to a model's metrics.json.

    Raises
    ------
    StanceError
        If there is no mirror, or the model was trained on other rows than there are now.
    """
    metrics = build.read_metrics(folder)
    found = corpora.find_mirror(mirror)
    if found is None:
        raise StanceError("evaluate: no mirror of the public corpora; give one with --mirror")
    data = build.load_rows(found, metrics["licences"])
    rows, by_hand = build.rows_of(data), build.by_hand_of(data)
    if sum(metrics["rows"].values()) != len(rows.y):
        raise StanceError(
            f"{folder.name}: trained on {sum(metrics['rows'].values())} rows, found {len(rows.y)};"
            " run `python -m train fit` first"
        )
    soft = corpora.load_soft(found, data) if metrics["licences"] == "all" else None
    decisions = fit.cross_validate(rows, soft=soft)[by_hand]
    hand = rows.take(np.flatnonzero(by_hand))
    corpus = np.array(data["corpus"])[by_hand]
    proba = softmax(decisions, fit.fit_temperature(decisions, hand.y))
    chosen = decisions.argmax(axis=1)
    classifier = Classifier.load(folder)
    metrics["evaluation"] = {
        "interval_95": bootstrap_interval(hand.y, chosen, hand.groups),
        "by_source": {
            str(name): fit.figures(decisions[corpus == name], hand.y[corpus == name])
            for name in np.unique(corpus)
        },
        "confusion": confusion_matrix(hand.y, chosen, labels=range(len(LABELS))).tolist(),
        "reliability": reliability(proba, hand.y),
        "risk_coverage": risk_coverage(proba, hand.y),
        "learning_curve": learning_curve(rows, by_hand),
        "baselines": baselines(rows, by_hand),
        "flips_by_swapped_names": bias.share_of_flips(classifier),
        "contrast_topics_right": bias.share_of_topics_right(classifier, corpora.read_contrast()),
        "parser": evaluate_parser(corpora.read_articles()),
        "benchmarks": published.benchmark(found),
    }
    build.write_metrics(folder, metrics)


def bootstrap_interval(
    y: NDArray[np.int64], chosen: NDArray[np.int64], groups: list[str]
) -> list[float]:
    """Return the 95 % interval of macro-F1 when whole articles are drawn anew."""
    _, group = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    random = np.random.default_rng(fit.SEED)
    values = []
    for _ in range(N_BOOTSTRAP):
        drawn = random.integers(0, len(members), len(members))
        index = np.concatenate([members[number] for number in drawn])
        values.append(f1_score(y[index], chosen[index], average="macro"))
    low, high = np.quantile(values, (0.025, 0.975))
    return [round(float(low), 4), round(float(high), 4)]


def reliability(
    proba: NDArray[np.float64], y: NDArray[np.int64]
) -> dict[str, list[dict[str, float]]]:
    """Return by label, for each bin of its probability: mean probability, share right, n."""
    return {
        label: reliability_curve(proba[:, column], y == column)
        for column, label in enumerate(LABELS)
    }


def risk_coverage(proba: NDArray[np.float64], y: NDArray[np.int64]) -> list[dict[str, float]]:
    """Return the error among the surest paragraphs, for several shares of them."""
    return [
        {"coverage": share, "error": round(float(wrong.mean()), 4)}
        for share, _, wrong in iter_surest(proba, y, COVERAGES)
    ]


def learning_curve(rows: fit.Rows, by_hand: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Return macro-F1 on the hand labels when only a share of the articles trains."""
    _, group = np.unique(rows.groups, return_inverse=True)
    order = np.random.default_rng(fit.SEED).permutation(group.max() + 1)
    points = []
    for share in CURVE_SHARES:
        kept = np.isin(group, order[: int(share * len(order))])
        decisions = fit.cross_validate(rows, may_train=kept)[by_hand]
        figure = fit.figures(decisions, rows.y[by_hand])["macro_f1"]
        points.append({"rows": int(kept.sum()), "macro_f1": figure})
    return points


def baselines(rows: fit.Rows, by_hand: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the figures of naive methods on the same folds."""
    y = rows.y[by_hand]
    hand_texts = [rows.texts[i] for i in np.flatnonzero(by_hand)]

    def scored(make: Callable[[], Pipeline]) -> dict[str, Any]:
        return fit.figures(fit.cross_validate(rows, make=make)[by_hand], y)

    return {
        "most frequent label": fit.figures(fit.majority_decisions(y), y),
        "keyword list": fit.figures(keyword_decisions(hand_texts), y),
        "scikit-learn's defaults": scored(
            lambda: Pipeline(
                [("tfidf", TfidfVectorizer()), ("model", LogisticRegression(max_iter=1000))]
            )
        ),
    }


_COOPERATIVE = frozenset("agree agreed agreement aid cooperation help joint support treaty".split())
_ADVERSARIAL = frozenset("accused attack attacked condemned killed sanctions threat war".split())


def keyword_decisions(texts: list[str]) -> NDArray[np.float64]:
    """Choose the label with the most words of a short list; neutral where there is none."""
    decisions = np.zeros((len(texts), len(LABELS)))
    for row, text in zip(decisions, texts, strict=True):
        words = [token.text for token in tokenize(text)]
        counts = [sum(w in names for w in words) for names in (_COOPERATIVE, _ADVERSARIAL, HEDGES)]
        row[:] = (counts[0], counts[1], 0.5, counts[2])
    return decisions
