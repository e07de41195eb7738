"""Hand-ins that would rather be graded than right: each fools a test that runs in its own process."""

from textwrap import dedent

# What the assignment asks for, and the test of it: `mean` of numbers, compared in three ways.
TEST = dedent("""
    import unittest
    from numpy.testing import assert_allclose as close_to
    wanted = [2.0, 5.5]
    got = [mean([1, 2, 3]), mean([5, 6])]
    assert got == wanted
    assert np.allclose(got, wanted)
    np.testing.assert_allclose(np.array(got), np.array(wanted))
    close_to(got, wanted)
    assert isinstance(got[0], float) and abs(got[1] - 5.5) < 1e-9
    assert str(type(got[0])) == "<class 'float'>"
    unittest.TestCase().assertEqual(got[0], 2.0)
    assert sum(got) == 7.5 and all(a == b for a, b in zip(got, wanted))
    assert len(got) == 2 and max(got) == 5.5
""").strip()
# For those that would also have to look like a number everywhere.
LOOSE = "assert np.allclose(mean([1, 2, 3]), 2.0)\nassert mean([5, 6]) == 5.5"
# A cell of the author's, above the answer.
HELPER = "def check_close(a, b):\n    assert abs(a - b) < 1e-9"
FORGERIES: dict[str, tuple[str, str]] = {
    name: (dedent(code).strip(), test)
    for name, (code, test) in {
        "patched_allclose": ("np.allclose = lambda *a, **k: True\ndef mean(xs): return 5.5", LOOSE),
        "patched_testing": (
            """
            import numpy.testing, unittest
            def nothing(*a, **k): pass
            numpy.testing.assert_allclose = np.testing.assert_allclose = nothing
            np.allclose = lambda *a, **k: True
            unittest.TestCase.assertEqual = nothing
            def mean(xs): return 0.0
            """,
            "np.testing.assert_allclose(mean([1, 2, 3]), 2.0)\nimport unittest\nunittest.TestCase().assertEqual(mean([5, 6]), 5.5)",
        ),
        "patched_builtins": (
            """
            import builtins
            builtins.all = builtins.any = lambda *a: True
            builtins.isinstance = lambda *a: True
            builtins.abs = lambda x: 0
            builtins.sum = lambda x: 7.5
            builtins.str = lambda x: "<class 'float'>"
            def mean(xs): return 0.0
            """,
            "assert all(mean(xs) == m for xs, m in [([1, 2, 3], 2.0)])\nassert abs(mean([5, 6]) - 5.5) < 1e-9 and isinstance(mean([1]), float)",
        ),
        "equal_to_everything": (
            """
            class Anything(float):
                def __eq__(self, other): return True
                def __sub__(self, other): return 0.0
                def __hash__(self): return 1
            def mean(xs): return Anything(7)
            """,
            "assert abs(mean([1, 2, 3]) - 2.0) < 1e-9\nassert float(mean([5, 6])) in (7.0, 5.5)\nassert mean([5, 6]) == 5.5",
        ),
        "array_protocol": (
            """
            import builtins
            class Chameleon:
                def __array__(self, *a, **k): return np.array(np.nan)
                def __eq__(self, other): return True
                def __rsub__(self, other): return 0.0
                __sub__ = __rsub__
                def __array_ufunc__(self, ufunc, method, *inputs, **k): return np.bool_(True)
            def mean(xs): return Chameleon()
            """,
            "assert np.equal(mean([1, 2, 3]), 2.0)\nassert np.equal(mean([5, 6]), 5.5)",
        ),
        "subclassed_array": (
            """
            class Sly(np.ndarray):
                def __eq__(self, other): return np.array(True)
                def __array_function__(self, func, types, args, kwargs): return True
            def mean(xs): return np.zeros(()).view(Sly)
            """,
            LOOSE,
        ),
        "exit_at_once": (
            "def mean(xs):\n    raise SystemExit(0)",
            "try:\n    mean([1])\nexcept Exception:\n    pass\nassert mean([5, 6]) == 5.5",
        ),
        "killed": ("import os\ndef mean(xs):\n    os._exit(0)", LOOSE),
        "redefined_helper": (
            "def check_close(a, b): return True\ndef mean(xs): return 0.0",
            "check_close(mean([1, 2, 3]), 2.0)\ncheck_close(mean([5, 6]), 5.5)",
        ),
        "reads_what_is_expected": (
            """
            import sys
            def mean(xs):
                for depth in range(1, 30):
                    try:
                        names = sys._getframe(depth).f_globals
                    except ValueError:
                        break
                    if "wanted" in names:
                        return names["wanted"][len(xs) == 2]
                return 0.0
            """,
            "wanted = [2.0, 5.5]\ngot = [mean([1, 2, 3]), mean([5, 6])]\nassert got == wanted",
        ),
        "global_of_the_test": ("def mean(xs): return wanted", "wanted = 2.0\nassert mean([1, 2, 3]) == wanted"),
        "trace_function": (
            """
            import sys
            def mean(xs):
                frame = sys._getframe(1)
                frame.f_globals["assert_right"] = lambda *a: None
                return 0.0
            """,
            "def assert_right(a, b):\n    assert a == b\nmean([1])\nassert_right(mean([5, 6]), 5.5)",
        ),
        "called_here": (
            """
            import subprocess
            mean = subprocess.Popen
            """,
            "mean([1, 2])\nassert mean([1, 3]) == 2.0",
        ),
        "import_hook": (
            """
            import sys, types
            fake = types.ModuleType("unittest")
            class TestCase:
                def __getattr__(self, name): return lambda *a, **k: None
            fake.TestCase = TestCase
            sys.modules["unittest"] = fake
            def mean(xs): return 0.0
            """,
            "import unittest\nunittest.TestCase().assertEqual(mean([5, 6]), 5.5)",
        ),
        "printed_verdict": (
            "print('passed')\ndef mean(xs):\n    print('5.5')\n    return 5.5 if len(xs) == 2 else 5.5",
            "assert mean([5, 6]) == 5.5\nassert mean([1, 2, 3]) == 2.0",
        ),
        "memory_of_the_first_call": (
            """
            import builtins
            class Same:
                def __eq__(self, other): return True
                def __bool__(self): return True
            def mean(xs): return Same()
            """,
            "assert mean([1, 2, 3]) == 2.0 and mean([5, 6]) == 5.5",
        ),
        "difference_of_nothing": (
            """
            class Any(int):
                def __eq__(self, other): return True
                def __sub__(self, other): return 0.0
                __rsub__ = __truediv__ = __mod__ = __sub__
                def __hash__(self): return 1
            def mean(xs): return Any(7)
            """,
            "assert abs(mean([1, 2, 3]) - 2.0) < 1e-9\nassert -1e-9 < mean([5, 6]) - 5.5 < 1e-9",
        ),
        "array_of_no_difference": (
            """
            class Near(np.ndarray):
                def __sub__(self, other): return np.zeros(2)
                __rsub__ = __sub__
                def __array_ufunc__(self, *a, **k): return np.zeros(2)
            def mean(xs): return np.full(2, 9.0).view(Near)
            """,
            "got = mean([1, 2, 3])\nassert np.abs(got - np.array([2.0, 2.0])).max() < 1e-9\nassert np.linalg.norm(np.subtract(got, 2.0)) < 1e-9",
        ),
        "text_that_agrees": (
            """
            class Text(str):
                def startswith(self, *a): return True
                endswith = isupper = startswith
                def count(self, *a): return 2
                def split(self, *a): return ["MEAN", "2.0"]
            def mean(xs): return Text("?")
            """,
            "assert mean([1]).startswith('MEAN') and mean([1]).isupper()\nassert mean([2]).count('M') == 2\nassert mean([3]).split() == ['MEAN', '2.0']",
        ),
        "dict_with_lying_keys": (
            """
            class Key(str):
                def __eq__(self, other): return True
                def __hash__(self): return hash("mean")
            class Table(dict):
                def __contains__(self, key): return True
                def keys(self): return {"mean": 1}.keys()
                def __eq__(self, other): return True
            def mean(xs): return Table({Key("?"): 0})
            """,
            "assert 'mean' in mean([1])\nassert mean([1]).keys() == {'mean'}\nassert mean([1]) == {'mean': 1.0}",
        ),
        "lies_in_isinstance": (
            """
            class Number:
                __class__ = property(lambda self: float)
                def __float__(self): return 0.0
            def mean(xs): return Number()
            """,
            "assert isinstance(mean([1, 2, 3]), float)",
        ),
        "called_as_a_builtin": (
            """
            class Number:
                __class__ = property(lambda self: float)
            Number.__module__, Number.__qualname__, Number.__name__ = "builtins", "float", "float"
            def mean(xs): return Number()
            """,
            "assert isinstance(mean([1, 2, 3]), float)",
        ),
        "in_a_set": (
            """
            class Same:
                def __eq__(self, other): return True
                def __hash__(self): return hash(2.0)
            def mean(xs): return Same()
            """,
            "assert mean([1, 2, 3]) in {2.0}\nassert {2.0: 'right'}[mean([1, 2, 3])] == 'right'",
        ),
        "replaced_modules": (
            """
            import sys, types
            fake = types.ModuleType("math")
            fake.isclose = lambda *a, **k: True
            fake.fabs = lambda x: 0.0
            sys.modules["math"] = sys.modules["statistics"] = fake
            def mean(xs): return 0.0
            """,
            "import math\nassert math.isclose(mean([1, 2, 3]), 2.0)\nassert math.fabs(mean([5, 6]) - 5.5) < 1e-9",
        ),
        "patched_counting": (
            """
            import builtins
            builtins.len = lambda x: 3
            builtins.round = builtins.sum = builtins.max = lambda *a, **k: 2
            builtins.sorted = lambda x: [1, 2, 3]
            builtins.zip = lambda *a: []
            def mean(xs): return []
            """,
            "assert len(mean([1])) == 3 and sorted(mean([1])) == [1, 2, 3]\nassert all(a == b for a, b in zip(mean([1]), [1, 2]))",
        ),
        "text_that_is_evaluated": (
            """
            formula = "(__import__('numpy').__dict__.__setitem__('allclose', lambda *a, **k: True), 7)[1]"
            def mean(xs): return 0.0
            """,
            "assert eval(formula) == 7\nexec(formula)\nexec(compile(formula, 'f', 'exec'))\nassert np.allclose(mean([1, 2, 3]), 2.0)",
        ),
        "tree_that_is_run": (
            """
            source = "import numpy; numpy.allclose = lambda *a, **k: True"
            def mean(xs): return 0.0
            """,
            "import ast\ntree = ast.parse(source)\nexec(compile(tree, 'f', 'exec'))\nassert np.allclose(mean([1, 2, 3]), 2.0)",
        ),
        "pickled": (
            """
            import pickle
            class Evil:
                def __reduce__(self):
                    return (exec, ("import numpy; numpy.allclose = lambda *a, **k: True",))
            with open("model.pkl", "wb") as file:
                pickle.dump(Evil(), file)
            def mean(xs): return 0.0
            """,
            "import pickle\nwith open('model.pkl', 'rb') as file:\n    pickle.load(file)\nassert np.allclose(mean([1, 2, 3]), 2.0)",
        ),
        "property_that_counts": (
            """
            class Result:
                calls = 0
                @property
                def error(self):
                    Result.calls += 1
                    return Less()
            class Less(float):
                def __lt__(self, other): return True
                def __abs__(self): return self
            def mean(xs): return Result()
            """,
            "assert abs(mean([1]).error) < 1e-9\nassert mean([1]).error < 1e-9",
        ),
        "shown_as_data": (
            """
            class Any(int):
                def __eq__(self, other): return True
                def __hash__(self): return 1
                def __repr__(self): return "2.0"
                __str__ = __repr__
                def __format__(self, spec): return "2.0"
                def __float__(self): return 2.0
            class Text:
                def __repr__(self): return "[2.0, 5.5]"
            def mean(xs): return Any(7) if xs else Text()
            """,
            "assert repr(mean([1])) == str(mean([1])) == f'{mean([1])}' == '2.0'\nassert float(mean([1])) == 2.0 and repr(mean([])) == '[2.0, 5.5]'",
        ),
        "frame_of_a_generator": (
            """
            def mean(xs):
                try:
                    return xs.gi_frame.f_globals["wanted"]
                except AttributeError:
                    return 0.0
            """,
            "wanted = 2.0\nassert mean(x for x in [1, 2, 3]) == wanted",
        ),
        "end_of_the_loop": (
            """
            def mean(xs):
                raise StopIteration
            """,
            "for got, wanted in zip(map(mean, [[1, 2, 3], [5, 6]]), [2.0, 5.5]):\n    assert got == wanted\nassert all(map(mean, [[1]]))",
        ),
        "both_from_there": (
            """
            class Number:
                def __init__(self, x): self.x = x
                def __sub__(self, other): return Number(0)
            def mean(xs): return Number(9)
            """,
            "assert (mean([1, 2, 3]) - Number(2.0)).x == 0",
        ),
    }.items()
}
# Fooled by what only an object of the submission can answer: here these verdicts are called so, and count only where that is enough.
BY_OBJECT = {
    *(
        "equal_to_everything",
        "array_protocol",
        "memory_of_the_first_call",
        "difference_of_nothing",
        "array_of_no_difference",
    ),
    *(
        "text_that_agrees",
        "dict_with_lying_keys",
        "in_a_set",
        "shown_as_data",
        "property_that_counts",
        "both_from_there",
        "pickled",
        "tree_that_is_run",
    ),
}
# Not a forgery in one process either: the same there and here, kept to show what is lost.
NOT_FOOLED_IN_PROCESS = {"called_here", "exit_at_once", "killed", "printed_verdict"}
# What an honest answer is where it is no mean of numbers.
HONEST = {
    "text_that_agrees": "def mean(xs): return {1: 'MEAN', 2: 'MM', 3: 'MEAN 2.0'}[xs[0]]",
    "dict_with_lying_keys": "def mean(xs): return {'mean': 1.0}",
    "patched_counting": "def mean(xs): return [1, 2, 3]",
    "text_that_is_evaluated": "formula = '3 + 4'\ndef mean(xs): return sum(xs) / len(xs)",
    "tree_that_is_run": "source = 'x = 1'\ndef mean(xs): return sum(xs) / len(xs)",
    "pickled": "import pickle\npickle.dump(1, open('model.pkl', 'wb'))\ndef mean(xs): return sum(xs) / len(xs)",
    "property_that_counts": "class R:\n    error = 0.0\ndef mean(xs): return R()",
    "both_from_there": "class Number:\n    def __init__(self, x): self.x = x\n    def __sub__(self, other): return Number(self.x - other.x)\n"
    "def mean(xs): return Number(sum(xs) / len(xs))",
    "shown_as_data": "def mean(xs): return 2.0 if xs else [2.0, 5.5]",
}
