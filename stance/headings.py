"""Headings that open an enrichment section, and lines that belong to neither side."""

import re
from typing import Final

MARKERS: Final[frozenset[str]] = frozenset(
    """additional context|additional information|at a glance|background|background information
    |base article|context|details|enrichment|enrichment data|enrichment insights|insights
    |in brief|key details|key facts|key points|key takeaway|key takeaways|main idea|overview
    |pulse points|real value analysis|summary|the facts|what to know|what's next|why it matters
    |das wichtigste in kürze|hintergrund|hintergründe|auf einen blick|zusammenfassung|überblick
    |contesto|in sintesi|punti chiave|approfondimento|dati di approfondimento
    |contexte|en bref|points clés|l'essentiel|à retenir
    |contexto|claves|puntos clave|en resumen|datos clave
    |em resumo|pontos principais|pontos-chave""".replace("\n", "")
    .replace("  ", "")
    .split("|")
)

READ_ALSO: Final = re.compile(
    r"(?i)^(?:read (?:also|more)|see also|related|lesen sie auch|leggi anche|lire aussi"
    r"|lea también|leia também)\b.{0,3}:"
)
SOURCE: Final = re.compile(r"(?i)^(?:sources?|quellen?|fonti|fonte|fuentes?|references)\s*:")
DATELINE: Final = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:\w+ \d{1,2}|\d{1,2} \w+),? \d{4}"
    r"|[A-Z][A-Z' .-]{2,40}(?:, [\w .]+){0,3}(?: \d{1,2})?(?:, \d{4})?)$"
)
CAPTION: Final = re.compile(
    r"(?i)^(?:image|photo|picture|file photo|caption|foto|bild)\s*[:.–-]"
    r"|[.!?)] (?:photo|image|foto)(?:graph)?: [^.]{2,40}$"
)
REFUSAL: Final = re.compile(
    r"(?i)^(?:i'm sorry|i am sorry|sorry,|please provide|as an ai|i cannot|i can't)\b"
)


def normalise(line: str) -> str:
    """Reduce a line to its words as a heading: no marks, bullets, emoji, colon or case."""
    return re.sub(r"^[^\w]+|[^\w]+$", "", line.replace("\u2019", "'")).lower()
