"""The only reader and the only writer of a model folder.

A model folder is plain data: model.json (format, labels, settings, provenance, sha256 of every
other file), raw little-endian arrays, and vocabulary.txt, one term a line, for people and never
read at load: line n is row n of every array of terms. Frequent terms stand first, so that those
that a kernel looks up most share a cache. seen.bin has the hashes of the training paragraphs.

Rule for the format number: it grows by one whenever an older package would misread a newer folder
(another array, dtype, hash or meaning of a field). A reader refuses numbers that it does not know.
"""

import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from stance.errors import ModelError
from stance.features import DEFAULT_SETTINGS, FAMILIES, FeatureSettings, term_key
from stance.labels import problem_of_labels
from stance.likeness import Reference, parse_reference
from stance.shares import DEFAULT_MIX, MixSettings

FORMAT = 2
_ARRAYS = {"keys": "<u8", "idf": "<f2", "weights": "<f2"}
_NOTHING_SEEN = np.zeros(0, dtype=np.uint64)
_MAX_TERMS = 50_000_000
_NO_WORD = re.compile(r"[\W_]+")
_MAX_HEADER_BYTES = 1_000_000
_MAX_INTERCEPT = 1e6  # an infinite decision value has no probability


@dataclass(frozen=True)
class Artefact:
    """A trained model as data.

    Attributes
    ----------
    labels : tuple of str
        Column order of ``weights`` and of every probability.
    keys : array of shape (n_terms,), uint64
        64-bit key of each term, see ``stance.features.term_key``.
    idf : array of shape (n_terms,), float16
    weights : array of shape (n_terms, n_labels), float16
    intercept : array of shape (n_labels,), float64
    temperature : float
        Decision values are divided by it before the softmax.
    unsure_below : float
        A paragraph whose largest probability is below it is called unsure.
    families : tuple of str
        The families, out of ``stance.features.FAMILIES``, that the terms belong to.
    mix : MixSettings
        How the shares of an article's labels are estimated.
    reference : Reference or None
        What is usual in the training text, so that other text can be told.
    seen : array of shape (n_seen,), uint64
        ``seen_hash`` of each training paragraph, in order: what a model has seen does not test it.
    """

    labels: tuple[str, ...]
    keys: NDArray[np.uint64]
    idf: NDArray[np.float16]
    weights: NDArray[np.float16]
    intercept: NDArray[np.float64]
    temperature: float = 1.0
    unsure_below: float = 0.0
    families: tuple[str, ...] = FAMILIES
    features: FeatureSettings = DEFAULT_SETTINGS
    mix: MixSettings = DEFAULT_MIX
    provenance: Mapping[str, Any] = field(default_factory=dict)
    reference: Reference | None = None
    seen: NDArray[np.uint64] = field(default_factory=lambda: _NOTHING_SEEN)


def write(folder: Path, artefact: Artefact, vocabulary: list[str]) -> None:
    """Write a model folder; the same artefact gives the same bytes.

    Raises
    ------
    ModelError
        If two terms of the vocabulary share a key.
    """
    if len(set(artefact.keys.tolist())) != len(vocabulary):
        raise ModelError(f"{folder}: two terms share a 64-bit key; drop one of them")
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        f"{name}.bin": np.ascontiguousarray(getattr(artefact, name), dtype).tobytes()
        for name, dtype in _ARRAYS.items()
    }
    if len(artefact.seen):
        data["seen.bin"] = np.ascontiguousarray(artefact.seen, "<u8").tobytes()
    data["vocabulary.txt"] = "".join(f"{term}\n" for term in vocabulary).encode(
        "utf-8", "surrogatepass"
    )
    for name, content in data.items():
        (folder / name).write_bytes(content)
    header = {
        "format": FORMAT,
        "labels": list(artefact.labels),
        "n_terms": len(vocabulary),
        "intercept": [float(value) for value in artefact.intercept],
        "temperature": artefact.temperature,
        "unsure_below": artefact.unsure_below,
        "families": list(artefact.families),
        "features": artefact.features.as_dict(),
        "mix": artefact.mix.as_dict(),
        "provenance": dict(artefact.provenance),
        "reference": artefact.reference and artefact.reference.as_dict(),
        "n_seen": len(artefact.seen),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in data.items()},
    }
    header["header_sha256"] = _header_digest(header)
    (folder / "model.json").write_text(json.dumps(header, indent=1) + "\n", encoding="utf-8")


def keys_of(vocabulary: list[str]) -> NDArray[np.uint64]:
    """Return the keys of terms, an array of shape (n_terms,)."""
    return np.array([term_key(term) for term in vocabulary], dtype=np.uint64)


def seen_hash(text: str) -> int:
    """Hash the letters and digits of a paragraph to 64 bits: equal for exact duplicates."""
    letters = _NO_WORD.sub("", text.casefold()).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(letters).digest()[:8], "little")


def seen_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """Return the hashes of training paragraphs, each once, in order."""
    return np.array(sorted(set(map(seen_hash, texts))), dtype=np.uint64)


def read(folder: Path) -> Artefact:
    """Read a model folder, checking every file against its digest.

    Raises
    ------
    ModelError
        If the folder is not a model, is cut, edited or newer than this package.
    """
    path = folder / "model.json"
    header = _read_header(path)
    n_terms, labels = header["n_terms"], tuple(header["labels"])
    shapes = {"keys": (n_terms,), "idf": (n_terms,), "weights": (n_terms, len(labels))}
    arrays = {
        name: _read_array(folder / f"{name}.bin", dtype, shapes[name], header)
        for name, dtype in _ARRAYS.items()
    }
    n_seen = header.get("n_seen", 0)
    if n_seen:
        arrays["seen"] = _read_array(folder / "seen.bin", "<u8", (n_seen,), header)
    return Artefact(
        labels=labels,
        intercept=np.array(header["intercept"], dtype=np.float64),
        temperature=header["temperature"],
        unsure_below=header["unsure_below"],
        families=tuple(header["families"]),
        features=FeatureSettings(**header["features"]),
        mix=MixSettings(**header["mix"]),
        provenance=header["provenance"],
        reference=parse_reference(header.get("reference")),
        **arrays,
    )


def _read_array(
    path: Path, dtype: str, shape: tuple[int, ...], header: Mapping[str, Any]
) -> NDArray[Any]:
    expected = math.prod(shape) * np.dtype(dtype).itemsize
    data = _read_bytes(path, expected, expected)
    if hashlib.sha256(data).hexdigest() != header["sha256"].get(path.name):
        raise ModelError(f"{path}: content does not match its sha256; install the model again")
    array = np.frombuffer(data, dtype=dtype).reshape(shape)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelError(f"{path}: holds a value that is not finite; train the model again")
    return array


def _read_bytes(path: Path, least: int, most: int) -> bytes:
    """Read a file whose size is known to be within bounds before anything is allocated."""
    expected = f"{most}" if least == most else f"at most {most}"
    try:
        # A FIFO without a writer would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ModelError(f"{path}: not a file; install the model again")
            found, data = status.st_size, b""
            if least <= found <= most:
                data = file.read(found)
                found = len(data)  # less where the file was cut meanwhile
    except (OSError, ValueError) as error:
        if isinstance(error, ModelError):
            raise
        said = getattr(error, "strerror", None) or error
        raise ModelError(f"{path}: {said}; give the folder of a model") from error
    if not least <= found <= most:
        raise ModelError(
            f"{path}: expected {expected} bytes, found {found}; install the model again"
        )
    return data


def _read_header(path: Path) -> dict[str, Any]:
    data = _read_bytes(path, 0, _MAX_HEADER_BYTES)
    try:
        header = json.loads(data.decode("utf-8"))
        digest = _header_digest(header) if isinstance(header, dict) else None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({error}); install the model again") from error
    if not isinstance(header, dict) or not isinstance(header.get("format"), int):
        raise ModelError(f"{path}: no format number; this is not a stance model")
    if header["format"] != FORMAT:
        raise ModelError(
            f"{path}: expected format {FORMAT}, found {_shown(header['format'])}; upgrade stance"
        )
    if header.get("header_sha256") != digest:
        raise ModelError(f"{path}: edited since it was written; install the model again")
    problem = _problem(header)
    if problem:
        raise ModelError(f"{path}: {problem}; train the model again")
    return header


def _problem(header: dict[str, Any]) -> str | None:
    """Say what is wrong with a header whose digest is right, or None."""
    labels, n_terms = header.get("labels"), header.get("n_terms")
    if not _is_list_of(labels, str) or not 2 <= len(set(labels)) == len(labels) <= 100:
        return f"expected 2 to 100 different labels, found {_shown(labels)}"
    if problem := problem_of_labels(labels):
        return problem
    if type(n_terms) is not int or not 1 <= n_terms <= _MAX_TERMS:
        return f"expected 1 to {_MAX_TERMS} terms, found {_shown(n_terms)}"
    intercept = header.get("intercept")
    if not _is_list_of(intercept, float) or len(intercept) != len(labels):
        return f"expected one intercept a label, found {_shown(intercept)}"
    if not all(-_MAX_INTERCEPT <= value <= _MAX_INTERCEPT for value in intercept):
        return f"expected intercepts within {_MAX_INTERCEPT:.0e}, found {_shown(intercept)}"
    for name, low, high in (("temperature", 1e-3, 1e3), ("unsure_below", 0.0, 1.0)):
        value = header.get(name)
        if not isinstance(value, float) or not low <= value <= high:
            return f"expected {name} between {low} and {high}, found {_shown(value)}"
    families = header.get("families")
    if not _is_list_of(families, str) or not set(families) <= set(FAMILIES):
        return f"expected families out of {FAMILIES}, found {_shown(families)}"
    if len(set(families)) != len(families):
        return f"expected each family once, found {_shown(families)}"
    features = header.get("features")
    if isinstance(features, dict):  # a folder without the family after need not say its reach
        features.setdefault("hedge_reach_tokens", DEFAULT_SETTINGS.hedge_reach_tokens)
    if not isinstance(features, dict) or features.keys() != DEFAULT_SETTINGS.as_dict().keys():
        return f"unknown feature settings {_shown(features)}"
    if not all(type(value) is int and 1 <= value <= 1000 for value in features.values()):
        return f"expected feature settings between 1 and 1000, found {_shown(features)}"
    mix = header.setdefault("mix", DEFAULT_MIX.as_dict())
    if not isinstance(mix, dict) or mix.keys() != DEFAULT_MIX.as_dict().keys():
        return f"unknown mix settings {_shown(mix)}"
    if not all(isinstance(value, float) and 0.0 <= value <= 4.0 for value in mix.values()):
        return f"expected mix settings between 0 and 4, found {_shown(mix)}"
    if not isinstance(header.get("provenance"), dict) or not isinstance(header.get("sha256"), dict):
        return "provenance or sha256 is missing"
    n_seen = header.get("n_seen", 0)
    if type(n_seen) is not int or not 0 <= n_seen <= _MAX_TERMS:
        return f"expected 0 to {_MAX_TERMS} paragraphs seen, found {_shown(n_seen)}"
    try:
        parse_reference(header.get("reference"))
    except ValueError as error:
        return str(error)
    return None


def _shown(value: object) -> str:
    """Write a foreign value so that a message stays one printable line."""
    try:
        text = ascii(value)
    except RecursionError:
        return "something that is nested too deep"
    return text if len(text) <= 200 else f"{text[:200]}..."


def _is_list_of(value: Any, kind: type) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _header_digest(header: Mapping[str, Any]) -> str:
    content = {key: value for key, value in header.items() if key != "header_sha256"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
