"""Where measured figures are kept: docs/benchmarks/NAME.json for programs, NAME.md for people."""

import json
from pathlib import Path
from typing import Any, Final

BENCHMARKS: Final = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def keep(name: str, record: Any, text: str) -> None:
    """Write the figures of a measurement and its page."""
    data = json.dumps(record, indent=1) + "\n"
    (BENCHMARKS / f"{name}.json").write_text(data, encoding="utf-8")
    (BENCHMARKS / f"{name}.md").write_text(text, encoding="utf-8")
