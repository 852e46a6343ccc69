"""Does the label of a text change when the names in it are swapped, or only the framing?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import permutations, product
from typing import Final

from stance.classifier import Classifier

_DEALINGS: Final = (
    "signed a trade agreement with {b}",
    "imposed new sanctions on {b}",
    "accused {b} of breaking the ceasefire",
    "sent doctors and medicine to {b}",
    "may join talks with {b} in spring",
    "could face a lawsuit from {b}, analysts say",
    "published its yearly report on trade with {b}",
    "has a border of 300 kilometres with {b}",
    "thanked {b} for its support after the flood",
    "expelled two diplomats of {b}",
    "rejected the demands of {b}",
    "will hold elections in the same month as {b}",
    "agreed with {b} to reopen the railway",
    "is likely to ask {b} for a loan next year",
)
_FRAMES: Final = (
    "{a} DEALING on Monday.",
    "Officials said that {a} DEALING.",
    "According to a statement, {a} DEALING after a week of meetings.",
    "In the capital, a spokesman said {a} DEALING.",
    "Last year {a} DEALING, and the matter has been before parliament since.",
    '"{a} DEALING," the minister told reporters.',
    "It was the second time in a decade that {a} DEALING.",
    "A paper of the committee notes that {a} DEALING.",
    "The newspaper wrote on its front page that {a} DEALING.",
    "As the prime minister explained to members, {a} DEALING.",
    "{a} DEALING, the agency reported from the summit.",
    "Two people with knowledge of the matter said {a} DEALING.",
    "At noon the news came that {a} DEALING.",
    "On the eve of the summit {a} DEALING, which drew questions from the press.",
    "The foreign ministry confirmed late on Tuesday that {a} DEALING.",
)
TEMPLATES: Final = tuple(
    frame.replace("DEALING", dealing) for frame, dealing in product(_FRAMES, _DEALINGS)
)
NAMES: Final = {
    "states": ("France", "Russia", "China", "Israel", "Brazil", "Iran", "Japan", "Nigeria"),
    "parties": ("Labour", "the Conservatives", "the Democrats", "the Republicans", "the Greens"),
}


def share_of_flips(classifier: Classifier) -> dict[str, float]:
    """Return by kind of name the share of swaps that move a label, 0 to 1.

    Each template is filled with every ordered pair of names; a label that is not the template's
    most frequent one has flipped.
    """
    found = {}
    for kind, names in NAMES.items():
        pairs = list(permutations(names, 2))
        n_flipped = 0
        for template in TEMPLATES:
            texts = [_sentence(template.format(a=a, b=b)) for a, b in pairs]
            labels = classifier.predict(texts)
            n_flipped += len(labels) - Counter(labels).most_common(1)[0][1]
        found[kind] = round(n_flipped / (len(pairs) * len(TEMPLATES)), 4)
    return found


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def share_of_topics_right(classifier: Classifier, contrast: Iterable[Mapping[str, str]]) -> float:
    """Return the share of topics of the contrast corpus with every label right, 0 to 1.

    A topic has one paragraph a label, so that only the framing differs. The shipped model never
    trained on any of them.
    """
    topics: dict[str, list[bool]] = {}
    items = list(contrast)
    labels = classifier.predict([item["text"] for item in items])
    for item, label in zip(items, labels, strict=True):
        topics.setdefault(item["topic"], []).append(item["label"] == label)
    return round(sum(map(all, topics.values())) / len(topics), 4)
