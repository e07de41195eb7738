"""How far the verdict of one test can be trusted: who compared what it rests on."""

from __future__ import annotations

from grader.outcomes import Decided

# What the option `--evidence` calls them.
OPTIONS = {"compared": Decided.BY_JUDGE, "object": Decided.BY_OBJECT, "child": Decided.IN_CHILD}
ORDER = (Decided.BY_JUDGE, Decided.BY_OBJECT, Decided.IN_CHILD)


def weakest(*words: Decided) -> Decided:
    """Return the weakest of some words, the first of all when there is none."""
    return max(words, key=ORDER.index, default=ORDER[0])


def suffices(word: Decided, least: Decided) -> bool:
    """Return whether a verdict is trusted as far as is asked for."""
    return ORDER.index(word) <= ORDER.index(least)


class Trust:
    """The word for one test while it runs, and whether it has looked at anything of the submission."""

    def __init__(self) -> None:
        self.word = Decided.BY_JUDGE
        self.observed = False
        self.remarks: list[str] = []

    def lower(self, word: Decided) -> None:
        """Let the verdict rest on something weaker."""
        self.word = weakest(self.word, word)

    def remark(self, sentence: str) -> None:
        """Add a sentence for the report, once."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)
