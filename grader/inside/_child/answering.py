"""Answers the requests of one check in its own fork of the loaded submission.

The judge gets exactly one reply to each request, regardless of what the student's code does: a value, an
exception as data, or the end of the process.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

from _child import drawing
from _child.adapter import Adapter
from _child.channel import Channel, EndOfChannel
from _child.faults import Sources, describe, type_name
from _child.handles import Handles
from _child.history import History
from _child.namespaces import Namespace, public, similar
from _child.operators import OPERATORS
from _child.printing import Recorder, flush_all, record
from _child.rehearsal import Rehearsal
from _child.replay import Replay
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.untrained import Untrained
from _child.wire import MAX_BYTES, Encoded, Held, MalformedFrame, encode

OUTPUT_CHARACTERS = 2**20
MAX_WARNINGS = 20
MAX_LIST = 10_000

_catch_warnings, _warnings = warnings.catch_warnings, warnings
_islice = itertools.islice


class _Missing(Exception):
    """A name that the submission, or one of its objects, does not have, those that look like it, and where it is hidden."""


class Answers:
    """The state of one check: its handles, its output, the submission's names.

    Parameters
    ----------
    namespace : Namespace
        The names behind handle 0.
    sources : Sources
        Distinguishes the student's frames from others.
    history : History
        The names as they were when they were defined.
    replay : callable
        Returns what runs the program once more, None where there is none; few checks ask for it.
    """

    def __init__(
        self,
        namespace: Namespace,
        sources: Sources,
        history: History,
        replay: Callable[[], Replay | None] = lambda: None,
    ) -> None:
        self._make_replay = replay
        self._replay: Replay | None = None
        self._adapter: Adapter | None = None
        self._handles = Handles(namespace)
        self._sources = sources
        self._namespace = namespace
        self._history = history
        self._output = Recorder(OUTPUT_CHARACTERS)
        self._shown: list[Any] = []
        # The content of saved figures, by its digest: they may be closed or cleared before they are requested.
        self._saved: dict[bytes, dict[str, Any]] = {}
        # The classes of the last request's warnings, by their names.
        self._warned: dict[str, type] = {}

    def begin(self) -> None:
        """Take what is printed and shown from now on."""
        record(self._output)
        drawing.on_show(self._keep_shown)
        drawing.on_save(self._keep_saved)

    def serve(self, channel: Channel) -> None:
        """Answer requests until the judge closes the channel."""
        self.begin()
        while True:
            try:
                nonce, request = channel.receive()
            except EndOfChannel:
                return
            channel.send(nonce, self.answer(request), self._handles.keep)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to one request; never raises an exception of the student's code."""
        noted = _DistinctWarnings()
        # Entering also makes Python forget which warnings it has already shown.
        manager = _catch_warnings(record=True, module=_warnings)
        manager.__enter__()
        _warnings._showwarnmsg_impl = noted.add  # type: ignore[attr-defined]
        try:
            reply = self._steps(request) if request.get("op") == "program" else self._one(request)
        except BaseException as error:
            reply = self._failure(error)
        manager.__exit__(None, None, None)
        reply["warnings"] = [self._warning(entry) for entry in noted.entries]
        self._warned = noted.kinds
        return reply

    def _one(self, request: dict[str, Any]) -> dict[str, Any]:
        result = self._perform(self._handles.resolve(request))
        return {"value": self._sendable(result, request.get("reply_bytes"))}

    def _steps(self, request: dict[str, Any]) -> dict[str, Any]:
        results: list[Any] = []
        steps, limit = request["steps"], request.get("reply_bytes")
        order = range(len(steps)) if request.get("keep") is None else request["keep"]
        wanted, kept = frozenset(order), {}
        for number, step in enumerate(steps):
            try:
                result = self._perform(self._handles.resolve(step, results))
                # A kept value is read at once, so that later changes to it do not show.
                if number in wanted:
                    kept[number] = self._sendable(result, limit)
                results.append(result.value if type(result) is Held and step["op"] == "hold" else result)
            except BaseException as error:
                return {**self._failure(error), "step": number}
        return {"value": self._sendable([kept[number] for number in order], limit)}

    def _perform(self, request: dict[str, Any]) -> Any:
        operation = _OPERATIONS.get(request.get("op", ""))
        if operation is None:
            raise MalformedFrame(f"there is no operation {request.get('op')!r}")
        return operation(self, request)

    def _subject(self, request: dict[str, Any]) -> Any:
        on = request.get("on", 0)
        return self._handles.get(on) if type(on) is int else on

    def get(self, request: dict[str, Any]) -> Any:
        """Return an attribute of an object, or a name of the submission."""
        return self._attribute(self._subject(request), request["name"])

    def set(self, request: dict[str, Any]) -> None:
        """Give an attribute or a name a value."""
        subject = self._subject(request)
        if type(subject) in _NAMESPACES:
            subject.set(request["name"], request["value"])
        else:
            setattr(subject, request["name"], request["value"])

    def call(self, request: dict[str, Any]) -> Any:
        """Call an object, one of its methods, or a function of the submission."""
        subject, name = self._subject(request), request.get("name")
        function = subject if name is None else self._attribute(subject, name)
        return function(*request.get("args", ()), **request.get("kwargs", {}))

    def apply(self, request: dict[str, Any]) -> Any:
        """Apply an operator to values as Python does."""
        operator = OPERATORS.get(request["name"])
        if operator is None:
            raise MalformedFrame(f"there is no operator {request['name']!r}")
        return operator(*request["args"])

    def hold(self, request: dict[str, Any]) -> Held:
        """Keep a value from the judge here."""
        return Held(request["value"])

    def read(self, request: dict[str, Any]) -> Any:
        """Return the value behind a handle."""
        return self._subject(request)

    def elements(self, request: dict[str, Any]) -> Any:
        """Return the first elements of an iterable."""
        limit = min(request.get("limit") or MAX_LIST, MAX_LIST)
        return list(_islice(iter(self._subject(request)), limit))

    def names(self, request: dict[str, Any]) -> Any:
        """Return the public names of an object or of the submission."""
        return _names(self._subject(request))

    def figures(self, request: dict[str, Any]) -> Any:
        """Return the figures shown or saved since the last such request."""
        self._keep_shown()
        for figure in self._shown:
            self._saved.pop(drawing.content(figure), None)
        shown = [drawing.figure_data(figure, png=bool(request.get("png"))) for figure in self._shown]
        taken = [*self._saved.values(), *shown]
        self._shown.clear()
        self._saved.clear()
        return taken

    def output(self, request: dict[str, Any]) -> str:
        """Return what was printed since the last such request."""
        flush_all(self._namespace.dictionaries())
        return self._output.take()

    def rewind(self, request: dict[str, Any]) -> int:
        """Go back to a moment when a name was defined; return how many there are."""
        return self._history.go_back(self._namespace, request["name"], request.get("tag"), request.get("back", 0))

    def rehearse(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run the program once more, up to its training, and return what a round of it does."""
        replay = self._replay = self._replay or self._make_replay()
        if replay is None:
            return {}
        if request.get("points") is not None and request.get("x") is not None:
            return self._adapter.ask(request) if self._adapter is not None else {}
        replay.prepare(request.get("args", ()), request.get("stdin", ""))
        if "adapter" in request:
            if not request["adapter"] and not replay.holds("def gradients("):
                # Finding this out by running it takes as long as the training.
                return {"shapes": None}
            self._adapter = Adapter(replay, request["adapter"])
            return self._adapter.found()
        if request.get("untrained"):
            # What is printed and drawn is asked for afterwards.
            self._output.take()
            self.figures({})
            return Untrained(replay.run, replay.is_own, request).perform()
        found = Rehearsal(replay.run, replay.is_own, request).perform()
        drawing.close_all()
        self._output.take()
        return found

    def _attribute(self, subject: Any, name: str) -> Any:
        try:
            return subject.get(name) if type(subject) in _NAMESPACES else getattr(subject, name)
        except KeyError:
            if type(subject) not in _NAMESPACES:
                raise
        except AttributeError as error:
            if error.name != name or error.obj is not subject:
                raise
        inside = subject.hidden.get(name) if type(subject) in _NAMESPACES else None
        raise _Missing(name, similar(name, _names(subject)), inside)

    def _sendable(self, value: Any, reply_bytes: Any) -> Encoded:
        """Encode a value here, where a failure can still be reported."""
        limit = min(reply_bytes, MAX_BYTES) if type(reply_bytes) is int else MAX_BYTES
        return Encoded(encode(value, self._handles.keep, max_bytes=limit))

    def _failure(self, error: BaseException) -> dict[str, Any]:
        if type(error) is _Missing:
            return {"missing": error.args[0], "near": error.args[1], "inside": error.args[2]}
        description = describe(error, self._sources)
        is_task = isinstance(error, NotImplementedError) and description["message"].startswith("Task")
        task = description["message"][4:].partition(":")[0].strip()[:20] if is_task else None
        # The traceback keeps the student's arrays alive, and with them the memory that ran out.
        error.__traceback__ = None
        return {"raised": description, "task": task}

    def _warning(self, entry: tuple[str, str, str, int]) -> dict[str, Any]:
        category, message, filename, line = entry
        return {"category": category, "message": message, "file": self._sources.path(filename), "line": line}

    def _keep_saved(self, figure: Any) -> None:
        if len(self._saved) < drawing.MAX_SAVED:
            self._saved[drawing.content(figure)] = drawing.figure_data(figure, png=False)

    def _keep_shown(self) -> None:
        self._shown.extend(drawing.open_figures()[: drawing.MAX_FIGURES - len(self._shown)])
        drawing.close_all()


class _DistinctWarnings:
    """The warnings of one request, each once."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, int]] = []
        self.kinds: dict[str, type] = {}

    def add(self, warning: Any) -> None:
        """Record one warning, even if making its text fails."""
        try:
            text = str(warning.message)
        except BaseException:
            text = "(the warning has no readable text)"
        line = warning.lineno if type(warning.lineno) is int and warning.lineno >= 0 else 0
        filename = warning.filename if type(warning.filename) is str else ""
        entry = (type_name(warning.message), text[:500] if type(text) is str else "", filename, line)
        if len(self.entries) < MAX_WARNINGS and entry not in self.entries:
            self.entries.append(entry)
            self.kinds[entry[0]] = type(warning.message)


def _names(subject: Any) -> list[str]:
    if type(subject) in _NAMESPACES:
        return list(subject.defined())
    try:
        return public(dir(subject))
    except Exception:
        return []


_NAMESPACES = frozenset({Namespace, *Namespace.__subclasses__()})
_OPERATIONS: dict[str, Callable[[Answers, dict[str, Any]], Any]] = {
    "get": Answers.get,
    "set": Answers.set,
    "call": Answers.call,
    "apply": Answers.apply,
    "hold": Answers.hold,
    "read": Answers.read,
    "list": Answers.elements,
    "names": Answers.names,
    "figures": Answers.figures,
    "output": Answers.output,
    "rewind": Answers.rewind,
    "rehearse": Answers.rehearse,
}
