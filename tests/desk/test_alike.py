"""Tests of which written answers are graded together, and above all of which are not."""

from __future__ import annotations

import random

import pytest

from grader.written.alike import groups_of
from tests.desk.judged import JUDGED
from tests.desk.klass import prose

BASE = (
    "With a large step size the walk leaps over the valley, because each step is longer than the valley is wide. It does not settle, "
    "and the loss may even grow, as $\\eta = 2$ shows in the third curve."
)  # fmt: skip
HARMLESS = (
    BASE.lower().replace("$\\eta = 2$", "$\\eta=2$"),
    BASE.replace(", because", " because").replace(". It", "; it"),
    BASE.replace("does not", "doesn't"),
    BASE.replace("large", "big"),
    BASE.replace("valley, because", "vally, because"),
    BASE.replace("settle", "settel"),
    BASE.replace("the third", "third"),
    BASE.replace("leaps", "leap"),
    BASE.replace("the walk", "**the walk**"),
    BASE.replace(". It", ".\n\nIt"),
    BASE.replace("may even", "may also even"),
    BASE.replace("because", "since"),
    "- " + BASE,
    BASE.replace("step size", "step-size"),
)
# Each pair differs by little, and a person might give the two different points.
DIFFERENT = (
    ("large", "small"), ("not settle", "settle"), ("longer", "shorter"), ("grow", "shrink"), ("\\eta = 2", "\\eta = 3"), ("third", "first"),
    ("over the valley", "into the valley"), ("may even", "must even"), ("the loss", "the gain"), ("does not settle, and", "does not settle, or"),
    ("wide", "deep"), ("each step", "no step"), ("valley is wide", "valley is not wide"), ("walk", "weight"), ("the loss may even grow", "the loss may even grow less"),
    ("$\\eta = 2$", "$\\eta = -2$"), ("longer than", "as long as"), ("even grow", "never grow"), ("third curve", "third and fourth curve"), ("each", "only the first"),
)  # fmt: skip
# Whole short answers; what stands in one row is not graded together.
SHORT = (
    ("It goes up.", "It goes down."),
    ("The gradient is zero there.", "The gradient is not zero there."),
    ("w - lr * grad", "w + lr * grad"),
    ("W = W - lr * dW", "W = W lr * dW"),
    ("3.5", "35"),
    ("It is 3 times faster than before.", "It is 3.0 times slower than before."),
    ("The layer comes before the activation.", "The layer comes after the activation."),
    ("f(x) is convex here", "f(x) is concave here"),
    (
        "Use `relu`, since it does not saturate for large inputs",
        "Use `tanh`, since it does not saturate for large inputs",
    ),
    ("the learning rate is reduced by 2 each epoch now", "the learning rate is reduced to 2 each epoch now"),
    ("a > b for all of the inputs that we have seen", "a < b for all of the inputs that we have seen"),
    ("X is the input and W is the weight of the layer", "W is the input and X is the weight of the layer"),
    ("梯度 不 會 消失、因為 導數 很 大", "梯度 會 消失、因為 導數 很 大"),
    ("梯度不會消失因為導數很大", "梯度會消失因為導數很大"),
    ("it cannot overfit since there are few parameters in it", "it can overfit since there are few parameters in it"),
    ("more layers give a better fit on the training data", "more layers give a worse fit on the training data"),
    ("n! grows quicker than the exponential of n for large n", "n grows quicker than the exponential of n for large n"),
    ("f' is zero at the minimum and the walk stays there", "f is zero at the minimum and the walk stays there"),
    ("the loss of the test set increases after epoch ten", "the loss of the train set increases after epoch ten"),
    ("2*(a+b) is what the layer returns for these inputs", "2*a+b is what the layer returns for these inputs"),
)


def together(*texts: str) -> bool:
    """Return whether all of these answers are in one group."""
    return len(groups_of(texts)) == 1


@pytest.mark.parametrize("other", HARMLESS)
def test_small_edits_are_graded_once(other):
    """Case, spaces, punctuation, idle words, endings, slips and words that mean the same make no other answer."""
    assert together(BASE, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_small_edits_that_matter_are_graded_apart(one, other):
    """One word, sign or number that says something else keeps two long answers apart."""
    assert one in BASE
    assert not together(BASE, BASE.replace(one, other, 1))


@pytest.mark.parametrize(("one", "other"), SHORT)
def test_short_answers_that_differ_are_graded_apart(one, other):
    """In a short answer each word, sign and number counts."""
    assert not together(one, other)


def test_thirty_copies_among_a_hundred_and_fifty_are_found():
    """Copies with up to three small edits each are one group; everybody else stands alone, in whatever order they come."""
    drawn = random.Random(5)
    edits = [
        ("large", "big"), ("does not", "doesn't"), ("because", "since"), ("settle,", "settle"), ("the third", "third"), ("leaps", "leap"),
        ("each step", "each of the steps"), ("valley,", "vally,"), ("shows", "show"), ("With a", "with a"), ("may even", "may then even"),
    ]  # fmt: skip
    copies = []
    for _ in range(30):
        text = BASE
        for old, new in drawn.sample(edits, drawn.randrange(1, 4)):
            text = text.replace(old, new, 1)
        copies.append(text)
    others = [prose(number, 35) for number in range(120)]
    texts = [*copies, *others]
    drawn.shuffle(texts)
    sizes = sorted(len(group.members) for group in groups_of(texts))
    assert sizes == [1] * 120 + [30]


def test_a_group_is_not_a_chain():
    """All members are alike to one of them, so that a long row of small steps ends nowhere else."""
    words = [BASE]
    for old, new in (("because", "since"), ("large", "big"), ("leaps", "leap"), ("valley,", "vally,"), ("settle", "settel"), ("shows", "show"),
                     ("the third", "third"), ("may even", "may also then indeed even"), ("each", "each one of the"), ("curve", "curves")):  # fmt: skip
        words.append(words[-1].replace(old, new, 1))
    assert len(groups_of(words)) > 1


def test_sixty_pairs_as_a_person_judged_them():
    """None of those that differ for a person is graded once, and of those that do not differ nearly all are."""
    pairs = [(first, same, other) for first, others in JUDGED for same, other in others]
    assert len(pairs) == 60
    wrong = [other for first, same, other in pairs if not same and together(first, other)]
    found = [other for first, same, other in pairs if same and together(first, other)]
    assert wrong == []
    assert len(found) >= 20 and sum(same for _, same, _ in pairs) == 23


def test_all_versions_of_an_answer_side_by_side_keep_apart():
    """Among all of its versions, too, no group holds an answer that a person would grade differently from the first."""
    for first, others in JUDGED:
        texts = [first, first, *(other for _, other in others)]
        (own,) = [group for group in groups_of(texts) if 0 in group.members]
        assert [texts[place] for place in own.members if place > 1 and not others[place - 2][0]] == []
