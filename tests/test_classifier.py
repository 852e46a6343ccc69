"""The shipped model answers any text, through every door, as scikit-learn would."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

import stance
from stance import Classifier
from train.units import Unit

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


def test_equals_scikit_learn_on_the_embedded_corpus(
    classifier: Classifier, pipeline: Pipeline
) -> None:
    lines = (DATA / "contrast.jsonl").read_text(encoding="utf-8").splitlines()
    _assert_equal(classifier, pipeline, [json.loads(line)["text"] for line in lines])


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=())), min_size=1, max_size=5))
def test_equals_scikit_learn_on_any_text(
    classifier: Classifier, pipeline: Pipeline, texts: list[str]
) -> None:
    _assert_equal(classifier, pipeline, texts)


def test_equals_scikit_learn_on_real_paragraphs(
    classifier: Classifier, pipeline: Pipeline, mirror: Path
) -> None:
    texts = list(islice(_iter_releases(mirror), 2000))
    _assert_equal(classifier, pipeline, texts)


@pytest.mark.slow
def test_equals_scikit_learn_on_fifty_thousand_real_paragraphs(
    classifier: Classifier, pipeline: Pipeline, mirror: Path, units: list[Unit]
) -> None:
    texts = {*_iter_releases(mirror), *(unit.text for unit in units)}
    for page in sorted((mirror / "html_news_trafilatura" / "html").iterdir()):  # most are German
        texts.update(page.read_text(encoding="utf-8", errors="surrogateescape").splitlines())
    assert len(texts) >= 50_000
    _assert_equal(classifier, pipeline, sorted(texts))


def _iter_releases(mirror: Path) -> Iterator[str]:
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield from json.loads(line)["paragraphs"]


def _assert_equal(classifier: Classifier, pipeline: Pipeline, texts: list[str]) -> None:
    """Compare probabilities, and labels where the top two do not tie."""
    expected, found = pipeline.predict_proba(texts), classifier.predict_proba(texts)
    assert np.abs(found - expected).max() < 1e-6
    first, second = np.sort(expected, axis=1)[:, :-3:-1].T
    differs = np.array(classifier.predict(texts)) != pipeline.predict(texts)
    assert not (differs & (first - second >= 1e-6)).any()
