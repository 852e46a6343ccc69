"""Whatever is done to a model folder, it is refused in words or gives finite numbers."""

import ast
import os
import random
from pathlib import Path

import coverage
import numpy as np
import pytest
from fuzz import TEXTS, load_seed, make_mutant, peak_of, run, seal, try_mutant

from stance import Classifier, ModelError, artefact

READERS = ("read", "_read_array", "_read_bytes", "_read_header", "_problem")


def lines_of(path: Path, names: tuple[str, ...]) -> set[int]:
    """Return the numbers of the lines of some functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[int] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            assert node.end_lineno is not None
            found.update(range(node.body[0].lineno, node.end_lineno + 1))
    return found


def test_a_slice_of_mutants_reaches_every_check_and_breaks_none(tmp_path: Path) -> None:
    source = Path(artefact.__file__)
    measured = coverage.Coverage(data_file=None, include=[str(source)], config_file=False)
    measured.start()
    try:
        found = run(7, 2000, tmp_path)
        (tmp_path / "model.json").unlink(missing_ok=True)
        os.mkfifo(tmp_path / "model.json")  # no mutant of bytes gives one
        with pytest.raises(ModelError, match=r"model\.json: not a file"):
            artefact.read(tmp_path)
    finally:
        measured.stop()
    missing = set(measured.analysis2(str(source))[3]) & lines_of(source, READERS)
    text = source.read_text(encoding="utf-8").splitlines()
    assert [text[n - 1] for n in sorted(missing)] == []
    assert found["loaded"] > 100


def test_the_same_seed_gives_the_same_mutants() -> None:
    first, second = (make_mutant(load_seed(), random.Random(5)) for _ in range(2))
    assert first == second != load_seed()


def test_keys_that_are_no_hashes_are_refused(tmp_path: Path) -> None:
    """Side by side in the table, each look-up would crawl through all of them."""
    files, n = load_seed(), 3000
    files["model.json"] = files["model.json"].replace(b'"n_terms": 54', b'"n_terms": %d' % n)
    files["keys.bin"] = (np.arange(n, dtype="<u8") << np.uint64(51)).tobytes()
    files["idf.bin"], files["weights.bin"] = np.ones(n, "<f2").tobytes(), bytes(8 * n)
    seal(files)
    assert "keys: too many close together" in try_mutant(tmp_path, files, measure=False)
    files["keys.bin"] = np.repeat(np.arange(n // 2, dtype="<u8") << np.uint64(52), 2).tobytes()
    seal(files)
    assert "occurs twice" in try_mutant(tmp_path, files, measure=False)


def test_a_size_that_is_only_declared_is_not_allocated(tmp_path: Path) -> None:
    files = load_seed()
    files["model.json"] = files["model.json"].replace(b'"n_terms": 54', b'"n_terms": 50000000')
    seal(files)
    assert "expected 400000000 bytes" in try_mutant(tmp_path, files, measure=True)


def test_reading_holds_no_more_than_twice_the_files(tmp_path: Path) -> None:
    files, n = load_seed(), 200_000
    files["model.json"] = files["model.json"].replace(b'"n_terms": 54', b'"n_terms": %d' % n)
    files["keys.bin"] = np.random.default_rng(1).bytes(8 * n)
    files["idf.bin"], files["weights.bin"] = np.ones(n, "<f2").tobytes(), bytes(8 * n)
    seal(files)
    assert try_mutant(tmp_path, files, measure=False) == "loaded"
    declared = sum(map(len, files.values()))
    assert declared < peak_of(lambda: artefact.read(tmp_path)) <= 2 * declared


@pytest.mark.parametrize("seed", sorted(Path(__file__).parent.glob("data/artefacts/format-*")))
def test_a_folder_of_each_released_format_is_read_alike(seed: Path) -> None:
    """What was written by the package of its time gives the numbers of its time."""
    model = Classifier.load(seed)
    assert model.labels == ("cooperative", "adversarial", "neutral", "speculative")
    expected = np.loadtxt(seed / "expected.txt")
    assert np.abs(model.predict_proba(TEXTS) - expected).max() < 1e-9
