"""Bytes -> text: the encoding of a file is decided from the file, never from the system."""

import codecs
import re
from typing import Final

from stance.errors import ArticleError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""(?i)(?:charset|encoding)\s*[=:]\s*["']?([a-z0-9_.:-]{2,40})""")
_SAMPLE_BYTES: Final = 100_000
_MIN_DETECTABLE_BYTES: Final = 500  # below it the detector is often wrong


def decode(data: bytes) -> tuple[str, str]:
    """Decode by BOM, UTF-8, declared charset, charset-normalizer, then cp1252.

    Returns
    -------
    text, encoding
        The text has no BOM and keeps its line ends; the encoding names the rung that was taken.

    Raises
    ------
    ArticleError
        If the bytes hold a format that is no text, such as PDF or a zip archive.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), f"{name} (BOM)"
    _refuse_binary(data)
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, "replace"), f"{wide} (no BOM)"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:2048])
    if declared:
        name = declared.group(1).decode("ascii")
        try:
            return data.decode(name), f"{codecs.lookup(name).name} (declared)"
        except (LookupError, UnicodeDecodeError):
            pass
    detected = _detect(data)
    if detected:
        return data.decode(detected, "replace"), f"{detected} (detected)"
    return data.decode("cp1252", "replace"), "cp1252 (assumed)"


def _refuse_binary(data: bytes) -> None:
    for magic, name in ((b"%PDF-", "a PDF"), (b"PK\x03\x04", "a zip archive"),
                        (b"\xd0\xcf\x11\xe0", "an old Office file"), (b"\x1f\x8b", "a gzip file"),
                        (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image")):  # fmt: skip
        if data.startswith(magic):
            raise ArticleError(f"expected text, found {name}; give plain text or markdown")


def _wide_encoding(data: bytes) -> str | None:
    """Name UTF-16 without BOM: in Latin text every other byte is NUL."""
    sample = data[:4096]
    if len(sample) < 4 or sample.count(0) < 0.3 * len(sample):
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else None


def _detect(data: bytes) -> str | None:
    if len(data) < _MIN_DETECTABLE_BYTES:
        return None
    from charset_normalizer import from_bytes  # a tenth of a second, needed by few files

    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    return best.encoding if best else None
