"""An error that only another version does not give is told with what to write instead."""

import numpy as np
import pytest

from grader.wire.versions import version_hint

HERE = ".".join(np.__version__.split(".")[:2])
REMOVED = ["product", "cumproduct", "in1d", "trapz", "msort", "asscalar", "float", "int", "warnings"]


@pytest.mark.parametrize("name", REMOVED)
def test_version_hint_says_what_replaces_a_name_of_numpy(name):
    """The error is NumPy's own, as it is raised here, and the hint names what is there."""
    try:
        getattr(np, name)
    except AttributeError as error:
        hint = version_hint("AttributeError", str(error))
    else:
        pytest.fail(f"np.{name} is there again: take it out of the table")
    assert hint is not None
    assert hint.startswith(f"NumPy {HERE} has no `np.{name}` any more; write `")


def test_version_hint_explains_arrays_of_one_element():
    """`float` of an array with one element and two axes was a number before NumPy 2.4."""
    with pytest.raises(TypeError) as caught:
        float(np.ones((1, 1)))
    assert version_hint("TypeError", str(caught.value)) == (
        f"NumPy {HERE} makes no number of an array with one element, as earlier versions did; write `x.item()`, "
        "or take the element with an index for each axis."
    )


@pytest.mark.parametrize(
    ("raised", "message", "hint"),
    [
        (
            "AttributeError",
            "module 'matplotlib.cm' has no attribute 'get_cmap'",
            "Matplotlib has no `cm.get_cmap` any more; write `plt.get_cmap(name)`.",
        ),
        (
            "ImportError",
            "cannot import name 'Iterable' from 'collections'",
            "Since Python 3.10 there is no `collections.Iterable` any more; write `collections.abc.Iterable`.",
        ),
        (
            "AttributeError",
            "module 'collections' has no attribute 'Mapping'",
            "Since Python 3.10 there is no `collections.Mapping` any more; write `collections.abc.Mapping`.",
        ),
        (
            "OSError",
            "'seaborn-whitegrid' is not a valid package style, path of style file, URL of style file, or library style name",
            "Since Matplotlib 3.8 the style `seaborn-whitegrid` is called `seaborn-v0_8-whitegrid`.",
        ),
        ("AttributeError", "module 'collections' has no attribute 'nosuch'", None),
        ("OSError", "'mine' is not a valid package style, path of style file", None),
        ("AttributeError", "module 'numpy' has no attribute 'nosuch'", None),
        ("AttributeError", "'Net' object has no attribute 'product'", None),
        ("ImportError", "cannot import name 'nothing' from 'itertools' (unknown location)", None),
        ("KeyError", "'product'", None),
    ],
)
def test_version_hint_is_for_versions_only(raised, message, hint):
    """A mistake of the student's own is not blamed on a version."""
    assert version_hint(raised, message) == hint
