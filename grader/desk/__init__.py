"""The desk: local web pages for grading by eye, made from records and the gradebook; it writes only gradebook events."""
