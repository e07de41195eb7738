"""What the tests of real courses do with students' names, each construct once: right code, wrong code, and the test between them."""

from textwrap import dedent

# Right code, wrong code, test.
CONSTRUCTS: dict[str, tuple[str, str, str]] = {
    name: tuple(dedent(part).strip() for part in parts)  # type: ignore[misc]
    for name, parts in {
        "plain_values": (
            "def f(n): return {'n': n, 'half': n / 2, 'set': {1, 2}, 'key': {(1, 'a'): None}}",
            "def f(n): return {'n': n, 'half': n / 2, 'set': {1, 3}, 'key': {(1, 'a'): None}}",
            "assert f(3) == {'n': 3, 'half': 1.5, 'set': {1, 2}, 'key': {(1, 'a'): None}}",
        ),
        "exact_types": (
            "a, b, c, d, e = range(3), {1}, np.float32(1), (1,), np.array(['a', 'bc'])",
            "a, b, c, d, e = [0, 1, 2], {1}, np.float32(1), (1,), np.array(['a', 'bc'])",
            """
            import hashlib
            kinds = "".join(str(type(x)) for x in (a, b, c, d, e))
            assert hashlib.sha1(kinds.encode()).hexdigest() == hashlib.sha1(
                "<class 'range'><class 'set'><class 'numpy.float32'><class 'tuple'><class 'numpy.ndarray'>".encode()).hexdigest()
            assert list(e) == ["a", "bc"]
            """,
        ),
        "type_comparisons": (
            "import collections\ndef g(): return collections.OrderedDict(a=1), [1], 1.0, frozenset({2}), True",
            "import collections\ndef g(): return dict(a=1), [1], 1.0, frozenset({2}), 1",
            """
            od, li, fl, fr, bo = g()
            assert type(od) == __import__('collections').OrderedDict and isinstance(od, dict)
            assert type(li) is list and type(fl) == float and isinstance(fr, frozenset)
            assert type(bo) is bool
            assert od == {'a': 1} and od['a'] == 1 and list(od) == ['a']
            """,
        ),
        "big_integers": (
            "import math\nbig = lambda n: math.factorial(n)",
            "import math\nbig = lambda n: math.factorial(n) + 1",
            "assert big(300) % 10**50 == 0 and len(str(big(300))) == 615",
        ),
        "exceptions": (
            "def only_positive(n):\n    if n < 0:\n        raise ValueError('negative', n)\n    return n ** .5",
            "def only_positive(n):\n    return n ** .5",
            """
            try:
                only_positive(-1)
                assert False
            except ValueError as error:
                assert error.args == ('negative', -1)
            """,
        ),
        "own_exceptions": (
            "class TooBig(ValueError):\n    pass\ndef limited(n):\n    if n > 9: raise TooBig(n)",
            "class TooBig(ValueError):\n    pass\ndef limited(n):\n    if n > 9: raise KeyError(n)",
            """
            caught = 0
            for n in (3, 30):
                try:
                    limited(n)
                except TooBig:
                    caught += 1
            assert caught == 1 and issubclass(TooBig, ValueError)
            """,
        ),
        "numpy_exceptions": (
            "def invert(a): return np.linalg.inv(a)",
            "def invert(a): return a",
            """
            try:
                invert(np.zeros((2, 2)))
            except np.linalg.LinAlgError:
                pass
            else:
                raise AssertionError('singular')
            """,
        ),
        "unittest_style": (
            "def mean(xs): return sum(xs) / len(xs)",
            "def mean(xs): return sum(xs) / (len(xs) or 1)",
            """
            from nose.tools import assert_equal, assert_raises, assert_almost_equal
            assert_equal(mean([1, 2, 3]), 2)
            assert_almost_equal(mean([.1, .2]), .15)
            assert_raises(ZeroDivisionError, mean, [])
            with assert_raises(ZeroDivisionError):
                mean([])
            """,
        ),
        "changed_in_place": (
            "def bubble(xs, seen, a):\n    xs.sort(); seen.add(3); a *= 2; xs[0].append(9)",
            "def bubble(xs, seen, a):\n    return sorted(xs), seen | {3}, a * 2",
            """
            xs, seen, a = [[2], [1]], {1}, np.ones(3)
            inner = xs[1]
            bubble(xs, seen, a)
            assert xs == [[1, 9], [2]] and seen == {1, 3} and a.sum() == 6.0
            """,
        ),
        "kept_and_changed": (
            "basket = []\ndef put(x): basket.append(x)",
            "basket = []\ndef put(x): pass",
            """
            put(3)
            assert basket == [3]
            basket.append(4)
            put(5)
            assert basket == [3, 4, 5]
            """,
        ),
        "call_backs": (
            "def integrate(f, a, b, n=100):\n    h = (b - a) / n\n    return h * sum(f(a + (k + .5) * h) for k in range(n))",
            "def integrate(f, a, b, n=100):\n    return f(a) * (b - a)",
            """
            import math
            calls = []
            def curve(x):
                calls.append(x)
                return math.sin(x)
            assert abs(integrate(curve, 0, math.pi) - 2) < 1e-3
            assert len(calls) == 100
            assert abs(integrate(lambda x: x * x, 0, 1) - 1 / 3) < 1e-3
            assert abs(integrate(np.exp, 0, 1) - (np.e - 1)) < 1e-3
            """,
        ),
        "call_back_raises": (
            "def safe(f):\n    try:\n        return f()\n    except ZeroDivisionError:\n        return 'no'",
            "def safe(f):\n    return f()",
            "assert safe(lambda: 1 / 0) == 'no' and safe(lambda: {1: 2}) == {1: 2}",
        ),
        "call_back_gets_objects": (
            "class Node:\n    def __init__(self, v): self.v = v\ndef walk(f): return [f(Node(k)) for k in range(3)]",
            "class Node:\n    def __init__(self, v): self.v = 0\ndef walk(f): return [f(Node(k)) for k in range(3)]",
            "assert walk(lambda node: node.v * 2) == [0, 2, 4]",
        ),
        "function_given_back": (
            "def twice(f): return lambda x: f(f(x))",
            "def twice(f): return f",
            "assert twice(lambda x: x + 1)(1) == 3 and twice(twice(lambda x: x * 2))(1) == 16",
        ),
        "classes": (
            """
            class Vector:
                dims = 2
                def __init__(self, x, y): self.x, self.y = x, y
                def __add__(self, o): return Vector(self.x + o.x, self.y + o.y)
                def __mul__(self, k): return Vector(self.x * k, self.y * k)
                __rmul__ = __mul__
                def __neg__(self): return self * -1
                def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
                def __lt__(self, o): return self.norm < o.norm
                def __getitem__(self, k): return (self.x, self.y)[k]
                def __len__(self): return 2
                def __repr__(self): return f"Vector({self.x}, {self.y})"
                def __contains__(self, v): return v in (self.x, self.y)
                def __call__(self): return self.x
                def __iadd__(self, k): self.x += k; return self
                def __abs__(self): return self.norm
                @property
                def norm(self): return (self.x ** 2 + self.y ** 2) ** .5
                @classmethod
                def unit(cls): return cls(1, 0)
                @staticmethod
                def zero(): return Vector(0, 0)
            """,
            "class Vector:\n    def __init__(self, x, y): self.x, self.y = x, y",
            """
            u, v = Vector(1, 2), Vector(3, 4)
            w = u + 2 * v
            assert (w.x, w.y) == (7, 10) and repr(w) == str(w) == f"{w}" == "Vector(7, 10)"
            assert v.norm == abs(v) == 5 and u < v and not v < u and -u == Vector(-1, -2)
            assert list(v) == [3, 4] and v[0] == 3 and len(v) == 2 and 4 in v and 5 not in v and v() == 3
            assert isinstance(u, Vector) and not isinstance(3, Vector) and type(u) == Vector and Vector.dims == 2
            v.x = 30
            assert v.norm > 30 and hasattr(v, 'y') and not hasattr(v, 'z') and getattr(v, 'z', 1) == 1
            v += 1
            assert v.x == 31 and Vector.unit() == Vector(1, 0) and Vector.zero().x == 0
            assert max([u, w], key=lambda one: one.norm) is w or True
            assert sorted([w, u]) == [u, w] and sum([u.x, w.x]) == 8 and {u.x: u}[1] == u if False else True
            del v.y
            assert not hasattr(v, 'y') and type(u).__name__ == 'Vector' and u.__class__.__name__ == 'Vector'
            """,
        ),
        "inheritance": (
            "class Shape:\n    def area(self): return 0\nclass Square(Shape):\n    def __init__(self, a): self.a = a\n    def area(self): return self.a ** 2",
            "class Shape:\n    def area(self): return 0\nclass Square:\n    def __init__(self, a): self.a = a\n    def area(self): return self.a ** 2",
            "assert issubclass(Square, Shape) and isinstance(Square(2), Shape) and Square(3).area() == 9",
        ),
        "list_class": (
            "class Stack(list):\n    def push(self, x): self.append(x)",
            "class Stack:\n    def push(self, x): pass",
            "s = Stack()\ns.push(1)\ns.push(2)\nassert s == [1, 2] and len(s) == 2 and isinstance(s, list) and s[-1] == 2 and s.pop() == 2",
        ),
        "generators": (
            "def fib():\n    a, b = 0, 1\n    while True:\n        yield a\n        a, b = b, a + b",
            "def fib():\n    yield from [0, 1, 2]",
            """
            import itertools, types
            g = fib()
            assert [next(g) for _ in range(5)] == [0, 1, 1, 2, 3]
            assert list(itertools.islice(fib(), 10))[-1] == 34
            assert isinstance(g, types.GeneratorType) and next(x for x in fib() if x > 50) == 55
            for k, x in zip(range(3), fib()):
                pass
            assert x == 1
            """,
        ),
        "dict_views": (
            "table = {'b': 2, 'a': 1}\ndef items(): return table.items()\ndef keys(): return table.keys()",
            "table = {'b': 2, 'a': 1}\ndef items(): return []\ndef keys(): return []",
            "assert sorted(items()) == [('a', 1), ('b', 2)] and list(keys()) == ['b', 'a'] and set(keys()) == {'a', 'b'}",
        ),
        "collections": (
            "from collections import Counter, deque, defaultdict\ndef count(t): return Counter(t)\nd = deque([1, 2])\ng = defaultdict(list, {1: [2]})",
            "from collections import Counter, deque, defaultdict\ndef count(t): return {}\nd = deque([1, 2])\ng = defaultdict(list, {1: [2]})",
            "c = count('abca')\nassert c['a'] == 2 and c == {'a': 2, 'b': 1, 'c': 1} and c.most_common(1) == [('a', 2)] and list(d) == [1, 2] and g[1] == [2]",
        ),
        "named_tuples": (
            "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\np = Point(1, 2)",
            "p = (1, 3)",
            "assert p == (1, 2) and p.x == 1 and tuple(p) == (1, 2) and p[1] == 2",
        ),
        "fractions": (
            "from fractions import Fraction\ndef third(): return Fraction(1, 3)",
            "def third(): return 0.3333",
            "from fractions import Fraction\nassert third() == Fraction(1, 3) and third() + Fraction(2, 3) == 1 and third().denominator == 3",
        ),
        "printed": (
            "def greet(name): print('Hello,', name)",
            "def greet(name): return 'Hello, ' + name",
            """
            import io
            from contextlib import redirect_stdout
            out = io.StringIO()
            with redirect_stdout(out):
                assert greet('Ada') is None
            assert out.getvalue() == 'Hello, Ada\\n'
            """,
        ),
        "printed_to_sys": (
            "def say(): print('x', end='')",
            "def say(): print('y', end='')",
            "import sys, io\nold = sys.stdout\nsys.stdout = io.StringIO()\nsay()\ngot = sys.stdout.getvalue()\nsys.stdout = old\nassert got == 'x'",
        ),
        "seeded": (
            "def draw(n): return np.random.rand(n)",
            "def draw(n): return np.random.randn(n)",
            """
            np.random.seed(7)
            wanted = np.random.rand(3)
            after = np.random.rand()
            np.random.seed(7)
            assert np.allclose(draw(3), wanted)
            assert np.random.rand() == after
            """,
        ),
        "seeded_random": (
            "import random\ndef dice(): return random.randint(1, 6)",
            "import random\ndef dice(): return 7",
            "import random\nrandom.seed(3)\nwanted = [random.randint(1, 6) for _ in range(5)]\nrandom.seed(3)\nassert [dice() for _ in range(5)] == wanted",
        ),
        "generator_given": (
            "def noise(rng, n): return rng.normal(size=n)",
            "def noise(rng, n): return rng.random(size=n)",
            "rng = np.random.default_rng(5)\ngot = noise(rng, 3)\nassert np.allclose(got, np.random.default_rng(5).normal(size=3))",
        ),
        "comprehensions": (
            "def sq(x): return x * x",
            "def sq(x): return x",
            "assert all(sq(k) == k ** 2 for k in range(5))\nassert [sq(k) for k in range(4)] == [0, 1, 4, 9]\nassert list(map(sq, [1, 2])) == [1, 4] and (lambda: sq(3))() == 9\ndef inner():\n    return sq(4)\nassert inner() == 16",
        ),
        "global_set_by_test": (
            "def area(): return PI2 * 2",
            "def area(): return 6",
            "PI2 = 3.5\ngot = area()\nassert got == 7.0",
        ),
        "deleted_name": (
            "value = 3\ndef get(): return value",
            "def get(): return 3",
            "assert get() == value\ndel value\ntry:\n    get()\nexcept NameError:\n    pass\nelse:\n    raise AssertionError",
        ),
        "array_tests": (
            "def grid(n): return np.arange(n * n, dtype=float).reshape(n, n)\nmask = np.array([True, False])\nz = np.array([1 + 2j])",
            "def grid(n): return np.arange(n * n).reshape(n, n)\nmask = np.array([True, False])\nz = np.array([1 + 2j])",
            """
            g = grid(3)
            np.testing.assert_array_equal(g[1], [3, 4, 5])
            np.testing.assert_almost_equal(g.sum(), 36)
            assert g.dtype == np.float64 and g.dtype == float and g.shape == (3, 3) and (g >= 0).all() and np.all(g.T.T == g)
            assert mask.dtype == bool and z.imag[0] == 2
            """,
        ),
        "matrices": (
            "m = np.matrix([[1, 2], [3, 4]])",
            "m = np.matrix([[1, 2], [3, 5]])",
            "assert np.allclose(m, [[1, 2], [3, 4]]) and m.shape == (2, 2)",
        ),
        "object_arrays": (
            "o = np.array([1, 'a', None], dtype=object)",
            "o = np.array([1, 'b', None], dtype=object)",
            "assert o[1] == 'a' and o[2] is None and len(o) == 3 and list(o) == [1, 'a', None]",
        ),
        "dates": (
            "import datetime\nday = datetime.date(2024, 2, 29)\ndays = np.array(['2024-01-01'], dtype='datetime64[D]')",
            "import datetime\nday = datetime.date(2024, 2, 28)\ndays = np.array(['2024-01-01'], dtype='datetime64[D]')",
            "import datetime\nassert day.day == 29 and day == datetime.date(2024, 2, 29) and days[0] == np.datetime64('2024-01-01') and day > datetime.date(2024, 1, 1)",
        ),
        "text": (
            "def shout(s): return s.upper() + '!'",
            "def shout(s): return s + '!'",
            "assert shout('hé') == 'HÉ!' and shout('').endswith('!') and len(shout('abc')) == 4 and 'A' in shout('a')",
        ),
        "name_exists": (
            "answer = 42",
            "other = 42",
            "assert 'answer' in globals()\nassert answer == 42",
        ),
        "file_written": (
            "with open('out.txt', 'w') as f:\n    f.write('line 1\\nline 2\\n')",
            "with open('out.txt', 'w') as f:\n    f.write('line 1\\n')",
            "lines = open('out.txt').readlines()\nassert len(lines) == 2\nwith open('out.txt') as f:\n    assert f.read().startswith('line 1')",
        ),
        "recursion": (
            "def depth(n): return 0 if n == 0 else 1 + depth(n - 1)",
            "def depth(n): return 1 + depth(n)",
            "assert depth(200) == 200",
        ),
        "decorated": (
            "import functools\n@functools.lru_cache(None)\ndef slow(n): return n if n < 2 else slow(n - 1) + slow(n - 2)",
            "def slow(n): return n",
            "assert slow(60) == 1548008755920 and callable(slow)",
        ),
        "docs": (
            "def documented(a, b=2):\n    'Adds.'\n    return a + b",
            "def documented(a, b=2):\n    return a + b",
            "assert documented.__doc__ == 'Adds.' and documented.__name__ == 'documented' and documented(1) == 3 and documented(b=1, a=1) == 2",
        ),
        "context_manager": (
            "class Timer:\n    def __enter__(self): self.on = True; return self\n    def __exit__(self, *e): self.on = False",
            "class Timer:\n    def __enter__(self): self.on = True; return self\n    def __exit__(self, *e): pass",
            "with Timer() as t:\n    assert t.on\nassert not t.on",
        ),
        "iterator_class": (
            "class Countdown:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n == 0: raise StopIteration\n        self.n -= 1\n        return self.n",
            "class Countdown:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return iter([1])",
            "assert list(Countdown(3)) == [2, 1, 0] and sum(Countdown(4)) == 6\nit = iter(Countdown(1))\nassert next(it) == 0\ntry:\n    next(it)\n    assert False\nexcept StopIteration:\n    pass",
        ),
        "objects_in_lists": (
            "class Item:\n    def __init__(self, p): self.p = p\nitems_ = [Item(3), Item(1)]\ndef cheapest(xs): return min(xs, key=lambda i: i.p)",
            "class Item:\n    def __init__(self, p): self.p = p\nitems_ = [Item(3), Item(1)]\ndef cheapest(xs): return xs[0]",
            "assert [i.p for i in items_] == [3, 1] and cheapest(items_).p == 1 and sorted(items_, key=lambda i: i.p)[0].p == 1 and cheapest([Item(9), Item(8)]).p == 8",
        ),
        "module_functions": (
            "import math\ndef circle(r): return math.pi * r * r",
            "def circle(r): return 3.14 * r * r",
            "import math\nassert math.isclose(circle(1), math.pi) and round(circle(2), 4) == 12.5664",
        ),
        "none_and_bool": (
            "def nothing(): return None\ndef yes(): return True",
            "def nothing(): return 0\ndef yes(): return 1",
            "assert nothing() is None and yes() is True and not nothing()",
        ),
        "nested_functions_as_values": (
            "ops = {'add': lambda a, b: a + b, 'neg': lambda a: -a}",
            "ops = {'add': lambda a, b: a - b, 'neg': lambda a: -a}",
            "assert ops['add'](2, 3) == 5 and ops['neg'](1) == -1 and set(ops) == {'add', 'neg'} and 'add' in ops",
        ),
        "augmented_global": (
            "counter = 0\ndef tick():\n    global counter\n    counter += 1",
            "counter = 0\ndef tick():\n    pass",
            "before = counter\ntick(); tick()\nassert counter == before + 2",
        ),
        "star_arguments": (
            "def total(*args, **kw): return sum(args) + sum(kw.values())",
            "def total(*args, **kw): return sum(args)",
            "assert total(*[1, 2], **{'c': 3}) == 6 and total() == 0",
        ),
        "bytes_and_slices": (
            "raw = b'\\x00ab'\nclass Seq:\n    def __getitem__(self, k): return k",
            "raw = b'\\x00abc'\nclass Seq:\n    def __getitem__(self, k): return 0",
            "assert raw == b'\\x00ab' and raw[1:] == b'ab' and Seq()[1:5:2] == slice(1, 5, 2) and Seq()[..., 0] == (..., 0)",
        ),
        "enums_and_dataclasses": (
            "import enum, dataclasses\nclass Color(enum.Enum):\n    RED = 1\n    BLUE = 2\n@dataclasses.dataclass\nclass Car:\n    name: str\n    age: int = 0",
            "import enum, dataclasses\nclass Color(enum.Enum):\n    RED = 1\n    BLUE = 3\n@dataclasses.dataclass\nclass Car:\n    name: str\n    age: int = 1",
            "assert Color.RED.value == 1 and Color(2) == Color.BLUE and Color['RED'] == Color.RED and len(list(Color)) == 2\nassert Car('a') == Car('a', 0) and Car('a').age == 0 and repr(Car('b')) == \"Car(name='b', age=0)\"",
        ),
        "redefined_builtin": (
            "def reversed(xs): return xs[::-1]",
            "def reversed(xs): return xs",
            "assert reversed([1, 2]) == [2, 1]",
        ),
        "test_helper_of_other_cell": (
            "def lin(x): return 2 * x + 1",
            "def lin(x): return 2 * x",
            "def check(f, pairs):\n    for a, b in pairs:\n        assert f(a) == b, f'{a} gave {f(a)}'\ncheck(lin, [(0, 1), (1, 3)])",
        ),
        "warnings": (
            "import warnings\ndef old(): warnings.warn('old', DeprecationWarning); return 1",
            "def old(): return 2",
            "assert old() == 1",
        ),
        "mutable_default": (
            "def grow(x, acc=None):\n    acc = [] if acc is None else acc\n    acc.append(x)\n    return acc",
            "def grow(x, acc=[]):\n    acc.append(x)\n    return acc",
            "assert grow(1) == [1] and grow(2) == [2]\nmine = [0]\ngot = grow(1, mine)\nassert mine == [0, 1] and got == mine",
        ),
        "sets_changed": (
            "def both(a, b): return a & b, a | b, a ^ b",
            "def both(a, b): return a & b, a | b, a",
            "i, u, x = both({1, 2}, {2, 3})\nassert i == {2} and u == {1, 2, 3} and x == {1, 3} and 2 in i and i <= u",
        ),
        "float_tolerance": (
            "def third(): return 1 / 3",
            "def third(): return 0.3",
            "assert np.isclose(third(), 0.333333333) and abs(third() - 1 / 3) < 1e-12 and third() == __import__('pytest').approx(1 / 3)",
        ),
        "two_values": (
            "def stats(xs): return min(xs), max(xs)",
            "def stats(xs): return [min(xs), max(xs)]",
            "low, high = stats([3, 1, 2])\nassert (low, high) == (1, 3) and stats([1]) == (1, 1)",
        ),
        "property_setter": (
            "class Temp:\n    def __init__(self): self._c = 0\n    @property\n    def c(self): return self._c\n    @c.setter\n    def c(self, v):\n        if v < -273: raise ValueError\n        self._c = v",
            "class Temp:\n    c = 0",
            "t = Temp()\nt.c = 5\nassert t.c == 5\ntry:\n    t.c = -300\n    raise AssertionError('too cold')\nexcept ValueError:\n    pass",
        ),
        "objects_of_the_test": (
            "def feed(animal, n):\n    for _ in range(n): animal.eat()\n    animal.full = True\n    return animal.name + str(len(animal))",
            "def feed(animal, n):\n    return animal.name",
            """
            class Dog:
                name = 'rex'
                def __init__(self): self.meals = 0
                def eat(self): self.meals += 1
                def __len__(self): return self.meals
            dog = Dog()
            assert feed(dog, 3) == 'rex3' and dog.meals == 3 and dog.full
            """,
        ),
        "no_way_to_what_the_test_knows": (
            "def peek(f, thing):\n    return [getattr(x, name, None) for x in (f, thing) for name in ('__globals__', '__code__', '_secret')]",
            "def peek(f, thing):\n    return [f.__call__]",
            """
            class Thing:
                _secret = 7
            found = peek(lambda: 1, Thing())
            assert len(found) == 6
            """,
        ),
        "tables": (
            "import pandas as pd\ndef means(d): return d.groupby('k')['v'].mean()\ndef double(d): d['z'] = d['v'] * 2",
            "import pandas as pd\ndef means(d): return d.groupby('k')['v'].sum()\ndef double(d): return d",
            """
            import pandas as pd
            t = pd.DataFrame({'k': ['p', 'q', 'p'], 'v': [1.0, 2.0, 3.0]})
            m = means(t)
            wanted = pd.Series([2.0, 2.0], index=pd.Index(['p', 'q'], name='k'), name='v')
            pd.testing.assert_series_equal(m, wanted)
            double(t)
            assert t['z'].tolist() == [2.0, 4.0, 6.0] and isinstance(m, pd.Series) and m.loc['p'] == 2
            """,
        ),
        "tables_of_many_kinds": (
            """
            import pandas as pd
            kinds = pd.Series(['u', 'v', 'u'], dtype='category')
            zoned = pd.Series(pd.date_range('2024-01-01', periods=3, tz='Asia/Taipei'))
            gaps = pd.Series(pd.array([1, None, 3], dtype='Int64'))
            levels = pd.DataFrame({'x': [1, 2]}, index=pd.MultiIndex.from_tuples([('a', 1), ('b', 2)], names=['l', 'm']))
            """,
            "import pandas as pd\nkinds = zoned = gaps = levels = pd.DataFrame({'x': [1, 2]})",
            """
            import pandas as pd
            assert kinds.value_counts()['u'] == 2 and kinds.dtype == 'category'
            assert str(zoned.dt.tz) == 'Asia/Taipei' and zoned[0] == pd.Timestamp('2024-01-01', tz='Asia/Taipei')
            assert gaps.isna().tolist() == [False, True, False] and gaps.dtype == 'Int64'
            assert levels.loc[('b', 2), 'x'] == 2
            """,
        ),
        "keyboard": (
            "def ask():\n    return int(input('n? ')) + 1",
            "def ask():\n    return 4",
            "from unittest.mock import patch\nwith patch('builtins.input', return_value='4'):\n    assert ask() == 5",
        ),
        "figures": (
            "import matplotlib.pyplot as plt\ndef draw():\n    plt.plot([1, 2], [3, 4])\n    plt.title('T')",
            "import matplotlib.pyplot as plt\ndef draw():\n    plt.title('S')",
            "import matplotlib.pyplot as plt\ndraw()\naxes = plt.gca()\nassert axes.get_title() == 'T'\nassert len(axes.lines) == 1",
        ),
        "what_is_large": (
            "numbers = list(range(400_000))\ndef total(xs): return sum(xs)",
            "numbers = list(range(399_999))\ndef total(xs): return sum(xs)",
            "assert total([1] * 200_000) == 200_000 and len(numbers) == 400_000 and numbers[-1] == 399_999",
        ),
        "exit_code": (
            "import sys\ndef leave(): sys.exit(3)",
            "import sys\ndef leave(): sys.exit(4)",
            "try:\n    leave()\n    code = None\nexcept SystemExit as error:\n    code = error.code\nassert code == 3",
        ),
        "linked_list": (
            "class N:\n    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt\ndef rev(n):\n    out = None\n    while n: out, n = N(n.v, out), n.nxt\n    return out",
            "class N:\n    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt\ndef rev(n): return n",
            "head = N(1, N(2, N(3)))\nr = rev(head)\nvals = []\nwhile r is not None:\n    vals.append(r.v)\n    r = r.nxt\nassert vals == [3, 2, 1]",
        ),
    }.items()
}
