"""An explanation adds up to the decision values and points into the text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stance
from stance import Classifier
from stance.features import FAMILIES, family_of, iter_terms, term_key, tokenize


@given(st.text(alphabet=st.characters(exclude_categories=())) | st.just("They may sign. " * 9))
def test_contributions_add_up_to_the_decision_values(classifier: Classifier, text: str) -> None:
    found = classifier.explain(text)
    expected = classifier.decision_function(text)[0]
    assert np.abs(found.decisions - expected).max() < 1e-6
    assert found.contributions.shape == (len(found.spans), 4)


def test_known_terms_stand_in_the_order_of_the_analyzer(classifier: Classifier) -> None:
    text = '\N{GRINNING FACE} The ministers signed "a pact", and it may hold.'
    known = set(classifier.artefact.keys.tolist())
    expected = [
        (family_of(term), text[start:end])
        for term, start, end in iter_terms(tokenize(text))
        if term_key(term) in known
    ]
    assert {family for family, _ in expected} == set(FAMILIES)
    assert classifier.explain(text).passages() == expected


def test_a_repeated_term_has_its_part_shared() -> None:
    found = stance.explain("may may may")
    words = found.contributions[found.families == 0]
    assert len(words) == 3
    assert (words == words[0]).all()


def test_an_empty_text_is_explained_by_the_intercept(classifier: Classifier) -> None:
    found = stance.explain("")
    assert len(found.spans) == 0
    assert found.decisions.tolist() == classifier.artefact.intercept.tolist()


def test_only_a_str_is_explained() -> None:
    with pytest.raises(TypeError, match="text: expected str, found list"):
        stance.explain(["a"])  # type: ignore[arg-type]
