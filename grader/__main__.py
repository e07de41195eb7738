"""``python -m grader``."""

import sys


def _run() -> int:
    """Run the command line, with standard streams that can be used; a Ctrl-C while it is imported ends it as any other."""
    from grader import terminal

    terminal.open_streams()
    try:
        from grader.command import main

        status = main()
    except KeyboardInterrupt:
        terminal.complain("interrupted; nothing was graded yet.")
        status = 130
    return terminal.closed_streams(status)


if __name__ == "__main__":
    sys.exit(_run())
