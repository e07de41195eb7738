"""The lines of a TOML file's keys are known, whatever stands in its strings and lists."""

from grader.material.document import statements

TEXT = '''\
# a comment = 1
a = 1
b.c = 2
long = """
x = 1
[no]
"""
[limits]
memory_bytes = 1
[[question]]
list = [
  1, # ]
  2,
]
[[question.criterion]]
name = "a"
[[question.criterion]]
name = "b"
[[question]]
[question.sub]
k = 1
["quoted key"]
z = { y = 3 }
'''


def test_statements_know_the_line_of_every_key():
    """Headers, dotted and quoted keys, entries of nested lists of tables, inline tables."""
    assert list(statements(TEXT)) == [
        (("a",), 2), (("b",), 3), (("b", "c"), 3), (("long",), 4), (("limits",), 8), (("limits", "memory_bytes"), 9),
        (("question", 0), 10), (("question", 0, "list"), 11), (("question", 0, "criterion", 0), 15),
        (("question", 0, "criterion", 0, "name"), 16), (("question", 0, "criterion", 1), 17),
        (("question", 0, "criterion", 1, "name"), 18), (("question", 1), 19), (("question", 1, "sub"), 20),
        (("question", 1, "sub", "k"), 21), (("quoted key",), 22), (("quoted key", "z"), 23),
        (("quoted key", "z", "y"), 23),
    ]  # fmt: skip
