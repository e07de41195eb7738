"""What authors' tests do with what students wrote: one small question for each way, with a right and a wrong answer.

Each is written in our own words; together they stand for the tests of courses that cannot be copied. ``### HIDDEN`` parts a test: what
stands below it is hidden from students.
"""

from __future__ import annotations

from typing import NamedTuple


class Construct(NamedTuple):
    """One question: its name, a right answer, a wrong one, and the author's test."""

    name: str
    right: str
    wrong: str
    test: str


_TEXT = '''
@@ number
area = 3.0 * 2
---
area = 5
---
assert area == 6.0, "a rectangle"
assert isinstance(area, float)
@@ close_number
third = 1 / 3
---
third = 0.3
---
assert abs(third - 0.333333) < 1e-4
### HIDDEN
assert round(third, 6) == 0.333333
@@ text
word = "Hello".upper()
---
word = "hello"
---
assert word == "HELLO"
assert word.isupper() and len(word) == 5 and word[0] == "H" and word[::-1] == "OLLEH"
@@ list_of_numbers
def squares(n):
    return [k * k for k in range(1, n + 1)]
---
def squares(n):
    return [k * k for k in range(n)]
---
assert squares(1) == [1]
assert squares(4) == [1, 4, 9, 16]
### HIDDEN
assert squares(0) == []
@@ raises_by_hand
def root(x):
    if x < 0:
        raise ValueError("negative")
    return x ** 0.5
---
def root(x):
    return abs(x) ** 0.5
---
assert root(4) == 2
try:
    root(-1)
except ValueError:
    pass
else:
    raise AssertionError("did not raise")
@@ raises_with_unittest
def first(values):
    if not values:
        raise IndexError("empty")
    return values[0]
---
def first(values):
    return values[0] if values else None
---
import unittest
tc = unittest.TestCase()
with tc.assertRaises(IndexError):
    first([])
tc.assertEqual(first([3, 4]), 3)
@@ raises_with_message
def to_celsius(f):
    if f < -459.67:
        raise ValueError(f"{f} is too cold")
    return (f - 32) * 5 / 9
---
def to_celsius(f):
    if f < -459.67:
        raise ValueError("no")
    return (f - 32) * 5 / 9
---
try:
    to_celsius(-500)
    assert False
except ValueError as error:
    assert "too cold" in str(error)
@@ own_exception
class TooSmall(Exception):
    pass
def check_size(n):
    if n < 3:
        raise TooSmall(n)
    return n
---
class TooSmall(Exception):
    pass
def check_size(n):
    return n
---
caught = False
try:
    check_size(1)
except TooSmall as error:
    caught = error.args == (1,)
assert caught
assert check_size(5) == 5
@@ dict_with_text
def lengths(words):
    return {word: len(word) for word in words}
---
def lengths(words):
    return {word: 1 for word in words}
---
assert lengths(["a", "bcd"]) == {"a": 1, "bcd": 3}
assert sorted(lengths(["x", "yy"]).items()) == [("x", 1), ("yy", 2)]
@@ dict_with_numbers
def table_of(n):
    return {k: k ** 3 for k in range(n)}
---
def table_of(n):
    return {str(k): k ** 3 for k in range(n)}
---
cubes = table_of(4)
assert cubes[3] == 27
assert set(cubes) == {0, 1, 2, 3}
@@ dict_with_tuples
def grid(n):
    return {(i, j): i * j for i in range(n) for j in range(n)}
---
def grid(n):
    return {(i, j): i + j for i in range(n) for j in range(n)}
---
assert grid(3)[(2, 2)] == 4
assert grid(3)[2, 1] == 2
assert (0, 3) not in grid(3)
@@ set_of_text
def vowels(text):
    return {c for c in text if c in "aeiou"}
---
def vowels(text):
    return [c for c in text if c in "aeiou"]
---
assert vowels("banana") == {"a"}
assert vowels("queue") | {"x"} == {"u", "e", "x"}
assert type(vowels("aa")) is set
@@ tuple_of_two
def divide(a, b):
    return a // b, a % b
---
def divide(a, b):
    return [a // b, a % b]
---
assert divide(7, 2) == (3, 1)
q, r = divide(9, 4)
assert q * 4 + r == 9
@@ nested
def nest(n):
    return {"rows": [[k] * k for k in range(n)], "n": (n, None, True)}
---
def nest(n):
    return {"rows": [[k] for k in range(n)], "n": (n, None, True)}
---
made = nest(3)
assert made["rows"] == [[], [1], [2, 2]]
assert made["n"] == (3, None, True)
assert made["n"][1] is None
@@ array_values
import numpy as np
def normalise(x):
    return (x - x.mean()) / x.std()
---
import numpy as np
def normalise(x):
    return x - x.mean()
---
x = np.array([1.0, 2.0, 3.0, 10.0])
out = normalise(x)
assert np.allclose(out.mean(), 0) and np.isclose(out.std(), 1)
assert out.shape == (4,)
np.testing.assert_allclose(normalise(x), (x - 4) / x.std())
@@ array_shape_and_dtype
def one_hot(labels, n):
    out = np.zeros((len(labels), n), dtype=int)
    out[np.arange(len(labels)), labels] = 1
    return out
---
def one_hot(labels, n):
    out = np.zeros((n, len(labels)))
    return out
---
made = one_hot([0, 2], 3)
assert made.shape == (2, 3)
assert made.dtype.kind == "i"
np.testing.assert_array_equal(made, np.array([[1, 0, 0], [0, 0, 1]]))
@@ array_of_text
def shout(names):
    return np.char.upper(np.array(names))
---
def shout(names):
    return np.array(names)
---
assert (shout(["ab", "c"]) == np.array(["AB", "C"])).all()
assert list(shout(["x"])) == ["X"]
@@ global_array
evens = np.arange(0, 20, 2)
---
evens = np.arange(1, 20, 2)
---
assert len(evens) == 10
assert evens.sum() == 90
assert evens[-1] == 18 and (evens % 2 == 0).all()
@@ in_place_array
def scale(x):
    x *= 2
---
def scale(x):
    x = x * 2
---
given = np.array([1.0, 2.0])
scale(given)
assert np.array_equal(given, [2.0, 4.0])
@@ in_place_list
def add_twice(values, value):
    values.append(value)
    values.append(value)
---
def add_twice(values, value):
    values = values + [value, value]
---
box = [1]
assert add_twice(box, 5) is None
assert box == [1, 5, 5]
@@ in_place_dict
def count_word(counts, word):
    counts[word] = counts.get(word, 0) + 1
---
def count_word(counts, word):
    counts[word] = 1
---
seen = {}
for word in ["a", "b", "a"]:
    count_word(seen, word)
assert seen == {"a": 2, "b": 1}
@@ untouched_argument
def sorted_copy(values):
    return sorted(values)
---
def sorted_copy(values):
    values.sort()
    return values
---
original = [3, 1, 2]
assert sorted_copy(original) == [1, 2, 3]
assert original == [3, 1, 2], "the argument was changed"
@@ keywords_and_defaults
def power(base, *, exponent=2):
    return base ** exponent
---
def power(base, *, exponent=2):
    return base * exponent
---
assert power(3) == 9
assert power(2, exponent=10) == 1024
@@ star_arguments
def total(*numbers, **weights):
    return sum(numbers) + sum(weights.values())
---
def total(*numbers, **weights):
    return sum(numbers)
---
assert total(1, 2, a=3) == 6
assert total(*[1, 2, 3], **{"x": 4}) == 10
@@ call_back
def apply_twice(f, x):
    return f(f(x))
---
def apply_twice(f, x):
    return f(x)
---
def plus_three(x):
    return x + 3
assert apply_twice(plus_three, 1) == 7
assert apply_twice(lambda s: s + "!", "a") == "a!!"
@@ call_back_that_counts
def call_n(f, n):
    for _ in range(n):
        f()
---
def call_n(f, n):
    f()
---
calls = []
call_n(lambda: calls.append(1), 4)
assert len(calls) == 4
@@ returned_function
def adder(n):
    def add(x):
        return x + n
    return add
---
def adder(n):
    def add(x):
        return n
    return add
---
add5 = adder(5)
assert callable(add5)
assert add5(1) == 6 and [add5(k) for k in range(3)] == [5, 6, 7]
@@ lambda_name
double = lambda x: 2 * x
---
double = lambda x: x
---
assert all(double(k) == 2 * k for k in range(10))
assert list(map(double, [1, 2])) == [2, 4]
@@ sort_key
def by_last(word):
    return word[-1]
---
def by_last(word):
    return word[0]
---
assert sorted(["ab", "ba", "cc"], key=by_last) == ["ba", "ab", "cc"]
assert max(["az", "zb"], key=by_last) == "az"
@@ generator
def countdown(n):
    while n:
        yield n
        n -= 1
---
def countdown(n):
    while n > 1:
        yield n
        n -= 1
---
steps = countdown(3)
assert next(steps) == 3 and next(steps) == 2 and next(steps) == 1
assert list(countdown(4)) == [4, 3, 2, 1]
@@ endless_generator
def naturals():
    n = 0
    while True:
        yield n
        n += 1
---
def naturals():
    n = 1
    while True:
        yield n
        n += 1
---
import itertools
assert list(itertools.islice(naturals(), 4)) == [0, 1, 2, 3]
@@ class_with_state
class Counter2:
    def __init__(self, start=0):
        self.value = start
    def increase(self, by=1):
        self.value += by
        return self
---
class Counter2:
    def __init__(self, start=0):
        self.value = start
    def increase(self, by=1):
        return self
---
c = Counter2(5)
c.increase()
c.increase(by=3).increase()
assert c.value == 10
assert isinstance(c, Counter2)
assert hasattr(c, "increase") and not hasattr(c, "decrease")
c.value = 1
assert c.increase().value == 2
@@ class_with_operators
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)
    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
    def __repr__(self):
        return f"Vector({self.x}, {self.y})"
    def __abs__(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5
    def __len__(self):
        return 2
    def __getitem__(self, k):
        return (self.x, self.y)[k]
---
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return self
    def __mul__(self, k):
        return self
    def __len__(self):
        return 3
---
v = Vector(3, 4) + Vector(0, 0) * 2
assert v == Vector(3, 4)
assert repr(v) == "Vector(3, 4)"
assert abs(v) == 5 and len(v) == 2 and v[1] == 4
@@ class_that_is_iterated
class Countdown:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return iter(range(self.n, 0, -1))
    def __contains__(self, k):
        return 0 < k <= self.n
---
class Countdown:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return iter(range(self.n))
    def __contains__(self, k):
        return False
---
assert [k for k in Countdown(3)] == [3, 2, 1]
assert 2 in Countdown(3) and 5 not in Countdown(3)
@@ inheritance
class Animal:
    def speak(self):
        return "..."
class Dog(Animal):
    def speak(self):
        return "Woof"
---
class Animal:
    def speak(self):
        return "..."
class Dog:
    def speak(self):
        return "Woof"
---
assert issubclass(Dog, Animal)
assert Dog().speak() == "Woof" and Animal().speak() == "..."
@@ property_and_class_attribute
class Circle:
    sides = 0
    def __init__(self, r):
        self.r = r
    @property
    def area(self):
        return 3 * self.r ** 2
    @staticmethod
    def unit():
        return Circle(1)
---
class Circle:
    sides = 1
    def __init__(self, r):
        self.r = r
    @property
    def area(self):
        return self.r
    @staticmethod
    def unit():
        return Circle(2)
---
assert Circle(2).area == 12
assert Circle.sides == 0
assert Circle.unit().r == 1
@@ dataclass_instance
from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int = 0
---
class Point:
    def __init__(self, x, y=1):
        self.x, self.y = x, y
---
p = Point(3)
assert p.x == 3 and p.y == 0
assert p == Point(3, 0) and p != Point(4, 0)
@@ named_tuple
from collections import namedtuple
Pair = namedtuple("Pair", "left right")
pair = Pair(1, right=2)
---
from collections import namedtuple
Pair = namedtuple("Pair", "left right")
pair = Pair(2, right=2)
---
assert pair.left == 1 and pair[1] == 2
assert tuple(pair) == (1, 2)
@@ counter_and_deque
from collections import Counter, deque
letters = Counter("abracadabra")
window = deque([1, 2, 3], maxlen=2)
---
from collections import Counter, deque
letters = Counter("abracadabr")
window = deque([1, 2, 3])
---
assert letters["a"] == 5
assert letters.most_common(1) == [("a", 5)]
assert list(window) == [2, 3]
@@ default_dict
from collections import defaultdict
def by_length(words):
    found = defaultdict(list)
    for word in words:
        found[len(word)].append(word)
    return found
---
from collections import defaultdict
def by_length(words):
    return {len(word): word for word in words}
---
groups = by_length(["a", "b", "cd"])
assert groups[1] == ["a", "b"] and groups[2] == ["cd"]
@@ exact_type
count = 7
ratio = 0.5
---
count = 7.0
ratio = 1
---
assert type(count) == int
assert str(type(ratio)) == "<class 'float'>"
@@ hashed_answer
secret_number = 41
---
secret_number = 42
---
from hashlib import sha1
assert sha1(str(type(secret_number)).encode("utf-8") + b"salt").hexdigest() == sha1(b"<class 'int'>salt").hexdigest(), "type"
assert sha1(str(secret_number).encode("utf-8") + b"salt").hexdigest() == sha1(b"41salt").hexdigest(), "value"
@@ printed_output
def greet(name):
    print(f"Hello, {name}!")
---
def greet(name):
    print("Hello")
---
import io
from contextlib import redirect_stdout
buffer = io.StringIO()
with redirect_stdout(buffer):
    greet("Ada")
assert buffer.getvalue() == "Hello, Ada!\\n"
@@ printed_by_swapping_stdout
def show_all(values):
    for value in values:
        print(value, end=";")
---
def show_all(values):
    print(values)
---
import sys, io
kept, sys.stdout = sys.stdout, io.StringIO()
try:
    show_all([1, 2])
    said = sys.stdout.getvalue()
finally:
    sys.stdout = kept
assert said == "1;2;"
@@ uses_another_function
def helper(n):
    return n + 1
def uses_helper(n):
    return helper(n) * 2
---
def helper(n):
    return n + 1
def uses_helper(n):
    return (n + 1) * 2
---
assert uses_helper(1) == 4
kept_helper = helper
del helper
try:
    uses_helper(1)
except NameError:
    pass
else:
    raise AssertionError("uses_helper does not use helper")
finally:
    helper = kept_helper
@@ replaced_function
def price(item):
    return len(item)
def bill(items):
    return sum(price(item) for item in items)
---
def price(item):
    return len(item)
def bill(items):
    return sum(len(item) for item in items)
---
old_price = price
price = lambda item: 10
try:
    assert bill(["a", "bb"]) == 20
finally:
    price = old_price
@@ global_that_a_function_reads
rate = 2
def convert(x):
    return x * rate
---
rate = 2
def convert(x):
    return x * 2
---
rate = 5
assert convert(3) == 15
@@ legacy_random
def roll():
    return np.random.randint(1, 7)
---
def roll():
    return 4
---
np.random.seed(3)
expected = [np.random.randint(1, 7) for _ in range(6)]
np.random.seed(3)
assert [roll() for _ in range(6)] == expected
@@ random_module
import random
def draw(values):
    return random.choice(values)
---
import random
def draw(values):
    return values[0]
---
import random
random.seed(5)
wanted = [random.choice("abcdef") for _ in range(8)]
random.seed(5)
assert [draw("abcdef") for _ in range(8)] == wanted
@@ generator_argument
def noise(rng, n):
    return rng.normal(size=n)
---
def noise(rng, n):
    return np.zeros(n)
---
assert np.allclose(noise(np.random.default_rng(1), 3), np.random.default_rng(1).normal(size=3))
@@ none_is_returned
def nothing(x):
    return None
---
def nothing(x):
    return x
---
assert nothing(3) is None
@@ truth
def is_even(n):
    return n % 2 == 0
---
def is_even(n):
    return n % 2
---
assert is_even(4) is True
assert is_even(3) == False
assert not is_even(7)
@@ special_numbers
def safe_divide(a, b):
    return float("inf") if b == 0 else a / b
---
def safe_divide(a, b):
    return 0 if b == 0 else a / b
---
import math
assert math.isinf(safe_divide(1, 0))
assert safe_divide(3, 2) == 1.5
@@ large_and_complex
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)
z = complex(1, 2) * 1j
---
def factorial(n):
    return 1.0 if n < 2 else n * factorial(n - 1)
z = 1
---
assert factorial(30) == 265252859812191058636308480000000
assert z == -2 + 1j and z.imag == 1
@@ exact_fractions
from fractions import Fraction
def half(n):
    return Fraction(n, 2)
---
from fractions import Fraction
def half(n):
    return n // 2
---
from fractions import Fraction
assert half(3) == Fraction(3, 2)
assert half(4) + 1 == 3
@@ decimals_and_dates
from decimal import Decimal
from datetime import date
price_of_tea = Decimal("1.10") * 3
day = date(2024, 2, 29)
---
from decimal import Decimal
from datetime import date
price_of_tea = 1.1 * 3
day = date(2024, 2, 28)
---
from decimal import Decimal
assert price_of_tea == Decimal("3.30")
assert day.year == 2024 and day.day == 29
@@ bytes_and_ranges
data = "é".encode("utf-8")
odd = range(1, 10, 2)
---
data = "e".encode("utf-8")
odd = range(1, 10)
---
assert data == b"\\xc3\\xa9" and len(data) == 2
assert list(odd) == [1, 3, 5, 7, 9] and 5 in odd
@@ docstring_and_signature
def documented(a, b=2):
    """Add two numbers."""
    return a + b
---
def documented(a, b):
    return a + b
---
assert documented.__doc__ and "Add" in documented.__doc__
assert documented.__name__ == "documented"
assert documented(1) == 3
@@ recursion_on_lists
def flatten(values):
    out = []
    for value in values:
        out += flatten(value) if isinstance(value, list) else [value]
    return out
---
def flatten(values):
    return [x for value in values for x in (value if isinstance(value, list) else [value])]
---
assert flatten([1, [2, [3, []], 4]]) == [1, 2, 3, 4]
@@ helper_of_the_test
def mean(values):
    return sum(values) / len(values)
---
def mean(values):
    return values[len(values) // 2]
---
def compare(actual, desired, tolerance=1e-9):
    """Compare as this course does."""
    assert abs(actual - desired) <= tolerance, f"{actual} is not {desired}"
for values, wanted in [([1, 2, 6], 3), ([5], 5), ([0.5, 1.5], 1)]:
    compare(mean(values), wanted)
@@ helper_of_an_earlier_test
def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
---
def median(values):
    return values[len(values) // 2]
---
compare(median([3, 1, 2]), 2)
compare(median([4, 1, 3, 2]), 2.5)
@@ text_of_many_lines
def poem():
    return "roses\\nare red\\n"
---
def poem():
    return "roses are red"
---
lines = poem().splitlines()
assert lines == ["roses", "are red"]
assert poem().count("\\n") == 2 and poem().startswith("roses") and "red" in poem()
@@ matrix_product
def matmul(a, b):
    return [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]
---
def matmul(a, b):
    return [[x * y for x, y in zip(r, s)] for r, s in zip(a, b)]
---
a, b = [[1, 2], [3, 4]], [[0, 1], [1, 0]]
assert matmul(a, b) == [[2, 1], [4, 3]]
assert np.array_equal(np.array(matmul(a, b)), np.array(a) @ np.array(b))
@@ mixed_arithmetic
class Money:
    def __init__(self, cents):
        self.cents = cents
    def __radd__(self, other):
        return Money(self.cents + (other.cents if isinstance(other, Money) else 100 * other))
    __add__ = __radd__
    def __lt__(self, other):
        return self.cents < other.cents
    def __bool__(self):
        return self.cents != 0
    def __float__(self):
        return self.cents / 100
---
class Money:
    def __init__(self, cents):
        self.cents = cents
    def __radd__(self, other):
        return Money(self.cents)
    __add__ = __radd__
    def __lt__(self, other):
        return True
    def __float__(self):
        return 0.0
---
assert sum([Money(50), Money(75)]).cents == 125
assert Money(1) < Money(2) and not Money(3) < Money(2)
assert float(Money(250)) == 2.5 and not Money(0)
@@ context_manager
class Tracker:
    def __init__(self):
        self.log = []
    def __enter__(self):
        self.log.append("in")
        return self
    def __exit__(self, *error):
        self.log.append("out")
---
class Tracker:
    def __init__(self):
        self.log = []
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
---
tracker = Tracker()
with tracker as t:
    t.log.append("body")
assert tracker.log == ["in", "body", "out"]
@@ callable_object
class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients
    def __call__(self, x):
        return sum(c * x ** k for k, c in enumerate(self.coefficients))
---
class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients
    def __call__(self, x):
        return self.coefficients[0]
---
p = Polynomial(1, 0, 2)
assert p(3) == 19
assert p.coefficients == (1, 0, 2)
assert np.allclose([p(x) for x in np.linspace(0, 1, 3)], [1, 1.5, 3])
@@ object_given_back
class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
def length(node):
    return 0 if node is None else 1 + length(node.next)
---
class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
def length(node):
    return 1
---
chain = Node(1, Node(2, Node(3)))
assert length(chain) == 3 and length(None) == 0
assert chain.next.value == 2 and chain.next.next.next is None
@@ list_of_objects
class Item:
    def __init__(self, name, weight):
        self.name, self.weight = name, weight
def heaviest(items):
    return max(items, key=lambda item: item.weight)
---
class Item:
    def __init__(self, name, weight):
        self.name, self.weight = name, weight
def heaviest(items):
    return items[0]
---
items = [Item("a", 1), Item("b", 9), Item("c", 4)]
assert heaviest(items).name == "b"
assert [item.name for item in sorted(items, key=lambda item: item.weight)] == ["a", "c", "b"]
@@ plot_with_labels
import matplotlib.pyplot as plt
def draw_line(ax):
    ax.plot([0, 1], [0, 2])
    ax.set_xlabel("time")
    ax.set_title("a line")
---
import matplotlib.pyplot as plt
def draw_line(ax):
    ax.plot([0, 1])
---
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
draw_line(axes)
assert axes.get_xlabel() == "time" and axes.get_title() == "a line"
assert len(axes.get_lines()) == 1
plt.close(figure)
@@ loop_in_source
def looped(n):
    total = 0
    for k in range(n):
        total += k
    return total
---
def looped(n):
    return n * (n - 1) // 2
---
import inspect
assert looped(5) == 10
assert "for " in inspect.getsource(looped), "use a loop"
@@ partial_credit
def steps_done():
    return 3
---
def steps_done():
    return 0
---
done = steps_done()
assert done >= 0
done
@@ unpacked_results
def stats(values):
    return min(values), max(values), sum(values) / len(values)
---
def stats(values):
    return min(values), max(values), 0
---
low, high, average = stats([1, 2, 6])
*ends, last = stats([2, 4])
assert (low, high, average) == (1, 6, 3) and ends == [2, 4] and last == 3
@@ comprehension_in_a_test
def cube(x):
    return x ** 3
---
def cube(x):
    return x ** 2
---
table = {k: cube(k) for k in range(5)}
assert table == {0: 0, 1: 1, 2: 8, 3: 27, 4: 64}
assert {cube(k) for k in (1, -1)} == {1, -1} and any(cube(k) > 20 for k in range(4))
@@ numpy_scalars
def largest(x):
    return x.max()
---
def largest(x):
    return x.argmax()
---
assert largest(np.array([1, 7, 3])) == 7
assert isinstance(largest(np.array([1.5])), (float, np.floating))
assert largest(np.array([[1, 2], [9, 4]])) == 9
@@ masked_and_sorted_arrays
def positive(x):
    return np.sort(x[x > 0])
---
def positive(x):
    return x[x >= 0]
---
out = positive(np.array([3, -1, 0, 2]))
assert out.tolist() == [2, 3]
assert (np.diff(out) > 0).all() and out.ndim == 1
@@ broadcasting
def distances(points):
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
---
def distances(points):
    return points @ points.T
---
d = distances(np.array([[0.0, 0.0], [3.0, 4.0]]))
assert d.shape == (2, 2)
assert np.allclose(d, [[0, 5], [5, 0]])
assert np.allclose(d, d.T) and (np.diag(d) == 0).all()
@@ formatted_text
def receipt(item, price):
    return f"{item:<8}{price:>6.2f}"
---
def receipt(item, price):
    return f"{item} {price}"
---
assert receipt("tea", 1.5) == "tea       1.50"
@@ a_file_that_the_student_wrote
def save(path, text):
    with open(path, "w") as file:
        file.write(text)
save("written.txt", "abc")
---
def save(path, text):
    pass
---
with open("written.txt") as file:
    assert file.read() == "abc"
'''


def constructs() -> list[Construct]:
    """Return all of them."""
    found = []
    for part in _TEXT.split("\n@@ ")[1:]:
        name, _, rest = part.partition("\n")
        right, wrong, test = rest.split("\n---\n")
        if "### HIDDEN" in test:
            seen, _, hidden = test.partition("### HIDDEN\n")
            test = f"{seen}### BEGIN HIDDEN TESTS\n{hidden.rstrip()}\n### END HIDDEN TESTS"
        found.append(Construct(name, right, wrong, test.rstrip()))
    return found
