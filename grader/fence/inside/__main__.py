"""Starts the clean parent of all fenced children: CONFINED. Imports nothing of ours but `_fenced`."""

from _fenced import linux

linux.fix_addresses()

from _fenced.zygote import main  # noqa: E402  (the program may have to start again before it is worth importing)

main()
