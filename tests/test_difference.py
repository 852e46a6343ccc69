"""The difference of two parts against slow and obvious computations."""

import math

import numpy as np
import pytest

from stance.difference import _chi_square_tail, compare, jensen_shannon, permutation_p
from stance.mix import framing_mix
from stance.repeats import find_shared
from stance.shares import MixSettings

SETTINGS = MixSettings()


def simulated_p(proba: np.ndarray, section: np.ndarray) -> float:
    """Deal the paragraphs 4,000 times."""
    rng = np.random.default_rng(0)

    def squared(mask: np.ndarray) -> float:
        return float(((proba[mask].mean(axis=0) - proba[~mask].mean(axis=0)) ** 2).sum())

    found = squared(section)
    dealt = [squared(rng.permutation(section)) for _ in range(4000)]
    return float(np.mean([one >= found - 1e-12 for one in dealt]))


@pytest.mark.parametrize(("n", "k"), [(8, 3), (11, 4), (17, 10), (30, 8), (60, 20)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p_value_is_near_that_of_dealing_by_chance(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    section = np.arange(n) >= n - k
    proba = rng.dirichlet([0.4] * 4, n)
    proba[section] = 0.8 * proba[section] + 0.2 * np.array([1.0, 0.0, 0.0, 0.0]) * (seed - 1) / 2
    proba /= proba.sum(axis=1, keepdims=True)
    shares = proba[section].mean(axis=0) - proba[~section].mean(axis=0)
    assert permutation_p(proba, section, shares) == pytest.approx(
        simulated_p(proba, section), abs=0.04
    )


def test_p_values_of_parts_that_do_not_differ_are_spread_evenly() -> None:
    rng = np.random.default_rng(7)
    section = np.arange(24) >= 15
    found = []
    for _ in range(400):
        proba = rng.dirichlet([0.3] * 4, 24)
        shares = proba[section].mean(axis=0) - proba[~section].mean(axis=0)
        found.append(permutation_p(proba, section, shares))
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.04)
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)


def test_p_value_of_equal_paragraphs_is_one() -> None:
    for n in (4, 40):
        proba = np.tile([0.7, 0.3], (n, 1))
        section = np.arange(n) >= n // 2
        assert permutation_p(proba, section, np.zeros(2)) == 1.0


@pytest.mark.parametrize(
    ("value", "freedom", "tail"), [(3.841, 1, 0.05), (5.991, 2, 0.05), (11.345, 3, 0.01)]
)
def test_tail_is_that_of_the_tables(value: float, freedom: float, tail: float) -> None:
    assert _chi_square_tail(value, freedom) == pytest.approx(tail, abs=0.003)


def test_distance_is_in_bits() -> None:
    assert jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0
    assert jensen_shannon(np.array([0.3, 0.7]), np.array([0.3, 0.7])) == 0.0
    half = jensen_shannon(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    assert half == pytest.approx(0.5 * math.log2(4 / 3) + 0.25 * math.log2(2 / 3) + 0.25)


def test_difference_is_enrichment_minus_body_within_its_interval() -> None:
    proba = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.2, 0.8]])
    section = np.array([False, False, True, True])
    found = compare(proba, proba, section, None, SETTINGS)
    assert found.shares == pytest.approx((-0.6, 0.6))
    for share, (low, high) in zip(found.shares, found.shares_90, strict=True):
        assert -1.0 <= low <= share <= high <= 1.0
    assert (found.n_shared, found.without_shared) == (0, None)


TEXTS = [
    "The two harbour towns signed a pact on pilot boats and tugs on Monday morning.",
    "Nobody in the market hall had seen the mayor since the pact was signed.",
    "The two harbour towns signed a pact on pilot boats and tugs, on Monday morning!",
    "Tugs may cost more next year, the port office expects.",
]
SECTION = [False, False, True, True]


def test_near_identical_paragraphs_of_two_parts_are_found() -> None:
    assert find_shared(TEXTS, SECTION).tolist() == [True, False, True, False]


def test_repeats_inside_one_part_are_not_shared() -> None:
    assert not find_shared([TEXTS[0], TEXTS[0], TEXTS[3]], [False, False, True]).any()


def test_paragraphs_without_words_are_like_no_other() -> None:
    assert not find_shared(["...", "", "...", ""], SECTION).any()


def test_short_paragraphs_are_shared_when_equal() -> None:
    assert find_shared(
        ["No comment.", "No reply", "no comment"], [False, False, True]
    ).tolist() == [
        True,
        False,
        True,
    ]


def test_shared_paragraphs_are_counted_and_left_out() -> None:
    proba = np.array([[0.9, 0.1], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8]])
    section = np.array(SECTION)
    mix = framing_mix(
        ("a", "b"), proba, np.full(4, 10), section, shared=find_shared(TEXTS, SECTION)
    )
    assert mix.difference is not None
    assert mix.difference.n_shared == 1
    assert mix.difference.without_shared is not None
    assert mix.difference.without_shared.shares == pytest.approx((-0.4, 0.4))


def test_nothing_is_left_where_a_part_is_all_shared() -> None:
    texts, section = [*TEXTS[:3]], SECTION[:3]
    proba = np.full((3, 2), 0.5)
    mix = framing_mix(
        ("a", "b"), proba, np.full(3, 10), np.array(section), shared=find_shared(texts, section)
    )
    assert mix.difference is not None
    assert (mix.difference.n_shared, mix.difference.without_shared) == (1, None)


def test_many_equal_paragraphs_do_not_cost_a_square() -> None:
    texts = [TEXTS[0]] * 20_000 + [TEXTS[1]] * 20_000
    shared = find_shared(texts, [i % 2 == 1 for i in range(40_000)])
    assert shared.all()
