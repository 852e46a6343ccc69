"""The student learns from soft labels, and stays the model that its artefact says."""

import numpy as np
import pytest

from stance.scoring import Scorer
from train import fit, student

TEXTS = [
    "they signed the pact",
    "they attacked the town",
    "rain fell on the town",
    "it may fall",
] * 3
Y = np.array([0, 1, 2, 3] * 3)
SOFT = ["envoys signed and embraced"] * 3
SOFT_PROBA = np.tile([0.97, 0.01, 0.01, 0.01], (3, 1))


def test_a_soft_row_becomes_one_case_per_likely_label() -> None:
    rows, labels, weights = student.spread(
        np.array([0, 0, 1, 2, 3]), np.ones(5), np.array([[0.8, 0.19, 0.01, 0.0]])
    )
    assert rows.tolist() == [0, 1, 2, 3, 4, 5, 5]
    assert labels.tolist() == [0, 0, 1, 2, 3, 0, 1]
    # Of five rows two are of the first label: it counts 5/8, the others 5/4.
    expected = [0.625, 0.625, 1.25, 1.25, 1.25, 0.8 * 0.625, 0.19 * 1.25]
    scale = np.array([1.0] * 5 + [student.SOFT_WEIGHT] * 2)
    np.testing.assert_allclose(weights, expected * scale)


def test_ties_of_weight_go_to_the_first_term() -> None:
    assert student.heaviest(np.array([1.0, 3.0, 1.0, 2.0]), 3).tolist() == [0, 1, 3]


def test_a_word_known_from_soft_labels_alone_decides() -> None:
    pipeline = student.fit_student(TEXTS, Y, np.ones(12), SOFT, SOFT_PROBA)
    assert pipeline.predict(["embraced"]).tolist() == [0]


def test_a_pruned_student_scores_like_its_artefact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student, "MAX_TERMS", 20)
    pipeline = student.fit_student(TEXTS, Y, np.ones(12), SOFT, SOFT_PROBA)
    artefact, vocabulary = fit.to_artefact(pipeline, 1.0, 0.0, {})
    assert len(vocabulary) == 20
    np.testing.assert_allclose(
        Scorer(artefact).decision_function(TEXTS), pipeline.decision_function(TEXTS), atol=1e-2
    )
    assert fit.figures(pipeline.decision_function(TEXTS), Y)["macro_f1"] == 1.0
