"""``python -m train experiments``: each lever alone, by cross-validation; writes a table.

Every lever is measured on the labels by hand, on folds of whole articles, against the same
folds without it. Levers that failed stay in the table: they need not be tried again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from tqdm import tqdm

from stance.errors import StanceError
from stance.features import HEDGES, family_of, tokenize
from stance.labels import LABELS
from train import build, corpora, fit
from train.sources import LABELLED
from train.student import remembered_terms

OUT: Final = corpora.ROOT / "docs" / "experiments.md"
NEGATIONS: Final = frozenset("no not never neither nor without cannot".split())
Terms = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Lever:
    """One change of the plain recipe: more terms, other settings, other weights or rows."""

    extra: Terms = tuple
    without: str = ""
    c: float = fit.C
    min_df: int = fit.MIN_DF
    power: float = 1.0
    confidence: bool = True
    runner_up: float = 0.0
    embedded: float = 0.0
    corpus: str = ""
    corpus_weight: float = 1.0


def after(words: frozenset[str], mark: str, reach: int) -> Terms:
    """Return the family of tokens that follow one of `words` within `reach` tokens."""

    def family(text: str) -> list[str]:
        found, last = [], -reach - 1
        for i, token in enumerate(tokenize(text)):
            if i - last <= reach:
                found.append(f"{mark}{token.text[:6]}")
            if token.text in words or (words is NEGATIONS and token.text.endswith("n't")):
                last = i
        return found

    return family


def stem_pairs(text: str) -> list[str]:
    """Return pairs of six-letter prefixes."""
    stems = [token.text[:6] for token in tokenize(text)]
    return [f"{a}+{b}" for a, b in pairwise(stems)]


def trigrams(text: str) -> list[str]:
    """Return runs of three tokens."""
    words = [token.text for token in tokenize(text)]
    return ["+".join(words[i : i + 3]) for i in range(len(words) - 2)]


def first_clause(text: str) -> list[str]:
    """Return the prefixes of the tokens before the first comma, colon or full stop."""
    end = min((text.find(mark) for mark in ",;:." if mark in text), default=len(text))
    return [f"/{token.text[:6]}" for token in tokenize(text) if token.start < end]


def middle(text: str) -> list[str]:
    """Return the prefixes of the thirteenth to the thirtieth token."""
    return [f"~{token.text[:6]}" for token in tokenize(text)[12:30]]


LEVERS: Final = {
    "the plain recipe": Lever(),
    "C 2.5": Lever(c=2.5),
    "C 10": Lever(c=10.0),
    "terms of one paragraph too": Lever(min_df=1),
    "terms of 4 paragraphs at least": Lever(min_df=4),
    "class weights to the power .75": Lever(power=0.75),
    "no confidence weights": Lever(confidence=False),
    "runner-up as soft label, share .2": Lever(runner_up=0.2),
    "embedded corpus at weight .3": Lever(embedded=0.3),
    **{
        f"{name} at weight {weight}": Lever(corpus=name, corpus_weight=weight)
        for name in LABELLED
        for weight in (0.5, 2.0)
    },
    "+ tokens within 4 after a hedge": Lever(extra=after(HEDGES, "?", 4)),
    "+ tokens within 3 after a negation": Lever(extra=after(NEGATIONS, "!", 3)),
    "+ pairs of prefixes": Lever(extra=stem_pairs),
    "+ trigrams": Lever(extra=trigrams),
    "+ tokens of the first clause": Lever(extra=first_clause),
    "+ tokens 13 to 30": Lever(extra=middle),
    **{
        f"without {name}": Lever(without=name)
        for name in ("pair", "skip", "stem", "zone", "quoted", "hedge")
    },
}


def run(mirror: str | None, seeds: int, out: Path = OUT) -> None:
    """Measure every lever on `seeds` divisions into five folds, and write the table.

    Raises
    ------
    StanceError
        If there is no mirror.
    """
    folder = corpora.find_mirror(mirror)
    if folder is None:
        raise StanceError("experiments: no mirror of the public corpora; give one with --mirror")
    data = corpora.load_labelled(folder)
    rows, by_hand = build.rows_of(data), build.by_hand_of(data)
    corpus = np.array(data["corpus"])
    second = np.array([LABELS.index(s) if s else -1 for s in data["second"]])
    embedded = build.rows_of(corpora.load_embedded())
    table = {name: np.zeros((seeds, 1 + len(LABELS))) for name in LEVERS}
    for seed in range(seeds):
        cut = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        folds = list(cut.split(rows.texts, rows.y, rows.groups))
        for name, lever in tqdm(LEVERS.items(), desc=f"seed {seed}", disable=None):
            chosen = np.zeros(len(rows.y), dtype=np.int64)
            for train, test in folds:
                part = rows.take(train)
                if lever.corpus:
                    part.weights[corpus[train] == lever.corpus] *= lever.corpus_weight
                chosen[test] = _predict(lever, part, second[train], embedded, rows.take(test).texts)
            each = f1_score(rows.y[by_hand], chosen[by_hand], average=None)
            table[name][seed] = [each.mean(), *each]
        out.write_text(render({k: v[: seed + 1] for k, v in table.items()}, len(rows.y)), "utf-8")


def _predict(
    lever: Lever,
    rows: fit.Rows,
    second: NDArray[np.int64],
    embedded: fit.Rows,
    texts: list[str],
) -> NDArray[np.int64]:
    """Fit with a lever and return the label numbers of `texts`."""
    analyzer = _analyzer(replace(lever, c=0.0, min_df=0, power=0.0))
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=lever.min_df)
    weights = rows.weights if lever.confidence else np.ones(len(rows.y))
    index, y = np.arange(len(rows.y)), rows.y
    balance = (len(y) / (len(LABELS) * np.bincount(y))) ** lever.power
    train_texts = rows.texts
    if lever.runner_up:
        unsure = np.flatnonzero((second >= 0) & (rows.weights < 1.0))
        shared = weights[unsure] * lever.runner_up
        weights = np.concatenate([weights, shared])
        weights[unsure] -= shared
        index, y = np.concatenate([index, unsure]), np.concatenate([y, second[unsure]])
    if lever.embedded:
        index = np.concatenate([index, len(rows.y) + np.arange(len(embedded.y))])
        weights = np.concatenate([weights, np.full(len(embedded.y), lever.embedded)])
        y, train_texts = np.concatenate([y, embedded.y]), [*train_texts, *embedded.texts]
    features = vectorizer.fit_transform(train_texts)
    model = LogisticRegression(C=lever.c, max_iter=1000, tol=1e-3)
    model.fit(features[index], y, weights * balance[y])
    return np.asarray(model.predict(vectorizer.transform(texts)))


@cache
def _analyzer(lever: Lever) -> Terms:
    @cache
    def analyze(text: str) -> tuple[str, ...]:
        kept = (t for t in remembered_terms(text) if family_of(t) != lever.without)
        return (*kept, *(f"{term} +" for term in lever.extra(text)))

    return analyze


def render(table: dict[str, NDArray[np.float64]], n_rows: int) -> str:
    """Return the table as Markdown: mean over seeds, and the change with its spread."""
    plain = table["the plain recipe"]
    lines = [
        "# Experiments",
        "",
        f"Each lever alone, on {n_rows} labelled paragraphs, scored on those labelled by hand, by"
        f" five folds of whole articles; mean of {len(plain)} division(s) into folds. `change` is"
        " against the plain recipe (hard labels only) on the same folds. Written by"
        " `python -m train experiments`.",
        "",
        f"| lever | macro-F1 | change | {' | '.join(LABELS)} |",
        "| --- | --- | --- |" + " --- |" * len(LABELS),
    ]
    for name, values in table.items():
        mean, change = values.mean(axis=0), values[:, 0] - plain[:, 0]
        spread = f" ± {change.std(ddof=1):.3f}" if len(change) > 1 else ""
        each = " | ".join(f"{f:.3f}" for f in mean[1:])
        lines.append(f"| {name} | {mean[0]:.3f} | {change.mean():+.3f}{spread} | {each} |")
    return "\n".join(lines) + "\n"
