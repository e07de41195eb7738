"""What is gone from NumPy, Python and its neighbours is told with what to write, from the errors that it really gives here."""

import ast

import numpy as np
import pytest

from grader.wire import replaced
from grader.wire.versions import version_hint

HERE = ".".join(np.__version__.split(".")[:2])
FLOAT = (
    "An index or a size must be an integer, and `/` gives a float in Python 3, also for two integers; write `//`, or `.astype(int)` "
    "for an array."
)
KEYWORD = "The argument `{}` is not called so any more; write `{}=`."
PRIVATE = f"NumPy {HERE} has no public module `{{}}`; take its functions from `numpy` itself, such as `np.pad`."
NO_LIST = "In Python 3 `{0}(...)` gives no list; write `list({0}(...))` where one is needed."
REAL = {
    "np.reshape(np.ones(4), newshape=(2, 2))": KEYWORD.format("newshape", "shape"),
    "np.unravel_index(3, dims=(2, 2))": KEYWORD.format("dims", "shape"),
    "np.histogram([1, 2], normed=True)": KEYWORD.format("normed", "density"),
    "np.percentile([1, 2], 50, interpolation='lower')": KEYWORD.format("interpolation", "method"),
    "np.lib.arraypad.pad": PRIVATE.format("numpy.lib.arraypad"),
    "__import__('numpy.lib.arraypad')": PRIVATE.format("numpy.lib.arraypad"),
    "__import__('numpy.core.umath_tests')": PRIVATE.format("numpy.core.umath_tests"),
    "np.lib.pad": "Write `np.pad`: what lies inside `numpy.lib` is private.",
    "np.linalg.linalg": PRIVATE.format("numpy.linalg.linalg"),
    "np.ones(2).tostring()": f"Arrays of NumPy {HERE} have no `tostring` any more; write `x.tobytes()`.",
    "np.ones(2).ptp()": f"Arrays of NumPy {HERE} have no `ptp` any more; write `np.ptp(x)`.",
    "np.float64(2).itemset(3)": f"Arrays of NumPy {HERE} have no `itemset` any more; write `x[index] = value`.",
    "np.array([[1], [2, 3]])": f"NumPy {HERE} makes no array of rows of different lengths, as earlier versions did; look for a row that is too "
    "short, or keep a list.",
    "np.uint8(-1)": "Since NumPy 2 a number that `uint8` cannot hold is an error; compute with `x.astype(int)` or `x.astype(float)`.",
    "np.zeros(6 / 2)": FLOAT,
    "np.zeros((6 / 2, 3))": FLOAT,
    "np.ones(3)[2 / 1]": FLOAT,
    "np.ones(3)[: 2 / 1]": FLOAT,
    "np.ones(3)[np.ones(1)]": FLOAT,
    "[1, 2][2 / 2]": FLOAT,
    "range(4 / 2)": FLOAT,
    "[0] * (4 / 2)": FLOAT,
    "np.linspace(0, 1, 50 / 2)": FLOAT,
    "xrange(3)": "Python 3 has no `xrange`; write `range`.",
    "raw_input()": "Python 3 has no `raw_input`; write `input`.",
    "reduce(max, [1])": "Python 3 has no `reduce`; write `functools.reduce`.",
    "{}.has_key(1)": "Dictionaries of Python 3 have no `has_key`; write `key in d`.",
    "{}.iteritems()": "Dictionaries of Python 3 have no `iteritems`; write `d.items()`.",
    "__import__('collections').OrderedDict().itervalues()": "Dictionaries of Python 3 have no `itervalues`; write `d.values()`.",
    "__import__('collections').defaultdict(int).iterkeys()": "Dictionaries of Python 3 have no `iterkeys`; write `d.keys()`.",
    "{1: 2}.keys()[0]": NO_LIST.format("d.keys"),
    "{1: 2}.values().sort()": NO_LIST.format("d.values"),
    "map(abs, [1])[0]": NO_LIST.format("map"),
    "len(zip([1], [2]))": NO_LIST.format("zip"),
    "range(3) + [4]": NO_LIST.format("range"),
    "[4] + range(3)": NO_LIST.format("range"),
    "np.array(map(abs, [1])) + 1": NO_LIST.format("map"),
    "(x for x in [1]).next()": "In Python 3 `x.next()` is written `next(x)`.",
    "iter([1]).next()": "In Python 3 `x.next()` is written `next(x)`.",
    "__import__('itertools').izip([1], [2])": "Since Python 3.0 there is no `itertools.izip`; write `zip`.",
    "__import__('sys').maxint": "Since Python 3.0 there is no `sys.maxint`; write `sys.maxsize`.",
    "__import__('time').clock()": "Since Python 3.8 there is no `time.clock`; write `time.perf_counter`.",
    "__import__('cPickle')": "Python 3 has no module `cPickle`; import `pickle`.",
    "__import__('scipy.integrate').integrate.simps([1, 2])": "SciPy has no `scipy.integrate.simps` any more; write `scipy.integrate.simpson`.",
}
IMPORTS = {
    "from numpy import product": f"NumPy {HERE} has no `np.product` any more; write `np.prod`.",
    "from numpy import NaN": f"NumPy {HERE} has no `np.NaN` any more; write `np.nan`.",
    "from numpy.lib.arraypad import pad": PRIVATE.format("numpy.lib.arraypad"),
    "from itertools import izip": "Since Python 3.0 there is no `itertools.izip`; write `zip`.",
    "from cPickle import load": "Python 3 has no module `cPickle`; import `pickle`.",
    "print 42": "In Python 3, print needs parentheses.",
    "exec 'a = 1'": "In Python 3, exec needs parentheses.",
    "from fractions import gcd": "Since Python 3.9 there is no `fractions.gcd`; write `math.gcd`.",
}
# What is a student's own mistake in every version.
OWN = (
    "[1, 2]['a']",
    "np.ones(3)[5]",
    "np.ones(3) + np.ones(2)",
    "nosuch",
    "{}.nosuch()",
    "np.ones(2).nosuch()",
    "np.lib.nosuch",
    "np.reshape(np.ones(4), nosuch=3)",
    "map(3)",
    "range(3)()",
    "int('a')",
    "np.zeros('a')",
    "object().next()",
    "__import__('numpy.nosuch')",
    "__import__('itertools').nosuch",
)


def raised_by(code):
    """Return the kind and the text of the exception that an expression or a statement raises."""
    names = {"np": np}
    try:
        try:
            ast.parse(code, mode="eval")
        except SyntaxError:
            exec(code, names)
        else:
            eval(code, names)
    except Exception as error:
        return type(error).__name__, str(error)
    return pytest.fail(f"{code} works here: take it out of the table")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", [*REAL, *IMPORTS])
def test_what_is_gone_is_told_with_what_to_write(code):
    """The error is that of the installed versions, and the hint is a whole sentence."""
    assert version_hint(*raised_by(code)) == (REAL | IMPORTS)[code]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", OWN)
def test_a_mistake_of_ones_own_is_not_blamed_on_a_version(code):
    """Errors that every version gives have no hint about versions."""
    assert version_hint(*raised_by(code)) is None


@pytest.mark.filterwarnings("ignore")
def test_every_name_of_numpy_in_the_tables_is_told_or_still_there():
    """A name that is gone gets a hint, by NumPy itself or by ours; an import of it always gets ours."""
    for name in replaced.OF_NUMPY | replaced.OF_NUMPY_WITH_WORDS:
        if hasattr(np.random if name == "random_integers" else np, name):
            continue
        kind, message = raised_by(f"np.{name}")
        assert "Use " in message or version_hint(kind, message), name
        assert version_hint("ImportError", f"cannot import name '{name}' from 'numpy' (/somewhere)"), name


def test_what_came_later_is_told_with_the_version(monkeypatch):
    """Where an older NumPy grades, a newer name is told with the version that brought it."""
    monkeypatch.setattr(np, "__version__", "1.26.4")
    assert version_hint("AttributeError", "module 'numpy' has no attribute 'concat'") == (
        "`np.concat` came with NumPy 2.0; this is NumPy 1.26. Write `np.concatenate`."
    )
    assert version_hint("AttributeError", "module 'numpy' has no attribute 'trapezoid'") == (
        "`np.trapezoid` came with NumPy 2.0; this is NumPy 1.26. Write `np.trapz`."
    )


def test_a_forbidden_module_of_python_2_is_told():
    """The sentence of the grader's own about an import holds the module's name."""
    said = "main.py, line 2 imports `past.builtins`, which is neither allowed here nor part of the submission."
    assert version_hint("ForbiddenImport", said) == (
        "`past` is for programs that also run on Python 2; leave it out, and write what Python 3 has, such as `range` for `xrange`."
    )
    assert version_hint("ForbiddenImport", said.replace("past.builtins", "torch")) is None
