"""Starts the clean parent of all fenced children: CONFINED. Imports nothing of ours but `_fenced`."""

from _fenced.zygote import main

main()
