"""Try a file of tasks and its interface against Label Studio's own checks of an import.

``python tests/peer_label_studio.py tasks.json tasks.xml`` in an environment that has label-studio
(``make peers``). The tasks go through the validator of the import, the predictions through that of
the interface; then copies with planted faults must be refused, or the check would check nothing.
"""

import copy
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(argv: list[str]) -> int:
    """Check the tasks of argv; return 0 where all is accepted and every fault refused."""
    tasks = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    config = Path(argv[1]).read_text(encoding="utf-8")
    importer, interface = load_importer(config), load_interface(config)
    wrong = importer(tasks) + interface(tasks)
    for name, fault in FAULTS.items():
        broken = copy.deepcopy(tasks)
        fault(broken[0])
        if not importer(broken) + interface(broken):
            wrong.append(f"accepted, though {name}")
    print("\n".join(wrong) or f"{len(tasks)} tasks: accepted by Label Studio")
    return int(bool(wrong))


def load_importer(config: str) -> Callable[[list[Any]], list[str]]:
    """Return the check that Label Studio's server makes of imported tasks."""
    import label_studio  # type: ignore[import-not-found]

    sys.path.insert(0, str(Path(label_studio.__file__).parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.label_studio")
    os.environ["LABEL_STUDIO_BASE_DATA_DIR"] = tempfile.mkdtemp()
    os.environ["LATEST_VERSION_CHECK"] = "false"
    import django  # type: ignore[import-not-found]

    django.setup()
    logging.disable()
    from projects.models import Project  # type: ignore[import-not-found]
    from rest_framework.exceptions import ValidationError  # type: ignore[import-not-found]
    from tasks.validation import TaskValidator  # type: ignore[import-not-found]

    project = Project(label_config=config)

    def check(tasks: list[Any]) -> list[str]:
        try:
            TaskValidator(project).to_internal_value(copy.deepcopy(tasks))
        except ValidationError as error:
            return [f"import: {item}" for item in error.detail if item]
        return []

    return check


def load_interface(config: str) -> Callable[[list[Any]], list[str]]:
    """Return the check of an interface, and of predictions against it."""
    from label_studio_sdk.label_interface import (  # type: ignore[import-not-found]
        LabelInterface,
    )

    interface = LabelInterface(config)
    interface.validate()

    def check(tasks: list[Any]) -> list[str]:
        return [
            f"task {number}: {error}"
            for number, task in enumerate(tasks, 1)
            for prediction in task["predictions"]
            for error in interface.validate_prediction(prediction, return_errors=True)
        ]

    return check


def _without_text(task: dict[str, Any]) -> None:
    del task["data"]["text"]


def _unknown_label(task: dict[str, Any]) -> None:
    task["predictions"][0]["result"][0]["value"]["choices"] = ["no such label"]


def _unknown_control(task: dict[str, Any]) -> None:
    task["predictions"][0]["result"][0]["from_name"] = "elsewhere"


def _impossible_score(task: dict[str, Any]) -> None:
    task["predictions"][0]["score"] = 1.5


FAULTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "the text is missing": _without_text,
    "the label is none of the interface": _unknown_label,
    "the control is none of the interface": _unknown_control,
    "the score is above 1": _impossible_score,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
