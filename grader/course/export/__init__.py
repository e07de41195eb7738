"""REPORTED: writes scores into other systems' files. Pure functions of bytes; all bytes but the scores stay unchanged."""
