"""Compare the audit's rule with cleanlab's, on labels with planted errors (``make peers``)."""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return 0 where both name the same rows, for several numbers of labels and rows."""
    sys.path.insert(0, str(ROOT))
    from cleanlab.filter import find_label_issues  # type: ignore[import-not-found]

    from train.suspects import confident_labels

    n_rows = n_different = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        n_labels = int(random.integers(2, 8))
        proba = random.dirichlet(np.full(n_labels, 0.4), 500)
        y = np.array([random.choice(n_labels, p=row) for row in proba])
        noisy = np.where(random.random(500) < 0.1, random.integers(0, n_labels, 500), y)
        ours = confident_labels(proba, noisy)
        named = (ours >= 0) & (ours != noisy)
        theirs = find_label_issues(noisy, proba, filter_by="confident_learning")
        n_rows += int(theirs.sum())
        n_different += int((named != theirs).sum())
    print(f"{n_rows} rows named by cleanlab; {n_different} differ")
    return int(n_different > 0)


if __name__ == "__main__":
    sys.exit(main())
