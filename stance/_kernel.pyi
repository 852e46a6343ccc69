from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stance.line_scan import Scanned

FAMILIES: tuple[str, ...]

def scan_lines(source: str, /) -> list[Scanned] | None: ...

class Kernel:
    def __init__(
        self,
        keys: NDArray[np.uint64],
        rows: NDArray[np.float32],
        intercept: NDArray[np.float64],
        hedges: NDArray[np.uint64],
        families: int,
        stem_chars: int,
        zone_tokens: int,
        hedge_zone_tokens: int,
    ) -> None: ...
    def decision_values(self, texts: Sequence[str], out: NDArray[np.float64], /) -> None: ...
    def explain(self, text: str, /) -> tuple[bytes | bytearray, bytes | bytearray]: ...
