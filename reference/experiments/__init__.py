"""The published figures of the exercise, computed again: ``python -m reference.experiments`` lists them."""
