"""Benchmark corpora are read by their own rules, and every code has a label and a reason."""

from collections import Counter
from pathlib import Path

import pytest

from train import benchmarks, corpora, leaks, uw
from train.errors import CorpusError
from train.mapping import label_of, load_mapping
from train.readers import READERS, Coded
from train.sources import BENCHMARKS

# Counts that the corpora's own records state after removal of repeats and contradictions.
STATED = {
    "cameo-quadclass": {"cooperative": 684, "adversarial": 815, "neutral": 295},
    "plover-plv": {"cooperative": 868},
    "plover-gsr": {"cooperative": 101},
    "case2021-task2": {"adversarial": 674, "neutral": 89, "cooperative": 31},
    "unscon": {"adversarial": 679},
}

UW_TEXT = """\
0\tHe\t_\tPRP\t1\tnsubj\the
1\tmight\t_\tMD\t2\taux\tmight
2\tleave\t0.6\tVB\t2\tROOT\tleave
3\ttoday\t_\tNN\t2\tnpadvmod\ttoday

0\tHe\t_\tPRP\t1\tnsubj\the
1\tleft\t3.0\tVBD\t1\tROOT\tleave
2\ttoday\t_\tNN\t1\tnpadvmod\ttoday
3\t.\t_\t.\t1\tpunct\t.

0\tThey\t_\tPRP\t1\tnsubj\tthey
1\texpect\t3.0\tVBP\t1\tROOT\texpect
2\tto\t_\tTO\t3\taux\tto
3\twin\t2.0\tVB\t1\txcomp\twin

0\tHe\t_\tPRP\t2\tnsubj\the
1\twill\t_\tMD\t2\taux\twill
2\tleave\t3.0\tVB\t2\tROOT\tleave
"""


def test_every_benchmark_has_a_reader() -> None:
    assert tuple(READERS) == BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_has_the_features_and_the_counts_on_record(name: str, mirror: Path) -> None:
    data = corpora.load_benchmark(name, mirror)
    assert data.column_names == corpora.load_embedded().column_names
    assert set(data["corpus"]) == {name}
    counts = Counter(data["label"])
    stated = STATED.get(name, {})
    assert {label: counts[label] for label in stated} == stated


def test_the_uw_rule_gives_the_counts_on_record(mirror: Path) -> None:
    data = corpora.load_benchmark("uw-factuality", mirror)
    counts = Counter(zip(data["split"], data["label"], strict=True))
    assert counts["test", "speculative"] == 58
    assert counts["test", "not speculative"] == 107
    assert counts["train", "speculative"] == 391


def test_plv_and_cameo_share_over_a_thousand_texts(mirror: Path) -> None:
    first, second = (
        corpora.load_benchmark(name, mirror) for name in ("cameo-quadclass", "plover-plv")
    )
    columns = {n: [*first[n], *second[n]] for n in ("text", "group", "corpus", "label")}
    found = leaks.report(columns)
    assert found["near_pairs_by_corpora"]["cameo-quadclass / plover-plv"] > 1000


def test_an_unmapped_code_is_an_error() -> None:
    with pytest.raises(CorpusError, match=r"plover-gsr: expected a code of .*, found 'SING'"):
        label_of(load_mapping(), "plover-gsr", "SING")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,1,friendly,why", r"\('a', '1'\): unknown label 'friendly'"),
        ("a,1,neutral,why\na,1,neutral,why", r"\('a', '1'\) stands twice"),
        ("a,1,neutral,", r"\('a', '1'\) has no reason"),
    ],
)
def test_a_wrong_mapping_is_an_error(rows: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text(f"corpus,code,label,reason\n{rows}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=f"mapping.csv: {message}"):
        load_mapping(path)


def test_an_unknown_benchmark_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="'voa': no such benchmark; known are cameo-quadclass"):
        benchmarks.load_benchmark("voa", tmp_path)


def test_repeats_are_kept_once_a_split_and_contradictions_not_at_all() -> None:
    a, again, other = (Coded("Same text.", "1", split) for split in ("train", "train", "test"))
    one, two = Coded("Both ways.", "1", "train"), Coded("both ways", "3", "train")
    pairs = [(a, "x"), (again, "x"), (other, "x"), (one, "x"), (two, "y")]
    assert benchmarks._keep_one(pairs) == [(a, "x"), (other, "x")]


def test_keep_it_local_codes_are_those_of_its_files_not_of_its_readme() -> None:
    mapping = load_mapping()
    found = [label_of(mapping, "keep-it-local", code) for code in "01234"]
    assert found == ["neutral", "adversarial", "cooperative", "adversarial", "cooperative"]


def test_uw_sentences_are_coded_by_their_scores() -> None:
    sentences = list(uw.parse_sentences(UW_TEXT))
    assert [uw.code_of(s) for s in sentences] == [
        "speculative",
        "asserted",
        "speculative",
        "unclear",
    ]
    assert uw.detokenise(sentences[1]) == "He left today."
