"""Paragraphs -> decision values -> probabilities, by the kernel that is picked here, once.

The native kernel is taken where it was built, else its twin in Python, which gives the same
answers. The environment variable STANCE_KERNEL forces one: ``native`` or ``python``.
"""

import os
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance.artefact import Artefact
from stance.errors import KernelError, ModelError
from stance.explanation import Explanation
from stance.features import FAMILIES, HEDGES, token_hash
from stance.line_scan import Scanned

if TYPE_CHECKING:
    from stance import _kernel_py

MODULES = {"native": "stance._kernel", "python": "stance._kernel_py"}


def pick_kernel(forced: str) -> str:
    """Return the name of the kernel to use, a key of MODULES.

    Parameters
    ----------
    forced : str
        The name wanted, or "" for the best there is.

    Raises
    ------
    KernelError
        If the forced one does not exist or was not built, or was built from other sources.
    """
    if forced not in ("", *MODULES):
        raise KernelError(f"STANCE_KERNEL: expected native or python, found {forced!r}")
    if forced == "python":
        return "python"
    try:
        native: Any = import_module(MODULES["native"])
    except ImportError as error:
        if forced:
            raise KernelError(
                f"STANCE_KERNEL: native is not built ({error}); install stance again with a C"
                " compiler at hand"
            ) from error
        return "python"
    if native.FAMILIES != FAMILIES:
        raise KernelError(
            f"stance._kernel: expected the families {FAMILIES}, found {native.FAMILIES};"
            " install stance again"
        )
    if not hasattr(native, "scan_lines"):
        raise KernelError("stance._kernel: built from older sources; install stance again")
    return "native"


KERNEL = pick_kernel(os.environ.get("STANCE_KERNEL", ""))


@cache
def _scanner(kernel: str) -> Callable[[str], list[Scanned] | None]:
    module: Any = import_module(MODULES[kernel])
    scan: Callable[[str], list[Scanned] | None] = module.scan_lines
    return scan


def scan_lines(source: str) -> list[Scanned] | None:
    """Look once at each line of a text, by the kernel in use; see ``stance.line_scan``."""
    return _scanner(KERNEL)(source)


def hedge_hashes() -> NDArray[np.uint64]:
    """Return the hashes of the tokens that count as hedges."""
    return np.array([token_hash(word) for word in sorted(HEDGES)], dtype=np.uint64)


def make_kernel(artefact: Artefact, name: str) -> "_kernel_py.Kernel":
    """Return the kernel `name`, loaded with the terms of an artefact."""
    rows = np.empty((len(artefact.keys), 1 + len(artefact.labels)), dtype=np.float32)
    rows[:, 0] = artefact.idf
    rows[:, 1:] = artefact.weights
    families = sum(1 << FAMILIES.index(name) for name in artefact.families)
    module: Any = import_module(MODULES[name])
    kernel: _kernel_py.Kernel = module.Kernel(
        artefact.keys,
        rows,
        artefact.intercept,
        hedge_hashes(),
        families,
        **artefact.features.as_dict(),
    )
    return kernel


class Scorer:
    """Decision values of an artefact.

    Raises
    ------
    ModelError
        If a key of the artefact occurs twice, or the keys are no hashes.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._labels, self._intercept = artefact.labels, artefact.intercept
        try:
            self._kernel = make_kernel(artefact, KERNEL)
        except ValueError as error:
            raise ModelError(f"keys.bin: {error}; train the model again") from error

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return decision values, shape (n_paragraphs, n_labels)."""
        decisions = np.empty((len(texts), len(self._labels)))
        self._kernel.decision_values(texts, decisions)
        return decisions

    def explain(self, text: str) -> Explanation:
        """Return each known term of a paragraph with its part in the decision values."""
        found, parts = self._kernel.explain(text)
        occurrences = np.frombuffer(found, np.int64).reshape(-1, 3)
        contributions = np.frombuffer(parts).reshape(-1, len(self._labels))
        return Explanation(
            text,
            self._labels,
            self._intercept,
            occurrences[:, 0],
            occurrences[:, 1:],
            contributions,
        )


def softmax(decisions: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Turn decision values into probabilities; rows sum to 1."""
    scaled = decisions / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))
