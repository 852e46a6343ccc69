"""The command line: arguments in, exit code out."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from stance.article import Article, parse_article, read_article
from stance.classifier import Classifier
from stance.errors import StanceError
from stance.mix import PARTS, FramingMix
from stance.terminal import render_article

DONE, INPUT_FAILED, USAGE = 0, 1, 2
_BATCH = 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 done, 1 an input failed, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(argv)
    try:
        if options.version:
            print(_version())
            return DONE
        if options.command is None:
            _parser().print_usage(sys.stderr)
            return USAGE
        classifier = Classifier.load(options.model)
        if options.command == "predict":
            return _predict(classifier, options.texts, options.json)
        return _articles(classifier, options.files, options.json)
    except StanceError as error:
        print(f"stance: {error}", file=sys.stderr)
        return INPUT_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stance", description="label the framing of news")
    parser.add_argument("--version", action="store_true", help="say package, model and kernel")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--model", metavar="DIR", help="model folder (default: the shipped one)")
    shared.add_argument("--json", action="store_true", help="print one JSON object a line")
    commands = parser.add_subparsers(dest="command")
    predict = commands.add_parser("predict", parents=[shared], help="label paragraphs")
    predict.add_argument("texts", nargs="+", metavar="TEXT", help="a paragraph; - reads stdin")
    article = commands.add_parser("article", parents=[shared], help="label articles, report mix")
    article.add_argument("files", nargs="+", metavar="FILE", help="a text file; - reads stdin")
    return parser


def _version() -> str:
    provenance = Classifier.load().artefact.provenance
    rows = sum(provenance["rows"].values())
    return f"stance {version('stance')}, shipped model of {rows} paragraphs, kernel python"


def _stdin_text() -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def _stdin_lines() -> Iterable[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").removesuffix("\n")


def _predict(classifier: Classifier, texts: list[str], as_json: bool) -> int:
    source = _stdin_lines() if texts == ["-"] else texts
    batch: list[str] = []
    for text in source:
        batch.append(text)
        if len(batch) == _BATCH:
            _print_labels(classifier, batch, as_json)
            batch = []
    _print_labels(classifier, batch, as_json)
    return DONE


def _print_labels(classifier: Classifier, texts: list[str], as_json: bool) -> None:
    proba = classifier.predict_proba(texts)
    unsure = classifier.unsure(proba)
    for row, doubt in zip(proba, unsure, strict=True):
        label = classifier.labels[row.argmax()]
        print(json.dumps(_scores(classifier, row, label, doubt)) if as_json else label)


def _scores(classifier: Classifier, row: Any, label: str, doubt: Any) -> dict[str, Any]:
    proba = dict(zip(classifier.labels, row.tolist(), strict=True))
    return {"label": label, "proba": proba, "unsure": bool(doubt)}


def _articles(classifier: Classifier, files: list[str], as_json: bool) -> int:
    status = DONE
    for i, name in enumerate(files):
        try:
            article = parse_article(_stdin_text()) if name == "-" else read_article(name)
        except StanceError as error:
            print(f"stance: {error}", file=sys.stderr)
            status = INPUT_FAILED
            continue
        proba = classifier.predict_proba(p.scored_text for p in article.paragraphs)
        mix = classifier.framing_mix(article)
        if as_json:
            print(json.dumps(_article_object(classifier, name, article, proba, mix)))
            continue
        labels = [classifier.labels[column] for column in proba.argmax(axis=1)]
        unsure = classifier.unsure(proba).tolist()
        print(("\n" if i else "") + render_article(name, article, labels, unsure, mix))
    return status


def _article_object(
    classifier: Classifier, name: str, article: Article, proba: Any, mix: FramingMix
) -> dict[str, Any]:
    unsure = classifier.unsure(proba)
    paragraphs = [
        {
            "part": paragraph.part,
            "role": paragraph.role,
            "text": paragraph.text,
            "start": paragraph.start,
            "end": paragraph.end,
            **_scores(classifier, row, classifier.labels[row.argmax()], doubt),
        }
        for paragraph, row, doubt in zip(article.paragraphs, proba, unsure, strict=True)
    ]
    parts = {part: getattr(mix, part) for part in PARTS}
    return {
        "file": name,
        "status": article.status,
        "title": article.title,
        "deck": article.deck,
        "paragraphs": paragraphs,
        "unscored": [asdict(item) for item in article.unscored],
        "mix": {part: asdict(found) if found else None for part, found in parts.items()},
        "parse": {
            "rule": article.rule,
            "line": article.marker_line,
            "encoding": article.encoding,
            "n_unscored": len(article.unscored),
        },
    }
