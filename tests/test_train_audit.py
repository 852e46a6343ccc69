"""Planted errors are found: wrong labels, copies, words that tell a label, odd groups."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from train.audit import audit
from train.cli import main
from train.oddities import find_giveaways, find_odd_groups
from train.own_data import load_own
from train.suspects import confident_labels, find_suspects

ROOT = Path(__file__).resolve().parent.parent
N_ROWS, NOISE = 240, 0.1
RECALL, PRECISION = 0.75, 0.5  # floors; the whole corpus gives 0.84 and 0.86
FIRST = "Seven ministers of five countries met in the old customs house by the river today."


def contrast_rows() -> list[dict[str, str]]:
    path = ROOT / "train" / "data" / "contrast.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()[:N_ROWS]]


def write(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label", "group"), *rows])
    return path


@pytest.fixture(scope="module")
def planted(
    kernel: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any], set[int]]:
    """A file with a tenth of its labels changed, what the audit says, and the lines changed."""
    if kernel == "python":
        pytest.skip("an audit asks no kernel")
    random, lines, rows = np.random.default_rng(5), set(), []
    for line, item in enumerate(contrast_rows(), 2):
        label = item["label"]
        if random.random() < NOISE:
            others = {"cooperative", "adversarial", "neutral", "speculative"} - {label}
            label = str(random.choice(sorted(others)))
            lines.add(line)
        rows.append((item["text"], label, item["topic"]))
    path = write(tmp_path_factory.mktemp("audit") / "planted.csv", rows)
    return path, audit(load_own(path)), lines


def test_planted_errors_are_found(planted: tuple[Path, dict[str, Any], set[int]]) -> None:
    _, found, lines = planted
    suspects = [one["line"] for one in found["suspects"]]
    hits = lines & set(suspects)
    assert len(hits) >= RECALL * len(lines)
    assert len(hits) >= PRECISION * len(suspects)


def test_likelier_label_is_mostly_the_true_one(
    planted: tuple[Path, dict[str, Any], set[int]],
) -> None:
    _, found, lines = planted
    items = contrast_rows()
    right = [
        one["likelier"] == items[one["line"] - 2]["label"]
        for one in found["suspects"]
        if one["line"] in lines
    ]
    assert np.mean(right) > 0.8


def test_surest_errors_come_first(planted: tuple[Path, dict[str, Any], set[int]]) -> None:
    gaps = [one["p_likelier"] - one["p_label"] for one in planted[1]["suspects"]]
    assert gaps == sorted(gaps, reverse=True)


def test_rule_by_hand() -> None:
    """The thresholds are 0.57 and 0.45; two rows reach that of the other label alone."""
    proba = np.array([[0.9, 0.1], [0.7, 0.3], [0.1, 0.9], [0.45, 0.55], [0.65, 0.35]])
    y = np.array([0, 0, 0, 1, 1])
    assert confident_labels(proba, y).tolist() == [0, 0, 1, 1, 0]
    assert [(one.row, one.likelier) for one in find_suspects(proba, y)] == [(2, 1), (4, 0)]


def test_a_wide_gap_is_named_where_the_rule_asks_too_much() -> None:
    proba = np.array([[0.999, 0.001]] * 5 + [[0.001, 0.999]] * 5 + [[0.9, 0.1]])
    y = np.array([0] * 5 + [1] * 6)
    assert confident_labels(proba, y)[-1] == -1
    assert [one.row for one in find_suspects(proba, y)] == [10]


def test_a_word_that_tells_the_label_is_named() -> None:
    texts = [f"Case {i % 7} of the day {'zz17' if i % 2 else ''} was heard." for i in range(40)]
    y = np.array([i % 2 for i in range(40)])
    (only,) = find_giveaways(texts, y, 2)
    assert (only.word, only.label, only.precision, only.recall) == ("zz17", 1, 1.0, 1.0)


def test_an_odd_group_is_named_and_a_usual_one_is_not() -> None:
    random = np.random.default_rng(2)
    groups = [f"g{i // 30}" for i in range(300)]
    y = random.integers(0, 2, 300)
    right = random.random(300) < 0.9
    right[:30] = random.random(30) < 0.3
    y[30:60] = 1
    found = {(one.group, one.what) for one in find_odd_groups(groups, y, right, 2)}
    assert {group for group, _ in found} == {"g0", "g1"}
    assert ("g0", "accuracy") in found


def test_groups_without_a_pattern_are_seldom_odd() -> None:
    n_odd = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        groups = [f"g{i // 20}" for i in range(200)]
        y, right = random.integers(0, 3, 200), random.random(200) < 0.8
        n_odd += bool(find_odd_groups(groups, y, right, 3))
    assert n_odd <= 2


def test_command_prints_and_writes_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(1)
    words = "report council water road school monday morning harbour letter night".split()
    rows = [
        (" ".join(random.choice(words, 8)) + f" {'red' if i % 2 else 'blue'} {i}",
         "x" if i % 2 else "y", f"g{i % 12}")
        for i in range(60)
    ]  # fmt: skip
    rows[7] = (rows[7][0].replace("red", "blue"), "x", "g7")
    rows += [(f"{FIRST} They left.", "x", "g1"), (f"{FIRST} They stayed.", "y", "g2")]
    path, out = write(tmp_path / "mine.csv", rows), tmp_path / "suspects.csv"
    assert main(["audit", "--data", str(path), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "lines 62 and 63: x, y" in said
    assert "'red': 100% of its" in said
    assert "line 9: x" in said
    assert "near-duplicates in different groups" in said
    with out.open(newline="") as file:
        assert "9" in [row["line"] for row in csv.DictReader(file)]
