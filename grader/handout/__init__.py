"""Makes the zips of an assignment for students, for Gradescope and for GitHub."""
