from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FAMILIES: tuple[str, ...]

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
