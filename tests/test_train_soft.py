"""Soft labels come back as they were written, joined by hash, and never cross a fold."""

from pathlib import Path

import numpy as np
import pytest

from train.errors import CorpusError
from train.soft import N_FOLDS, SoftRows, fold_of, near_groups, read_soft, write_soft
from train.units import sha_of

PROBA = np.array([[0.7, 0.1, 0.15, 0.05], [0.0, 0.0, 0.0, 1.0]])
LONG = "The two ministers met in the old harbour town and signed a plan to dredge the channel."


def test_soft_labels_are_read_back_to_three_digits(tmp_path: Path) -> None:
    path = tmp_path / "soft.csv"
    write_soft(path, ["b" * 16, "a" * 16], {3: PROBA, 1: PROBA[::-1]})
    soft = read_soft(path, [("a" * 16, "first", "g"), ("c" * 16, "new", "g"), ("b" * 16, "x", "h")])
    assert soft.texts == ["first", "x"]
    assert soft.groups == ["g", "h"]
    assert sorted(soft.by_fold) == [1, 3]
    np.testing.assert_allclose(soft.by_fold[3], PROBA[::-1], atol=0.002)
    np.testing.assert_allclose(
        soft.mean(), np.full((2, 1), 0.5) * (PROBA + PROBA[::-1]), atol=0.002
    )


def test_soft_labels_are_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    write_soft(tmp_path / "1", ["b" * 16, "a" * 16], {0: PROBA})
    write_soft(tmp_path / "2", ["a" * 16, "b" * 16], {0: PROBA[::-1]})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_line_that_is_not_digits_is_named(tmp_path: Path) -> None:
    path = tmp_path / "soft.csv"
    path.write_text("sha,without_fold_0\nabc,12x\n")
    with pytest.raises(CorpusError, match=r"soft\.csv: expected digits behind abc, found"):
        read_soft(path, [])


def test_a_fold_keeps_out_every_paragraph_of_its_groups() -> None:
    groups = [f"corpus/{i}" for i in range(40)]
    soft = SoftRows(groups, groups, {2: np.tile(PROBA[0], (40, 1))})
    texts, proba = soft.without(2)
    assert 20 < len(texts) < 40
    assert len(proba) == len(texts)
    assert all(fold_of(text) != 2 for text in texts)


def test_folds_are_of_like_size_and_hang_on_the_group_alone() -> None:
    sizes = np.bincount([fold_of(f"state/{i}") for i in range(1000)], minlength=N_FOLDS)
    assert sizes.min() > 150
    assert fold_of("voa/1") == fold_of("voa/1")


def test_a_near_copy_takes_the_group_of_the_labelled_paragraph() -> None:
    other = "Nothing of this kind was ever heard of in the valley before the dam was built there."
    found = near_groups(
        [(LONG[:-1] + " today.", "state", "state/9"), (other, "state", "state/9")],
        [LONG],
        ["voa/1"],
    )
    assert [group for _, _, group in found] == ["voa/1", "state/9"]
    assert found[1][0] == sha_of(other)
