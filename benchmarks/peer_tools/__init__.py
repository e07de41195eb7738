"""The same exercise in the formats of the tools that courses use today, for ``python -m benchmarks.peers``."""
