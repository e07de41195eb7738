"""The small assignment that templates are made of, too."""

from tests.handout.template.conftest import small

__all__ = ["small"]
