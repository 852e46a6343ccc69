"""The state of a run: what it is of, whether it is complete, whether another may go on with it."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from stance.batch.plan import Task, dump_task
from stance.batch.walk import MANIFEST
from stance.batch.work import Settings
from stance.errors import BatchError

FORMAT: Final = 1
WORK: Final = ".work"
RESULTS: Final = ("articles", "paragraphs", "articles.jsonl", "paragraphs.jsonl",
                  "articles.csv", "paragraphs.csv", "errors.jsonl")  # fmt: skip


def describe(settings: Settings, selection: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Return all that decides about the rows, as plain data."""
    return {
        "stance": version("stance"),
        "model_sha256": model,
        "settings": json.loads(json.dumps(asdict(settings))),
        "selection": json.loads(json.dumps(selection)),
    }


def prepare(out: Path, description: Mapping[str, Any], tasks: Iterable[Task]) -> dict[str, Any]:
    """Make the folders of a run, or find those of the same run; return its manifest.

    Raises
    ------
    BatchError
        If `out` holds results of other settings, another model or other files.
    """
    try:
        before = read_manifest(out)
        if before is None:
            _refuse_foreign(out)
            shutil.rmtree(out / WORK, ignore_errors=True)
        else:
            _compare(out, before, description)
        (out / WORK).mkdir(parents=True, exist_ok=True)
        found = _write_plan(out / WORK, tasks)
        if before is not None:
            if before["input"] != found:
                raise BatchError(
                    f"{out}: holds results of {before['input']['n_files']} files, which have"
                    f" changed since (now {found['n_files']} files); give another --out, or"
                    f" remove {out} to start anew"
                )
            return before
        manifest = {"stance_batch": FORMAT, **description, "input": found, "complete": False}
        write_manifest(out, manifest)
    except OSError as error:
        raise unwritable(out, error) from error
    return manifest


def unwritable(out: Path | str, error: OSError) -> BatchError:
    """Return the one message for a full disk, a read-only folder and the like."""
    return BatchError(
        f"{out}: cannot write: {error.strerror or error}; free or choose another place, then run"
        " the same command again"
    )


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Read the manifest of a folder; None where there is none.

    Raises
    ------
    BatchError
        If it is not one of ours, or of another format.
    """
    path = out / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise BatchError(f"{out}: expected a folder, found a file; give another --out") from None
    except ValueError as error:
        raise BatchError(f"{path}: not JSON ({error}); give another --out") from error
    if not isinstance(found, dict) or found.get("stance_batch") != FORMAT:
        raise BatchError(f"{path}: not a manifest of this stance; give another --out")
    return found


def write_manifest(out: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest at once or not at all."""
    draft = out / WORK / MANIFEST
    draft.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    draft.rename(out / MANIFEST)


def _write_plan(work: Path, tasks: Iterable[Task]) -> dict[str, Any]:
    """Spool the tasks to disk, so that memory does not grow with the number of files."""
    digest, last, n_files, n_tasks, n_bytes = hashlib.sha256(), None, 0, 0, 0
    draft = work / "plan.new"
    with draft.open("w", encoding="utf-8") as file:
        for task in tasks:
            line = dump_task(task)
            digest.update(line.encode())
            file.write(line)
            n_tasks += 1
            for piece in task.pieces:
                n_files += piece.file.id != last
                last = piece.file.id
                n_bytes += piece.n_bytes
    draft.rename(work / "plan.jsonl")
    return {"n_files": n_files, "n_bytes": n_bytes, "n_tasks": n_tasks,
            "sha256": digest.hexdigest()}  # fmt: skip


def _refuse_foreign(out: Path) -> None:
    for name in RESULTS:
        if (out / name).exists():
            raise BatchError(
                f"{out}: holds {name} but no {MANIFEST}; give another --out, or remove {name}"
            )


def _compare(out: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    differences = [*_differences("", before, now, list(now))]
    if differences:
        raise BatchError(
            f"{out}: holds results of other settings ({'; '.join(differences)}); give another"
            f" --out, the same settings, or remove {out} to start anew"
        )


def _differences(
    prefix: str, before: Mapping[str, Any], now: Mapping[str, Any], names: Sequence[str]
) -> Iterable[str]:
    for name in names:
        old, new = before.get(name), now[name]
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(f"{name}.", old, new, list(new))
        else:
            yield f"{prefix}{name} was {old!r}, is {new!r}"
