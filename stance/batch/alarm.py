"""An alarm for a thread: workers of a cluster run tasks where signals do not come."""

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

_POLL_S: Final = 0.1
_AGAIN_S: Final = 0.5  # an error that lands in a callback of the garbage collector is lost
_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


class ThreadAlarm:
    """Raises an error in the thread that made it, again and again while a step takes too long.

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
            self._end()

    def _end(self) -> None:
        """Let no alarm come any more, whenever the last one comes.

        One that may still be on its way is heard here. To call it back, as the API of C allows,
        leaves a mark in the interpreter of 3.11 that something is: traced code then runs for ever.
        """
        while True:
            try:
                with self._lock:
                    self._deadline = float("inf")
                while self._rung:
                    _raise_in(self._thread, self._error)
                    time.sleep(0)
                return
            except self._error:
                self._rung = False

    def _watch(self) -> None:
        while not self._closed.wait(_POLL_S):
            with self._lock:
                now = time.monotonic()
                if now > self._deadline:
                    self._deadline, self._rung = now + _AGAIN_S, True
                    _raise_in(self._thread, self._error)
