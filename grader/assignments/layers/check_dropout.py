"""Task 3.1: inverted dropout, whose random numbers are the student's own."""

import math

import numpy as np
import pytest

from grader.assignments.vocabulary.passes import expected_pair
from grader.checks import Diagnosis, StudentFault, Why, expect_array, expect_close

SHAPE = (50, 4, 20)
SIGMAS = 6.0
EXCHANGED = Diagnosis(
    "dropout-other-p",
    "p is taken for the other probability: what should be kept is dropped, and the other way round.",
    "Papers and libraries do not agree on what p is; the text of this exercise says which of the two it means here.",
    "Is p the probability to keep an element, or to drop it?",
)
BACKWARD = "`dropout_backward(dout, cache)`"


def drawn(rng, settings):
    """Return inputs without a zero, p, and the probability that an element is kept."""
    keep = round(float(rng.choice([rng.uniform(0.25, 0.4), rng.uniform(0.6, 0.75)])), 3)
    inputs = rng.choice([-1.0, 1.0], SHAPE) * rng.uniform(0.5, 2.0, SHAPE)
    return inputs, (keep if settings["dropout"]["p"] == "kept" else round(1.0 - keep, 3)), keep


def outputs_of(student, inputs, *params):
    """Return the outputs of a call with each of several settings."""
    with expected_pair(student, "dropout_forward", (inputs[:2], dict(params[0])), "the outputs and the cache"):
        program = student.program("dropout_forward(x, dropout_param)")
        for param in params:
            program.keep(program.dropout_forward(inputs, dict(param))[0])
        came = program.run()
        return [expect_array(value, inputs.shape, what="What `dropout_forward` returns first") for value in came]


def share_is_right(kept, keep, p, settings):
    """Require that about as many elements are kept as must be."""
    share, off = float(np.mean(kept)), SIGMAS * math.sqrt(keep * (1.0 - keep) / kept.size)
    if abs(share - keep) > off:
        word = settings["dropout"]["p"]
        raise StudentFault(
            Why.WRONG,
            f"`dropout_forward` with p = {p} keeps {share:.1%} of {kept.size} elements in training, but about {keep:.1%} must be kept.",
            hint=f"`p` is the probability that an element is {word}.",
            expected=f"about {keep:.1%}",
            actual=f"{share:.1%}",
            diagnosis=EXCHANGED if abs(share + keep - 1.0) <= off else None,
        )


@pytest.mark.points(4)
@pytest.mark.task("3.1")
def check_dropout_forward(student, rng, parts, notes, settings):
    """dropout_forward drops elements at random in training and divides the others, and does nothing in a test."""
    inputs, p, keep = drawn(rng, settings)
    seed = int(rng.integers(1, 10**6))
    train = {"p": p, "mode": "train"}
    with parts("training", points=2):
        one, other = outputs_of(student, inputs, train, train)
        kept = one != 0.0
        if 0 < np.mean(kept) < 1 and any(np.all(kept == np.take(kept, [0], axis=axis)) for axis in range(kept.ndim)):
            raise StudentFault(
                Why.WRONG,
                "`dropout_forward` drops whole rows of `x` together, or the same elements of every row.",
                hint="Draw a random number for each element: an array of the shape of `x`.",
            )
        share_is_right(kept, keep, p, settings)
        hint = "What is kept is divided by the probability with which it is kept, so that the sum stays about the same."
        what = "What `dropout_forward` has kept, in training,"
        expect_close(one, np.where(kept, inputs / keep, 0.0), what=what, notes=notes, hint=hint)
        if np.array_equal(one, other):
            raise StudentFault(
                Why.WRONG,
                "`dropout_forward` without a seed drops the same elements in two calls.",
                hint="Draw new random numbers in every call.",
            )
    with parts("seed", points=1):
        seeded = [{**train, "seed": seed}, train, {**train, "seed": seed}, {**train, "seed": seed + 1}]
        first, _, again, another = outputs_of(student, inputs, *seeded)
        if not np.array_equal(first, again):
            raise StudentFault(Why.WRONG, "`dropout_forward` with the same seed drops other elements in a second call.")
        if np.array_equal(first, another):
            raise StudentFault(Why.WRONG, "`dropout_forward` with another seed drops the same elements.")
    with parts("test", points=1):
        (outputs,) = outputs_of(student, inputs, {"p": p, "mode": "test"})
        expect_close(outputs, inputs, what="What `dropout_forward` returns in a test", notes=notes)


@pytest.mark.points(2)
@pytest.mark.task("3.1")
@pytest.mark.builds_on("check_dropout_forward")
def check_dropout_backward(student, rng, parts, notes, settings):
    """dropout_backward lets through what was kept, and divides it as well."""
    inputs, p, _ = drawn(rng, settings)
    dout = rng.standard_normal(SHAPE)
    for mode, words in (("train", "training"), ("test", "a test")):
        with parts(words, points=1):
            program = student.program(BACKWARD.strip("`"))
            result = program.dropout_forward(inputs, {"p": p, "mode": mode})
            program.keep(result[0])
            program.dropout_forward(inputs[:3], {"p": p, "mode": "train"})
            program.keep(program.dropout_backward(dout, result[1]))
            outputs, grads = program.run()
            factor = expect_array(outputs, SHAPE, what="What `dropout_forward` returns first") / inputs
            what = f"{BACKWARD} after {words}"
            expect_close(grads, dout * factor if mode == "train" else dout, what=what, notes=notes)
