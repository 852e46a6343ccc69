"""Labels join their units, all loaders give the same features, and nothing held out is used."""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stance.labels import LABELS
from train import corpora, leaks, sources
from train.errors import CorpusError
from train.units import Unit

if TYPE_CHECKING:
    from datasets import Dataset

FEATURES = ["text", "label", "group", "corpus", "licence_class", "weight", "split", "second", "sha"]


def test_every_label_joins_its_unit(labelled: "Dataset") -> None:
    assert "joined 6504 of labels_train.csv" in labelled.info.description


def test_the_labelled_set_has_the_features_and_labels(labelled: "Dataset") -> None:
    assert labelled.column_names == FEATURES
    assert set(labelled["label"]) == set(LABELS)
    assert set(labelled["weight"]) == {0.5, 0.8, 1.0}
    assert set(labelled["split"]) <= {"train", "extra"}
    by_corpus = Counter(zip(labelled["corpus"], labelled["licence_class"], strict=True))
    assert by_corpus["newsdiscourse", "open"] == by_corpus["wikinews", "research"] == 0
    assert by_corpus["voa", "research"] > 0


def test_no_labelled_row_is_held_out_and_no_near_duplicate_parts_groups(
    labelled: "Dataset", units: list[Unit]
) -> None:
    found = leaks.report(labelled, held=leaks.held_out_index(units))
    assert found["rows_held_out"] == 0
    assert found["near_pairs_across_groups"] == 0


def test_the_embedded_corpus_needs_no_mirror() -> None:
    data = corpora.load_embedded()
    assert data.column_names == FEATURES
    assert set(data["licence_class"]) == {"open"}
    assert Counter(data["corpus"])["contrast"] == 879


def test_the_rows_left_out_of_the_embedded_corpus_are_those_near_the_test(
    units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = leaks.held_out_index(units)
    assert leaks.report(corpora.load_embedded(), held=held)["rows_held_out"] == 0
    listed = {row["sha"] for row in corpora._read_csv(corpora.DATA / "embedded_left_out.csv")}
    monkeypatch.setattr(corpora, "_read_csv", lambda path: [])
    whole = corpora.load_embedded()
    near = {
        s
        for s, text in zip(whole["sha"], whole["text"], strict=True)
        if leaks.is_held_out(text, held)
    }
    assert near == listed


def test_a_label_without_a_unit_is_an_error() -> None:
    label = {"source": "state", "article": "dos-0", "sha": "0" * 16}
    with pytest.raises(CorpusError, match=r"expected 1 units in the mirror, found 0 .*0000"):
        corpora._join([label], {}, "labels_train.csv")


def test_a_label_of_a_held_out_article_is_an_error() -> None:
    source, article = sorted(leaks.held_out_articles())[0]
    label = {"source": source, "article": article, "sha": "0" * 16}
    with pytest.raises(CorpusError, match="expected no held-out article"):
        corpora._join([label], {}, "labels_train.csv")


def test_no_text_has_two_labels() -> None:
    names = [name for _, name in corpora.LABEL_FILES if (corpora.DATA / name).is_file()]
    shas = [row["sha"] for name in names for row in corpora._read_csv(corpora.DATA / name)]
    assert len(shas) == len(set(shas))


def test_unlabelled_units_are_neither_labelled_nor_held_out(
    mirror: Path, labelled: "Dataset", units: list[Unit]
) -> None:
    rows = list(corpora.iter_unlabelled(mirror))
    assert {corpus for _, corpus, _ in rows} == set(sources.LABELLED)
    assert {text for text, _, _ in rows}.isdisjoint(labelled["text"])
    held = {f"{corpus}/{article}" for corpus, article in leaks.held_out_articles()}
    assert held.isdisjoint(group for _, _, group in rows)


def test_a_mirror_that_is_not_there_is_named() -> None:
    with pytest.raises(CorpusError, match="nowhere: no such mirror folder"):
        corpora.find_mirror("nowhere")


def test_a_fetched_folder_counts_as_the_mirror_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MIRROR", raising=False)
    monkeypatch.setattr(corpora, "ROOT", tmp_path / "checkout")
    files = [
        file
        for name in (*sources.LABELLED, *sources.FURTHER)
        for file in sources.source_of(name).files
    ]
    for file in files:
        assert corpora.find_mirror() is None
        path = tmp_path / "checkout" / ".mirror" / file.local
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert corpora.find_mirror() == tmp_path / "checkout" / ".mirror"


def test_a_wrong_byte_names_file_expected_and_found(tmp_path: Path) -> None:
    file = sources.source_of("voa").files[0]
    path = tmp_path / file.local
    with pytest.raises(
        CorpusError, match=r"m2e2_annotations\.zip: expected a file of voa, found none"
    ):
        sources.check_mirror(tmp_path, "voa")
    path.parent.mkdir()
    path.write_bytes(b"other")
    with pytest.raises(
        CorpusError, match=rf"annotations\.zip: expected sha256 {file.sha256}, found [0-9a-f]{{64}}"
    ):
        sources.check_mirror(tmp_path, "voa")


def test_every_source_of_the_mirror_has_the_recorded_bytes(mirror: Path) -> None:
    for source in sources.SOURCES:
        sources.check_mirror(mirror, source.name)


def test_the_origin_of_a_corpus_is_a_commit_of_a_repository_or_the_project() -> None:
    assert re.fullmatch(r"limanling/m2e2@[0-9a-f]{40}", sources.origin_of("voa"))
    assert sources.origin_of("contrast") == "own"


def test_an_unknown_corpus_is_named() -> None:
    with pytest.raises(CorpusError, match="'no-such': no such corpus; known are wikinews"):
        sources.source_of("no-such")
