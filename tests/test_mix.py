"""Shares add up, intervals hold them, and what cannot be had is None with a reason."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stance
from stance.mix import PARTS, READINGS, FramingMix, PartMix, dominant, framing_mix
from stance.shares import MixSettings

AB = ("a", "b")
ABCD = ("a", "b", "c", "d")
PROBA = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
WORDS = np.array([30, 10, 10, 10])
SECTION = np.array([False, False, True, True])
SETTINGS = MixSettings(damping=0.4, spread=0.2, z=1.0)


def random_mix(seed: int, n: int, n_enrichment: int = 0) -> FramingMix:
    """Mix of paragraphs of random probabilities, the last ones being the enrichment."""
    rng = np.random.default_rng(seed)
    proba = rng.dirichlet([0.3] * 4, n)
    section = np.arange(n) >= n - n_enrichment
    return framing_mix(ABCD, proba, rng.integers(0, 80, n), section, settings=SETTINGS)


def only(mix: PartMix | None) -> PartMix:
    """The part, which must be there."""
    assert mix is not None
    return mix


def test_shares_are_those_worked_by_hand() -> None:
    mix = framing_mix(AB, PROBA, WORDS, SECTION)
    whole = only(mix.whole)
    assert whole.counts == (1, 3)
    assert whole.by_paragraph == (0.25, 0.75)
    assert whole.by_words == (0.5, 0.5)
    assert whole.expected == pytest.approx((0.45, 0.55))
    assert (whole.n_paragraphs, whole.n_words) == (4, 60)
    assert only(mix.enrichment).by_paragraph == (0.0, 1.0)
    assert only(mix.body).expected == pytest.approx((0.55, 0.45))


def test_estimate_is_the_median_number_of_paragraphs() -> None:
    """Of ten paragraphs with 0.06 each, none is likelier than not: a mean would say 0.6."""
    proba = np.tile([0.94, 0.06], (10, 1))
    mix = framing_mix(AB, proba, np.full(10, 20), np.zeros(10, dtype=bool))
    assert only(mix.whole).estimated == (1.0, 0.0)
    assert only(mix.whole).expected == pytest.approx((0.94, 0.06))


def test_damping_moves_a_paragraph_towards_the_rest_of_its_article() -> None:
    proba = np.array([[0.5, 0.5]] + [[0.9, 0.1]] * 9)
    plain = framing_mix(AB, proba, np.full(10, 20), np.zeros(10, dtype=bool))
    damped = framing_mix(
        AB, proba, np.full(10, 20), np.zeros(10, dtype=bool), settings=MixSettings(damping=1.0)
    )
    assert only(damped.whole).estimated[0] >= only(plain.whole).estimated[0]
    assert only(damped.whole).estimated_90[1][1] < only(plain.whole).estimated_90[1][1]
    assert only(damped.whole).expected == only(plain.whole).expected


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(0, 40))
def test_shares_sum_to_one_and_lie_in_their_interval(seed: int, n: int, n_section: int) -> None:
    mix = random_mix(seed, n, min(n, n_section))
    for name in PARTS:
        part: PartMix | None = getattr(mix, name)
        assert (part is None) == (name in mix.reasons)
        if part is None:
            continue
        assert sum(part.counts) == part.n_paragraphs
        for reading in READINGS:
            shares = getattr(part, reading)
            assert sum(shares) == pytest.approx(1.0)
            for share, (low, high) in zip(shares, getattr(part, f"{reading}_90"), strict=True):
                assert 0.0 <= low <= share <= high <= 1.0
    assert (mix.difference is None) == ("difference" in mix.reasons)


def test_the_whole_is_between_its_parts_in_every_plain_reading() -> None:
    mix = random_mix(3, 20, 8)
    for reading in ("by_paragraph", "by_words", "expected"):
        parts = [getattr(only(part), reading) for part in (mix.body, mix.enrichment)]
        for whole, *ends in zip(getattr(only(mix.whole), reading), *parts, strict=True):
            assert min(ends) - 1e-9 <= whole <= max(ends) + 1e-9


def test_one_uncertain_paragraph_gives_an_interval_that_says_nothing() -> None:
    mix = framing_mix(AB, np.array([[0.55, 0.45]]), np.array([9]), np.array([False]))
    assert only(mix.whole).estimated_90 == ((0.0, 1.0), (0.0, 1.0))


def test_intervals_shrink_with_more_paragraphs_of_the_same_kind() -> None:
    def width(n: int) -> float:
        proba = np.tile([[0.8, 0.2], [0.3, 0.7]], (n, 1))
        mix = framing_mix(AB, proba, np.full(2 * n, 20), np.zeros(2 * n, dtype=bool))
        low, high = only(mix.whole).estimated_90[0]
        return high - low

    assert width(2) > width(8) > width(40)


def test_intervals_without_common_errors_cover_drawn_labels() -> None:
    """Labels drawn from the probabilities lie within the interval nine times in ten or more."""
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(200):
        proba = rng.dirichlet([0.5] * 4, 15)
        mix = framing_mix(ABCD, proba, np.full(15, 20), np.zeros(15, dtype=bool))
        low, high = np.array(only(mix.whole).estimated_90).T
        drawn = np.array([rng.multinomial(1, row) for row in proba]).mean(axis=0)
        inside.append((drawn >= low - 1e-9) & (drawn <= high + 1e-9))
    assert 0.9 <= np.mean(inside) <= 0.99


@given(st.lists(st.integers(0, 200), min_size=1, max_size=30))
def test_paragraphs_of_one_label_make_a_share_of_one_at_most(words: list[int]) -> None:
    proba = np.tile([0.9, 0.1], (len(words), 1))
    mix = framing_mix(AB, proba, np.array(words), np.zeros(len(words), dtype=bool))
    for reading in READINGS:
        assert max(getattr(only(mix.whole), reading)) <= 1.0
        assert max(high for _, high in getattr(only(mix.whole), f"{reading}_90")) <= 1.0


def test_words_of_a_part_without_words_count_as_one_each() -> None:
    mix = framing_mix(AB, PROBA, np.zeros(4, dtype=np.int64), SECTION)
    assert only(mix.whole).by_words == only(mix.whole).by_paragraph
    assert only(mix.whole).n_words == 0


def test_the_arc_is_the_mean_of_each_third() -> None:
    mix = framing_mix(AB, PROBA[:3], WORDS[:3], np.zeros(3, dtype=bool))
    assert np.allclose(np.array(only(mix.whole).arc), PROBA[:3])
    assert only(framing_mix(AB, PROBA[:2], WORDS[:2], np.zeros(2, dtype=bool)).whole).arc is None


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.5, 0.3, 0.2, 0.0], "a"),
        ([0.5, 0.4, 0.1, 0.0], "a"),
        ([0.4, 0.35, 0.25, 0.0], "mixed"),
        ([0.1, 0.39, 0.25, 0.26], "mixed"),
        ([0.0, 0.0, 0.0, 1.0], "d"),
        ([0.5, 0.5, 0.0, 0.0], "mixed"),
    ],
)
def test_dominant_needs_a_share_and_a_lead(shares: list[float], expected: str) -> None:
    assert dominant(ABCD, shares) == expected


def test_an_empty_part_has_no_mix_but_a_reason() -> None:
    mix = stance.framing_mix(["The ministers signed the pact."])
    assert mix.body is not None
    assert mix.enrichment is None
    assert mix.reasons["enrichment"] == "no paragraph in this part"
    assert mix.difference is None
    assert "not both" in mix.reasons["difference"]
    empty = stance.framing_mix([])
    assert (empty.whole, empty.body, empty.enrichment) == (None, None, None)
    assert set(empty.reasons) == {*PARTS, "difference"}


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="proba: expected 4 columns, found shape"):
        framing_mix(ABCD, PROBA, WORDS, SECTION)
    with pytest.raises(ValueError, match="found 4 rows of proba, 3 of n_words"):
        framing_mix(AB, PROBA, WORDS[:3], SECTION)


def test_the_shipped_model_carries_settings_of_its_own(classifier: stance.Classifier) -> None:
    assert classifier.artefact.mix != MixSettings()


def test_the_same_article_gives_the_same_mix() -> None:
    assert random_mix(1, 30, 10) == random_mix(1, 30, 10)


def test_a_mix_takes_no_longer_than_ten_sorts_of_ten_thousand_numbers() -> None:
    """A relative limit, about 3 ms here, far above the 0.2 ms that an article takes."""

    def fastest(call: object) -> float:
        times = []
        for _ in range(20):
            start = perf_counter()
            call()  # type: ignore[operator]
            times.append(perf_counter() - start)
        return min(times)

    numbers = np.random.default_rng(0).random(10_000)
    assert fastest(lambda: random_mix(1, 17, 10)) < 10 * fastest(lambda: np.sort(numbers))


def test_interval_ends_are_shares_that_the_paragraphs_can_have() -> None:
    part = only(random_mix(8, 7).whole)
    inner = [end for pair in part.by_paragraph_90 for end in pair]
    assert [end * 7 for end in inner] == pytest.approx([round(end * 7) for end in inner])


def test_one_clear_paragraph_gives_a_narrow_interval() -> None:
    mix = framing_mix(AB, np.array([[0.999, 0.001]]), np.array([9]), np.array([False]))
    assert only(mix.whole).by_paragraph_90 == ((1.0, 1.0), (0.0, 0.0))
