"""Intervals of shares end at whole paragraphs."""

import numpy as np

from stance.shares import to_whole


def test_a_bound_at_zero_has_no_sign() -> None:
    low, high = to_whole(np.zeros(1), np.full(1, 0.6), np.full(1, 4.0))
    assert (str(low[0]), str(high[0])) == ("0.0", "0.5")
