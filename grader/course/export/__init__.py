"""Scores into the files of other systems: REPORTED. Pure functions of bytes; everything that is not a score stays byte for byte as it was."""
