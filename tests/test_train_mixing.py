"""Methods against small cases, choices on drawn articles, and the shipped figures' floors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stance.labels import LABELS
from stance.shares import MixSettings
from train import mixing
from train.fit import Rows

ROOT = Path(__file__).resolve().parent.parent
MAX_ERROR = 0.085
TOLERANCE = 0.03  # what the intervals' coverage may differ from 90 %


@pytest.fixture(scope="module")
def shipped() -> Any:
    """The shipped model's figures on the mix."""
    return json.loads((ROOT / "model" / "metrics.json").read_text("utf-8"))["mix"]


def drawn(n_articles: int, common: float) -> tuple[Rows, np.ndarray]:
    """Articles of 5 to 24 paragraphs; labels are drawn by article, then what is seen of them.

    Dirichlet(1, ..., 3, ..., 1), the 3 at the label, makes the label's chance the square of what is
    seen where labels are equally frequent.
    """
    rng = np.random.default_rng(3)
    proba, y, groups = [], [], []
    for article in range(n_articles):
        taste = rng.dirichlet(np.full(4, 0.5)) * common + 0.25 * (1 - common)
        for _ in range(int(rng.integers(5, 25))):
            label = int(rng.choice(4, p=taste / taste.sum()))
            seen = rng.dirichlet(np.where(np.arange(4) == label, 3.0, 1.0)) ** 2
            proba.append(seen / seen.sum())
            y.append(label)
            groups.append(f"a{article:04}")
    rows = Rows(["word " * 20] * len(y), np.array(y), groups, np.ones(len(y)))
    return rows, np.array(proba)


def test_emq_keeps_certain_labels_and_finds_a_shift() -> None:
    assert mixing.emq(np.eye(4)[[0, 0, 1, 2]]) == pytest.approx([0.5, 0.25, 0.25, 0.0])
    vague = np.tile([0.4, 0.3, 0.2, 0.1], (20, 1))
    assert mixing.emq(vague)[0] > 0.9


def test_adjusted_counts_undo_a_known_confusion() -> None:
    confusion = np.array([[0.8, 0.1, 0, 0], [0.2, 0.9, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    shares = np.array([0.3, 0.3, 0.2, 0.2])
    assert mixing.adjusted_counts(confusion @ shares, confusion) == pytest.approx(shares)


def test_articles_are_gathered_by_group_and_short_ones_left_out() -> None:
    rows = Rows(["a b c"] * 7, np.zeros(7, dtype=np.int64), ["x"] * 5 + ["y"] * 2, np.ones(7))
    (article,) = mixing.gather(rows, np.full((7, 4), 0.25))
    assert len(article.y) == 5
    assert article.n_words.tolist() == [3] * 5


def test_damping_is_chosen_where_articles_have_a_taste() -> None:
    rows, proba = drawn(150, common=0.95)
    assert mixing.choose(mixing.gather(rows, proba)).damping > 0.0


def test_little_damping_is_chosen_where_they_have_none() -> None:
    rows, proba = drawn(150, common=0.0)
    assert mixing.choose(mixing.gather(rows, proba)).damping <= 0.1


def test_chosen_intervals_cover_articles_they_were_not_chosen_on() -> None:
    settings, figures = mixing.choose_and_measure(*drawn(200, common=0.6))
    assert isinstance(settings, MixSettings)
    assert figures["coverage"]["estimated"] == pytest.approx(0.9, abs=0.05)
    error = figures["mean_absolute_error"]
    assert error["estimated"] < error["overall_shares"]


def test_the_shipped_default_is_the_best_method_and_within_its_limit(shipped: Any) -> None:
    error = shipped["mean_absolute_error"]
    assert error["estimated"] == min(error.values())
    assert error["estimated"] <= MAX_ERROR


@pytest.mark.parametrize(
    "reading", ["estimated", "by_paragraph", "by_words", "expected", "difference"]
)
def test_shipped_intervals_cover_nine_in_ten(reading: str, shipped: Any) -> None:
    assert shipped["coverage"][reading] == pytest.approx(0.9, abs=TOLERANCE)


def test_shipped_intervals_of_every_length_cover_nine_in_ten(shipped: Any) -> None:
    bands = [value for name, value in shipped["coverage"].items() if name.endswith("paragraphs")]
    assert len(bands) == len(mixing.BANDS)
    assert bands == pytest.approx([0.9] * len(bands), abs=TOLERANCE)


def test_shipped_intervals_of_few_paragraphs_promise_no_more_than_they_keep(shipped: Any) -> None:
    assert min(shipped["coverage_of_few"].values()) >= 0.9 - TOLERANCE


def test_coverage_is_reported_by_label(shipped: Any) -> None:
    assert {f"estimated/{label}" for label in LABELS} <= shipped["coverage"].keys()
