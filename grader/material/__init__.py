"""The only reader of the files that an assignment's author writes."""
