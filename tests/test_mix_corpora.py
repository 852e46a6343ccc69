"""Whole articles of three corpora go through parser, model and mix without a fault."""

import csv
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest

from stance import Classifier, parse_article
from stance.article_json import article_object
from stance.labelled import label_article
from stance.mix import PARTS, READINGS
from stance.terminal import render_article
from train.units import iter_voa

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "stance" / "article.schema.json").read_text("utf-8"))


def iter_texts(mirror: Path) -> Iterator[tuple[str, str]]:
    """Yield (corpus, text) of every State release, Wikinews and VOA article."""
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield "state", "\n\n".join(json.loads(line)["paragraphs"])
    for path in sorted((mirror / "wikinews_2019_2020" / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield "wikinews", f"{row['title']}\n\n{row['text']}"
    for _, units in groupby(iter_voa(mirror), key=lambda unit: unit.article):
        yield "voa", "\n".join(unit.text for unit in units)


@pytest.mark.slow
def test_every_article_gets_a_mix_that_adds_up(mirror: Path, classifier: Classifier) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    seen = {"state": 0, "wikinews": 0, "voa": 0}
    for corpus, text in iter_texts(mirror):
        seen[corpus] += 1
        article = parse_article(text)
        found = label_article(classifier, "a", article)
        mix = found.mix
        assert (mix.whole is None) == (article.status == "no_article")
        for part in filter(None, (getattr(mix, name) for name in PARTS)):
            for reading in READINGS:
                assert sum(getattr(part, reading)) == pytest.approx(1.0)
        if seen[corpus] % 10 == 1:
            row = article_object(found)
            validator.validate(json.loads(json.dumps(row, allow_nan=False)))
        shown = render_article(found)
        assert max(map(len, shown.splitlines())) <= 80
    assert seen["state"] == 2025
    assert min(seen.values()) > 200
