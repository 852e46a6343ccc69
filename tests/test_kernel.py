"""The two kernels give the same answers to any text, and the right one is picked."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stance import Classifier, KernelError, scoring
from stance.artefact import Artefact, keys_of
from stance.features import FAMILIES, family_of, terms

ROOT = Path(__file__).resolve().parent.parent
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
# Characters that the kernels treat apart, mixed with words of the model.
CHARACTERS = "aBz09_'’\"“” -\0İıßΣσςé\u0301\u0130²½٣\u00a0\ud800\udfffﬁ\U0001f600\U00010400一"
WORDS = ["may", "The ", "sign", "signed ", "minister", "if ", "agreed to", "12", "can't"]
TRICKY_TEXT = st.lists(st.sampled_from([*CHARACTERS, *WORDS]), max_size=60).map("".join)
ODD = ["", "a" * 1_000_000, "1" * 100_000, "é" * 50_000, "may " * 5000, "x\0may", "'", "’a’", "a’b"]
ODD += [" ".join(f"word{i} may" for i in range(30_000)), '”"“ may “ might ” may', "İ" * 7, "a''b"]


@pytest.fixture(scope="session")
def pair(classifier: Classifier) -> tuple[Any, Any]:
    """Both kernels with the terms of the shipped model."""
    return (
        scoring.make_kernel(classifier.artefact, "native"),
        scoring.make_kernel(classifier.artefact, "python"),
    )


def _both(pair: tuple[Any, Any], texts: Sequence[str]) -> list[NDArray[np.float64]]:
    found = [np.empty((len(texts), 4)) for _ in pair]
    for kernel, out in zip(pair, found, strict=True):
        kernel.decision_values(texts, out)
    return found


@given(st.lists(ANY_TEXT | TRICKY_TEXT, max_size=5))
def test_kernels_agree_on_any_text(pair: tuple[Any, Any], texts: list[str]) -> None:
    native, python = _both(pair, texts)
    assert np.abs(native - python).max(initial=0.0) < 1e-12


def test_kernels_agree_on_odd_texts(pair: tuple[Any, Any]) -> None:
    native, python = _both(pair, ODD)
    assert np.abs(native - python).max() < 1e-12


@pytest.mark.slow
def test_kernels_agree_on_every_character(pair: tuple[Any, Any]) -> None:
    """Each code point stands inside a known token, so that whether it parts the token shows."""
    characters = map(chr, range(0x110000))
    texts = ["".join(f"may{c}may " for c in chunk) for chunk in iter_chunks(characters)]
    native, python = _both(pair, texts)
    assert np.abs(native - python).max() < 1e-12


def iter_chunks(items: Iterable[str], size: int = 256) -> Iterator[list[str]]:
    items = iter(items)
    while chunk := list(islice(items, size)):
        yield chunk


@given(ANY_TEXT | TRICKY_TEXT)
def test_kernels_explain_alike(pair: tuple[Any, Any], text: str) -> None:
    (native, native_parts), (python, python_parts) = (kernel.explain(text) for kernel in pair)
    assert bytes(native) == bytes(python)
    found, expected = np.frombuffer(native_parts), np.frombuffer(python_parts)
    assert np.allclose(found, expected, rtol=0.0, atol=1e-12)


def test_kernels_agree_while_their_tables_grow(pair: tuple[Any, Any]) -> None:
    """Texts of one known term more each, every term twice: past each size of a table."""
    lines = (ROOT / "model" / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    words = [term for term in lines if family_of(term) == "word"]
    texts = [" ".join(words[:n] * 2) for n in (*range(20, 500), 3000)]
    native, python = _both(pair, texts)
    assert np.abs(native - python).max() < 1e-12
    for text in texts[::60]:
        found, expected = (kernel.explain(text)[0] for kernel in pair)
        assert bytes(found) == bytes(expected)


def test_every_family_is_told_apart() -> None:
    """A model with one term a label: the right one answers, from a text that has them all."""
    text = 'The "minister" may sign'
    names = ["the", "the minister", "the _ may", "minist*", "^minist", '"minister', "#hedge>3"]
    names.append("?sign")
    assert set(names) <= set(terms(text))
    artefact = Artefact(
        labels=FAMILIES,
        keys=keys_of(names),
        idf=np.ones(len(names), np.float16),
        weights=np.eye(len(names), dtype=np.float16),
        intercept=np.zeros(len(names)),
    )
    scorer = scoring.Scorer(artefact)
    assert scorer.decision_function([text])[0] == pytest.approx([8**-0.5] * 8)
    assert scorer.decision_function(["the end"])[0] == pytest.approx([1.0, 0, 0, 0, 0, 0, 0, 0])


def test_wrong_arguments_are_refused(pair: tuple[Any, Any], classifier: Classifier) -> None:
    model = classifier.artefact
    rows = np.zeros((2, 3), np.float32)
    for kernel in pair:
        with pytest.raises(TypeError, match=r"texts\[1\]: expected str, found bytes"):
            kernel.decision_values(["a", b"b"], np.empty((2, 4)))
        with pytest.raises(ValueError, match="out: expected 4 values of 8 bytes, found 8 bytes"):
            kernel.decision_values(["a"], np.empty(1))
        with pytest.raises(TypeError, match="text: expected str, found int"):
            kernel.explain(1)
        make = type(kernel)
        with pytest.raises(ValueError, match=r"keys\[1\]: occurs twice"):
            make(model.keys[[0, 0]], rows, np.zeros(2), model.keys[:0].copy(), 1, 6, 12, 15, 4)
        with pytest.raises(ValueError, match="sizes of keys, rows, intercept and hedges disagree"):
            make(model.keys[:3].copy(), rows, np.zeros(2), model.keys[:0].copy(), 1, 6, 12, 15, 4)


def test_a_forced_kernel_is_the_one_in_use(kernel: str) -> None:
    code = "import stance.scoring as s; print(s.KERNEL)"
    assert _run(code, kernel).stdout.strip() == kernel


def test_a_forced_kernel_that_does_not_exist_is_an_error() -> None:
    found = _run("import stance", "rust")
    assert found.returncode == 1
    assert "STANCE_KERNEL: expected native or python, found 'rust'" in found.stderr


def test_a_forced_kernel_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stance._kernel", None)
    assert scoring.pick_kernel("") == "python"
    with pytest.raises(KernelError, match="STANCE_KERNEL: native is not built"):
        scoring.pick_kernel("native")


def test_a_kernel_of_older_sources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = type(sys)("stance._kernel")
    stale.FAMILIES = FAMILIES  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "stance._kernel", stale)
    with pytest.raises(KernelError, match="built from older sources; install stance again"):
        scoring.pick_kernel("")


def test_a_kernel_of_other_families_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = type(sys)("stance._kernel")
    stale.FAMILIES = ("word",)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "stance._kernel", stale)
    with pytest.raises(KernelError, match=r"expected the families .* install stance again"):
        scoring.pick_kernel("")


def _run(code: str, kernel: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"STANCE_KERNEL": kernel}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, cwd="/", env=environment, check=False
    )
