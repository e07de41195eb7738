"""The steps of ``grade``; ``steps`` lists them in their order. ``similar`` finds a class as ``grade`` does."""
