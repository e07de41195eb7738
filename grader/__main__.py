"""``python -m grader``."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Interrupt what runs, once: another Ctrl-C would only disturb what is put in order then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _interrupt_again(told: "sys.UnraisableHookArgs") -> None:
    """Interrupt once more where Python could not pass an interrupt on, since it came while an object was thrown away."""
    if issubclass(told.exc_type, KeyboardInterrupt):
        import threading

        signal.signal(signal.SIGINT, _interrupt)
        # From elsewhere and later: raised here, it would be lost once more.
        threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    else:
        sys.__unraisablehook__(told)


def _run() -> int:
    """Run the command line, with standard streams that can be used; a Ctrl-C while it is imported ends it as any other."""
    try:
        # Where a Ctrl-C is ignored from the start, as behind `nohup`, that is left so.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            sys.unraisablehook = _interrupt_again
            signal.signal(signal.SIGINT, _interrupt)
        from grader import terminal

        terminal.open_streams()
        from grader.command import main

        status = main()
    except KeyboardInterrupt:
        sys.stderr.write("grader: interrupted; nothing was graded yet. The same command starts again.\n")
        status = 130
    if status == 130:
        # Python would end itself by the signal where it met the interrupt in code that was made as text.
        sys.stderr.flush()
        os._exit(status)
    return terminal.closed_streams(status)


if __name__ == "__main__":
    sys.exit(_run())
