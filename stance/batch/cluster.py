"""Workers of a dask cluster: the same tasks, on machines that share the file system of --out."""

import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from stance.artefact import Artefact
from stance.batch.manifest import WORK
from stance.batch.place import Place, keep_task
from stance.batch.plan import Task
from stance.batch.work import Counts, Settings, run_task
from stance.batch.workers import Promise, Skip, Workers
from stance.classifier import Classifier
from stance.errors import BatchError


@contextmanager
def dask_workers(
    scheduler: str | None, n_jobs: int, settings: Settings, place: Place, classifier: Classifier
) -> Iterator[Workers]:
    """Connect to a scheduler, or start a cluster of `n_jobs` processes on this machine.

    The model is shipped once to each worker. A task whose worker is lost goes to another one.
    The limit of time holds for Python code alone, as workers run tasks in threads, which cannot be
    ended; that of memory is dask's own.

    Raises
    ------
    BatchError
        If dask is missing, or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise BatchError("dask: not installed; pip install 'stance[dask]'") from error
    try:
        client = (
            Client(scheduler, timeout="20s")
            if scheduler
            else Client(n_workers=n_jobs, threads_per_worker=1, dashboard_address=None)
        )
    except (OSError, ValueError) as error:
        raise BatchError(f"{scheduler}: no dask scheduler answers; see that it runs") from error
    work = None if place.url else str((place.folder / WORK).resolve())
    with client:
        shipped = client.scatter(classifier.artefact, broadcast=True, hash=False)

        def submit(executor: Executor, task: Task, skip: Skip) -> Promise:
            return executor.submit(run_shipped, task, settings, work, place.url, shipped, skip)

        n_workers = sum(client.nthreads().values()) or 1
        executor: Executor = client.get_executor(pure=False)
        yield Workers(n_workers, lambda _: executor, submit, give_up)


def run_shipped(
    task: Task,
    settings: Settings,
    work: str | None,
    url: str | None,
    artefact: Artefact,
    skip: Skip,
) -> tuple[int, Counts]:
    """Do a task with the model that was shipped, in a folder that all see or for an address."""
    if work is not None or url is None:
        return run_task(task, settings, str(work), Classifier(artefact), skip)
    with tempfile.TemporaryDirectory(prefix="stance-") as made:
        done = run_task(task, settings, made, Classifier(artefact), skip)
        keep_task(url, Path(made), task.number)
    return done


def give_up(executor: Executor, in_hand: Collection[Promise]) -> None:
    """Cancel what the cluster has in hand."""
    executor.shutdown(wait=False)
