"""The child of the pre-check: `_fenced` without a fence. Imports `_fenced`, the standard library and NumPy only."""
