"""The same text gives the same numbers, whatever the surroundings, the thread or the process."""

import hashlib
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import stance

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ["The ministers signed the pact.", "İstanbul'da “savaş” may end.", "WAR! " * 300, ""]
CODE = (
    "import hashlib, sys, stance\n"
    "a = stance.read_article(sys.argv[1])\n"
    f"found = stance.predict_proba({TEXTS!a})\n"
    "print(hashlib.sha256(found.tobytes() + repr(stance.framing_mix(a)).encode()).hexdigest())\n"
)
EXAMPLE = ROOT / "examples" / "the-inspectors-who-stayed-home.txt"


def digest_under(**environment: str) -> str:
    """Return the digest of all numbers, made by a process in these surroundings."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(EXAMPLE)], env={**os.environ, **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_locale_time_zone_and_hash_seed_change_no_bit() -> None:
    first = digest_under(LC_ALL="C", TZ="UTC", PYTHONHASHSEED="0")
    assert digest_under(LC_ALL="tr_TR.UTF-8", TZ="Asia/Kathmandu", PYTHONHASHSEED="1") == first
    assert digest_under(LC_ALL="de_DE.ISO-8859-1", PYTHONUTF8="0", PYTHONHASHSEED="77") == first


def test_threads_that_share_a_classifier_get_the_answers_of_one() -> None:
    texts = [f"{text} It was number {i}. " * 60 for i in range(40) for text in TEXTS]
    expected = hashlib.sha256(stance.predict_proba(texts).tobytes()).hexdigest()
    found: list[str] = []

    def work() -> None:
        proba = [stance.predict_proba(texts) for _ in range(3)]
        found.extend(hashlib.sha256(rows.tobytes()).hexdigest() for rows in proba)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 18


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_either_kind_give_the_same_answers(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"{method} is not to be had on this system")
    expected = stance.predict_proba(TEXTS).tolist()  # the model is loaded before the fork
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(proba_of, [TEXTS] * 4) == [expected] * 4


def proba_of(texts: list[str]) -> list[list[float]]:
    """Return probabilities as plain lists."""
    found: list[list[float]] = stance.predict_proba(texts).tolist()
    return found


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timer on this system")
def test_signals_in_the_middle_of_scoring_change_nothing() -> None:
    expected, n_heard = stance.predict_proba(TEXTS).tolist(), [0]

    def hear(*_: object) -> None:
        n_heard[0] += 1
        stance.predict(TEXTS[0])  # the kernel is entered again

    before = signal.signal(signal.SIGALRM, hear)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    try:
        while n_heard[0] < 10:
            assert stance.predict_proba(TEXTS).tolist() == expected
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_memory_is_flat_over_a_long_loop() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("the system does not say how much memory a process has")
    script = Path(__file__).parent / "endurance.py"
    command = [sys.executable, str(script), "--quiet", "--paragraphs", "100000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = set(re.findall(r"`(tests/\w+\.py)`", (ROOT / "docs/security.md").read_text("utf-8")))
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
