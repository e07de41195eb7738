"""Tests of finding the lines that the exercise asks for."""

import pytest

from grader.assignments.vocabulary.printed import printed_sets


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
