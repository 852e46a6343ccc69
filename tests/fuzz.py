"""Mutations of a model folder: each ends in a ModelError or in finite numbers, and in nothing else.

``python tests/fuzz.py`` tries 100,000 in child processes and writes docs/benchmarks/fuzz.*;
the suite takes a slice with a fixed seed. In nine of ten the checksums are made anew, so that the
checks behind them are reached.
"""

import argparse
import copy
import json
import math
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from formats_data import mutate
from measured import keep

from stance import Classifier, ModelError, artefact

ROOT: Final = Path(__file__).resolve().parent.parent
SEED_FOLDER: Final = ROOT / "tests" / "data" / "artefacts" / "format-2"
TEXTS: Final = ('The ministers "signed" the pact and may meet.', "", "War! " * 40, "1 ’a\0 é 一😀")
SLACK_BYTES: Final = 150_000  # of Python's own objects, beyond twice the size of the files
MEASURED_EACH: Final = 10  # tracing makes a mutation three times as dear
_FILES: Final = ("model.json", "keys.bin", "idf.bin", "weights.bin", "seen.bin")
_DTYPES: Final = {"keys.bin": "<u8", "idf.bin": "<f2", "weights.bin": "<f2", "seen.bin": "<u8"}
_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2, 7, 99, 1000, 1001, 2**31, 2**63, 2**64, 10**300, 0.0, -0.0, 0.5,
    1e-300, 1e300, float("nan"), float("inf"), -float("inf"), "", "a", "\ud800", "\x1b[2J\n,", [],
    {}, [None], {"a": 1}, ["calm"] * 101, "x" * 5000,
)  # fmt: skip


def load_seed() -> dict[str, bytes]:
    """Return the files of the artefact that everything begins with."""
    return {name: (SEED_FOLDER / name).read_bytes() for name in _FILES}


def seal(files: dict[str, bytes]) -> None:
    """Make every checksum right again, as someone who forges a folder would."""
    try:
        header = json.loads(files["model.json"])
        header["sha256"] = {
            name: sha256(data).hexdigest() for name, data in files.items() if name in _DTYPES
        }
        header.pop("header_sha256", None)
        digest = sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()
        header["header_sha256"] = digest
        files["model.json"] = json.dumps(header).encode()
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return


def make_mutant(seed: dict[str, bytes], rng: random.Random) -> dict[str, bytes]:
    """Return a changed copy of the files of a folder."""
    files = dict(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice((_change_bytes, _change_header, _change_header, _change_array, _change_shape))(
            files, rng
        )
    if rng.random() < 0.9:
        seal(files)
    return files


def _change_bytes(files: dict[str, bytes], rng: random.Random) -> None:
    name = rng.choice([*files])
    if rng.random() < 0.02:
        del files[name]
    elif rng.random() < 0.02:
        files[name] = b"[" * rng.choice((300, 5000, 100_000))
    elif rng.random() < 0.005:
        files[name] = b" " * 1_100_000
    else:
        files[name] = mutate(files[name], rng)


def _change_header(files: dict[str, bytes], rng: random.Random) -> None:
    try:
        header = json.loads(files["model.json"])
    except (KeyError, ValueError, RecursionError):
        return
    place: Any = header
    if rng.random() < 0.1 and isinstance(header, dict):
        place = header.get(rng.choice(("labels", "intercept", "mix", "reference", "families")))
    while isinstance(place, dict | list) and place:
        key = rng.choice([*place] if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or rng.random() < 0.4:
            break
        place = place[key]
    else:
        return
    match rng.randrange(5):
        case 0:
            del place[key]
        case 1:
            found = place[key]
            place[key] = found * rng.choice((-1, 2, 1000)) if type(found) is int else [found]
        case 2 if isinstance(place, list):
            place.append(copy.deepcopy(place[key]))
        case 3:
            place[key] = header[rng.choice([*header])] if header else None
        case _:
            place[key] = rng.choice(_ODD)
    try:
        files["model.json"] = json.dumps(header).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):  # a header that holds itself
        return


def _change_array(files: dict[str, bytes], rng: random.Random) -> None:
    name = rng.choice([*_DTYPES])
    array = np.frombuffer(files.get(name, b"")[: len(files.get(name, b"")) // 8 * 8], _DTYPES[name])
    if not len(array):
        return
    array = array.copy()
    at, other = rng.randrange(len(array)), rng.randrange(len(array))
    if _DTYPES[name] == "<u8":
        array[at] = rng.choice((0, 2**64 - 1, array[other], array[other] ^ np.uint64(1)))
    else:
        array[at] = rng.choice((np.nan, np.inf, -np.inf, 65504.0, -65504.0, 6e-8, 0.0, -1.0))
        if rng.random() < 0.1:
            array[:] = array[at]
    files[name] = array.tobytes()


def _change_shape(files: dict[str, bytes], rng: random.Random) -> None:
    """Declare another number of terms, and mostly give the arrays the size of it."""
    try:
        header = json.loads(files["model.json"])
        n_labels = len(header["labels"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return
    n_terms = rng.choice((0, 1, 2, 3, 59, 61, 1500, 10**6, 5 * 10**7, 10**9))
    header["n_terms"] = n_terms
    files["model.json"] = json.dumps(header).encode("utf-8", "surrogatepass")
    if n_terms > 1500 or rng.random() < 0.2:
        return
    close = rng.random() < 0.5
    keys = [i << 50 if close else rng.getrandbits(64) for i in range(n_terms)]
    files["keys.bin"] = np.array(keys, dtype="<u8").tobytes()
    files["idf.bin"] = np.ones(n_terms, "<f2").tobytes()
    files["weights.bin"] = np.full(n_terms * n_labels, rng.uniform(-9, 9), "<f2").tobytes()


def try_mutant(folder: Path, files: dict[str, bytes], measure: bool) -> str:
    """Load a folder and use what was loaded; return the words of the refusal, or ``loaded``.

    Raises
    ------
    AssertionError
        If a number that is not finite comes out, or loading allocates too much.
    """
    for name in _FILES:
        (folder / name).unlink(missing_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        if measure:
            peak = peak_of(lambda: _refused_or_read(folder))
            limit = 2 * sum(map(len, files.values())) + SLACK_BYTES
            # A tree of JSON takes more than its text; the header alone is bound to 1 MB.
            limit += 30 * min(len(files.get("model.json", b"")), 1_000_000)
            assert peak <= limit, f"allocated {peak} bytes, {limit} are allowed"
        classifier = Classifier.load(folder)
    except ModelError as error:
        return str(error)
    proba = classifier.predict_proba(TEXTS)
    assert np.isfinite(proba).all()
    assert np.abs(proba.sum(axis=1) - 1.0).max() < 1e-9
    mix = classifier.framing_mix(TEXTS)
    assert all(map(math.isfinite, numbers_in(astuple(mix))))
    assert np.isfinite(classifier.explain(TEXTS[0]).contributions).all()
    return "loaded"


def numbers_in(value: object) -> Iterator[float]:
    """Yield every number of nested tuples and dicts."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, int | float):
        yield value


def _refused_or_read(folder: Path) -> None:
    try:
        artefact.read(folder)
    except ModelError:
        return


def peak_of(call: Callable[[], object]) -> int:
    """Return the most bytes that Python and numpy held at once during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def run(seed: int, n: int, folder: Path) -> Counter[str]:
    """Try `n` mutants; return how often each check spoke, its words without names and numbers."""
    rng, files, found = random.Random(seed), load_seed(), Counter[str]()
    for i in range(n):
        mutant = make_mutant(files, rng)
        try:
            said = try_mutant(folder, mutant, measure=i % MEASURED_EACH == 0)
        except BaseException:
            kept = Path(tempfile.gettempdir()) / f"stance-fuzz-{seed}-{i}"
            shutil.copytree(folder, kept, dirs_exist_ok=True)
            print(f"kept in {kept}", file=sys.stderr)
            raise
        found[check_of(said)] += 1
    return found


def check_of(said: str) -> str:
    """Name the check that spoke, from the words of its message."""
    said = said.partition(": ")[2] or said
    found = re.split(r", found|; |:? \(|(?<=settings) ", said)[0]
    return re.sub(r"\d+", "n", found)[:60]


def main(argv: list[str] | None = None) -> int:
    """Try mutants in child processes, so that a crash or a hang is counted and not the end."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(run(options.seed, options.mutations, Path(folder))))
        return 0
    per_child, started = 5_000, time.monotonic()
    found, crashed, hung = Counter[str](), 0, 0
    for start in range(0, options.mutations, per_child):
        n = min(per_child, options.mutations - start)
        seed = str(options.seed * 1_000_000 + start)
        command = [sys.executable, "-X", "faulthandler", __file__, "--child",
                   "--mutations", str(n), "--seed", seed]  # fmt: skip
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            hung += 1
            continue
        crashed += done.returncode != 0
        found.update(json.loads(done.stdout) if not done.returncode else {})
    return report(found, crashed, hung, round(time.monotonic() - started))


def report(found: Counter[str], crashed: int, hung: int, seconds: int) -> int:
    """Print and write what was found; return 1 if anything but refusals and right answers was."""
    checks = dict(found.most_common())
    record = {"mutations": found.total(), "crashed": crashed, "hung": hung, "seconds": seconds,
              "size_bytes": sum(map(len, load_seed().values())), "checks": checks}  # fmt: skip
    rows = "".join(f"| {name} | {n} |\n" for name, n in checks.items())
    text = (
        "# Mutations of a model folder\n\nWritten by `make fuzz`. Every mutation was refused by a"
        " `ModelError` or gave finite numbers.\n\n"
        f"{record['mutations']} mutations of {record['size_bytes']} bytes in {seconds} s, {crashed}"
        f" runs of 5000 crashed, {hung} hung.\n\n| check that spoke | mutations |\n| --- | --- |\n"
        f"{rows}"
    )
    keep("fuzz", record, text)
    print(text)
    return int(bool(crashed or hung))


if __name__ == "__main__":
    sys.exit(main())
