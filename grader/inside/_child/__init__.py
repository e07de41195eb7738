"""The child's side of the fence: CONFINED."""
