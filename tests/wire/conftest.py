"""The sessions behind the fence, for tests of what crosses the wire there, too."""

from tests.fence.conftest import clean_parent, clean_parents, fenced, open_python

__all__ = ["clean_parent", "clean_parents", "fenced", "open_python"]
