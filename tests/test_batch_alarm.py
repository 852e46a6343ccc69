"""A step of a thread that takes too long gets an error; what comes after it does not."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stance.batch.limits import TooSlowError, Watch


def in_thread(task: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            task()
        except BaseException as error:  # told to the test, in its own thread
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    if errors:
        raise errors[0]


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_slow_step_off_the_main_thread_is_ended() -> None:
    def task() -> None:
        with Watch(0.05) as watch:
            with pytest.raises(TooSlowError), watch.step():
                spin(10)
            with watch.step():
                pass
            spin(0.3)

    started = time.monotonic()
    in_thread(task)
    assert time.monotonic() - started < 5


def test_steps_that_are_fast_enough_are_let_alone() -> None:
    def task() -> None:
        with Watch(0.5) as watch:
            for _ in range(5):
                with watch.step():
                    spin(0.05)
            spin(1.0)

    in_thread(task)


def test_a_late_alarm_does_not_hit_what_comes_next(tmp_path: Path) -> None:
    def task() -> None:
        for _ in range(30):
            with Watch(0.0) as watch:
                try:
                    with watch.step():
                        time.sleep(0.1)
                except TooSlowError:
                    pass
                spin(0.005)

    in_thread(task)


def test_an_alarm_that_something_swallows_rings_again() -> None:
    """As a callback of the garbage collector does, where errors are printed and forgotten."""

    def spin_twice() -> None:
        with contextlib.suppress(TooSlowError):
            spin(10)
        spin(10)

    def task() -> None:
        with Watch(0.05) as watch, pytest.raises(TooSlowError), watch.step():
            spin_twice()

    started = time.monotonic()
    in_thread(task)
    assert time.monotonic() - started < 9


def test_code_can_be_traced_after_an_alarm() -> None:
    """In a process of its own, as an interpreter that still expects an alarm would never end."""
    code = (
        "import sys\n"
        "from stance.batch.alarm import ThreadAlarm\n"
        "with ThreadAlarm(0.05, TimeoutError) as alarm:\n"
        "    try:\n"
        "        with alarm.step():\n"
        "            while True:\n"
        "                pass\n"
        "    except TimeoutError:\n"
        "        sys.settrace(lambda *_: None)\n"
        "        (lambda: None)()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
