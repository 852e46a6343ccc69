"""FOLDER@FROM..TO: the articles of a scored folder, or those of a period of it."""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from stance.errors import DataError
from stance.rounds.scored import ScoredFolder, iter_articles, open_scored

_ISO: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_PERIOD: Final = re.compile(r"(.+)@([\d-]*)\.\.([\d-]*)")


@dataclass(frozen=True, slots=True)
class Side:
    """A scored folder, and the first and last day, month or year that count; "" for no bound."""

    name: str
    folder: ScoredFolder
    start: str = ""
    end: str = ""

    def articles(self) -> tuple[set[str] | None, int]:
        """Return the ids of the period's articles (None: all), and how many have no date."""
        if not self.start and not self.end:
            return None, 0
        inside, n_undated = set(), 0
        for article in iter_articles(self.folder):
            day = iso_day(article.date)
            if day is None:
                n_undated += 1
            elif self.start <= day[: len(self.start)] and day[: len(self.end)] <= self.end:
                inside.add(article.id)
        return inside, n_undated


def parse_side(name: str) -> Side:
    """Open what a command names.

    Raises
    ------
    DataError
        If it is no scored folder, or the period is not FROM..TO in years, months or days.
    """
    found = None if Path(name).is_dir() else _PERIOD.fullmatch(name)
    if not found:
        return Side(name, open_scored(name))
    path, start, end = found.groups()
    if not (start or end) or any(bound and not _ISO.fullmatch(bound) for bound in (start, end)):
        raise DataError(f"{name}: expected FOLDER@FROM..TO, as in {path}@2013..2016-06-30")
    return Side(name, open_scored(path), start, end)


def iso_day(date: str) -> str | None:
    """Return a date as YYYY-MM-DD, YYYY-MM or YYYY, or None where it is none that is known.

    Examples
    --------
    >>> iso_day("2021-03-04T10:00:00Z"), iso_day("Thu, 4 Mar 2021 10:00:00 GMT"), iso_day("March")
    ('2021-03-04', '2021-03-04', None)
    """
    found = _ISO.match(date.strip())
    if found:
        return found[0]
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (TypeError, ValueError):
        return None


def is_model(name: str) -> bool:
    """Whether a name is that of a model folder."""
    return (Path(name) / "model.json").is_file()
