"""Assignments in the forms of nbgrader and Otter, read as they are: their cells, questions and tests; nothing of them is run here."""
