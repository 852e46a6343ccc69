"""Whole articles -> units, the paragraphs that the hand labels were given to.

Each reader yields ``Unit``s of one corpus from a mirror folder, in the order of the files.
"""

import csv
import hashlib
import json
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from train.sources import LABELLED, check_mirror

_MIN_WORDS = 30
_USABLE_WORDS = range(12, 171)
_SENTENCE_ENDS = ".!?\"'”’:;)"
# Of an article to which others "contributed" it cannot be told who wrote which part: it is kept
# apart too, even where those named are staff.
_WIRE = re.compile(r"\b(?:AP|Reuters|AFP|Associated Press|Agence France-Presse|contributed)\b")

_WEB = re.compile(r"http|www\.")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """One paragraph of an article, folded, with the licence class of its text."""

    corpus: str
    article: str
    first: int
    last: int
    text: str
    licence_class: str

    @property
    def sha(self) -> str:
        """First 16 hex digits of the SHA-256 of the text."""
        return sha_of(self.text)


def sha_of(text: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def text_key(text: str) -> str:
    """Return the letters and digits of a text, case folded: equal for exact duplicates."""
    return _NO_WORD.sub("", text.casefold())


def fold(text: str) -> str:
    """Normalise to NFC, make every run of white space one space, and strip the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def pack(sentences: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Join numbered sentences until there are 30 words; yield (first, last, text)."""
    numbers: list[int] = []
    parts: list[str] = []
    for number, sentence in sentences:
        folded = fold(sentence)
        if not folded:
            continue
        parts.append(folded if folded[-1] in _SENTENCE_ENDS else f"{folded}.")
        numbers.append(number)
        if sum(len(part.split()) for part in parts) >= _MIN_WORDS:
            yield numbers[0], numbers[-1], " ".join(parts)
            numbers, parts = [], []
    if parts:
        yield numbers[0], numbers[-1], " ".join(parts)


def iter_wikinews(mirror: Path) -> Iterator[Unit]:
    """Pieces between blank lines; the article is the part of the url behind /wiki/."""
    csv.field_size_limit(1 << 30)
    for year in (2019, 2020):
        path = mirror / "wikinews_2019_2020" / "data" / f"wikinews_{year}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                article = row["url"].split("/wiki/")[1]
                for i, piece in enumerate(re.split(r"\n\s*\n", row["text"])):
                    yield Unit("wikinews", article, i, i, fold(piece), "open")


def iter_state(mirror: Path) -> Iterator[Unit]:
    """Entries of ``paragraphs``; the article is the release's id."""
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for i, paragraph in enumerate(row["paragraphs"]):
                yield Unit("state", row["id"], i, i, fold(paragraph), "open")


def iter_voa(mirror: Path) -> Iterator[Unit]:
    """Packed sentences; research where the article may hold wire copy, 56 of 224.

    51 say AP, Reuters, AFP or "contributed"; five more spell an agency's name out.
    """
    articles: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with zipfile.ZipFile(mirror / "m2e2-voa" / "m2e2_annotations.zip") as archive:
        items = json.loads(archive.read("m2e2_annotations/text_only_event.json"))
    for item in items:
        article, number = item["sentence_id"].rsplit("_", 1)
        articles[article].append((int(number), item["sentence"]))
    for article, sentences in articles.items():
        wire = any(_WIRE.search(sentence) for _, sentence in sentences)
        for first, last, text in pack(sorted(sentences)):
            yield Unit("voa", article, first, last, text, "research" if wire else "open")


def iter_newsdiscourse(mirror: Path) -> Iterator[Unit]:
    """Packed ``S<n>`` lines of the Reuters and Xinhua files; the article is split/path."""
    for split in ("train", "validation", "test"):
        with zipfile.ZipFile(mirror / "news-discourse" / f"{split}.zip") as archive:
            for name in archive.namelist():
                if not re.search(r"^(?!__).*(?:Reuters|Xinhua).*\.txt$", name):
                    continue
                lines = archive.read(name).decode("utf-8", "replace").splitlines()
                found = [m for m in (re.match(r"S(\d+)\s+(.*)", line) for line in lines) if m]
                for first, last, text in pack((int(m[1]), m[2]) for m in found):
                    yield Unit("newsdiscourse", f"{split}/{name}", first, last, text, "research")


def iter_units(mirror: Path) -> Iterator[Unit]:
    """Yield every unit of the four corpora that the labelled set is made from."""
    for reader in (iter_wikinews, iter_state, iter_voa, iter_newsdiscourse):
        yield from reader(mirror)


def iter_usable(units: Iterable[Unit], seen: Iterable[str] = ()) -> Iterator[Unit]:
    """Yield units of 12 to 170 words without a web address, each text once.

    Texts are the same when their letters and digits are; `seen` holds those (`text_key`) to skip.
    """
    keys = set(seen)
    for unit in units:
        if len(unit.text.split()) not in _USABLE_WORDS or _WEB.search(unit.text):
            continue
        key = text_key(unit.text)
        if key not in keys:
            keys.add(key)
            yield unit


def load_units(mirror: Path) -> list[Unit]:
    """Check the files of the four article corpora and rebuild every unit of them."""
    for name in LABELLED:
        check_mirror(mirror, name)
    return list(iter_units(mirror))
