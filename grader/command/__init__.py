"""The command line."""

from grader.command.main import main

__all__ = ["main"]
