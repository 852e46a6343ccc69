"""Write the small model that the tests read: ``python tests/make_artefact.py``.

One folder for each format that was ever released stays in tests/data/artefacts, as it was written
by the package of its time: add a folder where the format's number grows, never write one anew.
"""

import random
import sys
from pathlib import Path

import numpy as np

from stance import artefact
from stance.artefact import FORMAT, Artefact, keys_of
from stance.labels import LABELS
from stance.likeness import N_BINS, Reference
from stance.shares import MixSettings

WORDS = (
    "signed pact agreed talks peace attack war threat sanctions may might could said met".split()
)


def make() -> tuple[Artefact, list[str]]:
    """Return a model of all seven families and its vocabulary."""
    terms = [*WORDS, *(f"{a} {b}" for a in WORDS[:6] for b in WORDS[6:10])]
    terms += [f"{a} _ {b}" for a in WORDS[:3] for b in WORDS[3:6]]
    terms += ["agreem*", "minist*", "^minist", '"pact', "#hedge", "#hedge>3", "#zone>1"]
    rng = random.Random(2)
    weights = [[rng.uniform(-4, 4) for _ in LABELS] for _ in terms]
    model = Artefact(
        labels=LABELS,
        keys=keys_of(terms),
        idf=np.array([rng.uniform(1, 8) for _ in terms], np.float16),
        weights=np.array(weights, np.float16),
        intercept=np.array([-0.5, 0.25, 1.0, -0.75]),
        temperature=0.8,
        unsure_below=0.4,
        mix=MixSettings(damping=0.5, spread=0.25, z=1.0),
        reference=Reference(0.1, 0.2, tuple(i / N_BINS for i in range(1, N_BINS + 1)), 0.3),
        seen=np.array([3, 2**40, 2**63], dtype=np.uint64),
        provenance={"note": "random weights, for tests", "rows": {"none": 0}},
    )
    return model, terms


if __name__ == "__main__":
    folder = Path(__file__).parent / "data" / "artefacts" / f"format-{FORMAT}"
    if folder.exists():
        sys.exit(f"{folder}: is there already; what was released stays as it is")
    artefact.write(folder, *make())
