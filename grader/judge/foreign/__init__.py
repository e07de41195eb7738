"""CHECKED: the tests of other tools' assignments, run here, on names that are asked for in the student's process."""
