"""The pre-check: the public checks at a student's home, by the judge's own steps, without a fence and without the answer key."""
