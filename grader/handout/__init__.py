"""Makes zips of an assignment: for students, for Gradescope, for GitHub."""
