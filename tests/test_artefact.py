"""A model folder is read back as written, and refused when it is not right."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stance import ModelError, artefact
from stance.artefact import Artefact, keys_of
from stance.shares import MixSettings

VOCABULARY = ["deal", "deal signed", "may", "war"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of four terms and two labels."""
    model = Artefact(
        labels=("calm", "loud"),
        keys=keys_of(VOCABULARY),
        idf=np.ones(4, np.float16),
        weights=np.arange(8, dtype=np.float16).reshape(4, 2),
        intercept=np.array([0.5, -0.5]),
        temperature=0.5,
        unsure_below=0.4,
        provenance={"seed": 1},
    )
    artefact.write(tmp_path / "toy", model, VOCABULARY)
    return tmp_path / "toy"


def test_read_after_write_gives_the_same_artefact(folder: Path) -> None:
    model = artefact.read(folder)
    assert model.labels == ("calm", "loud")
    assert model.keys.tolist() == keys_of(VOCABULARY).tolist()
    assert model.weights.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert (model.temperature, model.unsure_below) == (0.5, 0.4)


@pytest.mark.parametrize("name", ["keys.bin", "idf.bin", "weights.bin"])
def test_a_flipped_byte_is_refused(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[0] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name}: content does not match its sha256"):
        artefact.read(folder)


def test_a_cut_file_is_refused_with_both_sizes(folder: Path) -> None:
    (folder / "idf.bin").write_bytes(b"1234")
    with pytest.raises(ModelError, match=r"idf.bin: expected 8 bytes, found 4"):
        artefact.read(folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        artefact.read(tmp_path / "nowhere")


def test_a_foreign_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("[1]")
    with pytest.raises(ModelError, match="not a stance model"):
        artefact.read(tmp_path)


def test_a_newer_format_is_refused(folder: Path) -> None:
    _edit(folder, format=99)
    with pytest.raises(ModelError, match="expected format 2, found 99; upgrade stance"):
        artefact.read(folder)


def test_an_edited_header_is_refused(folder: Path) -> None:
    path = folder / "model.json"
    path.write_text(path.read_text().replace('"temperature": 0.5', '"temperature": 0.6'))
    with pytest.raises(ModelError, match="edited since it was written"):
        artefact.read(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ["one"]},
        {"n_terms": 10**12},
        {"n_terms": -1},
        {"intercept": [1.0]},
        {"temperature": 0.0},
        {"unsure_below": "x"},
        {"features": {}},
        {"families": ["rune"]},
        {"provenance": None},
    ],
    ids=str,
)
def test_a_wrong_header_with_a_right_digest_is_refused(
    folder: Path, change: dict[str, Any]
) -> None:
    _edit(folder, **change)
    with pytest.raises(ModelError, match="train the model again"):
        artefact.read(folder)


def _edit(folder: Path, **change: Any) -> None:
    path = folder / "model.json"
    header = json.loads(path.read_text()) | change
    del header["header_sha256"]
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(header | {"header_sha256": digest}))


def test_mix_settings_are_read_back_and_checked(folder: Path) -> None:
    model = artefact.read(folder)
    changed = replace(model, mix=MixSettings(damping=0.3, spread=0.1, z=1.2))
    artefact.write(folder, changed, VOCABULARY)
    assert artefact.read(folder).mix == changed.mix
    artefact.write(folder, replace(model, mix=MixSettings(spread=-1.0)), VOCABULARY)
    with pytest.raises(ModelError, match="expected mix settings between 0 and 4"):
        artefact.read(folder)
