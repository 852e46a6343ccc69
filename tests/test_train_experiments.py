"""The levers do what their names say, and the table says what was measured."""

import numpy as np

from stance.features import HEDGES
from train.experiments import LEVERS, after, first_clause, render


def test_tokens_after_a_hedge_end_with_the_reach() -> None:
    assert after(HEDGES, "?", 2)("They may sign a pact") == ["?sign", "?a"]


def test_the_first_clause_ends_at_the_first_mark() -> None:
    assert first_clause("Talks failed, he said.") == ["/talks", "/failed"]


def test_the_table_gives_change_and_spread_against_the_plain_recipe() -> None:
    table = {name: np.full((2, 5), 0.7) for name in LEVERS}
    table["C 10"] = np.array([[0.71] * 5, [0.73] * 5])
    text = render(table, 14_000)
    assert "| C 10 | 0.720 | +0.020 ± 0.014 | 0.720 | 0.720 | 0.720 | 0.720 |" in text
    assert "on 14000 labelled paragraphs" in text
