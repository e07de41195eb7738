"""The desk: a page on this machine for what is done by eye, of records and the gradebook; it writes events of the gradebook only."""
