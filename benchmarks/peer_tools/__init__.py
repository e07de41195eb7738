"""The same exercise in the formats of other grading tools, for ``python -m benchmarks.peers``."""
