"""Every variant of layout seen on news pages, and the ten rules, on texts written for this test.

An outline names the items in reading order. Scored: capitals in the body (P paragraph, B bullet,
N numbered, Q quote), small letters in the section (p, b, n, q and i for the introduction).
Not scored: T title, D deck, H subhead, # tag, M marker, C caption, L date line, R read also,
S source, F furniture.
"""

import pytest

from stance import parse_article
from stance.article import Article

TITLE = "Ferry Line to Norland Stays Closed"
DECK = "Two towns wait for a boat."
ONE = (
    "The ferry line between Norland and Eastport stays closed until May, the owner said on Monday, "
    "because two of its three boats failed the winter inspection in the dock."
)
TWO = (
    "Traders on both shores agreed to share the cost of a road convoy, which will run twice a day "
    "and carry fish, mail and the pupils of the two grammar schools."
)
THREE = (
    "The harbour police accused the owner of hiding the report for a month, and the owner "
    "threatened to sue the force for what he called a campaign against his house."
)
BODY = f"{ONE}\n{TWO}\n{THREE}\n"
HEAD = f"{TITLE}\n{BODY}"
CUTS = "- Cuts: The quota fell by a tenth in spring [2].\n"
TALKS = "- Talks: Both sides have named envoys [1][3].\n"
BARE = "- The Fisheries Council may look at the matter.\n- Anna Berg could raise it in autumn.\n"
ITEMS = CUTS + TALKS

SCORED = {"paragraph": "p", "intro": "i", "bullet": "b", "numbered": "n", "quote": "q"}
KEPT = {"title": "T", "deck": "D", "subhead": "H", "tag": "#", "marker": "M", "caption": "C",
        "dateline": "L", "readalso": "R", "source": "S", "furniture": "F"}  # fmt: skip

LAYOUTS = {
    # What stands before the section
    "P1 no blank lines": (f"{TITLE}\n{DECK}\n{BODY}", "TDPPP"),
    "P2 blank lines": (f"{TITLE}\n\n{DECK}\n\n{ONE}\n\n{TWO}\n\n\n{THREE}\n", "TDPPP"),
    "P3 title in paraphrase, caption twice": (
        f"{TITLE}\nFerry news: line to Norland closed - {TITLE}\nA harbour at dawn. Photo: Agency\n"
        f"A harbour at...\n{BODY}",
        "TFCCPPP",
    ),
    "P4 headline that looks like a bullet": (f"- {TITLE}\n{BODY}", "TPPP"),
    "P5 page furniture": (
        f"Skip to content\nCopy the current link\n1 min read\n08:15 Storm at the coast\n{HEAD}",
        "FFFFTPPP",
    ),
    "P6 tags as bullets": (
        f"{HEAD}- Anna Berg\n- Norland\n- Fishing quotas\nEnrichment Data:\n{ITEMS}",
        "TPPP###Mbb",
    ),
    "P7 tags as one line": (f"{HEAD}FerriesTransportNorlandAnna Berg\n", "TPPP#"),
    "P7 tags with dots": (f"{HEAD}Ferries · Norland · Anna Berg\n", "TPPP#"),
    "P8 date line glued": (f"{TITLE}\nEASTPORT, Norland - {BODY}", "TPPP"),
    "P8 date line of its own": (f"{TITLE}\nEASTPORT, Norland, March 3\n{BODY}", "TLPPP"),
    "P9 subhead in title case": (f"{TITLE}\n{ONE}\nQuarrel in the Dock\n{TWO}\n{THREE}\n", "TPHPP"),
    "P9 subhead that asks": (f"{TITLE}\n{ONE}\nWho will pay?\n{TWO}\n{THREE}\n", "TPHPP"),
    "P9 subhead that quotes": (
        f'{TITLE}\n{ONE}\nPolice: Hidden for a "Whole Month"\n{TWO}\n{THREE}\n', "TPHPP",
    ),
    "P9 subhead with a colon": (f"{TITLE}\n{ONE}\nThe road:\n{TWO}\n{THREE}\n", "TPHPP"),
    "P10 live ticker": (f"{TITLE}\n08:05 {ONE}\n09.40 {TWO}\n11:15 No boat sails.\n", "TPPP"),
    # The marker
    "M1 heading with a colon": (f"{HEAD}PULSE POINTS:\n{ITEMS}", "TPPPMbb"),
    "M2 heading without a colon": (f"{HEAD}At a Glance\n{ITEMS}", "TPPPMbb"),
    "M3 text on the marker's line": (f"{HEAD}Key Takeaway: {TWO[:-1]} soon.\n", "TPPPMp"),
    "M4 marker glued to a sentence": (f"{TITLE}\n{ONE}\n{TWO}Key Facts\n{ITEMS}", "TPPMbb"),
    "M5 the word in running text": (
        f"{HEAD}Enrichment data suggests that a third round is likely, since both named envoys.\n",
        "TPPPP",
    ),
    "M6 invented heading": (
        f"{HEAD}The Harbour Crew's Corner\n  1. The ferry belongs to the state.\n"
        "  2. Police have joined the inquiry.\n",
        "TPPPMnn",
    ),
    "M7 question as heading": (f"{HEAD}What's Next?\n{ITEMS}", "TPPPMbb"),
    "M8 emoji before the heading": (f"{HEAD}⚽ Key Points\n❓ The line is closed.\n", "TPPPMb"),
    "M9 rule instead of a marker": (f"{HEAD}---\n{ITEMS}", "TPPPMbb"),
    "M9 end mark and hashtags": (f"{HEAD}#ferry #norland\n###\nPress office, 12 Quay Street.\n",
                                 "TPPP#FF"),
    "M10 markdown heading": (f"# {TITLE}\n\n{BODY}\n## Enrichment Data\n\n{ITEMS}", "TPPPMbb"),
    "M10 bold": (f"{HEAD}**Enrichment Data:** The ferry carries 900 people a day [1].\n", "TPPPMp"),
    "M11 nothing under the heading": (f"{HEAD}Key Facts\nSource: Harbour Post\n", "TPPPMS"),
    "M12 no marker": (HEAD, "TPPP"),
    "M13 the addition is the last paragraph": (
        f"{HEAD}The European Union, bound to its charter, may look at ferries in the autumn.\n",
        "TPPPP",
    ),
    "M14 box on top": (
        f"{TITLE}\nPULSE POINTS:\n❓ What Happened: The ferry line closed.\n"
        f'💬 Key Quote: "We wait."\nIN FULL:\n{BODY}',
        "TMbbHPPP",
    ),
    "M15 German": (f"{HEAD}Das Wichtigste in Kürze\n• Die Fähre bleibt zu.\n", "TPPPMb"),
    "M15 Italian": (f"{HEAD}Punti chiave:\n• Il traghetto resta fermo.\n", "TPPPMb"),
    "M15 French": (f"{HEAD}À retenir\n• Le bac reste à quai.\n", "TPPPMb"),
    "M15 Spanish": (f"{HEAD}Datos clave\n• El barco sigue parado.\n", "TPPPMb"),
    "M15 Portuguese": (f"{HEAD}Pontos principais\n• A balsa continua parada.\n", "TPPPMb"),
    "M15 German notes": (
        f"{HEAD}Quelle: Hafenpost\nHinweis: Dieser Text wurde mit KI erstellt.\nThemen: Fähre\n"
        "Lesen Sie auch: Zehn Suppen für den Winter\n",
        "TPPPSFFR",
    ),
    # Inside the section
    "S1 introduction": (
        f"{HEAD}Enrichment Data:\nNorland's policy rests on three things:\n{ITEMS}", "TPPPMibb",
    ),
    "S2 subheads": (f"{HEAD}Enrichment Data:\nQuotas at a Glance\n{CUTS}Outlook\n{TALKS}",
                    "TPPPMHbHb"),
    "S3 lead-ins": (f"{HEAD}Key Facts\n{ITEMS}", "TPPPMbb"),
    "S4 full sentences": (f"{HEAD}Key Facts\n{BARE}", "TPPPMbb"),
    "S5 dash": (f"{HEAD}Key Facts\n– The quota fell.\n– Envoys were named.\n", "TPPPMbb"),
    "S5 numbers": (f"{HEAD}Key Facts\n1. The quota fell.\n2. Envoys were named.\n", "TPPPMnn"),
    "S5 indented": (f"{HEAD}Key Facts\n  • The quota fell.\n\t• Envoys met.\n", "TPPPMbb"),
    "S6 items without marks": (
        f"{HEAD}Key Facts\nThe quota fell by a tenth.\nBoth sides have named envoys.\n", "TPPPMpp",
    ),
    "S7 inline numbers": (f"{HEAD}Key Facts\n1. Quota fell. 2. Envoys named. 3. Prices rise.\n",
                          "TPPPMn"),
    "S8 several sections": (
        f"{HEAD}Summary\nThe line is closed.\nKey Facts\n{CUTS}What's Next?\n{TALKS}Sources:\n"
        "- Harbour Post\n",
        "TPPPMpHbHbMS",
    ),
    "S9 pairs in one line": (
        f"{HEAD}Insights\nEntities: Norland, Anna Berg • Tone: analytical • Mood: neutral\n{CUTS}",
        "TPPPMFb",
    ),
    "S10 scores and counts": (
        f"{HEAD}Insights\n{CUTS}36% Bias Score\nTotal Reads\n0\n283 Articles\n", "TPPPMbFFFF",
    ),
    "S11 the section repeats the body": (f"{HEAD}Key Facts\n- {ONE}\n", "TPPPMb"),
    "S12 label without a value": (f"{HEAD}Details\n{CUTS}Raw Article Publish Date:\n", "TPPPMbF"),
    # Citations and sources
    "C6 references with addresses": (
        f"{HEAD}Key Facts\n{CUTS}References:\n– Harbour Post: [Fleet shrinks](https://example.org/a)\n",
        "TPPPMbMS",
    ),
    "C7 source as last line": (f"{HEAD}Source: Harbour Post, Norland Radio\n", "TPPPS"),
    # After the section
    "T1 trailing bullets": (f"{HEAD}Key Facts\nOutlook\n{ITEMS}{BARE}", "TPPPMHbbbb"),
    "T2 read also with titles": (
        f"{HEAD}Key Facts\n{CUTS}Read also:\n- Bridge in Eastport gets a new coat\n"
        "- Ten soups for winter\n",
        "TPPPMbHRR",
    ),
    "T3 read more between paragraphs": (
        f"{TITLE}\n{ONE}\nRead More:\nTen soups\n{TWO}\nRead also: A bridge\n{THREE}\n",
        "TPHRPRP",
    ),
    "T4 disclosure": (f"{HEAD}AI Generated Content\nInsights by Norland Lab\n", "TPPPFF"),
    "T5 prompt left-overs": (
        f"{HEAD}Key Facts\n{CUTS}Model: large\nUsed prompts: 2\nA1=, A2=\n"
        "[This section requires fictional data]\n",
        "TPPPMbFFFF",
    ),
    "T6 comments and cookies": (
        f"{HEAD}We use cookies on this site.\nSubscribe to our newsletter\nComments (2)\n"
        "Nonsense, the boat was never safe.\n",
        "TPPPFFFF",
    ),
    "T7 code fence and stray quotes": (f'```\n{HEAD}```\n"\n', "FTPPPFF"),
    "T8 the article once more": (f"{HEAD}{BODY}", "TPPPFFF"),
    # Damage
    "D1 cut off": (f"{HEAD}The council will meet in Eastport on Friday to hear both of the "
                   "towns and then\n",
                   "TPPPP"),
    "D2 no space at a line break": (
        f"{TITLE}\n{ONE[:-1]}levyNorland and its boats.\n{TWO}\n", "TPP",
    ),
    "D3 wrong code page": (f"{TITLE}\n{ONE}\n{TWO} It is the unitâ€™s fault.\n", "TPP"),
    "D4 HTML left in": (
        f"<h1>{TITLE}</h1><p>{ONE}</p><p>{TWO}<BR \\/>{THREE}</p><h3>\\r\\nOutlook<\\/h3>"
        "Prices of the fleet&#39;s fish may rise.",
        "TPPPHP",
    ),
    "D5 a word said many times": (f"{HEAD}{'boat ' * 200}sank.\n", "TPPPP"),
    "D6 refusal": ("Please provide the text you want me to rewrite as a news article.\n", "F"),
    "D7 blank lines, indents, tabs": (f"\n\n   {TITLE}\n\n\n\n\t\t{ONE}\n \t \n    {TWO}\n", "TPP"),
    "D8 look-alike letters": (f"{TITLE}\n{ONE}\n{TWO} The b\u043eat sank.\n", "TPP"),
    "D9 no final newline": (f"{HEAD}Key Facts\n{ITEMS}".rstrip(), "TPPPMbb"),
    "D10 CRLF": (HEAD.replace("\n", "\r\n"), "TPPP"),
    "D10 NUL": (HEAD.replace("\n", "\0\n"), "TPPP"),
}  # fmt: skip


def outline(article: Article) -> str:
    codes = []
    for paragraph in article.paragraphs:
        code = SCORED[paragraph.role]
        codes.append((paragraph.start, code.upper() if paragraph.part == "body" else code))
    codes.extend((item.start, KEPT[item.role]) for item in article.unscored)
    return "".join(code for _, code in sorted(codes))


@pytest.mark.parametrize(("text", "expected"), LAYOUTS.values(), ids=list(LAYOUTS))
def test_layout_is_cut_as_a_reader_would(text: str, expected: str) -> None:
    assert outline(parse_article(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The fleet shrank[1].", "The fleet shrank.", id="C1 before the stop"),
        pytest.param("The fleet shrank [1].", "The fleet shrank.", id="C2 with a space"),
        pytest.param("It shrank. [1][2]", "It shrank.", id="C3 after the stop"),
        pytest.param("It shrank [1, 2].", "It shrank.", id="C5 points to nothing"),
        pytest.param("[their] rights [...] [Fill in the date] [3]",
                     "[their] rights [...] [Fill in the date]", id="C8 no citation"),
        pytest.param("the unitâ€™s men", "the unit’s men", id="D3 wrong code page"),
        pytest.param("the fleet&#39;s <b>size</b>", "the fleet's size", id="D4 HTML"),
        pytest.param("the b\u043eat", "the boat", id="D8 look-alike letter"),
        pytest.param("the **boat** [sank](https://example.org)", "the boat sank", id="markdown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("part", ["body", "enrichment"])
def test_scored_text_has_no_citations_markup_or_damage(part: str, text: str, expected: str) -> None:
    """C4: marks go from the body as they go from the section."""
    paragraph = f"{ONE} {text}"
    source = f"{TITLE}\n{paragraph}\n{TWO}\n{THREE}\nKey Facts\n- {paragraph}\n"
    scored = parse_article(source).part(part)[0].scored_text
    assert " ".join(scored.split()) == f"{ONE} {expected}"


def test_rule_1_every_part_may_be_missing() -> None:
    assert [outline(parse_article(text)) for text in ("", ONE, f"{ONE}\n{TWO}\n")] == [
        "",
        "P",
        "PP",
    ]


def test_rule_2_a_known_word_in_a_long_line_is_no_heading() -> None:
    text = f"{HEAD}Key facts about the boats are still missing, the mayor complained on Monday.\n"
    assert outline(parse_article(text)) == "TPPPP"


def test_rule_3_tags_and_items_differ_in_length_and_stop() -> None:
    assert outline(parse_article(f"{HEAD}- Norland\n- Both sides have named envoys.\n")) == "TPPP#B"


@pytest.mark.parametrize(
    "marker",
    ["ENRICHMENT DATA", "enrichment data:", "### Enrichment Data", "**Enrichment Data**",
     "_Enrichment Data:_", "- Enrichment Data:", "📌 Enrichment Data"],
)  # fmt: skip
def test_rule_4_marker_is_known_in_any_dress(marker: str) -> None:
    assert outline(parse_article(f"{HEAD}{marker}\n{ITEMS}")) == "TPPPMbb"


def test_rule_4_glued_word_without_a_list_below_is_text() -> None:
    assert outline(parse_article(f"{TITLE}\n{ONE}\n{TWO}Background\n{THREE}\n")) == "TPPP"


def test_rule_5_the_user_adds_headings_and_the_rule_is_reported() -> None:
    text = f"{HEAD}Harbour Notes\n{TWO[:-1]} soon.\n"
    assert parse_article(text).rule == "none"
    article = parse_article(text, markers=["harbour notes:"])
    assert (article.rule, article.marker_line, outline(article)) == ("heading line", 5, "TPPPMp")


@pytest.mark.parametrize(
    ("marker", "rule"),
    [("Key Facts\n", "heading line"), ("## Key Facts\n", "markdown"), ("---\n", "rule line"),
     ("The Crew's Corner\n", "heading over a list"), ("Key Facts: Two things.\n", "same line")],
)  # fmt: skip
def test_rule_5_names_how_the_section_was_found(marker: str, rule: str) -> None:
    article = parse_article(f"{HEAD}{marker}{ITEMS}")
    assert (article.rule, article.marker_line) == (rule, 5)


def test_rule_6_trailing_items_go_where_the_user_says() -> None:
    text = f"{HEAD}Key Facts\n{ITEMS}{BARE}"
    assert outline(parse_article(text)) == "TPPPMbbbb"
    assert outline(parse_article(text, trailing="body")) == "TPPPMbbBB"
    assert outline(parse_article(text, trailing="drop")) == "TPPPMbbFF"


def test_rule_6_titles_to_read_also_belong_to_neither_side() -> None:
    article = parse_article(f"{HEAD}Read also:\n- Ten soups for winter\n- A new bridge\n")
    assert [item.role for item in article.unscored][-2:] == ["readalso", "readalso"]


def test_rule_7_citations_are_listed_in_order() -> None:
    (first, second) = parse_article(f"{HEAD}Key Facts\n{ITEMS}").part("enrichment")
    assert (first.citations, second.citations) == (("[2]",), ("[1]", "[3]"))


def test_rule_8_sections_run_from_the_first_known_heading_to_the_end() -> None:
    article = parse_article(f"{HEAD}Summary\nThe line is closed.\nBackground\n{TWO[:-1]} soon.\n")
    assert (len(article.part("body")), len(article.part("enrichment"))) == (3, 2)


def test_rule_9_shared_sentences_stay_in_both_parts() -> None:
    article = parse_article(f"{HEAD}Key Facts\n- {ONE}\n")
    assert article.part("enrichment")[0].text == article.part("body")[0].text


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (HEAD, "ok"),
        (f"{TITLE}\n{ONE}\n", "short"),
        ("I'm sorry, but I cannot rewrite this article.\n", "no_article"),
        ("Skip to content\nMenu\nSubscribe\n", "no_article"),
        ("[Insert title]\nEnrichment Data:\n", "no_article"),
        ("", "no_article"),
    ],
)
def test_rule_10_texts_without_an_article_are_flagged(text: str, status: str) -> None:
    assert parse_article(text).status == status


def test_interviews_are_cut_at_the_speakers() -> None:
    answers = f"MINISTER: {ONE}\nREPORTER: When?\nMINISTER: {TWO}\n"
    text = f"{TITLE}\nREPORTER: Will the boat sail?\n{answers}"
    assert outline(parse_article(text)) == "TPPPP"


def test_lines_wrapped_by_an_editor_are_joined() -> None:
    words, lines = f"{ONE} {TWO}".split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 70:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    wrapped = "\n".join(lines)
    article = parse_article(f"{TITLE}\n\n{wrapped}\n\n{THREE}\n")
    assert outline(article) == "TPP"
    assert article.paragraphs[0].scored_text == f"{ONE} {TWO}"
