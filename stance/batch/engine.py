"""A run: plan, work on all cores, put together; may be killed and started again at any moment."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from os import O_RDONLY, close, path
from os import open as open_fd
from pathlib import Path
from typing import Any, Literal

from stance.batch.assemble import assemble
from stance.batch.cluster import dask_workers
from stance.batch.manifest import WORK, describe, prepare, unwritable, write_manifest
from stance.batch.place import (
    Place,
    fetch_task,
    keep_manifest,
    keep_results,
    keep_task,
    open_place,
)
from stance.batch.plan import Task, iter_tasks, load_tasks
from stance.batch.summary import Progress, Summary
from stance.batch.walk import Selection, iter_files
from stance.batch.work import Counts, Model, Settings, digest_of
from stance.batch.workers import Workers, local_workers, run_all
from stance.classifier import Classifier
from stance.errors import BatchError
from stance.likeness import judge


def score_folder(
    paths: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    settings: Settings | None = None,
    selection: Selection | None = None,
    model: str | Path | None = None,
    jobs: int | None = None,
    backend: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    strict: bool = False,
    progress: bool = False,
) -> Summary:
    """Score every article below `paths` and write the rows to the folder `out`.

    A run that was killed goes on where it was when it is called again with the same arguments.

    Parameters
    ----------
    paths : path or sequence of paths
        Files and folders; rows come in this order, and by name within a folder.
    out : path or str
        Gets ``articles``, ``paragraphs``, ``errors.jsonl`` and ``manifest.json``: a folder, or an
        address such as ``s3://bucket/news`` that fsspec can open.
    model : path or None
        A model folder; None: the shipped one.
    jobs : int or None
        Worker processes; None: one a core. Has no influence on the rows.
    backend : {"local", "dask"}
        Processes on this machine, or the workers of a dask cluster, which see `paths` and `out`
        under the same names.
    scheduler : str or None
        Address of the dask scheduler; None: a cluster on this machine.
    strict : bool
        Stop at the first file that cannot be scored.
    progress : bool
        Show a bar on stderr, if that is a terminal.

    Raises
    ------
    BatchError
        If `out` cannot be written, belongs to other settings or other files, or, with `strict`,
        if a file cannot be scored.
    """
    started = time.monotonic()
    settings, selection = settings or Settings(), selection or Selection()
    chosen = [paths] if isinstance(paths, str | Path) else list(paths)
    classifier = Classifier.load(model)
    reference = Model(None if model is None else path.abspath(model), digest_of(classifier))
    n_jobs = _n_jobs(jobs)
    with open_place(out) as place:
        folder, work = place.folder, place.folder / WORK
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
        with _sole_user(folder):
            tasks = iter_tasks(iter_files(chosen, selection, folder))
            description = describe(settings, asdict(selection), reference.sha256)
            manifest = prepare(folder, description, tasks)
            if not manifest["complete"]:
                keep_manifest(place)
                chosen_workers: AbstractContextManager[Workers] = (
                    dask_workers(scheduler, n_jobs, settings, place, classifier)
                    if backend == "dask"
                    else nullcontext(local_workers(n_jobs, settings, work, reference))
                )
                with (
                    Progress(manifest["input"]["n_bytes"], show=progress) as bar,
                    chosen_workers as workers,
                ):
                    keep = fetch_task if backend == "dask" else keep_task
                    _work_through(place, workers, strict, bar, keep)
                manifest = _put_together(place, manifest, settings, classifier)
            shutil.rmtree(work, ignore_errors=True)
    seconds = time.monotonic() - started
    found = manifest.get("likeness")
    return Summary(
        place.name, manifest["input"]["n_files"], **manifest["totals"], seconds=seconds,
        unlike=tuple(found["problems"]) if found else (),
    )  # fmt: skip


def _put_together(
    place: Place, manifest: dict[str, Any], settings: Settings, classifier: Classifier
) -> dict[str, Any]:
    n_tasks = manifest["input"]["n_tasks"]
    try:
        work = place.folder / WORK
        totals = assemble(work, place.folder, n_tasks, settings, classifier.labels)
        manifest = {**manifest, "complete": True, "totals": totals.as_dict()}
        if classifier.artefact.reference:
            likeness = judge(totals.tally, classifier.artefact.reference)
            manifest["likeness"] = likeness.as_dict()
        write_manifest(place.folder, manifest)
        keep_results(place)
    except OSError as error:
        raise unwritable(place.folder, error) from error
    return manifest


def _n_jobs(jobs: int | None) -> int:
    if jobs is not None:
        if jobs < 1:
            raise BatchError(f"jobs: expected 1 or more, found {jobs}; leave it out for all cores")
        return jobs
    import joblib  # a fifth of a second, needed by batches only

    return int(joblib.cpu_count())


@contextmanager
def _sole_user(folder: Path) -> Iterator[None]:
    """Hold the folder: two runs in it at a time would undo each other's work."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        yield
        return
    handle = open_fd(folder, O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        close(handle)
        raise BatchError(f"{folder}: another run writes here; wait for it to end") from None
    try:
        yield
    finally:
        close(handle)


def _work_through(
    place: Place,
    workers: Workers,
    strict: bool,
    bar: Progress,
    keep: Callable[[str, Path, int], None],
) -> None:
    """Do all tasks that are not done yet."""
    work = place.folder / WORK
    done = _done(work, bar, strict)
    tasks = (task for task in load_tasks(work / "plan.jsonl") if task.number not in done)

    def finish(task: Task, counts: Counts) -> None:
        if place.url is not None:
            keep(place.url, work, task.number)
        bar.add(task, counts.n_articles)
        if strict and counts.errors:
            raise BatchError(f"{_first_error(work / str(task.number))}; stopped there, as told")

    run_all(tasks, work, workers, finish)


def _done(work: Path, bar: Progress, strict: bool) -> set[int]:
    """Return the tasks of an earlier run, and remove what it left unfinished."""
    done = set()
    for entry in work.iterdir():
        if entry.name.isdigit():
            done.add(int(entry.name))
        elif entry.name.split(".")[0].isdigit() and entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
    for task in load_tasks(work / "plan.jsonl") if done else ():
        if task.number in done:
            bar.skip(task)
            if strict and (work / str(task.number) / "errors").stat().st_size:
                found = _first_error(work / str(task.number))
                raise BatchError(f"{found}; stopped there, as told")
    return done


def _first_error(folder: Path) -> str:
    with (folder / "errors").open(encoding="utf-8") as rows:
        row = json.loads(next(rows))
    return f"{row['path']}: {row['reason']}; {row['advice']}"
