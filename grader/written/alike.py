"""Groups answers that say the same and would be graded alike. Pure; imports no other module of ours.

Two answers are alike only if every difference between them is one of these: letter case, white space, punctuation, a
filler word, a typing error in a long word, an ending, or a synonym. Numbers, formulas, code, operators, negations and all
other words must agree, in the same order. A missed pair is graded twice, which costs a minute; a wrong pair costs a
student points.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Words that can be left out, added or exchanged without changing what points are given for.
_IDLE = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "and",
        "that",
        "which",
        "this",
        "these",
        "those",
        "it",
        "its",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "will",
        "would",
        "we",
        "you",
        "our",
        "your",
        "they",
        "them",
        "their",
        "i",
        "my",
        "me",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "as",
        "so",
        "then",
        "thus",
        "therefore",
        "hence",
        "also",
        "very",
        "really",
        "quite",
        "just",
        "simply",
        "basically",
        "actually",
        "here",
        "there",
        "such",
        "well",
        "indeed",
        "furthermore",
        "moreover",
        "的",
        "了",
        "呢",
        "吧",
        "啊",
        "就",
    ]
)
_SAME = {
    word: group.split()[0]
    for group in (
        "large big huge", "small little tiny", "because since", "fast quick", "quickly rapidly", "use utilize employ", "get obtain",
        "show demonstrate", "often frequently", "problem issue", "method technique", "too overly", "example instance",
        "important crucial", "many numerous", "help aid", "start begin", "starts begins", "end finish", "ends finishes",
    )
    for word in group.split()
}  # fmt: skip
_WHOLE = {"cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not"}
_SHORT = (
    ("n't", " not"),
    ("'re", " are"),
    ("'ll", " will"),
    ("'ve", " have"),
    ("'m", " am"),
    ("it's", "it is"),
    ("that's", "that is"),
)
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
# Characters allowed anywhere in prose; everything else that is not a word has a meaning.
_SOFT = frozenset('.,;:!?"“”„…·•、。「」『』《》#_`~\u2013\u2014\u2018\u2019\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09')
_SIGNS = frozenset("-\u2212*/()[]{}'")
_PIECE = re.compile(r"\$\$[^$]+\$\$|\$[^$]+\$|`[^`]+`|\d+(?:[.,]\d+)*|\w+(?:'\w+)*|\S")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
FEWEST_WORDS = 5
_RARE, _RAREST = 2, 12
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Group:
    """Answers graded together, by index; all are alike to the first, and those in ``identical`` have the same words."""

    members: tuple[int, ...]
    identical: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Text:
    """An answer as it is compared: its words and hard tokens, in order."""

    tokens: tuple[str, ...]
    hard: tuple[str, ...]


def groups_of(texts: Sequence[str]) -> list[Group]:
    """Return all texts in groups, ordered by their first members; most groups have one member."""
    read = [_read(text[:MOST_CHARACTERS]) for text in texts]
    same: dict[tuple[str, ...], list[int]] = {}
    for place, (one, text) in enumerate(zip(read, texts, strict=True)):
        # A text that was cut, or has no words, is alike only to itself.
        whole = one.tokens if one.tokens and len(text) <= MOST_CHARACTERS else (text,)
        same.setdefault(whole, []).append(place)
    # The others are compared with the most common wording of a group.
    firsts = sorted((places for places in same.values()), key=lambda places: (-len(places), places[0]))
    words = Counter(word for one in read for word in set(one.tokens))
    made: list[tuple[list[int], list[int]]] = []
    index = _Index(words)
    for places in firsts:
        own = read[places[0]]
        found = next((known for known in index.near(own) if _alike(read[made[known][0][0]], own, words)), None)
        if found is None:
            index.add(own, len(made))
            made.append((list(places), []))
        else:
            made[found][1].extend(places)
    groups = [Group((*same_words, *sorted(near)), frozenset(same_words)) for same_words, near in made]
    return sorted(groups, key=lambda group: min(group.members))


def _read(text: str) -> _Text:
    """Return the tokens of a text; hard tokens begin with a mark that no word has."""
    text = unicodedata.normalize("NFC", text.replace("\u2019", "'"))
    tokens: list[str] = []
    fresh = True  # at the beginning of a sentence or line, where a capital has no meaning
    for match in _PIECE.finditer(text):
        piece = match.group()
        fresh = fresh or "\n" in text[max(match.start() - 2, 0) : match.start()]
        tokens += _tokens(piece, text, match.start(), match.end(), fresh)
        fresh = piece in ".!?\u3002\uff01\uff1f"
    return _Text(tuple(tokens), tuple(token for token in tokens if token[0] == "\0"))


def _tokens(piece: str, text: str, start: int, end: int, fresh: bool) -> list[str]:
    """Return the tokens of one piece of a text."""
    if piece[0] in "$`" and len(piece) > 2:
        return ["\0" + "".join(piece.split())]
    if len(piece) == 1 and not piece.isalnum():
        return ["\0" + piece] if _has_meaning(piece, text, start, end) else []
    if any(letter.isdigit() or letter == "_" for letter in piece):
        return ["\0" + piece]
    if _CJK.search(piece):
        return list(piece)
    if len(piece) == 1:
        return [
            piece.casefold() if fresh and piece in "AI" else "\0" + piece if piece not in "aI" else piece.casefold()
        ]
    return _spelled_out(piece.casefold()).split()


def _has_meaning(sign: str, text: str, start: int, end: int) -> bool:
    """Return whether a sign is an operator, a bracket of a formula or the like rather than punctuation."""
    before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
    if sign == "!" and before[-1:].isalnum() and (before[-1:].isdigit() or len(before) < 2 or not before[0].isalpha()):
        return True  # a factorial
    if sign in _SOFT:
        return False
    if sign == ">" and (not before.strip(" ") or before.endswith("\n")):
        return False  # a quotation
    if sign not in _SIGNS:
        return True
    if sign == "'":
        return bool(before) and before[-1].isalpha() and (len(before) < 2 or not before[-2].isalpha())
    near = before[-1:] + behind[:1]
    if any(letter.isdigit() or letter in "=+^<>|$" for letter in near):
        return True
    single = (before[-1:].isalpha() and not before[:1].isalpha()) or (behind[:1].isalpha() and not behind[1:].isalpha())
    spaced = sign in "-\u2212*/" and before[-1:] == " " and before[:1].strip() != "" and behind[:1] == " "
    return single or spaced


def _spelled_out(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    for short, long in _SHORT:
        if word.endswith(short):
            return word.removesuffix(short) + long
    return word.replace("'", "")


class _Index:
    """Finds texts that share rare pairs of words, so that not all pairs of texts are compared."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._by_pair: dict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, text: _Text, place: int) -> None:
        for pair in self._rarest(text, 4 * _RAREST):
            self._by_pair[pair].append(place)

    def near(self, text: _Text) -> list[int]:
        """Return the indices of texts that share a pair of words, those that share most pairs first."""
        shared = Counter(place for pair in self._rarest(text, _RAREST) for place in self._by_pair.get(pair, ()))
        return [place for place, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:15]]

    def _rarest(self, text: _Text, most: int) -> list[tuple[str, str]]:
        kept = [token for token in text.tokens if token not in _IDLE and self._words[token] > 1]
        pairs = dict.fromkeys(itertools.pairwise(kept))
        return sorted(pairs, key=lambda pair: (self._words[pair[0]] + self._words[pair[1]], pair))[:most]


def _alike(one: _Text, other: _Text, words: Mapping[str, int]) -> bool:
    """Return whether two texts have only harmless differences, and few of them."""
    if one.hard != other.hard or min(len(one.tokens), len(other.tokens)) < FEWEST_WORDS:
        return False
    size = len(one.tokens)
    most = max(3, size * 15 // 100)
    return abs(size - len(other.tokens)) <= most and _harmless(one.tokens, other.tokens, most, words)


def _harmless(one: Sequence[str], other: Sequence[str], most: int, words: Mapping[str, int]) -> bool:
    """Return whether at most ``most`` harmless changes turn ``one`` into ``other``, by a walk along the table's diagonal."""
    far = most + 1
    row = {j: j if all(word in _IDLE for word in other[:j]) else far for j in range(min(most, len(other)) + 1)}
    for i, word in enumerate(one, 1):
        below: dict[int, int] = {}
        for j in range(max(0, i - most), min(len(other), i + most) + 1):
            steps = [far]
            if word in _IDLE:
                steps.append(row.get(j, far) + 1)
            if j and other[j - 1] in _IDLE:
                steps.append(below.get(j - 1, far) + 1)
            if j and row.get(j - 1, far) < far:
                if word == other[j - 1]:
                    steps.append(row[j - 1])
                elif _same_meaning(word, other[j - 1], words):
                    steps.append(row[j - 1] + 1)
            below[j] = min(min(steps), far)
        row = below
        if min(row.values(), default=far) >= far:
            return False
    return row.get(len(other), far) <= most


def _same_meaning(one: str, other: str, words: Mapping[str, int]) -> bool:
    """Return whether two words mean the same: synonyms, different endings, or a typing error."""
    if "\0" in (one[0], other[0]):
        return False
    if _SAME.get(one, one) == _SAME.get(other, other) or (one in _IDLE and other in _IDLE):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.startswith(short) and long[len(short) :] in _ENDINGS:
        return True
    # A typing error is rarer than the right word.
    few, many = sorted((words[one], words[other]))
    return one[0] == other[0] and few <= max(_RARE, many // 4) and _slip(short, long)


def _slip(short: str, long: str) -> bool:
    """Return whether words differ by one missing or wrong letter or two swapped ones, and are too long to be other words."""
    if len(long) - len(short) > 1:
        return False
    start = next((k for k, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        turned = long[start + 1 : start + 2] + long[start : start + 1]
        if len(long) >= 5 and short[start : start + 2] == turned and short[start + 2 :] == long[start + 2 :]:
            return True
        return len(long) >= 6 and short[start + 1 :] == long[start + 1 :]
    return len(long) >= 6 and short[start:] == long[start + 1 :]
