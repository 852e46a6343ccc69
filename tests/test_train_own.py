"""Labels of one's own: what is refused and said, and models of 2, 3 and 20 labels at every door."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from stance import Classifier, parse_article, scoring
from stance.artefact import read
from stance.batch import Settings, score_folder
from stance.cli import main as stance_main
from stance.errors import DataError
from stance.rounds.scored import iter_paragraphs, open_scored
from train import own
from train.cli import main
from train.ontop import C, residual
from train.own_data import load_own

ROOT = Path(__file__).resolve().parent.parent
FILLER = "the council met again on monday and heard a report about roads schools and water".split()
NAMES = tuple(f"Kind {chr(65 + i)}{'-long.name' if i % 7 == 0 else ''}" for i in range(20))


def make_rows(n_labels: int, n_each: int = 12, seed: int = 0) -> list[tuple[str, str, str]]:
    """Return rows of text, label and group; each label has three words of its own."""
    random = np.random.default_rng(seed)
    rows = []
    for i in range(n_each):
        for label in range(n_labels):
            own_words = [f"sign{label}x{j}" for j in random.integers(0, 3, 2)]
            words = [*random.choice(FILLER, 12), *own_words]
            random.shuffle(words)
            rows.append((" ".join(words).capitalize() + ".", NAMES[label], f"a{i}"))
    return rows


def write(path: Path, rows: list[tuple[str, str, str]], head: str = "text,label,group") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head.split(","))
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    root = tmp_path_factory.mktemp("models")
    for n_labels in (2, 3, 20):
        data = write(root / f"{n_labels}.csv", make_rows(n_labels))
        assert (
            main(["fit", "--data", str(data), "--alone", "--out", str(root / f"{n_labels}")]) == 0
        )
    return {n_labels: root / f"{n_labels}" for n_labels in (2, 3, 20)}


@pytest.mark.parametrize("n_labels", [2, 3, 20])
def test_a_model_learns_its_labels(models: dict[int, Path], n_labels: int) -> None:
    metrics = json.loads((models[n_labels] / "metrics.json").read_text())
    assert metrics["cross_validation"]["macro_f1"] > 0.9
    assert metrics["compared"]["always the most frequent label"] < 0.4
    classifier = Classifier.load(models[n_labels])
    rows = make_rows(n_labels, n_each=3, seed=9)
    assert classifier.labels == tuple(sorted(NAMES[:n_labels]))
    right = [a == b for a, b in zip(classifier.predict([r[0] for r in rows]), [r[1] for r in rows],
                                    strict=True)]  # fmt: skip
    assert np.mean(right) > 0.9


@pytest.mark.parametrize("n_labels", [2, 3, 20])
def test_both_kernels_agree(models: dict[int, Path], n_labels: int) -> None:
    artefact = read(models[n_labels])
    texts = [row[0] for row in make_rows(n_labels, n_each=4, seed=5)] + ["", "nothing known"]
    found = {}
    for name in scoring.MODULES:
        kernel = scoring.make_kernel(artefact, name)
        values = np.empty((len(texts), n_labels))
        kernel.decision_values(texts, values)
        spans, parts = kernel.explain(texts[0])
        found[name] = (values, bytes(spans), np.frombuffer(parts).reshape(-1, n_labels))
    np.testing.assert_allclose(found["native"][0], found["python"][0], atol=1e-9)
    assert found["native"][1] == found["python"][1]
    np.testing.assert_allclose(found["native"][2], found["python"][2], atol=1e-9)
    total = found["native"][2].sum(axis=0) + artefact.intercept
    np.testing.assert_allclose(total, found["native"][0][0], atol=1e-9)


@pytest.mark.parametrize("n_labels", [2, 3, 20])
def test_every_door_follows_the_labels_of_the_model(
    models: dict[int, Path], n_labels: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [row[0] for row in make_rows(n_labels, n_each=1, seed=3)]
    path = tmp_path / "in" / "article.txt"
    path.parent.mkdir()
    path.write_text("A title\n\n" + "\n\n".join(texts) + "\n\nEnrichment\n\n- " + texts[0] + "\n")
    model, labels = str(models[n_labels]), Classifier.load(models[n_labels]).labels
    assert stance_main(["predict", "--model", model, "--json", texts[0]]) == 0
    assert tuple(json.loads(capsys.readouterr().out)["proba"]) == labels
    assert stance_main(["article", "--model", model, "--json", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    schema = json.loads((ROOT / "stance" / "article.schema.json").read_text())
    jsonschema.validate(found, schema)
    assert tuple(found["mix"]["whole"]["estimated"]) == labels
    assert stance_main(["article", "--model", model, str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(any(line.split("  ")[1].startswith(label) for line in lines[2:] if "  " in line)
               for label in labels)  # fmt: skip
    assert max(map(len, lines)) <= 80
    for name in ("jsonl", "csv", "parquet"):
        settings = Settings(format=name)
        score_folder(path.parent, tmp_path / name, model=model, jobs=1, settings=settings)
        folder = open_scored(tmp_path / name)
        assert folder.labels == labels
        rows = list(iter_paragraphs(folder))
        proba = Classifier.load(model).predict_proba([p.scored_text for p in _paragraphs(path)])
        np.testing.assert_allclose([row.proba for row in rows], proba, atol=1e-6)


def _paragraphs(path: Path) -> tuple:  # type: ignore[type-arg]
    return parse_article(path.read_text()).paragraphs


def test_on_top_of_the_shipped_model_keeps_its_labels(kernel: str, tmp_path: Path) -> None:
    """Three of the four labels are in the rows; the fourth keeps what the base knows of it."""
    if kernel == "python":
        pytest.skip("fitting asks no kernel")
    path = ROOT / "train" / "data" / "contrast.jsonl"
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:320]]
    rows = [(item["text"], item["label"], item["topic"]) for item in items
            if item["label"] != "speculative"]  # fmt: skip
    data = write(tmp_path / "mine.csv", rows)
    out = tmp_path / "top"
    assert main(["fit", "--data", str(data), "--base", str(ROOT / "model"), "--out", str(out)]) == 0
    top = Classifier.load(out)
    assert top.labels == ("cooperative", "adversarial", "neutral", "speculative")
    guess = "Analysts expect that the talks might resume, and prices could perhaps fall next year."
    assert top.predict(guess) == "speculative"
    metrics = json.loads((out / "metrics.json").read_text())
    compared = metrics["compared"]
    assert metrics["cross_validation"]["macro_f1"] > compared["the base model alone"]
    assert any("'speculative' has 0 rows" in note for note in metrics["notes"])


def test_residual_with_nothing_below_equals_scikit_learn() -> None:
    random = np.random.default_rng(3)
    x = sparse.csr_matrix(random.random((60, 8)) * (random.random((60, 8)) < 0.5))
    y = random.integers(0, 3, 60)
    model = LogisticRegression(C=C, tol=1e-10, max_iter=5000).fit(x, y)
    added, intercept = residual(x, y, np.zeros((60, 3)), np.ones(60), np.arange(3))
    found = x @ added.T + intercept
    wanted = model.decision_function(x)
    np.testing.assert_allclose(found - found.mean(axis=1, keepdims=True),
                               wanted - wanted.mean(axis=1, keepdims=True), atol=2e-3)  # fmt: skip


def test_bad_rows_conflicts_and_leaks_are_said_with_lines(tmp_path: Path) -> None:
    rows = make_rows(2)
    long = "Seven ministers of five countries met in the old customs house by the river today."
    rows += [("", NAMES[0], "a1"), ("Same text here.", NAMES[0], "a1"),
             ("same  text here!", NAMES[1], "a2"), (f"{long} They left.", NAMES[0], "b1"),
             (f"{long} They stayed.", NAMES[0], "b2"), rows[0]]  # fmt: skip
    data = load_own(write(tmp_path / "mine.csv", rows))
    notes = "\n".join(data.notes)
    assert "line 26: no text" in notes
    assert (
        f"1 text with conflicting labels, left out\n  line 27: {NAMES[0]}, line 28: {NAMES[1]}"
        in notes
    )
    assert "1 pairs of near-duplicates in different groups (lines 29 and 30)" in notes
    assert "1 rows repeat the text and label of another" in notes
    by_line = dict(zip(data.lines, data.rows.groups, strict=True))
    assert by_line[29] == by_line[30]
    assert data.n_bad == 3


def test_rows_without_groups_are_said(tmp_path: Path) -> None:
    rows = [(text, label, "") for text, label, _ in make_rows(2)]
    data = load_own(write(tmp_path / "mine.csv", rows, "text,label,other"))
    assert any("no column of groups" in note for note in data.notes)
    assert len(set(data.rows.groups)) == len(data.rows.groups)


def test_no_fold_parts_a_group(tmp_path: Path) -> None:
    data = load_own(write(tmp_path / "mine.csv", make_rows(3)))
    folds = own.fold_numbers(data.rows, data.labels)
    pairs = set(zip(data.rows.groups, folds.tolist(), strict=True))
    assert len(pairs) == len(set(data.rows.groups))
    assert len(set(folds.tolist())) == 5


@pytest.mark.parametrize(
    ("n_labels", "n_each", "message"),
    [
        (1, 12, "expected two labels or more in the column 'label'"),
        (2, 9, "expected 10 rows of each label, found 9 of 'Kind A-long.name', 9 of 'Kind B'"),
    ],
)
def test_too_little_to_train_on_is_refused(
    tmp_path: Path, n_labels: int, n_each: int, message: str
) -> None:
    with pytest.raises(DataError, match=message.replace(".", r"\.")):
        load_own(write(tmp_path / "mine.csv", make_rows(n_labels, n_each)))


def test_more_than_twenty_labels_are_refused(tmp_path: Path) -> None:
    rows = [(f"word{i} and more words", f"L{i % 21}", f"{i}") for i in range(210)]
    with pytest.raises(DataError, match="expected 2 to 20 labels, found 21"):
        load_own(write(tmp_path / "mine.csv", rows))


def test_a_base_without_a_common_label_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path / "mine.csv", make_rows(2))
    labels = tmp_path / "labels.toml"
    labels.write_text(f'[labels."{NAMES[0]}"]\n[labels."{NAMES[1]}"]\n')
    arguments = ["fit", "--data", str(data), "--labels", str(labels), "--base", str(ROOT / "model")]
    assert main([*arguments, "--out", str(tmp_path / "m")]) == 1
    assert "train with --alone" in capsys.readouterr().err


def test_rows_that_the_base_has_seen_are_said(models: dict[int, Path], tmp_path: Path) -> None:
    data = write(tmp_path / "mine.csv", make_rows(2, n_each=10) + make_rows(2, 4, seed=8))
    out = tmp_path / "m"
    assert main(["fit", "--data", str(data), "--base", str(models[2]), "--out", str(out)]) == 0
    notes = json.loads((out / "metrics.json").read_text())["notes"]
    assert any("20 rows are among those that" in note for note in notes)
    assert len(read(out).seen) == 24 + 8


WITHOUT = """
import sys
from importlib import metadata


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in ("stance.model", "stance._kernel"):
            raise ModuleNotFoundError(name)


def version(name, found=metadata.version):
    if name == "stance":
        raise metadata.PackageNotFoundError(name)
    return found(name)


sys.meta_path.insert(0, Missing())
metadata.version = version
from train.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_training_needs_no_installed_stance(tmp_path: Path) -> None:
    """A checkout without a build has neither stance.model nor the kernel nor metadata."""
    data = write(tmp_path / "mine.csv", make_rows(2))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "fit", "--data", str(data), "--alone",
         "--out", str(tmp_path / "m")],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={k: v for k, v in os.environ.items() if k != "STANCE_KERNEL"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "m").labels == tuple(sorted(NAMES[:2]))
