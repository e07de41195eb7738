"""Grades neural networks written from scratch in NumPy."""

__version__ = "0.8.0"
