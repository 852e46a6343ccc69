"""Names do not decide, and what shows it can fail."""

import numpy as np

from stance import Classifier
from stance.artefact import Artefact, keys_of
from stance.features import terms
from train.bias import TEMPLATES, share_of_flips, share_of_topics_right
from train.names import Nameless, find_names


def model_of(term: str) -> Classifier:
    """A model that calls a text adversarial for one term, else cooperative."""
    return Classifier(
        Artefact(
            labels=("cooperative", "adversarial"),
            keys=keys_of([term]),
            idf=np.ones(1, np.float16),
            weights=np.array([[-1.0, 1.0]], np.float16),
            intercept=np.array([0.5, 0.0]),
        )
    )


def test_a_model_that_knows_a_name_flips_and_one_that_knows_none_does_not() -> None:
    assert len(TEMPLATES) >= 200
    biased, fair = share_of_flips(model_of("iran")), share_of_flips(model_of("sanctions"))
    assert biased == {"states": 0.25, "parties": 0.0}
    assert fair == {"states": 0.0, "parties": 0.0}


def test_a_topic_counts_only_with_every_label_right() -> None:
    items = [
        {"topic": "a", "text": "They agreed.", "label": "cooperative"},
        {"topic": "a", "text": "New sanctions.", "label": "adversarial"},
        {"topic": "b", "text": "New sanctions.", "label": "adversarial"},
        {"topic": "b", "text": "They met.", "label": "adversarial"},
    ]
    assert share_of_topics_right(model_of("sanctions"), items) == 0.5


def test_names_are_words_that_always_have_a_capital_within_a_sentence() -> None:
    texts = ["The envoy of Norland met May and others.", "They may meet in Norland. Ministers go."]
    names, others = find_names(texts * 3)
    assert names == {"norland"}
    assert {"envoy", "may", "go"} <= others


def test_terms_with_a_name_are_left_out_save_skips() -> None:
    text = 'The envoy of "Norland" may sign in Norland.'
    left = Nameless(terms, [text] * 3)(text)
    assert "norland" not in " ".join(term for term in left if "_" not in term)
    assert {"^norlan", "norlan*", "?norlan"}.isdisjoint(left)
    assert {"in", "may sign", "^envoy", "?sign", "of _ may", "#hedge"} <= set(left)
    assert "norland _ sign" in left
