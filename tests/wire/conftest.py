"""The sessions behind the fence, for tests of what crosses the wire there, too."""

from tests.fence.conftest import fenced, open_python, zygote, zygotes

__all__ = ["fenced", "open_python", "zygote", "zygotes"]
