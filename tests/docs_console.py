"""Run the console examples of the documentation and compare their output.

``python tests/docs_console.py docs/*.md`` runs every command of every fenced ``console`` block.
The blocks of one file are one session of bash, in a fresh folder that stands for the checkout: it
holds a copy of examples/, and links to train/ and model/. A command stands behind ``$ ``, its
further lines behind ``> ``; below it stands what it prints, on both streams. ``...`` stands for
anything within a line, alone on a line for any lines. A command may fail only where the next one is
``echo $?``. ``--accept`` writes the real output over each that differs, and keeps lines with
``...`` that fit.
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_BLOCK: Final = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)
_COMMAND: Final = re.compile(r"^\$ (.*\n(?:>(?: .*)?\n)*)((?:(?!\$ ).*\n)*)", re.M)
_MARK: Final = "\x1eended "


def find_commands(text: str) -> list[tuple[str, int, int]]:
    """Return each command of a Markdown text, and where its output begins and ends in it."""
    found = [match for b in _BLOCK.finditer(text) for match in _COMMAND.finditer(text, *b.span())]
    return [(re.sub(r"^> ?", "", m[1], flags=re.M).rstrip("\n"), *m.span(2)) for m in found]


def run_session(commands: Sequence[str], folder: Path) -> list[tuple[str, int]]:
    """Run commands in one shell; return output and exit code of each that came to its end."""
    ending = f"\n__status=$?; printf '{_MARK}%s\\n' $__status; (exit $__status)\n"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    done = subprocess.run(
        ["bash", "-c", "".join(command + ending for command in commands)], cwd=folder,
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=600, check=False,
    )  # fmt: skip
    told = done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    pieces = re.split(f"{_MARK}(\\d+)\n", told)
    outputs = [f"{piece}\n" if piece and piece[-1] != "\n" else piece for piece in pieces[::2]]
    return list(zip(outputs, map(int, pieces[1::2]), strict=False))


def agrees(shown: str, output: str) -> bool:
    """Say whether output is what is shown, where ``...`` stands for anything."""
    lines = [re.escape(line).replace(r"\.\.\.", ".*") for line in shown.splitlines()]
    pattern = "".join("(?:.*\n)*" if line == ".*" else f"{line}\n" for line in lines)
    return re.fullmatch(pattern, output) is not None


def merge(shown: str, output: str) -> str:
    """Return output, but each line with ``...`` that was shown where it fits."""
    kept = [f"{line}\n" for line in shown.splitlines() if "..." in line.strip(".")]
    lines = output.splitlines(keepends=True)
    return "".join(next((k for k in kept if agrees(k, line)), line) for line in lines)


def check(path: Path, accept: bool = False) -> list[str]:
    """Run one file; return what is wrong with it, one text a command."""
    accepted = text = path.read_text(encoding="utf-8")
    commands = find_commands(text)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(ROOT / "examples", Path(scratch) / "examples")
        for name in ("train", "model"):
            (Path(scratch) / name).symlink_to(ROOT / name)
        results = run_session([command for command, _, _ in commands], Path(scratch))
    wrong = [f"{path}: `{command}`: not reached" for command, _, _ in commands[len(results) :]]
    followers = [command for command, _, _ in commands[1:]] + [""]
    told = list(zip(commands, followers, results, strict=False))
    for (command, start, end), follower, (output, status) in reversed(told):
        if status and follower != "echo $?":
            wrong.append(f"{path}: `{command}`: exit code {status}; show it with `echo $?`")
        if agrees(text[start:end], output):
            continue
        accepted = accepted[:start] + merge(text[start:end], output) + accepted[end:]
        if not accept:
            lines = difflib.ndiff(text[start:end].splitlines(), output.splitlines())
            wrong.append("\n".join([f"{path}: `{command}`: prints something else", *lines]))
    if accept:
        path.write_text(accepted, encoding="utf-8")
    return wrong[::-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--accept", action="store_true", help="write the real output")
    options = parser.parse_args()
    wrong = [fault for path in options.files for fault in check(path, options.accept)]
    print("\n\n".join(wrong) or f"{len(options.files)} files: every example prints what it shows")
    sys.exit(bool(wrong))
