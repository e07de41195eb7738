"""The child of the pre-check: `_child` without a fence. Imports `_child`, the standard library and NumPy only."""
