"""Shares add up, and an empty part has no mix."""

import numpy as np
import pytest

import stance
from stance.mix import framing_mix

PROBA = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])


def test_shares_are_those_worked_by_hand() -> None:
    mix = framing_mix(
        ("a", "b"), PROBA, np.array([30, 10, 10, 10]), np.array([False, False, True, True])
    )
    assert mix.whole is not None
    assert mix.whole.counts == (1, 3)
    assert mix.whole.by_paragraph == (0.25, 0.75)
    assert mix.whole.by_words == (0.5, 0.5)
    assert mix.whole.expected == pytest.approx((0.45, 0.55))
    assert mix.enrichment is not None
    assert mix.enrichment.by_paragraph == (0.0, 1.0)


def test_an_empty_part_has_no_mix() -> None:
    mix = stance.framing_mix(["The ministers signed the pact."])
    assert mix.body is not None
    assert mix.enrichment is None
    assert stance.framing_mix([]).whole is None
