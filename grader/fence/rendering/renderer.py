"""Asks a fenced child to render notebooks."""

from __future__ import annotations

from pathlib import Path

from grader.errors import FenceError
from grader.fence import CleanParent, SessionLimits
from grader.outcomes import StudentFault

INSIDE = Path(__file__).parent / "inside.py"
PRELOAD = ("nbconvert.exporters.html", "nbformat", "bleach")
CPU_SECONDS = 60.0


class Renderer:
    """Renders notebooks as HTML pages; use it as a context manager."""

    def __init__(self) -> None:
        self._clean_parent = CleanParent(preload=PRELOAD)

    def __enter__(self) -> Renderer:
        self._clean_parent.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._clean_parent.close()

    def render(self, notebook: bytes, title: str) -> str:
        """Return a notebook as one HTML page that needs no network and runs no script.

        Parameters
        ----------
        notebook : bytes
            A notebook of format 4.
        title : str
            The title of the page.

        Raises
        ------
        FenceError
            If the notebook cannot be rendered.
        """
        session = self._clean_parent.open(SessionLimits())
        try:
            # The file must not look like a notebook, or the child would take it for the submission.
            files = [("inside.py", INSIDE.read_bytes()), ("notebook.json", notebook)]
            session.read(files, name="inside.py", form="folder", allowed_imports=["bleach", "nbconvert", "nbformat"])
            session.load("submission", CPU_SECONDS, figures=False, cells=False)
            with session.check(CPU_SECONDS) as ask:
                reply = ask({"op": "call", "on": 0, "name": "render", "args": [title], "kwargs": {}})
        except ValueError as error:
            raise FenceError(f"The notebook of {title} could not be rendered as a page: {error}.") from error
        except StudentFault as fault:
            raise FenceError(f"The notebook of {title} could not be rendered as a page: {fault.message}") from fault
        finally:
            session.close()
        page = reply.get("value")
        if not isinstance(page, str):
            raise FenceError(f"The notebook of {title} could not be rendered as a page.")
        return page
