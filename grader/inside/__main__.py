"""Starts a process for students' code: ``python grader/inside MODULE WORDS`` runs `main` of a module in here.

The folder itself is on the search path then, so that nothing in it needs the rest of the grader.
"""

import gc
import importlib
import sys

# Nothing of what is imported is garbage, and looking for some takes a tenth of the time.
gc.disable()

importlib.import_module(sys.argv.pop(1)).main()
