"""The analyzer: spans, families and keys."""

from hypothesis import given
from hypothesis import strategies as st

from stance._kernel_py import iter_occurrences
from stance.features import (
    fold_case,
    iter_terms,
    term_key,
    terms,
    token_hash,
    tokenize,
)
from stance.scoring import hedge_hashes


def test_terms_of_a_short_text_are_those_worked_by_hand() -> None:
    assert terms('He "won"') == [
        "he", "he won", "^he", "won", "^won", '"won', "#zone>0",
    ]  # fmt: skip


def test_a_number_keeps_its_length_only() -> None:
    assert [token.text for token in tokenize("in 2024, 7")] == ["in", "0000", "0"]


def test_hedges_are_counted() -> None:
    assert terms("it may").count("#hedge") == 1


def test_token_hash_of_the_empty_and_the_long_token_differ() -> None:
    assert len({token_hash(""), token_hash("a"), token_hash("a" * 8), token_hash("a" * 9)}) == 4


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_keys_of_tokens_are_the_keys_of_the_terms(text: str) -> None:
    tokens = tokenize(text)
    hedges = frozenset(hedge_hashes().tolist())
    found = list(iter_occurrences(tokens, hedges, 6, 12, 15, 4))
    assert [key for key, *_ in found] == [term_key(t) for t in terms(text)]
    assert [span for _, _, *span in found] == [span for _, *span in iter_terms(tokens)]


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_folding_keeps_the_length_and_spans_lie_in_the_text(text: str) -> None:
    assert len(fold_case(text)) == len(text)
    assert all(0 <= s <= e <= len(text) for _, s, e in iter_terms(tokenize(text)))
