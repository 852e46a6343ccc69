"""Units join their labels, held-out articles stay out, and training repeats to the byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from train import corpora
from train.errors import CorpusError
from train.units import Unit, fold, pack

ROOT = Path(__file__).resolve().parent.parent


def test_fold_makes_one_space_of_any_white_space() -> None:
    assert fold(" a\u00a0\n b\t") == "a b"


def test_pack_joins_sentences_to_thirty_words() -> None:
    sentence = "one two three four five six seven eight nine ten"
    packed = list(pack((i, sentence) for i in range(4)))
    assert [(first, last) for first, last, _ in packed] == [(0, 2), (3, 3)]
    assert packed[1][2] == f"{sentence}."


def test_a_planted_held_out_paragraph_is_dropped() -> None:
    corpus, article = sorted(corpora.held_out_articles())[0]
    planted = Unit(corpus, article, 0, 0, "planted", "open")
    kept = Unit(corpus, "another article", 0, 0, "kept", "open")
    assert corpora.drop_held_out([planted, kept]) == [kept]


@pytest.mark.parametrize("name", ["labels_train.csv", "labels_extra.csv"])
def test_no_label_is_of_a_held_out_article(name: str) -> None:
    lines = (corpora.DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    used = {tuple(line.split(",")[1:3]) for line in lines}
    assert used & corpora.held_out_articles() == set()


def test_every_label_joins_its_unit(mirror: Path) -> None:
    splits = list(corpora.load_labelled(mirror)["split"])
    n_extra = len((corpora.DATA / "labels_extra.csv").read_text("utf-8").splitlines()) - 1
    assert (splits.count("train"), splits.count("extra")) == (6504, n_extra)


def test_no_text_has_two_labels() -> None:
    names = ("labels_train.csv", "labels_extra.csv")
    shas = [r["sha"] for name in names for r in corpora._read_csv(corpora.DATA / name)]
    assert len(shas) == len(set(shas))


def test_a_mirror_that_is_not_there_is_named() -> None:
    with pytest.raises(CorpusError, match="nowhere: no such mirror folder"):
        corpora.find_mirror("nowhere")


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        code = (
            "import sys; from pathlib import Path; from train import corpora\n"
            "corpora.find_mirror = lambda explicit: None\n"
            "from train.cli import run_fit\n"
            f"sys.exit(run_fit(None, 'all', Path({str(tmp_path / seed)!r}), True))"
        )
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
    for name in ("model.json", "keys.bin", "idf.bin", "weights.bin", "vocabulary.txt"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
