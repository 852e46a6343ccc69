"""Agreement between annotators: figures against published examples, files of every kind."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from stance.cli import main
from stance.errors import DataError
from stance.rounds.agreement import agreement, alphas, coincidences, kappas
from stance.rounds.annotators import compare_annotators
from stance.rounds.bootstrap import bootstrap

TEXTS = (
    "The ministers signed the pact.",
    "The army shelled the port.",
    "Prices may rise.",
    "The lake lies in the north.",
    "They agreed to talk.",
    "Rebels burnt the depot.",
)


def write(path: Path, labels: str, head: str = "text,label") -> Path:
    rows = [f'"{text}",{label}' for text, label in zip(TEXTS, labels.split(), strict=False)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_alpha_equals_the_published_example() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C."""
    rows = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
    codes = np.array([[-1 if c == "*" else int(c) - 1 for c in row] for row in rows]).T
    several = codes[(codes >= 0).sum(axis=1) >= 2]
    assert alphas(coincidences(several, 5).sum(axis=0)) == pytest.approx(0.743, abs=5e-4)


def test_kappa_equals_that_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    for n_labels in (2, 3, 7):
        a, b = random.integers(0, n_labels, (2, 60))
        table = np.zeros((n_labels, n_labels))
        np.add.at(table, (a, b), 1.0)
        assert kappas(table) == pytest.approx(cohen_kappa_score(a, b))


def test_two_annotators_by_hand() -> None:
    codes = np.array([[0, 0], [0, 0], [1, 1], [0, 1]])
    found = agreement(codes, ("yes", "no"), ("a", "b"))
    assert found.percent.value == 0.75
    assert found.pairs[0].kappa.value == pytest.approx(0.5)
    assert found.alpha.value == pytest.approx(1 - 7 * 2 / (64 - 25 - 9))
    assert [one.specific.value for one in found.by_label] == pytest.approx([0.8, 2 / 3])
    assert found.percent.low < 0.75 < found.percent.high


def test_one_label_only_leaves_alpha_undefined() -> None:
    found = agreement(np.zeros((3, 2), dtype=np.int64), ("yes", "no"), ("a", "b"))
    assert found.percent.value == 1.0
    assert math.isnan(found.alpha.value)
    assert math.isnan(found.pairs[0].kappa.value)


def test_bootstrap_draws_whole_groups() -> None:
    tables = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    sums = bootstrap(tables, np.array([0, 0, 1, 1]))
    assert (sums == 2.0).all()


def test_bootstrap_interval_covers_what_it_says() -> None:
    """The 95 % interval of a mean of 40 draws holds the true mean in 95 % of cases, or nearly."""
    random = np.random.default_rng(0)
    inside = []
    for _ in range(200):
        tables = random.binomial(1, 0.4, (40, 1)).astype(float)
        low, high = np.quantile(bootstrap(tables, n_draws=300) / 40, (0.025, 0.975))
        inside.append(low <= 0.4 <= high)
    assert 0.88 <= np.mean(inside) <= 0.99


def test_files_are_matched_by_text_whatever_the_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = write(tmp_path / "anna.csv", "coop adv spec neu coop adv")
    b = tmp_path / "ben.jsonl"
    labels = ("coop", "adv", "neu", "neu", "coop", "adv")
    rows = [{"text": text.upper(), "label": one} for text, one in zip(TEXTS, labels, strict=True)]
    b.write_text("\n".join(json.dumps(row) for row in reversed(rows)), encoding="utf-8")
    disputes = tmp_path / "disputes.csv"
    assert main(["agree", str(a), str(b), "--disputes", str(disputes)]) == 0
    out = capsys.readouterr().out
    assert "6 paragraphs with two annotators or more, matched by text; 1 in dispute" in out
    assert "spec, neu: Prices may rise." in out
    assert disputes.read_text().splitlines()[1] == ",Prices may rise.,spec,neu,"
    assert main(["agree", "--json", str(a), str(b)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["percent"]["value"] == pytest.approx(5 / 6)
    assert found["by_label"][3]["label"] == "spec"
    assert found["by_label"][3]["specific"]["value"] == 0.0


def test_label_studio_export_holds_its_annotators(tmp_path: Path) -> None:
    tasks = [
        {
            "id": n,
            "data": {"text": text, "id": f"a:{n}"},
            "annotations": [
                {"completed_by": {"id": who, "email": f"{who}@x.org"}, "was_cancelled": False,
                 "result": [{"type": "choices", "value": {"choices": [label]}}]}
                for who, label in zip("pq", labels, strict=True)
            ],
        }
        for n, (text, labels) in enumerate(zip(TEXTS, ("cc", "aa", "cn"), strict=False))
    ]  # fmt: skip
    tasks.append({"id": 9, "data": {"text": "None.", "id": "a:9"}, "annotations": []})
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks))
    found = compare_annotators([path])
    assert found.agreement.annotators == ("p@x.org", "q@x.org")
    assert (found.by, found.agreement.n_paragraphs) == ("id", 3)
    assert [dispute.labels for dispute in found.disputes] == [("c", "n")]
    assert found.bad[0][1][0].reason == "no annotation"


def test_potato_states_are_matched_by_id(tmp_path: Path) -> None:
    for who, labels in (("p", "ca"), ("q", "cc")):
        state = {
            "user_id": who,
            "instance_id_to_label_to_value": {
                f"a:{n}": {"label": {"labels": {label: True}}} for n, label in enumerate(labels)
            },
        }
        (tmp_path / who).mkdir()
        (tmp_path / who / "user_state.json").write_text(json.dumps(state))
    found = compare_annotators([tmp_path / who / "user_state.json" for who in "pq"])
    assert found.agreement.annotators == ("p", "q")
    assert found.agreement.percent.value == 0.5


def test_potato_instances_have_text_and_label(tmp_path: Path) -> None:
    for who, labels in (("p", "ca"), ("q", "cc")):
        rows = [
            {
                "id": f"a:{n}",
                "displayed_text": TEXTS[n],
                "label_annotations": {"label": {label: "1"}},
            }
            for n, label in enumerate(labels)
        ]
        (tmp_path / f"{who}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = compare_annotators([tmp_path / "p.jsonl", tmp_path / "q.jsonl"])
    assert found.agreement.percent.value == 0.5
    assert found.disputes[0].text == TEXTS[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,mood\na,b\n", "no column is known to hold the label; found 'text', 'mood'"),
        ("text,label\na,\n...,x\n", r"no usable row \(line 2: no label\)"),
        ("[1, 2]", "no JSON object"),
        ('{"text": "a b", "mood": "x"}', "no column is known to hold the label"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        compare_annotators([path, path])


def test_files_of_other_paragraphs_are_refused(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", "x y")
    (tmp_path / "b.csv").write_text("text,label\nNothing like it.,x\n")
    with pytest.raises(DataError, match="no paragraph was labelled by two annotators"):
        compare_annotators([a, tmp_path / "b.csv"])


def test_an_annotator_who_contradicts_himself_is_named_with_both_lines(tmp_path: Path) -> None:
    a = tmp_path / "a.csv"
    a.write_text("text,label\nOne.,x\nTwo.,x\none,y\n")
    with pytest.raises(DataError, match=r"labels one paragraph 'x' \(line 2\) and 'y' \(line 4"):
        compare_annotators([a, a])


def test_bad_rows_are_named_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = tmp_path / "a.csv"
    a.write_text('text,label\n"One\ntwo.",x\nThree.,\nFour.,y\n,x\nFive,y,z\n')
    (tmp_path / "b.csv").write_bytes(a.read_bytes())
    assert main(["agree", str(a), str(tmp_path / "b.csv")]) == 0
    said = capsys.readouterr().err
    assert "a.csv: 3 rows left out" in said
    assert "line 4: no label" in said
    assert "line 6: no text" in said
    assert "line 7: 3 cells under a header of 2" in said
