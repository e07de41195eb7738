"""Tasks 3 and 4: tensors used more than once, gradients that add up, `no_grad`, and long chains."""

import math

import pytest

from grader.assignments.vocabulary.tensors import (
    Case,
    case,
    derive,
    expect_cases,
    expect_gradient,
    expect_gradient_or_none,
    expect_no_gradient,
    go_back,
    takes_gradient,
)
from grader.checks import StudentFault, Why, expect_close, expect_kept, expect_unchanged

SHAPE = (3, 4)
ADD_UP = "`backward` adds to the gradient that is there, and only `zero_grad` takes it away."
LEFT_OVER = "Only the gradients of the tensors at the start add up: those of results in between must not be left over from the backward before."
RESTORE = "Switch recording on again where the block ends."
RESTORE_ALWAYS = "Switch recording on again in `finally:`, or in `__exit__`, which runs after an exception as well."
RECURSION = "Python allows about 1000 calls inside one another: keep the tensors that are still to be visited in a list of your own."
ONCE = "Visit each result once, after all of its uses; going down every way from it takes twice as long with every use."


def ways(a, b):
    """Return an expression in which results are used soon and late, so that the order of the way back matters."""
    square = a * b
    cube = square * a
    mixed = cube * square + a
    return mixed * square + cube


def doubled(a):
    """Return a tensor that was doubled 40 times."""
    for _ in range(40):
        a = a + a
    return a


def scaled(rng, said, expression, array, slope):
    """Return a case of so many operations that the answer key need not do them: everywhere its derivative is `slope`."""
    upstream = rng.standard_normal(array.shape)
    return Case(said, expression, (array,), expression(array), upstream, (slope * upstream,))


@pytest.mark.points(3)
@pytest.mark.task("3.1")
@pytest.mark.builds_on("check_tensor", "check_add", "check_multiply")
def check_reuse(student, reference, rng, notes, parts):
    """The gradient of a tensor that is used more than once is the sum over all of its uses."""
    one, other = (rng.uniform(0.5, 1.5, SHAPE) for _ in range(2))
    factors = [float(value) for value in rng.uniform(0.5, 1.5, 100)]

    def many_times(a):
        total = a * factors[0]
        for factor in factors[1:]:
            total = total + a * factor
        return total

    twice = [case(reference, rng, "a * a", lambda a: a * a, one), case(reference, rng, "a + a", lambda a: a + a, one)]
    several = case(reference, rng, "s = a * b; t = s * a; u = t * s + a; u * s + t", ways, one, other)
    hundred = scaled(rng, "a * c0 + a * c1 + ... + a * c99", many_times, one, sum(factors))
    with parts("twice in one operation", points=1):
        expect_cases(student, twice, notes)
    with parts("on several ways", points=1):
        expect_cases(student, [several], notes)
        results_in_between(student, several, notes)
    with parts("in a hundred operations", points=1):
        expect_cases(student, [hundred], notes)


@pytest.mark.points(3)
@pytest.mark.task("3.2")
@pytest.mark.builds_on("check_add", "check_multiply", "check_reuse")
def check_accumulation(student, reference, rng, notes, parts):
    """The gradients of several backwards add up, and zero_grad begins anew."""
    arrays = [rng.uniform(0.5, 1.5, SHAPE) for _ in range(2)]
    product = case(reference, rng, "a * b", lambda a, b: a * b, *arrays)
    cubic = case(reference, rng, "(a * a) * b", lambda a, b: (a * a) * b, *arrays)
    total = case(reference, rng, "a + b", lambda a, b: a + b, *arrays)
    weighs = takes_gradient(student)
    with parts("of two results", points=1):
        program, tensors = begun(student, "backward of `a * b`, then of `(a * a) * b`", arrays)
        for each in (product, cubic):
            go_back(program, each.expression(*tensors), each.upstream, weighs)
        for tensor in tensors:
            program.keep(tensor.grad)
        for name, grad, *wanted in zip("ab", program.run(), product.grads, cubic.grads, strict=True):
            what = f"The gradient for `{name}` after `backward` of `a * b` and of `(a * a) * b`"
            expect_gradient(grad, sum(wanted), what=what, notes=notes, hint=ADD_UP, label="gradients of two results")
    with parts("of one result twice", points=1):
        expect_twice(student, total, weighs, notes, ADD_UP)
        expect_twice(student, cubic, weighs, notes, LEFT_OVER)
    with parts("zero_grad", points=1):
        program, tensors = begun(student, "backward of `a * b`, a.zero_grad(), backward of `(a * a) * b`", arrays)
        go_back(program, product.expression(*tensors), product.upstream, weighs)
        tensors[0].zero_grad()
        program.keep(tensors[0].grad)
        program.keep(tensors[0].data)
        go_back(program, cubic.expression(*tensors), cubic.upstream, weighs)
        program.keep(tensors[0].grad)
        emptied, data, grad = program.run()
        expect_no_gradient(emptied, what="`a.grad` after `a.zero_grad()`", hint="It is None, or zeros.")
        expect_kept(data, arrays[0], what="`a.data` after `a.zero_grad()`")
        what = "The gradient for `a` after `zero_grad` and `backward` of `(a * a) * b`"
        expect_gradient(grad, cubic.grads[0], what=what, notes=notes, label="gradients after `zero_grad`")


def results_in_between(student, several, notes):
    """Require that a result in between keeps its own gradient, or none."""
    program, (a, b) = begun(student, "s = a * b; (s * a + s).backward(gradient)", several.arrays)
    s = a * b
    go_back(program, s * a + s, several.upstream, takes_gradient(student))
    program.keep(s.grad)
    what = "The gradient of `s * a + s` for `s`, with `s = a * b`,"
    expect_gradient_or_none(program.run()[0], several.upstream * (several.arrays[0] + 1.0), what=what, notes=notes)


def begun(student, said, arrays):
    """Return a new program and its tensors."""
    program = student.program(said)
    return program, [program.Tensor(array, requires_grad=True) for array in arrays]


def expect_twice(student, judged, weighs, notes, hint):
    """Require that a second `backward` of one result adds the same gradients again and writes into nothing else."""
    said = judged.said
    program, tensors = begun(student, f"backward of `{said}`, twice", judged.arrays)
    result = judged.expression(*tensors)
    held = [go_back(program, result, judged.upstream, weighs) for _ in range(2)]
    for tensor in tensors:
        program.keep(tensor.grad)
    for each in held:
        program.keep_now(each)
    *grads, before, after = program.run()
    for each in (before, after):
        expect_unchanged(each, judged.upstream, what=f"The gradient that `backward` of `{said}` was given")
    for name, grad, once in zip("ab", grads, judged.grads, strict=True):
        what = f"The gradient for `{name}` after `backward` of `{said}` was called twice"
        expect_gradient(grad, 2.0 * once, what=what, notes=notes, hint=hint, label="gradients of one result twice")


@pytest.mark.points(2)
@pytest.mark.task("4.1")
@pytest.mark.builds_on("check_tensor", "check_multiply", "check_reuse")
def check_no_grad(student, reference, rng, notes, parts):
    """Inside no_grad operations are not recorded; afterwards they are again, even after an exception."""
    arrays = [rng.uniform(0.5, 1.5, SHAPE) for _ in range(2)]
    square = case(reference, rng, "a * a", lambda a: a * a, arrays[0])
    weighs = takes_gradient(student)
    with parts("inside", points=0.75):
        expect_nothing_recorded(student, arrays, square, weighs, notes)
    with parts("blocks inside one another", points=0.25):
        expect_nothing_recorded(student, arrays, square, weighs, notes, within=True)
        expect_nothing_recorded(student, arrays, square, weighs, notes, behind=True)
    with parts("afterwards", points=0.5):
        program, (a,) = begun(student, "with no_grad(): ...", square.arrays)
        with program.no_grad():
            a * 2.0
        expect_recorded(program, square, weighs, "after a `no_grad()` block")
    with parts("after an exception", points=0.5):
        program = student.program("with no_grad(): raise ...")
        program.keep(program.apply("interrupted", program.no_grad()))
        said = "after a `no_grad()` block that was left by an exception"
        (came_out,) = expect_recorded(program, square, weighs, said, RESTORE_ALWAYS)
        if came_out is not True:
            raise StudentFault(
                Why.WRONG,
                "An exception inside a `no_grad()` block must come out of it, but it was swallowed.",
                hint="`__exit__` must not return True.",
                expected="the exception",
                actual="none",
            )


def expect_nothing_recorded(student, arrays, square, weighs, notes, *, within=False, behind=False):
    """Require that a result from inside hands no gradient on, and that it can be used outside; also within a block in the block, or behind it."""
    program, (a, b) = begun(student, "with no_grad(): s = a * a", arrays)
    with program.no_grad():
        if within or behind:
            with program.no_grad():
                inside = a * a
        if not within:
            inside = a * a
    go_back(program, inside * b, square.upstream, weighs)
    for value in (inside.data, a.grad, b.grad):
        program.keep(value)
    data, grad, other = program.run()
    expect_close(data, square.value, what="`s = a * a` inside `no_grad()`", notes=notes)
    hint = "What is computed inside must not remember its operands."
    expect_no_gradient(
        grad, what="The gradient of `s * b` for `a`, with `s = a * a` from inside `no_grad()`,", hint=hint
    )
    what = "The gradient of `s * b` for `b`, with `s = a * a` from inside `no_grad()`,"
    expect_gradient(other, square.upstream * square.value, what=what, notes=notes, label="gradients outside `no_grad`")


def expect_recorded(program, square, weighs, said, hint=RESTORE):
    """Require the gradient of `a * a` at the end of a program; return what else the program kept."""
    a = program.Tensor(square.arrays[0], requires_grad=True)
    go_back(program, a * a, square.upstream, weighs)
    program.keep(a.grad)
    try:
        *kept, grad = program.run()
    except StudentFault as fault:
        # Nothing was recorded, which `backward` may refuse.
        fault.hint = hint if fault.why is Why.CRASHED else fault.hint
        raise
    expect_gradient(grad, square.grads[0], what=f"The gradient of `a * a` {said}", hint=hint, absent=hint)
    return kept


@pytest.mark.points(2)
@pytest.mark.task("4.2")
@pytest.mark.builds_on("check_add", "check_multiply", "check_reuse")
def check_long_chains(student, rng, notes, parts):
    """Backward goes through 5,000 operations in a row, and visits a result once however often it was used."""
    factors, terms = rng.uniform(0.999, 1.001, 2500).tolist(), rng.uniform(-0.01, 0.01, 2500).tolist()

    def chain(a):
        for factor, term in zip(factors, terms, strict=True):
            a = a * factor + term
        return a

    array = rng.uniform(0.5, 1.5, 3)
    long = scaled(rng, "a = a * c + d, 2,500 times over", chain, array, math.prod(factors))
    wide = scaled(rng, "a = a + a, 40 times over", doubled, array, 2.0**40)
    weighs = takes_gradient(student)
    with parts("5,000 operations in a row", points=1.5):
        expect_way_back(student, long, weighs, notes, {"RecursionError": RECURSION})
    with parts("each result used twice, 40 times over", points=0.5):
        expect_way_back(student, wide, weighs, notes, {Why.TIMED_OUT: ONCE})


def expect_way_back(student, judged, weighs, notes, hints):
    """Judge value and gradient of an expression of many operations; `hints` is for what may come in between."""
    try:
        came = derive(student, judged, weighs)
    except StudentFault as fault:
        fault.hint = hints.get(fault.raised) or hints.get(fault.why) or fault.hint
        raise
    said = f"`{judged.said}`"
    expect_close(came.value, judged.value, what=f"{said},", notes=notes, label=said)
    what = f"The gradient of {said},"
    expect_gradient(came.grads[0], judged.grads[0], what=what, notes=notes, label=f"gradients of {said}")
