"""``python -m grader``."""

import os
import sys


def _run() -> int:
    """Run the command line, with standard streams that can be used; a Ctrl-C while it is imported ends it as any other."""
    try:
        from grader import terminal

        terminal.open_streams()
        from grader.command import main

        status = main()
    except KeyboardInterrupt:
        sys.stderr.write("grader: interrupted; nothing was graded yet.\n")
        status = 130
    if status == 130:
        # Python would end itself by the signal where it met the interrupt in code that was made as text.
        sys.stderr.flush()
        os._exit(status)
    return terminal.closed_streams(status)


if __name__ == "__main__":
    sys.exit(_run())
