"""Written answers: the sheet for the graders, and the points they give."""
