"""Seconds and memory of a worker: a document that takes too much is an error, not the end."""

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Self

from stance.batch.alarm import ThreadAlarm

GRACE_S: Final = 2.0  # between the exception and the end of a process that does not heed it
_REARM_S: Final = 1.0  # arming starts a thread, too dear for each document


class TooSlowError(Exception):
    """Raised in the code that takes too long; nothing else catches it."""


class Watch:
    """Bounds the time of one step after another.

    A step that takes longer than `seconds` gets a TooSlowError; one that does not heed it, such
    as a loop in native code, ends the process some seconds later and leaves a word in `mark`. Off
    the main thread, or where the system has no interval timer, only the error comes.
    """

    def __init__(self, seconds: float, mark: str | os.PathLike[str] = os.devnull) -> None:
        self._seconds, self._mark = seconds, mark
        main = threading.current_thread() is threading.main_thread()
        self._works = main and hasattr(signal, "setitimer")
        self._armed_until = 0.0
        self._alarm = None if self._works else ThreadAlarm(seconds, TooSlowError)

    def __enter__(self) -> Self:
        if self._works:
            self._before = signal.signal(signal.SIGALRM, _raise)
            self._file = open(self._mark, "wb")  # closed on exit
        elif self._alarm is not None:
            self._alarm.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        if self._works:
            self.disarm()
            signal.signal(signal.SIGALRM, self._before)
            self._file.close()
        elif self._alarm is not None:
            self._alarm.__exit__(*details)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Bound what is done inside."""
        if self._alarm is not None:
            with self._alarm.step():
                yield
            return
        now = time.monotonic()
        if now >= self._armed_until:
            after: Any = self._seconds + GRACE_S + _REARM_S
            faulthandler.dump_traceback_later(after, exit=True, file=self._file)
            self._armed_until = now + _REARM_S
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def disarm(self) -> None:
        """Let what comes before the next step take its time."""
        if self._works:
            faulthandler.cancel_dump_traceback_later()
            self._armed_until = 0.0


def limit_memory(megabytes: int) -> None:
    """Make an allocation that is too much a MemoryError, where the system can.

    Parameters
    ----------
    megabytes : int
        Beyond what the process has now.
    """
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:
            used = int(pages.read().split()[5]) * resource.getpagesize()
    except OSError:
        return
    size = used + (megabytes << 20)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def _raise(number: int, frame: FrameType | None) -> None:
    raise TooSlowError
