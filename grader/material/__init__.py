"""What an author wrote: an assignment's files, and their only reader."""
