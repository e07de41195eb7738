"""Lines of programs whose authors were told no form: which hold a truth and a prediction, which a loss."""

import pytest

from grader.assignments.vocabulary.hand_ins import (
    XOR_LABELS,
    is_xor,
    lines_of_numbers,
    losses_printed,
    sets_printed,
    truths_of,
)

FORMS = {
    "the course's": lambda i, t, p: f"Iter{i + 1} |  Ground truth: {t} |  prediction: {p:.5f} |",
    "Chinese": lambda i, t, p: f"第{i + 1}筆 | 真實值: {t:.0f} | 預測值: {p:.5f}",
    "Chinese, in percent": lambda i, t, p: f"編號{i + 1}  標籤\uff1a{t:.0f}  預測\uff1a{p * 100:.2f}%",
    "Japanese": lambda i, t, p: f"{i + 1}番 正解: {t:.0f} 予測: {p:.2f}",
    "names of variables": lambda i, t, p: f"y_true: {t:.0f} y_pred: {p:.3f}",
    "arrays of one entry": lambda i, t, p: f"[{i}] Ground truth: [{t}] prediction: [{p}]",
    "scalars of NumPy": lambda i, t, p: f"Iter {i}: GT = np.int64({t:.0f})  y_hat = np.float64({p})",
    "prediction first": lambda i, t, p: f"pred: {p:.3f} | true: {t:.1f}",
    "truth values": lambda i, t, p: f"Ground truth: {bool(t)}, Prediction: {p > 0.5}",
    "with the point": lambda i, t, p: f"x=[{0.1 * i:.1f} {0.2 * i:.1f}] truth {t:.0f} -> predict {p:.3f}",
    "below zero": lambda i, t, p: f"Iter {i + 1} label: {t} output: {p - 0.02:.5f}",
}


def of(form, wrong=()):
    """Return the XOR set as lines of a form, some of its predictions on the wrong side."""
    answers = [0.99 if label != (place in wrong) else 0.01 for place, label in enumerate(XOR_LABELS)]
    lines = [FORMS[form](place, float(XOR_LABELS[place]), answer) for place, answer in enumerate(answers)]
    return "\n".join(["epoch 1 loss : 0.5", *lines, "loss=0.1 accuracy=100%", ""])


@pytest.mark.parametrize("form", FORMS)
def test_lines_of_any_form_are_counted(form):
    """Every line gives a truth and a prediction, and one of 21 predictions on the wrong side shows."""
    (found,) = sets_printed(of(form))
    assert (len(found.truths), found.accuracy, is_xor(found.truths)) == (21, 1.0, True)
    (found,) = sets_printed(of(form, wrong=(3,)))
    assert found.accuracy == pytest.approx(20 / 21)


def test_two_sets_are_told_apart():
    """What stands between two sets ends the first one, whatever it says."""
    assert [len(each.truths) for each in sets_printed(of("Chinese") + "XOR\n" + of("Chinese"))] == [21, 21]


def test_a_table_is_read_by_its_head():
    """Rows of numbers below a head that names truth and prediction belong to these, in its order."""
    rows = [f"{place}\t{0.9 if label else 0.2}\t{label}" for place, label in enumerate(XOR_LABELS)]
    (found,) = sets_printed("\n".join(["Index\tPrediction\tGround truth", "-" * 30, *rows]))
    assert (found.accuracy, is_xor(found.truths)) == (1.0, True)


@pytest.mark.parametrize(
    ("output", "sets", "lines"),
    [
        ("epoch 1 loss 0.5\n" * 50, 0, 0),
        ("prediction:\n" + " [0.1]\n" * 21, 0, 21),
        ("the truth is that 3 labels were printed 5 times\n" * 21, 0, 21),
        ("accuracy: 95%\n" * 30, 0, 0),
    ],
)
def test_what_is_no_result_line_is_none(output, sets, lines):
    """A log is no set of results; numbers in another form are lines that a person looks at."""
    assert (len(sets_printed(output)), lines_of_numbers(output)) == (sets, lines)


def test_losses_are_found_in_names_and_in_other_languages():
    """`train_loss` and its words in Chinese count; `lossless` is another word."""
    assert list(losses_printed("第 1 次 損失: 0.6\n損失: 0.5\n")) == [[0.6, 0.5]]
    assert truths_of("train_loss=0.2 test_acc: 0.5") == (True, True)
    assert truths_of("損失\uff1a0.1 準確率\uff1a99%") == (True, True)
    assert truths_of("lossless 3 accuracies 4") == (False, False)
