"""The reading of HTML pages is measured, and is not below trafilatura's own default."""

from pathlib import Path

import pytest

from train.extraction import mean, measure, render, token_overlap

ROOT = Path(__file__).resolve().parent.parent


def test_overlap_of_bags_by_hand() -> None:
    found = token_overlap("The pact, the dam!", "the dam is shut")
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert token_overlap("", "").f1 == 1.0
    assert token_overlap("a", "").f1 == 0.0


@pytest.mark.slow
def test_pages_are_read_at_least_as_well_as_by_the_default(mirror: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs trafilatura")
    overlaps = measure(mirror)
    assert len(overlaps["stance"]) == 60
    assert mean(overlaps["stance"]).f1 >= mean(overlaps["trafilatura"]).f1
    assert mean(overlaps["stance"]).f1 >= 0.96
    assert (ROOT / "docs" / "extraction.md").read_text("utf-8").splitlines()[:3] == render(
        overlaps
    ).splitlines()[:3]
