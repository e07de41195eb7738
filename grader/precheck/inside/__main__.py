"""Starts a student's own process for the pre-check at home: CONFINED, but by nothing. Imports `_home` and `_fenced` only."""

import sys

sys.path.insert(1, sys.argv[1])

from _home.start import main

main()
