"""Tests of finding the lines that the exercise asks for."""

import pytest

from grader.assignments.vocabulary.printed import beside, nonsense, printed_sets, seen_in_lines, where_to_look


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Iter: 0 | Ground truth: 1 | Predict: 0.99997", (1.0, 0.99997)),
        ("Iter:  0 |     Ground truth: 1.0 |    prediction: 9.99e-01", (1.0, 0.999)),
        ("iter 0|Ground Truth:[0.]|Predict:[[1.2E-05]]", (0.0, 1.2e-05)),
        ("Iter: 0 | Ground truth: np.float64(1.0) | Predict: np.float64(.5)", (1.0, 0.5)),
        ("Iteration 0 | Ground truth: 1 | Predict: 0.99", (1.0, 0.99)),
        ("Iteration: 0 | Ground truth: 1,0 | Predict: 0,98765", (1.0, 0.98765)),
        ("Iter: 0, Ground truth: 1, Predict: 0.99", (1.0, 0.99)),
        ("Iter: 0; Ground_truth: 1,0; Prediction: 0,99", (1.0, 0.99)),
        ("Iter #0 | ground-truth = [[1]] | predict = [[0.99]]", (1.0, 0.99)),
        ("Iter[0] | GroundTruth: 1. | Predict: 0.99 |", (1.0, 0.99)),
        ("\x1b[32mIter: 0\x1b[0m | Ground truth: \x1b[1;31m1.0\x1b[0m | Predict: \x1b[1m0.99\x1b[0m", (1.0, 0.99)),
        ("\u2502 Iter: 0 \u2502 Ground truth: 1 \u2502 Predict: 0.99 \u2502", (1.0, 0.99)),
        ("Iter\uff1a0 \uff5c Ground truth\uff1a\uff11 \uff5c Predict\uff1a0.99", (1.0, 0.99)),
        ("Iter: 0 - Ground truth: 1 - Predict: 0.99", (1.0, 0.99)),
        ("Iter: 0 / 100 | Ground truth: 1 -> Predict: 0.99", (1.0, 0.99)),
        ("Iter 0 \u2192 Ground truth 1 \u2192 Predict 0.99", (1.0, 0.99)),
        ("\x1b[1mIter: 0 | Ground truth: 0 | Predict: 1\x1b[0m", (0.0, 1.0)),
    ],
)
def test_printed_sets_reads_lines_in_many_styles(line, values):
    """Spaces, brackets, exponents and decimals are free."""
    (found,) = printed_sets(line)
    assert (found.truths[0], found.predictions[0]) == values


def test_printed_sets_divides_sets_and_skips_other_lines():
    """A count that begins anew begins a set; what stands between is left out; each set has the summary behind it."""
    output = "\n".join(
        [
            "epoch 1 loss=3 accuracy=1%",
            *(f"Iter: {i} | Ground truth: 1 | Predict: 0.9\nsomething else" for i in range(3)),
            "loss=0.25 accuracy=66.70%",
            "loss=0.99 accuracy=1%",
            *(f"Iter: {i} | Ground truth: 0 | Predict: 0.7" for i in range(2)),
            "Loss : [1e-3], Accuracy = 100,00 %",
        ]
    )
    first, second = printed_sets(output)
    assert (len(first.truths), first.summary, first.accuracy) == (3, (0.25, 66.7), 1.0)
    assert (len(second.truths), second.summary, second.accuracy) == (2, (0.001, 100.0), 0.0)


@pytest.mark.parametrize("output", ["", "nothing", "Iter: x | Ground truth: 1 | Predict: 1", "Iter: 0 | Predict: 1"])
def test_printed_sets_finds_nothing_where_nothing_is(output):
    """Other lines are no points."""
    assert printed_sets(output) == []


def test_printed_sets_is_quick_with_long_lines():
    """A line of a megabyte without an answer is read in linear time."""
    assert printed_sets("Iter: " * 170_000) == []


@pytest.mark.parametrize(
    ("text", "place"), [("0.25", 0.01), ("1", 1.0), ("2.5e-02", 0.001), ("0,5", 0.1), ("1e5", 1e5)]
)
def test_printed_sets_tells_what_the_last_digit_counts(text, place):
    """A prediction is known as far as its last printed digit."""
    (found,) = printed_sets(f"Iter: 0 | Ground truth: 1 | Predict: {text}")
    assert found.places == pytest.approx([place])


def lines(truths, predictions, summary=""):
    """Return the set that a run has printed."""
    pairs = enumerate(zip(truths, predictions, strict=True))
    printed = [f"Iter: {i} | Ground truth: {truth} | Predict: {prediction}" for i, (truth, prediction) in pairs]
    (found,) = printed_sets("\n".join([*printed, summary]))
    return found


@pytest.mark.parametrize(
    ("truths", "predictions", "message", "title"),
    [
        ((0, 1), (0.2, 0.9), None, None),
        (
            (0, 1),
            ("nan", "nan"),
            "In the lines of the XOR set, the prediction is nan for all 2 points; that is not a number.",
            "The network answers all 2 points with nan.",
        ),
        (
            (0, 1, 1),
            (0.3, "NaN", 0.9),
            "In the lines of the XOR set, the prediction is nan for 1 of 3 points; that is not a number.",
            "The network answers 1 of 3 points with nan.",
        ),
        (
            (0.2, 0.9),
            (0, 1),
            "In the lines of the XOR set, each ground truth must be 0 or 1 and each prediction from 0 to 1.",
            "Ground truth and prediction stand in each other's place.",
        ),
        (
            (0, 1),
            (20.0, 90.0),
            "In the lines of the XOR set, each ground truth must be 0 or 1 and each prediction from 0 to 1.",
            "The predictions are printed in percent.",
        ),
        (
            (0, 1),
            (-3.5, 2.0),
            "In the lines of the XOR set, each ground truth must be 0 or 1 and each prediction from 0 to 1.",
            None,
        ),
    ],
)
def test_nonsense_says_what_the_lines_show(truths, predictions, message, title):
    """What is no label or no probability is said to be what it is: nan, exchanged, in percent, or just that."""
    fault = nonsense("XOR", lines(truths, predictions))
    assert (fault.message if fault else None) == message
    assert (fault.diagnosis.title if fault and fault.diagnosis else None) == title


@pytest.mark.parametrize(
    ("summary", "said", "hint"),
    [
        (
            "loss=1 accuracy=50%",
            " The line behind them says the same: 50%.",
            "Train longer, or with another learning rate or activation.",
        ),
        (
            "loss=1 accuracy=100%",
            " The line behind them says something else: 100%.",
            "Lines and accuracy are not of the same answers: are the points, or their order, the same in both?",
        ),
        ("", "", "Train longer, or with another learning rate or activation."),
    ],
)
def test_lines_are_told_apart_by_what_the_line_behind_them_says(summary, said, hint):
    """Lines that agree with the accuracy behind them need another training; lines that do not are of something else."""
    printed = lines((0, 1), (0.2, 0.3), summary)
    assert (beside(printed), where_to_look(printed)) == (said, hint)


@pytest.mark.parametrize(
    ("predictions", "title"),
    [
        ((0.3, 0.3, 0.3), "All predictions are one and the same number, 0.3."),
        ((0.9, 0.1, 0.2), "Nearly every prediction is on the wrong side of 0.5."),
        ((0.1, 0.1, 0.2), None),
    ],
)
def test_seen_in_lines_names_one_answer_and_the_opposite(predictions, title):
    """One and the same answer, and answers on the wrong side throughout, are told; anything else is not."""
    seen = seen_in_lines(lines((0, 1, 1), predictions))
    assert (seen.title if seen else None) == title
