"""An alarm for a thread: workers of a cluster run tasks where signals do not come."""

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

_POLL_S: Final = 0.1
_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


class ThreadAlarm:
    """Raises an error in the thread that made it, while a step of that takes too long.

    Code that never comes back to the interpreter does not hear it.
    """

    def __init__(self, seconds: float, error: type[BaseException]) -> None:
        self._seconds, self._error = seconds, error
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._deadline = float("inf")
        self._rung = False
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._closed.set()
        self._watcher.join()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Bound what is done inside."""
        with self._lock:
            self._deadline = time.monotonic() + self._seconds
        try:
            yield
        finally:
            with self._lock:
                self._deadline = float("inf")
                rung, self._rung = self._rung, False
            if rung:
                self._hear()

    def _hear(self) -> None:
        """Have an error raised here, in place of one that may still be on its way.

        To call one back, as the API of C allows, leaves a mark in the interpreter of 3.11 that
        something is: code that is traced then runs for ever.
        """
        try:
            _raise_in(self._thread, self._error)
            while True:
                time.sleep(0)
        except self._error:
            return

    def _watch(self) -> None:
        while not self._closed.wait(_POLL_S):
            with self._lock:
                if time.monotonic() > self._deadline:
                    self._deadline, self._rung = float("inf"), True
                    _raise_in(self._thread, self._error)
