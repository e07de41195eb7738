"""The command line. May import every stage; no stage imports it."""

from grader.command.main import main

__all__ = ["main"]
