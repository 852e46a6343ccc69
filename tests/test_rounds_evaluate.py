"""Evaluating a model: figures against scikit-learn's, leaks left out, baselines beside."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, confusion_matrix, precision_recall_fscore_support

from stance import Classifier
from stance.artefact import Artefact, keys_of, seen_hashes, write
from stance.cli import main
from stance.rounds.codebook import SHIPPED
from stance.rounds.evaluation import figures_of, macro_f1_of, risk_coverage
from stance.rounds.evaluation_page import span
from stance.rounds.gold import evaluate_model, keyword_choices
from train.fit import calibration_error

LABELS = ("good", "bad", "odd")
SEEN = "A good thing that was seen in training."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of three words, one a label."""
    folder = tmp_path_factory.mktemp("evaluate") / "toy"
    weights = 4.0 * np.eye(3)
    write(
        folder,
        Artefact(
            LABELS, keys_of(list(LABELS)), np.ones(3, np.float16), weights.astype(np.float16),
            np.array([0.1, 0.0, 0.0]), families=("word",), seen=seen_hashes([SEEN]),
        ),
        list(LABELS),
    )  # fmt: skip
    return folder


def write_gold(path: Path, n: int = 40) -> Path:
    random = np.random.default_rng(1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "article"])
        for i in range(n):
            right = LABELS[i % 3]
            said = right if random.random() < 0.8 else LABELS[(i + 1) % 3]
            writer.writerow([f"Thing number {i} is {said} today.", right, f"a{i // 4}"])
        writer.writerow([SEEN, "good", "a1"])
        writer.writerow(["What is this?", "unheard", "a1"])
    return path


def test_figures_equal_those_of_scikit_learn() -> None:
    random = np.random.default_rng(4)
    for n_labels in (2, 3, 20):
        proba = random.dirichlet(np.ones(n_labels), 300)
        y = np.array([random.choice(n_labels, p=row) for row in proba])
        labels = tuple(f"L{i}" for i in range(n_labels))
        found = figures_of(proba, y, labels)
        chosen = proba.argmax(axis=1)
        precision, recall, f1, _ = precision_recall_fscore_support(
            y, chosen, labels=range(n_labels), zero_division=0.0
        )
        each = found["by_label"].values()
        np.testing.assert_allclose([one["precision"] for one in each], precision, atol=1e-4)
        np.testing.assert_allclose([one["recall"] for one in each], recall, atol=1e-4)
        np.testing.assert_allclose([one["f1"] for one in each], f1, atol=1e-4)
        assert found["macro_f1"] == pytest.approx(f1.mean(), abs=1e-4)
        assert found["confusion"] == confusion_matrix(y, chosen).tolist()
        assert found["calibration_error"] == pytest.approx(calibration_error(proba, y), abs=1e-4)
        wanted = brier_score_loss(y, proba, scale_by_half=False, labels=range(n_labels))
        assert found["brier"] == pytest.approx(wanted, abs=1e-4)


def test_intervals_are_wider_where_groups_are_of_one_mind() -> None:
    y = np.zeros(120, dtype=np.int64)
    proba = np.tile([0.9, 0.1], (120, 1))
    proba[:60] = [0.1, 0.9]
    widths = []
    for groups in (None, np.arange(120) // 20):
        low, high = figures_of(proba, y, ("a", "b"), groups)["accuracy_95"]
        widths.append(high - low)
    assert widths[1] > 2 * widths[0]


def test_surer_rows_are_kept_first() -> None:
    proba = np.array([[0.99, 0.01], [0.6, 0.4], [0.45, 0.55], [0.2, 0.8]])
    points = risk_coverage(proba, np.array([0, 0, 0, 1]))
    assert points[0]["error"] == 0.25
    assert all(point["error"] == 0.0 for point in points if point["coverage"] <= 0.7)


def test_macro_f1_is_of_the_labels_that_occur() -> None:
    assert macro_f1_of(np.array([0, 1, 1]), np.array([0, 1, 1]), 5) == 1.0
    assert macro_f1_of(np.array([2, 1, 1]), np.array([0, 1, 1]), 5) == 0.5


def test_rows_that_the_model_has_seen_test_nothing(model: Path, tmp_path: Path) -> None:
    found = evaluate_model(Classifier.load(model), write_gold(tmp_path / "gold.csv"), SHIPPED)
    assert found["n"] == 40
    assert found["n_groups"] == 10
    assert "1 paragraphs are among those the model was trained on; left out" in found["notes"]
    assert [row["reason"] for row in found["left_out"]] == ["unknown label 'unheard'"]


def test_command_prints_tables_json_and_baselines(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write_gold(tmp_path / "gold.csv")
    labels = tmp_path / "labels.toml"
    labels.write_text('[labels.good]\nkeywords = ["Good"]\n[labels.bad]\n[labels.odd]\n')
    arguments = ["evaluate", str(model), "--data", str(gold), "--labels", str(labels)]
    assert main([*arguments, "--old", str(model), "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert "line 43: unknown label 'unheard'" in captured.err
    names = ["always the most frequent label", "keyword list", "older model"]
    assert list(found["baselines"]) == names
    assert found["baselines"]["older model"]["gain"] == 0.0
    assert found["baselines"]["older model"]["gain_95"] == [0.0, 0.0]
    assert found["baselines"]["keyword list"]["gain_95"][0] > 0.0
    assert main(arguments) == 0
    assert f"macro-F1           {found['macro_f1']:.3f}" in capsys.readouterr().out


def test_page_needs_no_other_file_and_escapes_what_it_shows(model: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "<b>gold&.csv")
    page = tmp_path / "page.html"
    arguments = ["evaluate", str(model), "--data", str(gold), "--old", str(model)]
    assert main([*arguments, "--html", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "&lt;b&gt;gold&amp;.csv" in text
    assert "<b>gold" not in text
    assert not re.search(r"(src|href)=\"(?!data:)|url\(", text)
    found = evaluate_model(Classifier.load(model), gold, SHIPPED)
    root = ET.fromstring(re.sub(r"(?i)<!doctype html>|<(meta|link)[^>]*>", "", text))
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
    assert ["macro-F1", span(found["macro_f1"], found["macro_f1_95"])] in rows
    for label, counts in zip(LABELS, found["confusion"], strict=True):
        assert [label, *map(str, counts)] in rows
    assert len(list(root.iter("circle"))) == len(found["reliability"])


def test_only_seen_rows_are_refused(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text(f"text,label\n{SEEN.upper()},good\n")
    assert main(["evaluate", str(model), "--data", str(gold)]) == 1
    assert "all 1 paragraphs are among those" in capsys.readouterr().err


def test_keywords_are_counted_by_whole_words() -> None:
    words = {"good": frozenset(["fine"]), "bad": frozenset(["war", "wars"])}
    texts = ["Fine words about wars, and war.", "Warm and finely made.", "All is fine."]
    assert keyword_choices(texts, LABELS, words).tolist() == [1, 2, 0]
