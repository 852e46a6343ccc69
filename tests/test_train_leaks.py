"""Duplicates are found, groups are kept whole, and held-out articles stay out."""

import numpy as np
import pytest

from stance.labels import LABELS
from train import corpora, fit, leaks
from train.units import Unit

PACT = (
    "The two ministers signed the fisheries pact on the quay and agreed to patrol the strait"
    " together until the end of next year."
)
NEAR_PACT = PACT.replace("fisheries pact", "fishing accord")
STORM = (
    "A storm blew the roof off the covered market before dawn, and the traders moved their stalls"
    " into the school on the hill."
)


def columns(
    texts: list[str], groups: list[str], labels: list[str] | None = None
) -> dict[str, list[str]]:
    return {
        "text": texts,
        "group": groups,
        "corpus": ["one"] * len(texts),
        "label": labels or ["neutral"] * len(texts),
    }


def test_similarity_is_the_share_of_the_shorter_texts_shingles() -> None:
    words = [f"w{i}" for i in range(14)]
    index = leaks.make_index([" ".join(words)])
    ten = " ".join([*words[:8], "x", "y"])
    assert leaks.shingles(ten) >= {"w0 w1 w2 w3 w4"}
    similarity, number = index.nearest(ten)
    assert (similarity, number) == (4 / 6, 0)


def test_an_exact_duplicate_has_similarity_one() -> None:
    assert leaks.near_pairs([STORM, PACT, PACT.upper()]) == [(1, 2, 1.0)]


def test_a_short_text_is_a_duplicate_only_when_equal() -> None:
    assert leaks.near_pairs(["He said no.", "He said so.", "he said NO"]) == [(0, 2, 1.0)]


def test_a_planted_near_duplicate_is_found_across_groups() -> None:
    data = columns([PACT, STORM, NEAR_PACT], ["a", "b", "c"], ["neutral", "neutral", "cooperative"])
    found = leaks.report(data, folds=[0, 0, 1])
    assert found["exact_pairs"] == 0
    assert found["near_pairs"][">=0.5"] == 1
    assert found["near_pairs_across_groups"] == 1
    assert found["near_pairs_in_two_folds"] == 1
    assert found["near_pairs_of_other_label"] == 1


def test_a_group_in_two_folds_is_counted() -> None:
    data = columns([PACT, STORM], ["a", "a"])
    assert leaks.report(data, folds=[0, 1])["groups_in_two_folds"] == 1
    assert leaks.report(data, folds=[1, 1])["groups_in_two_folds"] == 0


def test_groups_that_share_a_near_duplicate_become_one() -> None:
    texts, groups = [PACT, STORM, NEAR_PACT, STORM, "Other."], ["d", "d", "c", "b", "e"]
    assert leaks.merge_groups(texts, groups) == ["b", "b", "b", "b", "e"]


def test_a_planted_held_out_article_and_a_near_duplicate_of_it_are_dropped() -> None:
    corpus, article = sorted(leaks.held_out_articles())[0]
    planted = Unit(corpus, article, 0, 0, PACT, "open")
    copied = Unit("state", "another article", 0, 0, NEAR_PACT, "open")
    kept = Unit("state", "another article", 1, 1, STORM, "open")
    held = leaks.held_out_index([planted, kept])
    assert leaks.drop_held_out([planted, copied, kept], held) == [kept]
    assert (
        leaks.report(columns([PACT, NEAR_PACT, STORM], ["a"] * 3), held=held)["rows_held_out"] == 2
    )


def test_without_a_mirror_the_report_says_that_nothing_was_checked() -> None:
    assert leaks.report(columns([PACT], ["a"]))["rows_held_out"] is None


@pytest.mark.parametrize("name", ["labels_train.csv", "labels_extra.csv"])
def test_no_label_is_of_a_held_out_article(name: str) -> None:
    lines = (corpora.DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    used = {tuple(line.split(",")[1:3]) for line in lines}
    assert used & leaks.held_out_articles() == set()


def test_the_folds_of_training_keep_groups_whole() -> None:
    data = corpora.load_embedded()
    y = np.array([LABELS.index(label) for label in data["label"]])
    rows = fit.Rows(list(data["text"]), y, list(data["group"]), np.ones(len(y)))
    found = leaks.report(data, fit.fold_numbers(rows))
    assert (found["groups_in_two_folds"], found["near_pairs_in_two_folds"]) == (0, 0)
