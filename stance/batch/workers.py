"""Tasks -> workers: all of them busy, and what ended one of them found and left out."""

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stance.batch.limits import limit_memory
from stance.batch.plan import Task
from stance.batch.work import Counts, Model, Settings, load_classifier, run_task
from stance.errors import BatchError

# Tasks in hand for each worker; the pool passes on as many at once, and one more.
AHEAD: Final = 2
_LOOK_S: Final = 1.0
_PASS_ON_S: Final = 1.0  # a hundred times what it takes
_CLOSE_S: Final = 0.1  # or the end of the interpreter finds locks of the pool half put away
_ENDED: Final = "ended its worker: a crash, too much memory, or a hang in native code"

Skip = dict[int, str] | None
Promise = Future[tuple[int, Counts]]
Submit = Callable[[Executor, Task, Skip], Promise]
Finish = Callable[[Task, Counts], None]


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the tasks.

    Attributes
    ----------
    n_workers : int
    pool : callable
        Gives an executor of so many workers; asked again after a worker has died.
    submit : callable
        Hands a task to an executor: with None, or alone and with the pieces to leave out.
    end : callable
        Stops an executor at once; what it has in hand, which it is told, is done again by the next
        run.
    """

    n_workers: int
    pool: Callable[[int], Executor]
    submit: Submit
    end: Callable[[Executor, Collection[Promise]], None]


def run_all(tasks: Iterator[Task], work: Path, workers: Workers, finish: Finish) -> None:
    """Do all tasks; a file that ends its worker becomes an error.

    Parameters
    ----------
    finish : callable
        Told of each task that is done, in any order.

    Raises
    ------
    BatchError
        If workers die whatever they read, or what a task or `finish` raises.
    """
    while lost := _run(tasks, workers, finish):
        for task in lost:
            _run_alone(task, work, workers, finish)


def local_workers(n_workers: int, settings: Settings, work: Path, model: Model) -> Workers:
    """Return worker processes on this machine, each bound to so much memory."""

    def submit(executor: Executor, task: Task, skip: Skip) -> Promise:
        return executor.submit(run_local, task, settings, str(work), model, skip)

    return Workers(n_workers, local_pool(settings.megabytes), submit, kill_local)


def run_local(
    task: Task, settings: Settings, work: str, model: Model, skip: Skip
) -> tuple[int, Counts]:
    """Do a task with a model that is loaded once a process."""
    return run_task(task, settings, work, load_classifier(model), skip)


def local_pool(megabytes: int) -> Callable[[int], Executor]:
    """Return a maker of worker processes on this machine."""
    from joblib.externals.loky import get_reusable_executor  # a fifth of a second

    def pool(n_workers: int) -> Executor:
        executor: Executor = get_reusable_executor(
            max_workers=n_workers, initializer=start_worker, initargs=(megabytes, os.getpid())
        )
        return executor

    return pool


def kill_local(executor: Executor, in_hand: Collection[Promise]) -> None:
    """Kill the processes of an executor, when it has passed on all that it has in hand.

    It stumbles over what still waits to be passed on, and prints a traceback.
    """
    end = time.monotonic() + _PASS_ON_S
    while not all(p.running() or p.done() for p in in_hand) and time.monotonic() < end:
        time.sleep(0.005)
    executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]
    time.sleep(_CLOSE_S)


def start_worker(megabytes: int, parent: int) -> None:
    """Leave Ctrl-C to the parent, bound the memory, and end with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    limit_memory(megabytes)


def _end_with(parent: int) -> None:
    """End this process when the parent was killed: loky's workers would wait for it for ever."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)


def _run(tasks: Iterator[Task], workers: Workers, finish: Finish) -> list[Task]:
    """Keep the workers busy; return the tasks that were lost, all in hand where a worker died."""
    task = next(tasks, None)
    if task is None:
        return []
    executor = workers.pool(workers.n_workers)
    running: dict[Promise, Task] = {}
    lost: list[Task] = []
    try:
        while task is not None or running:
            while task is not None and len(running) < workers.n_workers * AHEAD:
                running[workers.submit(executor, task, None)] = task
                task = next(tasks, None)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                try:
                    finish(running[future], future.result()[1])
                except MemoryError:
                    lost.append(running[future])
                del running[future]
    except BrokenExecutor:
        return [*lost, *running.values(), *([] if task is None else [task])]
    except BaseException:
        workers.end(executor, running)
        raise
    return lost


def _run_alone(task: Task, work: Path, workers: Workers, finish: Finish) -> None:
    """Do a task that may have ended its worker; leave out the files that do so again."""
    # A hang is known to be one; whatever else ends a worker may have come from outside.
    skip: Skip = _culprit(task, work, {}) if _has_hung(task, work) else None
    while True:
        executor = workers.pool(1)
        in_hand: list[Promise] = []
        try:
            in_hand.append(workers.submit(executor, task, skip))
            finish(task, in_hand[0].result()[1])
            return
        except (BrokenExecutor, MemoryError):
            skip = {} if skip is None else {**skip, **_culprit(task, work, skip)}
        except BaseException:
            workers.end(executor, in_hand)
            raise


def _has_hung(task: Task, work: Path) -> bool:
    mark = work / f"{task.number}.hung"
    return mark.exists() and mark.stat().st_size > 0


def _culprit(task: Task, work: Path, skip: dict[int, str]) -> dict[int, str]:
    """Return the piece that a dead worker was at."""
    try:
        at = int((work / f"{task.number}.now").read_bytes())
    except (OSError, ValueError):
        at = -1
    if at in skip or at < 0:
        raise BatchError(
            f"{work.parent}: workers end without reading a file; see that there is memory"
            " for --jobs processes, then run the same command again"
        )
    return {at: _ENDED}
