"""REPORTED: pure functions of records."""
