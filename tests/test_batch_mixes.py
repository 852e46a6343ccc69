"""The mixes of a batch, worked out together, are those of its articles one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import LABELS
from stance.batch.mixes import mix_columns
from stance.mix import PARTS, READINGS, framing_mix
from stance.shares import MixSettings

DIGITS = 15


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_columns_are_the_mixes_of_single_articles(
    sizes: list[int], seed: int, damping: float
) -> None:
    random = np.random.default_rng(seed)
    proba = random.dirichlet(np.full(4, 0.5), sum(sizes))
    n_words = random.integers(0, 80, sum(sizes))
    enriched = random.random(sum(sizes)) < 0.4
    settings = MixSettings(damping=damping, spread=0.1)
    columns = mix_columns(LABELS, proba, n_words, enriched, np.array(sizes), settings, DIGITS)
    end = 0
    for row, size in enumerate(sizes):
        here, end = slice(end, end + size), end + size
        mix = framing_mix(LABELS, proba[here], n_words[here], enriched[here], settings=settings)
        for part in PARTS:
            found = {
                name: columns[f"{part}_{name}"][row]
                for name in ("n_paragraphs", "n_words", "dominant")
            }
            single = getattr(mix, part)
            if single is None:
                assert found == {"n_paragraphs": 0, "n_words": 0, "dominant": None}
                assert np.isnan(columns[f"{part}_estimated_neutral"][row])
                continue
            assert found == {name: getattr(single, name) for name in found}
            for i, label in enumerate(LABELS):
                assert columns[f"{part}_n_{label}"][row] == single.counts[i]
                shares = {name: getattr(single, name)[i] for name in READINGS}
                shares["low"], shares["high"] = single.estimated_90[i]
                for name, share in shares.items():
                    value = columns[f"{part}_{name}_{label}"][row]
                    assert value == pytest.approx(share, abs=1e-12)


def test_a_batch_without_paragraphs_has_no_mix() -> None:
    none = np.zeros((0, 4))
    sizes = np.zeros(2, dtype=np.int64)
    columns = mix_columns(
        LABELS, none, np.zeros(0, int), np.zeros(0, bool), sizes, MixSettings(), DIGITS
    )
    assert columns["whole_dominant"] == [None, None]
    assert np.isnan(columns["body_expected_neutral"]).all()
