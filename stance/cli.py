"""The command line: arguments in, exit code out."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from stance.article import TRAILING, Article, Trailing, parse_article
from stance.article_json import article_object, scores
from stance.classifier import Classifier
from stance.cli_report import add_report, check_page_options, write_article_page
from stance.cli_rounds import add_rounds
from stance.cli_score import add_score
from stance.errors import ArticleError, StanceError
from stance.labelled import label_article
from stance.mix import PARTS
from stance.scoring import KERNEL
from stance.terminal import render_article, style_of

DONE, INPUT_FAILED, USAGE = 0, 1, 2
_BATCH = 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 done, 1 an input failed, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command == "article" and options.html:
        check_page_options(parser, options)
    try:
        if options.version:
            print(_version())
            return DONE
        if options.command is None:
            parser.print_usage(sys.stderr)
            return USAGE
        if "run" in options:
            return int(options.run(options))
        classifier = Classifier.load(options.model)
        if options.command == "predict":
            return _predict(classifier, options.texts, options.json)
        if options.html:
            return _page(classifier, options)
        return _articles(
            classifier, options.files, options.json, options.part, options.markers, options.trailing
        )
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
    article.add_argument("files", nargs="+", metavar="FILE", help="a file; - reads text from stdin")
    article.add_argument("--part", choices=PARTS, default="whole", help="show one part only")
    article.add_argument(
        "--markers", action="append", default=[], metavar="HEADING",
        help="a further heading that opens the enrichment section; may be given again",
    )  # fmt: skip
    article.add_argument(
        "--trailing", choices=TRAILING, default="enrichment",
        help="where bare list items behind the section go (default: enrichment)",
    )  # fmt: skip
    article.add_argument("--html", metavar="PAGE", help="write one page to look at instead")
    add_score(commands)
    add_rounds(commands)
    add_report(commands)
    return parser


def _version() -> str:
    provenance = Classifier.load().artefact.provenance
    rows = sum(provenance["rows"].values())
    cost = ""
    if KERNEL == "python":
        cost = (
            "\nfar slower than native: install a C compiler, then stance again, without its wheel"
        )
    return f"stance {version('stance')}, shipped model of {rows} paragraphs, kernel {KERNEL}{cost}"


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
        found = scores(classifier.labels, row, bool(doubt))
        print(json.dumps(found) if as_json else found["label"])


def _articles(
    classifier: Classifier,
    files: list[str],
    as_json: bool,
    part: str,
    markers: list[str],
    trailing: Trailing,
) -> int:
    status, n_printed = DONE, 0
    for name, article in (pair for file in files for pair in _read(file, markers, trailing)):
        if isinstance(article, ArticleError):
            print(f"stance: {article}", file=sys.stderr)
            status = INPUT_FAILED
            continue
        found = label_article(classifier, name, article)
        if as_json:
            print(json.dumps(article_object(found, part)))
            continue
        text = render_article(found, part, style_of(sys.stdout))
        print(("\n" if n_printed else "") + text)
        n_printed += 1
    return status


def _page(classifier: Classifier, options: argparse.Namespace) -> int:
    file = options.files[0]
    found = list(islice(_read(file, options.markers, options.trailing), 2))
    if len(found) > 1:
        raise ArticleError(
            f"{file}: holds more than one article; `stance score` it, then `stance report`"
        )
    name, article = found[0]
    if isinstance(article, ArticleError):
        raise article
    write_article_page(classifier, label_article(classifier, name, article), options.html)
    return DONE


def _read(
    file: str, markers: list[str], trailing: Trailing
) -> Iterator[tuple[str, Article | ArticleError]]:
    """Yield the name and content of each article in a file, or what is wrong with it."""
    if file == "-":
        try:
            yield file, parse_article(_stdin_text(), markers=markers, trailing=trailing)
        except ArticleError as error:
            yield file, error
        return
    from stance.formats import Document, ReadOptions, iter_documents

    options = ReadOptions(markers=tuple(markers), trailing=trailing)
    for found in iter_documents(Path(file), options):
        name = f"{file}{'' if found.member[:1] in ('', '#') else '/'}{found.member}"
        if isinstance(found, Document):
            yield name, replace(found.article, title=found.article.title or found.title)
        else:
            yield name, ArticleError(f"{name}: {found.reason}; {found.advice}")
