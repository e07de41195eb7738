"""Written answers: the sheet for those who grade them, and the points that they give."""
