"""The child's side of the fence: CONFINED. Imports nothing of ours but itself; never holds an expected value."""
