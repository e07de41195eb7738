"""The child of the pre-check: `_child` without a fence."""
