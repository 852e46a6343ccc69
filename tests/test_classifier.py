"""The shipped model answers any text, through every door, as scikit-learn would."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

import stance
from stance import Classifier
from stance.features import terms
from stance.scoring import softmax

DATA = Path(__file__).resolve().parent.parent / "train" / "data"
ODD = ["", "   ", "\N{GRINNING FACE}", "a" * 1_000_000, "x\0y", "\ud800", "İ ß e\u0301", "\n"]


def test_shapes_and_types() -> None:
    assert stance.predict_proba("Talks went on.").shape == (1, 4)
    assert stance.predict_proba([]).shape == (0, 4)
    assert stance.predict([]) == []
    assert stance.predict("The army attacked the town and killed ten.") == "adversarial"
    assert stance.predict(iter(["Prices may rise, and analysts expect rates could follow."])) == [
        "speculative"
    ]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_answered(classifier: Classifier, text: str) -> None:
    proba = classifier.predict_proba(text)
    assert np.isfinite(proba).all()
    assert proba.sum() == pytest.approx(1.0)


def test_an_empty_paragraph_gets_the_intercept_only(classifier: Classifier) -> None:
    expected = classifier.artefact.intercept
    assert classifier.decision_function("")[0].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (None, "found NoneType"),
        (b"x", "found bytes"),
        (["a", None], r"texts\[1\]: expected str, found NoneType"),
        (["a", ["b"]], r"texts\[1\]: expected str, found list"),
    ],
    ids=str,
)
def test_what_is_not_text_is_a_type_error_with_its_position(texts: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        stance.predict(texts)  # type: ignore[call-overload]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=())), max_size=5))
def test_a_batch_equals_its_paragraphs_one_by_one(texts: list[str]) -> None:
    batch = stance.predict_proba(texts)
    single = [stance.predict_proba(text)[0] for text in texts]
    assert np.allclose(batch, np.array(single).reshape(-1, 4), atol=1e-12)
    assert np.allclose(batch.sum(axis=1), 1.0)


def test_equals_scikit_learn_on_the_embedded_corpus(classifier: Classifier) -> None:
    lines = (DATA / "contrast.jsonl").read_text(encoding="utf-8").splitlines()
    _assert_equals_scikit_learn(classifier, [json.loads(line)["text"] for line in lines])


def test_equals_scikit_learn_on_real_paragraphs(classifier: Classifier, mirror: Path) -> None:
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(next(lines)) for _ in range(150)]
    texts = [paragraph for row in rows for paragraph in row["paragraphs"]]
    assert len(texts) >= 1000
    _assert_equals_scikit_learn(classifier, texts)


def _assert_equals_scikit_learn(classifier: Classifier, texts: list[str]) -> None:
    """Rebuild the vectorizer from the artefact's own idf and weights and compare."""
    model = classifier.artefact
    folder = Path(__file__).resolve().parent.parent / "model"
    vocabulary = (folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, vocabulary=vocabulary)
    vectorizer.idf_ = model.idf.astype(np.float64)
    decisions = vectorizer.transform(texts) @ model.weights.astype(np.float64) + model.intercept
    expected = softmax(decisions, model.temperature)
    assert np.abs(classifier.predict_proba(texts) - expected).max() < 1e-6
