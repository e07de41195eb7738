"""A clean parent without confinement, for tests of the child's side: it forks a loader for every message."""

import json
import os
import signal
import socket
import sys

sys.path.insert(0, sys.argv[1])

import matplotlib.pyplot  # noqa: F401
from _child import drawing, notebook
from _walls import loader


def become_loader(request: dict, descriptors: list[int]) -> None:
    """Take on the descriptors and never return."""
    channel, out, err = descriptors
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(out, out + 1)
    os.closerange(err, err + 1)
    os.chdir(request["folder"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    loader.main(socket.socket(fileno=channel), request["config"])


def main() -> None:
    """Fork until the tests close their end."""
    control = socket.socket(fileno=int(sys.argv[2]))
    drawing.prepare()
    notebook.prepare_shell()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        raw, descriptors, _, _ = socket.recv_fds(control, 65536, 3)
        if not raw:
            return
        if os.fork() == 0:
            control.close()
            become_loader(json.loads(raw), descriptors)
        for number in descriptors:
            os.close(number)


main()
