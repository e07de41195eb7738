"""Records the answer key's answers in advance, so that the pre-check does not need the key."""
