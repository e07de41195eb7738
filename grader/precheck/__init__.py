"""The pre-check: runs the public checks on the student's machine by the judge's own steps, without fence or answer key."""
