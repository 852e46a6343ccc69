"""What moved between two models, folders or periods, and what is unlike the training text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stance import Classifier
from stance.artefact import Artefact, keys_of, read, write
from stance.batch import score_folder
from stance.batch.summary import render_summary
from stance.cli import main
from stance.likeness import N_BINS, Reference, Tally, count_bins, distance_of, judge
from stance.rounds.changes import changes
from stance.rounds.periods import iso_day
from stance.rounds.scored import open_scored
from train.reference import measure_reference, widest

LABELS = ("good", "bad")
WORDS = ("good", "bad", "thing", "number", "is", "today", "the")
REFERENCE = Reference(0.2, 0.4, tuple(np.linspace(0.05, 1.0, N_BINS).tolist()), 1.0)


def make_model(folder: Path, sign: float = 4.0, reference: Reference | None = REFERENCE) -> Path:
    weights = np.zeros((len(WORDS), 2))
    weights[0], weights[1] = (sign, -sign), (-4.0, 4.0)
    write(
        folder,
        Artefact(
            LABELS, keys_of(list(WORDS)), np.ones(len(WORDS), np.float16),
            weights.astype(np.float16), np.zeros(2), families=("word",), reference=reference,
        ),
        list(WORDS),
    )  # fmt: skip
    return folder


def make_articles(path: Path, n: int, share_good: float, first: int = 0, filler: str = "") -> Path:
    """Write articles of four paragraphs, in years from 2001 on, as JSON lines."""
    random = np.random.default_rng(first + n)
    with path.open("w") as file:
        for i in range(n):
            words = np.where(random.random(4) < share_good, "good", "bad")
            text = "\n\n".join(
                f"The thing number {first + i} is {word} today {filler}." for word in words
            )
            date = f"{2001 + (i % 10)}-03-04" if i % 20 else ""
            row = {"id": f"x{first + i}", "title": f"T{i}", "date": date, "text": text}
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("compare")
    model, other = make_model(root / "model"), make_model(root / "other", sign=-1.0)
    make_articles(root / "a.jsonl", 60, 0.7)
    make_articles(root / "b.jsonl", 50, 0.4, first=100)
    make_articles(root / "odd.jsonl", 30, 0.5, filler="quux frob zork blah plugh xyzzy grue fnord")
    for name, source, one in (("a", "a", model), ("b", "b", model), ("a2", "a", other)):
        score_folder(root / f"{source}.jsonl", root / name, model=one, jobs=1)
    return root


def compare(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["compare", "--json", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_two_folders_differ_where_they_do(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compare(capsys, str(folders / "a"), str(folders / "b"))
    good = found["changes"][0]
    assert found["kind"] == "apart"
    assert found["n_articles"] == [60, 50]
    assert good["label"] == "good"
    assert good["change_95"][0] < good["change"] < good["change_95"][1] < 0.0
    assert found["p_value"] <= 0.01
    assert main(["compare", str(folders / "a"), str(folders / "b")]) == 0
    assert "share            A      B" in capsys.readouterr().out


def test_a_folder_does_not_differ_from_itself(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compare(capsys, str(folders / "a"), str(folders / "a"))
    assert found["p_value"] == 1.0
    assert all(one["change"] == 0.0 for one in found["changes"])


def test_two_models_of_one_folder_are_compared_paragraph_by_paragraph(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other model calls bad what is good; nothing else moves."""
    found = compare(capsys, str(folders / "a"), str(folders / "a2"))
    assert found["kind"] == "paired"
    assert found["moves"][1] == [0, found["moves"][1][1]]
    assert found["moves"][0][0] == 0
    assert found["n_moved"] == found["moves"][0][1] > 100
    assert {one["from"] for one in found["paragraphs"]} == {"good"}
    models = compare(
        capsys, str(folders / "model"), str(folders / "other"), "--data", str(folders / "a")
    )
    assert models["moves"] == found["moves"]


def test_two_models_on_a_table(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folders / "table.csv"
    table.write_text("text,article\nA good thing.,x\nA bad thing.,x\n")
    arguments = [str(folders / "model"), str(folders / "other"), "--data", str(table)]
    found = compare(capsys, *arguments)
    assert (found["n_articles"], found["n_moved"]) == ([1, 1], 1)


def test_periods_are_compared_and_undated_articles_counted(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders / "a"
    found = compare(capsys, f"{folder}@..2005", f"{folder}@2006-01..2010-12-31")
    assert found["n_articles"] == [27, 30]
    assert "3 articles without a date" in found["notes"][0]


def test_what_cannot_be_compared_says_why(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, message in (
        ([f"{folders / 'a'}@1990..1991", str(folders / "a")], "no paragraph there"),
        ([f"{folders / 'a'}@..", str(folders / "a")], r"expected FOLDER@FROM..TO"),
        ([str(folders / "model"), str(folders / "a")], "a model and a folder"),
        ([str(folders / "model"), str(folders / "other")], "give some with --data"),
        ([str(folders), str(folders)], "no results of `stance score`"),
        (["shipped", str(folders / "model"), "--data", str(folders / "a")], "expected the labels"),
    ):
        assert main(["compare", *arguments]) == 1
        assert message in capsys.readouterr().err


def test_chance_alone_is_seldom_significant() -> None:
    p_values = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        a, b = (random.multinomial(8, (0.5, 0.3, 0.2), 25).astype(float) for _ in range(2))
        p_values.append(changes(a, b, ("x", "y", "z"), paired=False)[1])
    assert np.mean(np.array(p_values) < 0.1) <= 0.25
    assert 0.3 < np.mean(p_values) < 0.7


def test_paired_changes_are_tighter_than_unpaired_ones() -> None:
    random = np.random.default_rng(3)
    a = random.multinomial(10, (0.5, 0.5), 40).astype(float)
    a *= random.integers(1, 9, (40, 1))
    b = a.copy()
    b[:, 0] += 1.0
    widths = []
    for paired in (True, False):
        low, high = changes(a, b, ("x", "y"), paired=paired)[0][0].change_95
        widths.append(high - low)
    assert widths[0] < widths[1] / 2


def test_dates_are_read_in_the_usual_forms() -> None:
    assert iso_day("2021") == "2021"
    assert iso_day("2021-03-04 10:00") == "2021-03-04"
    assert iso_day("Thu, 04 Mar 2021 10:00:00 +0000") == "2021-03-04"
    assert iso_day("yesterday") is None


def test_score_warns_of_text_unlike_that_of_training(folders: Path, tmp_path: Path) -> None:
    usual = score_folder(folders / "a.jsonl", tmp_path / "u", model=folders / "model", jobs=1)
    odd = score_folder(folders / "odd.jsonl", tmp_path / "o", model=folders / "model", jobs=1)
    assert usual.unlike == ()
    (warning,) = odd.unlike
    assert "of words are unknown to the model (training text: 20.0%, usual up to 40.0%)" in warning
    assert "warning: unlike the training text: " in render_summary(odd)
    likeness = open_scored(tmp_path / "o").likeness
    assert likeness is not None
    # 8 of 15 words, and the number, which no model of words knows
    assert likeness["unknown"] == pytest.approx(9 / 15)


def test_few_articles_give_no_warning() -> None:
    bins = (0,) * (N_BINS - 1) + (5,)
    assert judge(Tally(19, 100, 90, bins), REFERENCE).problems == ()
    assert len(judge(Tally(20, 100, 90, bins), REFERENCE).problems) == 1


def test_words_of_a_model_are_counted(folders: Path) -> None:
    classifier = Classifier.load(folders / "model")
    assert classifier.unknown_words("The thing’s good; a zork is bad.") == (7, 3)
    assert classifier.unknown_words("") == (0, 0)


def test_reference_survives_writing(tmp_path: Path) -> None:
    assert read(make_model(tmp_path / "m")).reference == REFERENCE
    assert read(make_model(tmp_path / "n", reference=None)).reference is None


def test_reference_is_measured_without_the_group_itself() -> None:
    """Words of one group alone are unknown; those of two are known; limits hold the training."""
    texts = [f"common words here and only{i // 2} too" for i in range(80)]
    groups = [f"g{i // 2}" for i in range(80)]
    proba = np.tile([0.8, 0.2], (80, 1))
    vocabulary = {word for text in texts for word in text.split()}
    found = measure_reference(texts, groups, proba, vocabulary, min_df=1)
    assert found.unknown == pytest.approx(1 / 6, abs=1e-4)
    assert found.unknown_max == pytest.approx(1 / 6, abs=1e-4)
    assert found.distance_max == 0.0
    assert distance_of(count_bins(np.array([[0.5, 0.5]])), found.cumulative) == 1.0
    known = measure_reference(texts, groups, proba, vocabulary, 1, known=vocabulary)
    assert known.unknown == 0.0
    assert widest(known, found).unknown_max == found.unknown_max


def test_training_text_itself_is_seldom_unlike() -> None:
    """Of a hundred folders of twenty articles drawn from one source, nearly none is warned of."""
    random = np.random.default_rng(7)
    tops = np.clip(random.beta(4, 2, 600), 0.5, 1.0)
    proba = np.stack([tops, 1.0 - tops], axis=1)
    words = [f"w{i}" for i in range(400)]
    texts = [" ".join(random.choice(words, 30)) for _ in range(600)]
    groups = [f"g{i // 4}" for i in range(600)]
    reference = measure_reference(texts, groups, proba, set(words[:300]), min_df=1)
    n_warned = 0
    for _ in range(100):
        drawn = random.integers(0, 150, 20)
        rows = [4 * article + i for article in drawn for i in range(4)]
        one = [texts[4 * article].split() for article in drawn]
        n_unknown = sum(word not in words[:300] for found in one for word in found)
        tally = Tally(20, 20 * 30, n_unknown, count_bins(proba[rows]))
        n_warned += bool(judge(tally, reference).problems)
    assert n_warned <= 8
