"""The colours of the labels: told apart by colour-blind readers, and contrasts of WCAG AA."""

import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.report.markup import template_text

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISIONS = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
N_LABELS = 4
MIN_DISTANCE = 20.0  # in CIELAB, where 2.3 is just noticed


def palette(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme by name."""
    light, dark = template_text("palette.css").split("@media")
    return dict(re.findall(r"--(\w+): (#\w{6})", light if scheme == "light" else dark))


def linear(colour: str) -> NDArray[np.float64]:
    """Return linear RGB, 0 to 1."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIELAB of linear RGB."""
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG, 1 to 21."""
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_labels_are_told_apart_by_every_eye(scheme: str, vision: str) -> None:
    colours = palette(scheme)
    seen = [lab(VISIONS[vision] @ linear(colours[f"c{i}"])) for i in range(N_LABELS)]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > MIN_DISTANCE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrasts_are_those_of_wcag_aa(scheme: str) -> None:
    colours = palette(scheme)
    for ground in (colours["paper"], colours["wash"]):
        for text in ("ink", "soft", "link"):
            assert contrast(colours[text], ground) >= 4.5
        for i in range(8):
            assert contrast(colours[f"c{i}"], ground) >= 3.0, i
    for i in range(8):
        assert contrast(colours[f"on{i}"], colours[f"c{i}"]) >= 4.5, i
