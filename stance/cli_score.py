"""The command ``stance score``: folders of articles -> rows."""

import argparse
import sys
from typing import Any

from stance.article import TRAILING
from stance.errors import StanceError

COLUMNS = ("text", "id", "title", "date", "url", "source")
DONE, INPUT_FAILED, INTERRUPTED = 0, 1, 130


def add_score(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    score = commands.add_parser("score", help="score folders of articles into rows")
    score.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    score.add_argument("--out", required=True, metavar="DIR", help="folder or address for the rows")
    score.add_argument("--model", metavar="DIR", help="model folder (default: the shipped one)")
    score.add_argument("--format", choices=("jsonl", "csv", "parquet"), default="jsonl")
    score.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    for name, what in (("include", "read only files"), ("exclude", "pass over files and folders")):
        score.add_argument(
            f"--{name}", action="append", default=[], metavar="GLOB",
            help=f"{what} whose name or path below PATH matches; may be given again",
        )  # fmt: skip
    for name in COLUMNS:
        score.add_argument(
            f"--{name}-column", metavar="NAME",
            help=f"column of tables or key of JSON that holds the {name} (default: by usual names)",
        )  # fmt: skip
    score.add_argument(
        "--markers", action="append", default=[], metavar="HEADING",
        help="a further heading that opens the enrichment section; may be given again",
    )  # fmt: skip
    score.add_argument(
        "--trailing", choices=TRAILING, default="enrichment",
        help="where bare list items behind the section go (default: enrichment)",
    )  # fmt: skip
    score.add_argument("--follow-links", action="store_true", help="follow symbolic links")
    score.add_argument("--no-text", action="store_true", help="leave the text out of the rows")
    score.add_argument("--no-duplicates", action="store_true", help="do not look for copies")
    score.add_argument("--no-language", action="store_true", help="do not check the language")
    score.add_argument(
        "--seconds", type=float, default=10.0, metavar="S", help="to read one article (10)"
    )
    score.add_argument(
        "--megabytes",
        type=int,
        default=4096,
        metavar="MB",
        help="memory a process may add (4096)",
    )
    score.add_argument(
        "--max-megabytes", type=int, default=256, metavar="MB",
        help="that one document may have, unpacked (256)",
    )  # fmt: skip
    score.add_argument(
        "--max-members", type=int, default=100_000, metavar="N",
        help="that an archive may have (100000)",
    )  # fmt: skip
    score.add_argument("--backend", choices=("local", "dask"), default="local")
    score.add_argument("--scheduler", metavar="ADDRESS", help="of dask (default: a local cluster)")
    score.add_argument("--strict", action="store_true", help="stop at the first error")
    score.set_defaults(run=run_score)


def run_score(options: argparse.Namespace) -> int:
    """Score folders; print a summary on stderr, nothing on stdout."""
    from stance.batch import Selection, Settings, render_summary, score_folder
    from stance.formats import ReadOptions

    settings = Settings(
        format=options.format,
        text=not options.no_text,
        duplicates=not options.no_duplicates,
        language=not options.no_language,
        seconds=options.seconds,
        megabytes=options.megabytes,
        read=ReadOptions(
            **{f"{name}_column": getattr(options, f"{name}_column") for name in COLUMNS},
            markers=tuple(options.markers),
            trailing=options.trailing,
            max_bytes=options.max_megabytes << 20,
            max_members=options.max_members,
        ),
    )
    selection = Selection(tuple(options.include), tuple(options.exclude), options.follow_links)
    try:
        summary = score_folder(
            options.paths, options.out, settings=settings, selection=selection,
            model=options.model, jobs=options.jobs,
            backend=options.backend, scheduler=options.scheduler,
            strict=options.strict, progress=True,
        )  # fmt: skip
    except StanceError as error:
        print(f"stance: {error}", file=sys.stderr)
        return INPUT_FAILED
    except KeyboardInterrupt:
        print("stance: stopped; run the same command again to go on", file=sys.stderr)
        return INTERRUPTED
    print(render_summary(summary), file=sys.stderr)
    return INPUT_FAILED if summary.n_errors else DONE
