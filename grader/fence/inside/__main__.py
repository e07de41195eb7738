"""Starts the clean parent of all fenced children: CONFINED. Imports nothing of ours but `_fenced`."""

import gc

# Nothing of what is imported is garbage, and looking for some takes a tenth of the time.
gc.disable()

from _fenced.zygote import main  # noqa: E402

main()
