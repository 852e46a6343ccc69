"""Chosen paragraphs -> tasks for Label Studio, for potato, or a table to fill in."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from stance.batch.writers import neutralise
from stance.errors import DataError
from stance.rounds.codebook import Codebook
from stance.rounds.sampling import Chosen

FORMATS: Final = {".json": "label-studio", ".jsonl": "potato", ".csv": "csv"}
_DIGITS: Final = 4


def format_of(path: str, asked: str | None = None) -> str:
    """Return the format of a file of tasks: as asked, or by the ending of its name.

    Raises
    ------
    DataError
        If the ending says nothing.
    """
    found = asked or FORMATS.get(Path(path).suffix.lower())
    if found is None:
        raise DataError(
            f"{path}: expected a name ending in .json (Label Studio), .jsonl (potato) or .csv;"
            " or give --format"
        )
    return found


def write_tasks(
    path: str, chosen: Sequence[Chosen], codebook: Codebook, model: str, format_name: str,
    folder_labels: Sequence[str],
) -> list[Path]:  # fmt: skip
    """Write tasks, and beside them the configuration that their program needs.

    Parameters
    ----------
    codebook : Codebook
        The labels to choose from.
    model : str
        Name of the model whose labels are shown as predictions.
    folder_labels : sequence of str
        The order of the paragraphs' probabilities.

    Returns
    -------
    list of Path
        The files written.
    """
    target = Path(path)
    files: dict[Path, str] = {}
    if format_name == "label-studio":
        tasks = [label_studio_task(one, codebook, model) for one in chosen]
        files[target] = json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"
        files[target.with_suffix(".xml")] = label_studio_config(codebook)
    elif format_name == "potato":
        rows = ({"id": one.id, "text": one.paragraph.text} for one in chosen)
        files[target] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        files[target.with_suffix(".yaml")] = potato_config(target.name, codebook)
    try:
        if format_name == "csv":
            _write_csv(target, chosen, folder_labels)
            return [target]
        for name, content in files.items():
            name.write_text(content, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give another --out") from error
    return list(files)


def label_studio_task(one: Chosen, codebook: Codebook, model: str) -> dict[str, Any]:
    """Return a task of Label Studio, with the model's label as its prediction."""
    paragraph = one.paragraph
    data: dict[str, Any] = {
        "text": paragraph.text,
        "id": one.id,
        "article": paragraph.article,
        "part": paragraph.part,
        "margin": round(one.margin, _DIGITS),
        "entropy": round(one.entropy, _DIGITS),
    }
    if one.disagreement is not None:
        data["disagreement"] = round(one.disagreement, _DIGITS)
    task: dict[str, Any] = {"data": data}
    if paragraph.label in codebook.labels:
        score = round(max(paragraph.proba), _DIGITS)
        choice = {
            "id": "label",
            "from_name": "label",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": [paragraph.label]},
            "score": score,
        }
        task["predictions"] = [{"model_version": model, "score": score, "result": [choice]}]
    return task


def label_studio_config(codebook: Codebook) -> str:
    """Return the labelling interface that the tasks fit."""
    choices = "".join(
        f"    <Choice value={quoteattr(label)}{_hint(codebook, label)}/>\n"
        for label in codebook.labels
    )
    return (
        '<View>\n  <Text name="text" value="$text"/>\n'
        '  <Choices name="label" toName="text" choice="single" required="true">\n'
        f"{choices}  </Choices>\n</View>\n"
    )


def _hint(codebook: Codebook, label: str) -> str:
    definition = codebook.definitions.get(label)
    return f" hint={quoteattr(definition)}" if definition else ""


def potato_config(data_file: str, codebook: Codebook) -> str:
    """Return potato's configuration; JSON, which is YAML too."""
    labels = [
        {"name": label, "tooltip": codebook.definitions.get(label, label)}
        for label in codebook.labels
    ]
    config = {
        "annotation_task_name": "stance",
        "task_dir": ".",
        "data_files": [data_file],
        "item_properties": {"id_key": "id", "text_key": "text"},
        "output_annotation_dir": "annotation_output/",
        "annotation_schemes": [
            {
                "annotation_type": "radio",
                "name": "label",
                "description": "Which label does this paragraph have?",
                "labels": labels,
                "sequential_key_binding": True,
                "label_requirement": {"required": True},
            }
        ],
    }
    return json.dumps(config, ensure_ascii=False, indent=1) + "\n"


def _write_csv(target: Path, chosen: Sequence[Chosen], labels: Sequence[str]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        names = [f"p_{label}" for label in labels]
        writer.writerow(["id", "text", "label", "article", "part", "predicted", *names])
        for one in chosen:
            paragraph = one.paragraph
            texts = [one.id, paragraph.text]
            proba = [f"{value:.{_DIGITS}f}" for value in paragraph.proba]
            writer.writerow([*map(neutralise, texts), "", neutralise(paragraph.article),
                             paragraph.part, paragraph.label, *proba])  # fmt: skip
