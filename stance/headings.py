"""Headings that open an enrichment section, by language, and how a line is compared with them."""

import re
from typing import Final

# M1 and M2 of the layouts seen on news pages, with the usual neighbours in the same languages.
_BY_LANGUAGE: Final[dict[str, str]] = {
    "en": """additional context|additional information|additional insights|at a glance|background
        |background information|base article|context|deeper look|details|enrichment
        |enrichment data|enrichment insights|enrichment section|further context|in brief
        |in context|insights|key details|key facts|key insights|key points|key takeaway
        |key takeaways|main idea|main points|need to know|overview|pulse points|real value
        |real value analysis|related insights|summary|tl;dr|the facts|what to know|what's next
        |what happens next|why it matters|why this matters|how informative is this news
        |references""",
    "de": """anreicherungsdaten|auf einen blick|das wichtigste in kürze|das wichtigste|eckdaten
        |hintergrund|hintergründe|hintergrundinformationen|im überblick|kernpunkte|kurz gesagt
        |überblick|wie es weitergeht|wissenswertes|zum hintergrund|zusammenfassung
        |zusätzliche informationen""",
    "it": """approfondimento|approfondimenti|contesto|cosa sapere|dati di approfondimento
        |i fatti|il contesto|in breve|in sintesi|informazioni aggiuntive|i punti chiave
        |punti chiave|riepilogo""",
    "fr": """à retenir|ce qu'il faut retenir|ce qu'il faut savoir|contexte|données complémentaires
        |en bref|en résumé|informations complémentaires|l'essentiel|le contexte|points clés
        |pour aller plus loin|repères|résumé""",
    "es": """a fondo|antecedentes|claves|contexto|datos adicionales|datos clave|el contexto
        |en breve|en resumen|información adicional|las claves|lo esencial|puntos clave|resumen""",
    "pt": """contexto|contexto adicional|dados adicionais|em resumo|em síntese
        |informações adicionais|o contexto|o essencial|pontos principais|pontos-chave
        |principais pontos|resumo
        |saiba mais""",
}
MARKERS: Final[frozenset[str]] = frozenset(
    marker.strip() for markers in _BY_LANGUAGE.values() for marker in markers.split("|")
)
# The end of a box that stands before the body (M14).
BOX_END: Final = re.compile(
    r"(?i)^(?:in full|the full (?:story|article)|full (?:story|article|text)|volltext"
    r"|(?:der )?ganze artikel|im wortlaut|articolo completo|texte intégral|article complet"
    r"|texto (?:completo|íntegro)|artigo completo|artículo completo)\s*:?$"
)
_MAX_HEADING_WORDS: Final = 8
_CONNECTOR: Final = re.compile(r"\s+(?:and|und|et|e|y|&|/|–|-)\s+|\s*[:/]\s*")
_EDGES: Final = re.compile(r"^[^\w]+|[^\w]+$")
_LED: Final = re.compile(r"(?P<head>[^:*]{2,60}):(?:\*\*|__)?\s+(?=\S)")
_GLUED: Final = re.compile(r"(?<=[.!?…])[\"”’»)]?(?P<head>[^.!?…]{2,60})$")


def normalise(line: str) -> str:
    """Reduce a line to its words as a heading: no marks, bullets, emoji, colon or case.

    >>> normalise("**Key Facts:**")
    'key facts'
    """
    return " ".join(_EDGES.sub("", line.replace("\u2019", "'")).lower().split())


def is_marker(line: str, known: frozenset[str]) -> bool:
    """Whether a line of its own is a known heading, or begins with one (``Background and ...``)."""
    if len(line) > 120 or len(line.split()) > _MAX_HEADING_WORDS:
        return False
    words = normalise(line)
    return words in known or _CONNECTOR.split(words, maxsplit=1)[0] in known


def led_marker(text: str, known: frozenset[str]) -> int:
    """Return where the text behind a known heading on the same line begins, or 0."""
    match = _LED.match(text)
    return match.end() if match and normalise(match["head"]) in known else 0


def glued_marker(text: str, known: frozenset[str]) -> int:
    """Return where a known heading that is glued to the end of a sentence begins, or 0."""
    match = _GLUED.search(text, max(0, len(text) - 64))
    return match.start("head") if match and normalise(match["head"]) in known else 0
