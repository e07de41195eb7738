"""``python -m grader``."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Interrupt the run, and ignore further Ctrl-C so that cleaning up is not disturbed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _interrupt_again(told: "sys.UnraisableHookArgs") -> None:
    """Interrupt again if Python dropped the interrupt because it came while an object was being destroyed."""
    if issubclass(told.exc_type, KeyboardInterrupt):
        import threading

        signal.signal(signal.SIGINT, _interrupt)
        # Raised here it would be dropped again, so another thread sends it later.
        threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    else:
        sys.__unraisablehook__(told)


def _run() -> int:
    """Run the command line with usable standard streams; a Ctrl-C during the imports ends it like any other."""
    try:
        # If Ctrl-C was ignored from the start, as under `nohup`, it stays ignored.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            sys.unraisablehook = _interrupt_again
            signal.signal(signal.SIGINT, _interrupt)
        from grader import terminal

        terminal.open_streams()
        from grader.command import main

        status = main()
    except KeyboardInterrupt:
        sys.stderr.write("grader: interrupted; nothing has been graded yet. Run the same command to start again.\n")
        status = 130
    if status == 130:
        # Python kills itself with the signal if the interrupt reaches code that was compiled from a string.
        sys.stderr.flush()
        os._exit(status)
    return terminal.closed_streams(status)


if __name__ == "__main__":
    sys.exit(_run())
