"""Ten million paragraphs through the API: ``python tests/endurance.py`` watches the memory."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Final

from measured import keep

import stance

BATCH: Final = 1000
ALLOWED: Final = 1.05  # of the memory after the first tenth


def resident_bytes() -> int:
    """Return the memory of this process that is in use now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def main(argv: list[str] | None = None) -> int:
    """Score, and return 1 if the memory grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paragraphs", type=int, default=10_000_000)
    parser.add_argument("--quiet", action="store_true", help="write no file")
    options = parser.parse_args(argv)
    started, seen = time.monotonic(), []
    n_batches = max(20, options.paragraphs // BATCH)
    for i in range(n_batches):
        texts = [f"The ministers signed pact {i * BATCH + j} and may meet." for j in range(BATCH)]
        stance.predict_proba(texts)
        stance.predict(texts[:10])
        stance.framing_mix(texts[:20])
        stance.explain(texts[0])
        if (i + 1) % (n_batches // 20) == 0:
            seen.append(resident_bytes())
    early, late = max(seen[:2]), max(seen[2:])
    record = {"paragraphs": n_batches * BATCH, "seconds": round(time.monotonic() - started),
              "resident_mb": [round(size / 1e6, 1) for size in seen]}  # fmt: skip
    text = (
        f"# Long runs\n\nWritten by `make endurance`: {record['paragraphs']:,} paragraphs in"
        f" {record['seconds']} s. Resident memory after the first tenth: {early / 1e6:.1f} MB, the"
        f" most after that: {late / 1e6:.1f} MB.\n"
    )
    print(text)
    if not options.quiet:
        keep("endurance", record, text)
    return int(late > ALLOWED * early)


if __name__ == "__main__":
    sys.exit(main())
