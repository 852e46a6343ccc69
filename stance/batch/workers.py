"""Tasks -> workers: all of them busy, and what ended one of them found and left out."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path
from typing import Final

from stance.batch.limits import limit_memory
from stance.batch.plan import Task
from stance.batch.work import Counts
from stance.errors import BatchError

AHEAD: Final = 3  # tasks in hand for each worker
_ENDED: Final = "ended its worker: a crash, too much memory, or a hang in native code"

Skip = dict[int, str] | None
Promise = Future[tuple[int, Counts]]
Submit = Callable[[Executor, Task, Skip], Promise]
Finish = Callable[[Task, Counts], None]
Pool = Callable[[int], Executor]


def run_all(
    tasks: Iterator[Task], work: Path, pool: Pool, n_jobs: int, submit: Submit, finish: Finish
) -> None:
    """Do all tasks on `n_jobs` workers; a file that ends its worker becomes an error.

    Parameters
    ----------
    pool : callable
        Gives an executor of so many workers; asked again after a worker has died.
    submit : callable
        Hands a task to an executor: with None, or alone and with the pieces to leave out.
    finish : callable
        Told of each task that is done, in any order.

    Raises
    ------
    BatchError
        If workers die whatever they read, or what `submit` and `finish` raise.
    """
    while lost := _run(tasks, pool, n_jobs, submit, finish):
        for task in lost:
            _run_alone(task, work, pool, submit, finish)


def local_pool(megabytes: int) -> Pool:
    """Return a maker of worker processes on this machine, each bound to so much memory."""
    from joblib.externals.loky import get_reusable_executor  # a fifth of a second

    def pool(n_jobs: int) -> Executor:
        executor: Executor = get_reusable_executor(
            max_workers=n_jobs, initializer=start_worker, initargs=(megabytes,)
        )
        return executor

    return pool


def start_worker(megabytes: int) -> None:
    """Leave Ctrl-C to the parent, and bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(megabytes)


def _run(
    tasks: Iterator[Task], pool: Pool, n_jobs: int, submit: Submit, finish: Finish
) -> list[Task]:
    """Keep the workers busy; return the tasks that were lost, all in hand where a worker died."""
    task = next(tasks, None)
    if task is None:
        return []
    executor = pool(n_jobs)
    running: dict[Promise, Task] = {}
    lost: list[Task] = []
    try:
        while task is not None or running:
            while task is not None and len(running) < n_jobs * AHEAD:
                running[submit(executor, task, None)] = task
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
        _end(executor)
        raise
    return lost


def _run_alone(task: Task, work: Path, pool: Pool, submit: Submit, finish: Finish) -> None:
    """Do a task that may have ended its worker; leave out the files that do so again."""
    skip: Skip = None
    while True:
        executor = pool(1)
        try:
            finish(task, submit(executor, task, skip).result()[1])
            return
        except (BrokenExecutor, MemoryError):
            skip = {} if skip is None else {**skip, **_culprit(task, work, skip)}
        except BaseException:
            _end(executor)
            raise


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


def _end(executor: Executor) -> None:
    """Stop the workers at once; what they have in hand is done again by the next run."""
    executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
