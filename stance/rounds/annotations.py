"""JSON of labels -> cells by role: plain objects, Label Studio's export, potato's state files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from stance.errors import DataError
from stance.rounds.cells import USUAL_NAMES, Cells, Columns, find_columns

# Roles of the objects that are made of exports.
EXPORTED = Columns(**{role: role for role in (field.name for field in fields(Columns))})


def iter_json_cells(
    path: str, text: str, asked: Columns, needs_label: bool = True
) -> tuple[Columns, Iterator[Cells]]:
    """Read a JSON list, one JSON object, or JSON lines.

    Raises
    ------
    DataError
        If it is not JSON, or the objects lack a column.
    """
    objects = _objects(path, text)
    first = next((item for _, item in objects if isinstance(item, dict)), None)
    if first is None:
        raise DataError(f"{path}: no JSON object; give a list of objects, or one a line")
    if "instance_id_to_label_to_value" in first:
        return EXPORTED, _potato_state(first)
    if isinstance(first.get("data"), dict) and ("annotations" in first or "predictions" in first):
        columns = find_columns(path, [*first["data"], "label"], asked)
        return columns, _label_studio(objects, columns)
    if isinstance(first.get("label_annotations"), dict):
        return EXPORTED, _potato_rows(objects)
    columns = find_columns(path, list(first), asked, needs_label)
    return columns, _plain(objects, columns)


def _objects(path: str, text: str) -> list[tuple[int, Any]]:
    """Return objects with their line, or their number where the file is one list."""
    try:
        whole = json.loads(text)
    except ValueError:
        pass
    else:
        return list(enumerate(whole if isinstance(whole, list) else [whole], 1))
    found: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append((number, json.loads(line)))
            except ValueError as error:
                found.append((number, f"not JSON ({error})"))
    return found


def _plain(objects: list[tuple[int, Any]], columns: Columns) -> Iterator[Cells]:
    for line, item in objects:
        if isinstance(item, dict):
            yield Cells(line, _values(item, columns))
        else:
            yield _not_an_object(line, item)


def _values(item: Mapping[str, Any], columns: Columns) -> dict[str, str]:
    names = {role: name for role in USUAL_NAMES if (name := getattr(columns, role))}
    return {role: _text(item.get(name)) for role, name in names.items()}


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _not_an_object(line: int, item: Any) -> Cells:
    return Cells(line, {}, item if isinstance(item, str) else f"not an object: {item!r:.40}")


def _label_studio(objects: list[tuple[int, Any]], columns: Columns) -> Iterator[Cells]:
    """Yield one row an annotation: the choice that was made, and by whom."""
    for line, task in objects:
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            yield _not_an_object(line, task)
            continue
        values = _values(task["data"], columns)
        given = [one for one in task.get("annotations") or [] if not one.get("was_cancelled")]
        if not given:
            yield Cells(line, values, "no annotation")
        for one in given:
            chosen = [
                label
                for region in one.get("result") or []
                for label in region.get("value", {}).get("choices", [])
            ]
            wrong = "" if len(chosen) == 1 else f"expected one choice, found {chosen!r}"
            who = one.get("completed_by")
            who = who.get("email", who.get("id")) if isinstance(who, dict) else who
            row = {**values, "label": chosen[0] if chosen else "", "annotator": _text(who)}
            yield Cells(line, row, wrong)


def _potato_rows(objects: list[tuple[int, Any]]) -> Iterator[Cells]:
    """Yield the rows of ``annotated_instances.jsonl``: a schema's name -> {label: value}."""
    for line, item in objects:
        if not isinstance(item, dict):
            yield _not_an_object(line, item)
            continue
        label, wrong = _chosen(item.get("label_annotations") or {})
        values = {"id": _text(item.get("id")), "text": _text(item.get("displayed_text"))}
        yield Cells(line, {**values, "label": label}, wrong)


def _potato_state(state: Mapping[str, Any]) -> Iterator[Cells]:
    """Yield the rows of a ``user_state.json``, which has ids and no texts."""
    who = _text(state.get("user_id"))
    for number, (name, schemas) in enumerate(state["instance_id_to_label_to_value"].items(), 1):
        chosen = {schema: found.get("labels", found) for schema, found in schemas.items()}
        label, wrong = _chosen(chosen)
        yield Cells(number, {"id": name, "label": label, "annotator": who}, wrong)


def _chosen(schemas: Mapping[str, Any]) -> tuple[str, str]:
    """Return the one label that is set, or what is wrong."""
    labels = [label for found in schemas.values() for label, value in found.items() if value]
    return (labels[0], "") if len(labels) == 1 else ("", f"expected one label, found {labels!r}")
