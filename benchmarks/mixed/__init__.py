"""A class as it is, for ``python -m benchmarks.real_class``: who hands in what, the claims for other tools, and who has a result when."""
