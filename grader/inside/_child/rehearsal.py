"""Runs a program once more, up to its training, and shows what one step of that training does to the arrays it changes.

Nothing is known about the program: no name, no signature. A mark in every loop shows where the program is. At the
first iteration of one loop, the process is forked for each question: arrays get other values, the program's own code
completes the iteration, and the answer is the arrays at its end and the values that functions have returned. The judge
decides whether this is back-propagation.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn

import numpy as np

from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.wire import decode, encode

MARK = "__at_loop__"
Path = tuple[tuple[Any, ...], ...]

# Limits, so that no program makes an iteration take long: the objects below a frame, arrays, entries of one array and
# of all.
_MOST_OBJECTS, _MOST_DEPTH, _MOST_ITEMS = 4000, 7, 200
_MOST_ARRAYS, _MOST_ENTRIES = 60, 40_000
_MOST_RETURNED, _MOST_SEEN, _MOST_SEEN_ENTRIES = 4000, 240, 120_000
_ONE_BY_ONE = 12
# How many values are recorded that functions of one iteration have under their own names when they return.
_MOST_INNER = 400
# How many attributes of a returned object are looked at.
_MOST_HELD = 12
# How many returns of a function in one iteration are recorded.
_MANY = 20
# How far a program is followed after a loop that trains.
_ROUNDS_BEHIND, _ROUNDS = 4000, 3_000_000
# The loops that one round may go round in: what goes round more often is a training of its own.
_MOST_IN_A_ROUND = 30_000
_MOST_REPLY_BYTES = 2**24

_fork, _exit, _waitpid = getattr(os, "fork", None), os._exit, getattr(os, "waitpid", None)
_pipe, _read, _write, _close = os.pipe, os.read, os.write, os.close
_getframe, _setprofile = sys._getframe, sys.setprofile
_ndarray, _array, _array_equal, _generic = np.ndarray, np.array, np.array_equal, np.generic
_isfinite, _random, _stack = np.isfinite, np.random.default_rng, np.stack
_vars_of = object.__getattribute__
_list_items, _tuple_items = list.__iter__, tuple.__iter__


class Unavailable(Exception):
    """The process cannot be forked, so a rehearsal is not possible here."""


class _Stop(BaseException):
    """Ends the program when all questions are answered."""


class _GoOn(BaseException):
    """Leads a fork back to the place where the program continues."""


class Rehearsal:
    """One more run of a program, as far as needed.

    Parameters
    ----------
    run : callable
        Runs the program, given a function that compiles a file's text under its name.
    is_own : callable
        Whether the code of a file with this name belongs to the program.
    plan : dict
        The question. Without ``loop``: which loops change arrays. With it and ``seed``: how each array there influences
        the computation. With ``points``: what one iteration does there, see `_points`.
    """

    # How many iterations of one loop are compared.
    LOOKS = 6

    def __init__(
        self, run: Callable[[Callable[[str, str], Any]], None], is_own: Callable[[str], bool], plan: dict[str, Any]
    ) -> None:
        self._run, self._is_own, self._plan = run, is_own, plan
        self._loops: list[tuple[str, int, int]] = []
        self._wanted = tuple(plan["loop"]) if plan.get("loop") else None
        self._visit = int(plan.get("visit") or 0)
        self._counts: dict[int, int] = {}
        self._last: dict[int, tuple[FrameType, dict[Path, Any]]] = {}
        self._moved: dict[int, int] = {}
        self._trains_at: int | None = None
        self._rounds = 0
        self._stopped = False
        self._answer: dict[str, Any] | None = None
        self._error: str | None = None
        # Only in a fork: the frame of the loop, the requested paths, and the place for the answer.
        self._frame: FrameType | None = None
        self._asked: list[list[Path]] = []
        self._pipe: int | None = None
        self._tally: dict[str, int] = {}
        self._again: Callable[[FrameType], None] | None = None
        self._returned: list[tuple[tuple[Any, ...], Any]] = []
        self._inner: list[tuple[tuple[Any, ...], Any]] = []
        self._entries = 0

    def perform(self) -> dict[str, Any]:
        """Run the program and return the answer to the plan."""
        if _fork is None:
            raise Unavailable("this system cannot copy a process at work")
        setattr(builtins, MARK, self._at)
        try:
            self._run(self.marked)
        except _Stop:
            pass
        except BaseException as error:
            self._error = type(error).__name__
        if self._pipe is not None:
            self._end(None)
        delattr(builtins, MARK)
        if self._wanted is None:
            return {"loops": self._found(), "error": self._error}
        return {**(self._answer or {}), "reached": self._answer is not None, "error": self._error}

    def marked(self, filename: str, text: str) -> Any:
        """Return the code of a file, with a mark in each of its loops; one that is true leaves the loop."""
        tree = ast.parse(text, filename)
        for node in list(ast.walk(tree)):
            if isinstance(node, ast.For | ast.While | ast.AsyncFor):
                number = len(self._loops)
                self._loops.append((filename, node.lineno, node.end_lineno or node.lineno))
                call = ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(number)], [])
                mark = ast.If(call, [ast.Break()], [])
                for part in ast.walk(mark):
                    ast.copy_location(part, node.body[0])
                node.body.insert(0, mark)
            elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
                number = len(self._loops)
                self._loops.append((filename, node.lineno, node.end_lineno or node.lineno))
                call = ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(number)], [])
                marked = ast.Subscript(ast.Tuple([call, node.elt], ast.Load()), ast.Constant(1), ast.Load())
                for part in (marked, marked.value, *ast.walk(call), marked.slice):
                    ast.copy_location(part, node.elt)
                node.elt = marked
        return compile(tree, filename, "exec", dont_inherit=True)

    def _found(self) -> list[dict[str, Any]]:
        return [
            {
                "file": self._loops[number][0],
                "line": self._loops[number][1],
                "rounds": self._counts[number],
                "moved": moved,
            }
            for number, moved in self._moved.items()
        ]

    def _at(self, number: int) -> bool:
        """Handle the beginning of an iteration of a loop; return whether it is to be left."""
        if self._stopped:
            raise _Stop
        count = self._counts[number] = self._counts.get(number, 0) + 1
        frame = _getframe(1)
        if self._pipe is not None:
            self._rounds += 1
            if self._rounds > _MOST_IN_A_ROUND:
                self._end(None)
            if frame is self._frame and self._is_around(number):
                if self._again is None:
                    self._end(frame)
                self._again(frame)
            return False
        if self._wanted is not None:
            if self._loops[number][:2] == self._wanted and count - 1 == self._visit:
                try:
                    self._answer = self._ask(frame)
                except _GoOn:
                    return False
                self.stop()
            return False
        self._rounds += 1
        if count <= self.LOOKS:
            self._look(number, frame)
        if self._rounds > _ROUNDS or (self._trains_at is not None and self._rounds > self._trains_at + _ROUNDS_BEHIND):
            self.stop()
        return False

    def stop(self) -> NoReturn:
        """End the program."""
        self._stopped = True
        raise _Stop

    def _is_around(self, number: int) -> bool:
        """Return whether a loop is the requested one, or contains it."""
        file, first, last = self._loops[number]
        assert self._wanted is not None
        return file == self._wanted[0] and first <= self._wanted[1] <= last

    def _look(self, number: int, frame: FrameType) -> None:
        """Compare the arrays with those at the last iteration of this loop."""
        now = self.now(frame)
        before = self._last.get(number)
        if before is not None and before[0] is frame:
            changed = [path for path, value in before[1].items() if path in now and moved(value, now[path])]
            if changed:
                self._moved[number] = max(self._moved.get(number, 0), len(changed))
            if self._trains_at is None and len(changed) > 1 and any(now[path].ndim == 2 for path in changed):
                self._trains_at = self._rounds
        self._last[number] = (frame, now)

    def now(self, frame: FrameType) -> dict[Path, Any]:
        """Return a copy of each array that can be reached from a frame, by its first path."""
        return {paths[0]: _array(value) for paths, value in self._arrays(frame).reached}

    def _arrays(self, frame: FrameType) -> _Reach:
        return _Reach(self._frames(frame), self._is_own)

    def _frames(self, frame: FrameType | None) -> list[FrameType]:
        """Return the frame of a loop and those of the program that called it, the innermost first."""
        found = []
        while frame is not None and self._is_own(frame.f_code.co_filename):
            found.append(frame)
            frame = frame.f_back
        return found

    # The questions about one iteration.

    def _ask(self, frame: FrameType) -> dict[str, Any]:
        reach = self._arrays(frame)
        answer = self._points(frame, reach) if "points" in self._plan else self._influences(frame, reach)
        return answer

    def _influences(self, frame: FrameType, reach: _Reach) -> dict[str, Any]:
        """Return what changes when one array, or a part of it, changes; constant arrays are varied first, because zeros hide much."""
        noise = _random(int(self._plan.get("seed") or 0))
        values = [_array(value) for _, value in reach.reached]
        stirred = [
            0.1 + abs(noise.normal(0.0, 0.5, value.shape)) if value.size and _is_constant(value) else 0.0
            for value in values
        ]
        basis = [value + shift for value, shift in zip(values, stirred, strict=True)]
        base = self._once(frame, reach, basis)
        named = {id(held) for _, held in reach.labels}
        free = [None if id(array) in named else value for (_, array), value in zip(reach.reached, basis, strict=True)]
        ones, zeros = (self._once(frame, reach, free, label) if reach.labels else None for label in (1.0, 0.0))
        asked, touched, carried = [], [], []
        if base is not None:
            for index, value in enumerate(basis):
                scale = 0.01 * (1.0 + float(abs(value).max(initial=0.0)))
                push = noise.normal(0.0, scale, value.shape)
                for part, mask in enumerate(_parts(value, _is_still(value, base["ends"][index]))):
                    changed = [*basis[:index], value + push * mask, *basis[index + 1 :]]
                    came = self._once(frame, reach, changed)
                    asked.append([index, part])
                    touched.append([_differ(one, other) for one, other in _paired(base["seen"], came)])
                    if part == 0:
                        carried.append(_share(push, base["ends"][index], came["ends"][index] if came else None))
        seen = base["seen"] if base is not None else []
        return {
            "arrays": [
                {
                    "path": name,
                    "place": place_of(paths[0]),
                    "value": value,
                    "start": start,
                    "end": end,
                    "listed": type(held) is list,
                }
                for (paths, held), name, value, start, end in zip(
                    reach.reached,
                    texts_of([paths[0] for paths, _ in reach.reached]),
                    values,
                    basis,
                    base["ends"] if base is not None else [None] * len(values),
                    strict=True,
                )
            ],
            "labels": [text_of(path) for path, _ in reach.labels],
            "seen": [
                {"key": key, "size": value.size, "steady": change == 0}
                for (key, value), change in zip(seen, _between(seen, ones, zeros), strict=True)
            ],
            "asked": asked,
            "touched": touched,
            "carried": carried,
            "tally": base["tally"] if base is not None else [],
        }

    def _points(self, frame: FrameType, reach: _Reach) -> dict[str, Any]:
        """Return what one iteration does from given values.

        The plan holds ``arrays`` (by their places, as told before), ``points`` (their values), ``directions`` (for each array, some),
        ``step``, ``also`` (arrays of which only the ends are wanted), ``zeroed`` (those of them that are zero at the beginning of the round), ``seen`` (keys of what is wanted of what was computed) and ``labels`` (what all labels are, one after the other). For each
        point and label, there are the ``ends`` of the arrays, and what was seen there and at both sides along every direction.
        """
        plan = self._plan
        # By place, not by number: what is no number in one run of a program, such as what `np.empty` gives, may be one in another.
        numbers = {place_of(paths[0]): number for number, (paths, _) in enumerate(reach.reached)}
        wanted, also, zeroed = ([numbers[place] for place in plan[key]] for key in ("arrays", "also", "zeroed"))
        step = float(plan["step"])
        rounds = []
        for values in plan["points"]:
            for label in plan["labels"]:

                def once(
                    shift: Any = None, at: int = 0, values: Any = values, label: Any = label
                ) -> dict[str, Any] | None:
                    moved = {index: 0.0 * _array(reach.reached[index][1]) for index in zeroed}
                    moved.update(zip(wanted, values, strict=True))
                    if shift is not None:
                        moved[wanted[at]] = moved[wanted[at]] + shift
                    all_values = [moved.get(index) for index in range(len(reach.reached))]
                    return self._once(frame, reach, all_values, label)

                base = once()
                sides = [
                    [_picked(once(sign * step * direction, at), plan["seen"]) for sign in (1.0, -1.0)]
                    for at, directions in enumerate(plan["directions"])
                    for direction in directions
                ]
                ends = [base["ends"][index] for index in wanted] if base is not None else None
                others = [base["ends"][index] for index in also] if base is not None else None
                rounds.append(
                    {"label": label, "ends": ends, "also": others, "seen": _picked(base, plan["seen"]), "sides": sides}
                )
        return {"rounds": rounds}

    def _once(
        self, frame: FrameType, reach: _Reach, values: Sequence[Any], label: float | None = None
    ) -> dict[str, Any] | None:
        """Let a fork run one iteration from given values; None means an array that is not changed."""
        reading, writing = _pipe()
        assert _fork is not None and _waitpid is not None
        child = _fork()
        if child == 0:
            _close(reading)
            self._pipe, self._frame, self._rounds = writing, frame, 0
            self._asked = [paths for paths, _ in reach.reached]
            reach.set(values, label)
            if self._plan.get("warm"):
                # A loop over labels already holds the first label, so the next iteration is used.
                self._again = lambda frame: self._set_again(frame, values)
                _setprofile(self._leaves)
                raise _GoOn
            _setprofile(self._returns)
            raise _GoOn
        _close(writing)
        came = b""
        while piece := _read(reading, 1 << 16):
            came += piece
            if len(came) > _MOST_REPLY_BYTES:
                break
        _close(reading)
        _waitpid(child, 0)
        try:
            answer = decode(came)
        except Exception:
            return None
        return answer if isinstance(answer, dict) else None

    # In a fork.

    def _set_again(self, frame: FrameType, values: Sequence[Any]) -> None:
        """Give arrays their values again, wherever they are now, and observe the iteration that begins."""
        frames = self._frames(frame)
        for paths, value in zip(self._asked, values, strict=True):
            for path in paths if value is not None else ():
                write(held_at(frames, path), value)
        self._again = None
        _setprofile(self._returns)

    def _leaves(self, frame: FrameType, event: str, value: Any) -> None:
        """End the fork where the loop is left before another round of it began."""
        if event == "return" and frame is self._frame:
            self._end(None)

    def _returns(self, frame: FrameType, event: str, value: Any) -> None:
        """Record the return value of a function of the program."""
        if event != "return":
            return
        if frame is self._frame:
            self._end(frame)
        code = frame.f_code
        if not self._is_own(code.co_filename):
            return
        caller = frame.f_back
        place = (code.co_name, code.co_firstlineno, caller.f_lineno if caller is not None else 0)
        if isinstance(value, _ndarray):
            counted = _key((*place, 0, value.shape))
            self._tally[counted] = self._tally.get(counted, 0) + 1
        if len(self._returned) >= _MOST_RETURNED:
            return
        parts: Any = value if type(value) in (tuple, list) and len(value) <= 8 else (value,)
        for index, part in [*enumerate(parts), *self._held_by(value)]:
            numbers = _numbers(part)
            if numbers is not None and self._entries + numbers.size <= _MOST_SEEN_ENTRIES:
                self._entries += numbers.size
                self._returned.append(((*place, index), numbers))
        if len(self._inner) < _MOST_INNER and not code.co_name.startswith("<"):
            self._note_inner(frame, place)

    def _held_by(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the arrays that an object of the program's own class holds: in a graph of nodes the answers are there."""
        kind = type(value)
        if _is_of_program(kind, self._is_own):
            for name, part in _attributes(value, kind)[:_MOST_HELD]:
                if isinstance(part, _ndarray | _generic) and part.dtype.kind == "f":
                    yield name, part

    def _note_inner(self, frame: FrameType, place: tuple[Any, ...]) -> None:
        """Record what a function has computed and not returned: its answers may be there alone."""
        for name, value in list(frame.f_locals.items()):
            numbers = _numbers(value) if isinstance(value, _ndarray) and value.dtype.kind == "f" else None
            if numbers is not None and self._entries + numbers.size <= _MOST_SEEN_ENTRIES:
                self._entries += numbers.size
                self._inner.append(((f"local {name} in {place[0]}", *place[1:], 0), numbers))

    def _end(self, frame: FrameType | None) -> NoReturn:
        """Send the result of the iteration, and end the fork."""
        _setprofile(None)
        answer: dict[str, Any] = {"seen": [], "ends": [None] * len(self._asked), "tally": []}
        try:
            if frame is not None:
                frames = self._frames(frame)
                reach = _Reach(frames, self._is_own)
                answer["ends"] = [[_found_at(frames, path) for path in paths] for paths in self._asked]
                answer["seen"] = self._seen(reach)
                answer["tally"] = [[key, count] for key, count in self._tally.items() if count >= _MANY][:_MOST_SEEN]
            body = encode(answer, _no_handle)
        except BaseException:
            body = b""
        while body:
            body = body[_write(self._pipe or 0, body) :]
        _exit(0)

    def _seen(self, reach: _Reach) -> list[list[Any]]:
        """Return the computed values by key: return values of functions, in order, and the values at the end."""
        found = _series(self._returned)
        ends = [(paths[0], value) for paths, value in reach.reached] + reach.numbers
        names = texts_of([path for path, _ in ends])
        found += [[f"end {name}", _array(value)] for name, (_, value) in zip(names, ends, strict=True)]
        return [*found[:_MOST_SEEN], *_series(self._inner)][: 2 * _MOST_SEEN]


def _series(seen: Sequence[tuple[tuple[Any, ...], Any]]) -> list[list[Any]]:
    """Return values by key: those of one place one by one, and together."""
    series: dict[tuple[Any, ...], list[Any]] = {}
    for key, value in seen:
        # The layers of a network may all return at the same line: values of other shapes get other keys.
        series.setdefault((*key, value.shape), []).append(value)
    found: list[list[Any]] = []
    for place, values in series.items():
        name = _key(place)
        found += [[f"{name}#{number}", value] for number, value in enumerate(values[:_ONE_BY_ONE])]
        if len(values) > 1:
            found.append([f"{name}#all", _stack(values)])
    return found


class _Reach:
    """The values that can be reached from some frames.

    Attributes
    ----------
    reached : list of (list of path, ndarray or list)
        Arrays of real numbers, each once, with the paths to it; a list of floats, or of rows of them, is one, too.
    labels : list of (path, container)
        Arrays and lists that hold only two classes.
    numbers : list of (path, float)
        Single numbers, and the last entries of lists of numbers.
    """

    def __init__(self, frames: Sequence[FrameType], is_own: Callable[[str], bool]) -> None:
        self.reached: list[tuple[list[Path], Any]] = []
        self.labels: list[tuple[Path, Any]] = []
        self.numbers: list[tuple[Path, float]] = []
        self._is_own = is_own
        self._known: dict[int, list[Path] | None] = {}
        self._places: dict[tuple[Any, ...], list[Path]] = {}
        self._lists: dict[int, list[Path]] = {}
        self._left, self._entries = _MOST_OBJECTS, _MOST_ENTRIES
        self._held: list[Any] = []
        waiting: list[tuple[Path, Any, int]] = []
        for depth, frame in enumerate(frames):
            is_module = frame.f_code.co_name == "<module>"
            names = frame.f_globals if is_module else frame.f_locals
            waiting += [(((("frame", depth, name)),), value, 0) for name, value in list(names.items())]
        for depth, frame in enumerate(frames):
            waiting += [(((("global", depth, name)),), value, 0) for name, value in list(frame.f_globals.items())]
        while waiting and self._left:
            path, value, depth = waiting.pop(0)
            self._left -= 1
            name = path[0][2]
            if type(name) is str and name.startswith("__") and len(path) == 1:
                continue
            # An error while looking at an object of the program must not stop the program.
            with contextlib.suppress(Exception):
                waiting += self._visit(path, value, depth)

    def set(self, values: Sequence[Any], label: float | None) -> None:
        """Give arrays other values in place, and all labels one class."""
        given = set()
        for (_, array), value in zip(self.reached, values, strict=True):
            if value is not None:
                given.add(id(array))
                write(array, value)
        if label is None:
            return
        for _, held in self.labels:
            if id(held) in given:
                continue
            if type(held) is list:
                for row in held if type(held[0]) is list else [held]:
                    row[:] = [type(row[0])(label)] * len(row)
            elif held.ndim == 2 and 2 in held.shape and held.size > 2 and _is_one_hot(held):
                columns = held if held.shape[1] == 2 else held.T
                columns[:, 0], columns[:, 1] = 1 - label, label
            elif held.flags.writeable:
                one = 2 * label - 1 if _is_signed(held) else label
                held[...] = one if held.dtype.kind != "b" else bool(one)

    def _visit(self, path: Path, value: Any, depth: int) -> list[tuple[Path, Any, int]]:
        """Record a value, or return its contents."""
        kind = type(value)
        if isinstance(value, _ndarray):
            return self._array(path, value)
        if kind in (float, int) or isinstance(value, _generic):
            number = _numbers(value)
            if number is not None and len(self.numbers) < _MOST_ITEMS:
                self.numbers.append((path, number))
            return []
        if id(value) in self._lists:
            self._lists[id(value)].append(path)
            return []
        if id(value) in self._known or depth >= _MOST_DEPTH:
            return []
        self._known[id(value)] = None
        self._held.append(value)
        return [((*path, step), part, depth + 1) for step, part in self._parts(path, value, kind)]

    def _parts(self, path: Path, value: Any, kind: type) -> list[tuple[tuple[Any, ...], Any]]:
        if isinstance(value, list | tuple):
            # Named tuples, too; none of their own methods are called.
            parts = list(_list_items(value) if isinstance(value, list) else _tuple_items(value))[:_MOST_ITEMS]
            if kind is list and parts and type(parts[0]) is list and (_is_matrix(value) or _is_column(value)):
                self._rows(path, value)
                return []
            if (
                parts
                and isinstance(value, list)
                and kind is list
                and all(type(each) in (int, float) or isinstance(each, _generic) for each in parts[:50])
            ):
                self._list(path, value)
                return []
            held: list[tuple[tuple[Any, ...], Any]] = [(("item", index), part) for index, part in enumerate(parts)]
            if kind not in (list, tuple):
                held += [(("attr", name), part) for name, part in _attributes(value, kind)]
            return held
        if isinstance(value, dict):
            return [
                (("item", key), part)
                for key, part in list(value.items())[:_MOST_ITEMS]
                if type(key) in (str, int, tuple)
            ]
        if kind is MethodType:
            return [(("attr", "__self__"), value.__self__)]
        if isinstance(value, type):
            # Weights may be attributes of the class itself.
            held_there = _vars_of(value, "__dict__").items() if _is_of_program(value, self._is_own) else ()
            return [(("attr", name), part) for name, part in held_there]
        if kind is FunctionType:
            return self._of_function(value)
        if kind is ModuleType:
            own = self._is_own(str(value.__dict__.get("__file__", "")))
            return [(("attr", name), part) for name, part in list(value.__dict__.items())] if own else []
        return [(("attr", name), part) for name, part in _attributes(value, kind)]

    def _of_function(self, function: FunctionType) -> list[tuple[tuple[Any, ...], Any]]:
        if not self._is_own(function.__code__.co_filename):
            return []
        found: list[tuple[tuple[Any, ...], Any]] = []
        for index, cell in enumerate(function.__closure__ or ()):
            try:
                found.append((("cell", index), cell.cell_contents))
            except ValueError:
                continue
        return found

    def _array(self, path: Path, value: Any) -> list[tuple[Path, Any, int]]:
        if value.dtype.kind == "O":
            if value.size <= _MOST_ITEMS and id(value) not in self._known:
                self._known[id(value)] = None
                self._held.append(value)
                return [((*path, ("flat", index)), part, 0) for index, part in enumerate(value.ravel().tolist())]
            return []
        place = (value.__array_interface__["data"][0], value.shape, value.strides, value.dtype.str)
        known = self._places.get(place)
        if known is not None:
            if len(known) < 6:
                known.append(path)
            return []
        if value.size > self._entries or not value.size:
            return []
        # A single float that is 0 or 1 may mean anything, unless it is part of a larger object.
        if (
            value.dtype.kind in "biuf"
            and _is_labels(value)
            and (value.size > 2 or value.dtype.kind != "f" or _is_a_part(value))
        ):
            self.labels.append((path, value))
        if value.dtype.kind == "f" and len(self.reached) < _MOST_ARRAYS and _isfinite(value).all():
            self._entries -= value.size
            self._places[place] = [path]
            self.reached.append((self._places[place], value))
        return []

    def _list(self, path: Path, value: list[Any]) -> None:
        last = _numbers(value[-1])
        if last is not None and len(self.numbers) < _MOST_ITEMS:
            self.numbers.append(((*path, ("item", -1)), last))
        if len(value) > 3 and all(type(each) in (int, float) for each in value) and set(value) == {0, 1}:
            self.labels.append((path, value))
        if _is_row(value):
            self._keep(path, value)

    def _rows(self, path: Path, value: Any) -> None:
        if _is_column(value) and {row[0] for row in value} == {0, 1}:
            self.labels.append((path, value))
        if _is_matrix(value):
            self._keep(path, value)

    def _keep(self, path: Path, value: list[Any]) -> None:
        size = len(value) * (len(value[0]) if type(value[0]) is list else 1)
        if size <= self._entries and len(self.reached) < _MOST_ARRAYS and _isfinite(_array(value)).all():
            self._entries -= size
            self._lists[id(value)] = [path]
            self.reached.append((self._lists[id(value)], value))


def _attributes(value: Any, kind: type) -> list[tuple[str, Any]]:
    """Return the attributes of an object, without running code of its class."""
    root = str(kind.__module__).partition(".")[0]
    if kind.__name__ != "SimpleNamespace" and (root in sys.stdlib_module_names or root in ("numpy", "matplotlib")):
        return []
    try:
        held = _vars_of(value, "__dict__")
    except (AttributeError, TypeError):
        held = {}
    found = [(name, part) for name, part in list(held.items())[:_MOST_ITEMS] if type(name) is str]
    for slot in getattr(kind, "__slots__", ()) or ():
        try:
            found.append((slot, _vars_of(value, slot)))
        except (AttributeError, TypeError):
            continue
    return found


def _found_at(frames: Sequence[FrameType], path: Path) -> Any:
    """Return a copy of the array at the end of a path; None if it is gone."""
    held = held_at(frames, path)
    return None if held is None else _array(held)


def held_at(frames: Sequence[FrameType], path: Path) -> Any:
    """Return the array, or the list of numbers, at the end of a path; None if it is gone."""
    (kind, depth, name), *steps = path
    try:
        frame = frames[depth]
        value: Any = (frame.f_globals if kind == "global" or frame.f_code.co_name == "<module>" else frame.f_locals)[
            name
        ]
        for step, key in steps:
            if step == "item":
                value = value[key]
            elif step == "flat":
                value = value.ravel()[key]
            elif step == "cell":
                value = value.__closure__[key].cell_contents
            else:
                value = _vars_of(value, key) if key != "__self__" else value.__self__
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return None
    if type(value) is list:
        return value if _is_row(value) or _is_matrix(value) else None
    return value if isinstance(value, _ndarray) and value.dtype.kind == "f" else None


def write(held: Any, value: Any) -> bool:
    """Give an array, or a list of numbers, other values of the same shape in place; return whether that was possible."""
    if type(held) is list:
        if _array(held).shape != value.shape:
            return False
        for row, numbers in zip(held, value, strict=True) if value.ndim == 2 else [(held, value)]:
            row[:] = numbers.tolist()
        return True
    if held is None or held.shape != value.shape or not held.flags.writeable:
        return False
    held[...] = value
    return True


def place_of(path: Path) -> str:
    """Return what tells a path from all others at the same place of a program."""
    return repr(path)[:1000]


def text_of(path: Path) -> str:
    """Return a path as its author would write it."""
    (_, _, name), *steps = path
    text = str(name)
    for step, key in steps:
        text += f".{key}" if step == "attr" else f"[{key!r}]" if step in ("item", "flat") else ""
    return text[:200]


def _is_of_program(kind: type, is_own: Callable[[str], bool]) -> bool:
    """Return whether a class is one of the program's own."""
    module = kind.__module__
    return module == "__main__" or is_own(str(getattr(sys.modules.get(module), "__file__", "")))


def texts_of(paths: Sequence[Path]) -> list[str]:
    """Return paths as their author would write them; those that are written alike are numbered."""
    texts, counts = [], dict[str, int]()
    for path in paths:
        text = text_of(path)
        counts[text] = count = counts.get(text, 0) + 1
        texts.append(text if count == 1 else f"{text} ({count})")
    return texts


def _numbers(value: Any) -> Any:
    """Return real numbers as a new array; None for anything else."""
    if type(value) is bool or isinstance(value, np.bool_):
        return None
    if type(value) in (int, float) or isinstance(value, _ndarray | _generic) or _is_row(value):
        array = _array(value)
        if array.dtype.kind in "iuf" and 0 < array.size <= 4096 and _isfinite(array).all():
            return array.astype(float)
    return None


def _is_row(value: Any) -> bool:
    """Return whether something is a list of floats."""
    return (
        type(value) is list
        and 0 < len(value) <= _MOST_ITEMS
        and all(type(each) is float or (isinstance(each, _generic) and each.dtype.kind == "f") for each in value)
    )


def _is_matrix(value: Any) -> bool:
    """Return whether a list holds rows of floats, all as long as the first."""
    return 0 < len(value) <= _MOST_ITEMS and all(_is_row(row) and len(row) == len(value[0]) for row in value)


def _is_column(value: Any) -> bool:
    """Return whether a list holds lists with one number each."""
    return all(type(row) is list and len(row) == 1 and type(row[0]) in (int, float) for row in value)


def _same(one: Any, other: Any) -> bool:
    return one.shape == other.shape and bool(_array_equal(one, other))


def moved(one: Any, other: Any) -> bool:
    """Return whether an array has other values; what has become longer, as lists of points or losses do, has not."""
    return one.shape == other.shape and not _same(one, other)


def _is_a_part(value: Any) -> bool:
    """Return whether an array is a view of a larger one; a matrix that stands for an array is no larger."""
    return isinstance(value.base, _ndarray) and value.base.size > value.size


def _is_constant(value: Any) -> bool:
    return bool((value == value.flat[0]).all())


def _is_labels(value: Any) -> bool:
    """Return whether an array holds only two classes, 0 or -1 and 1, or, with one entry, one of them."""
    flat = value.ravel()
    other = -1 if _is_signed(value) else 0
    if flat.size > 1 and not ((flat == other).any() and (flat == 1).any()):
        return False
    return bool(((flat == other) | (flat == 1)).all())


def _is_signed(value: Any) -> bool:
    """Return whether an array, or that of which it is a part, has -1 in it: then it stands where others have 0."""
    whole = value.base if _is_a_part(value) else value
    return bool(value.dtype.kind in "if" and (whole == -1).any())


def _is_one_hot(value: Any) -> bool:
    columns = value if value.shape[1] == 2 else value.T
    return bool((columns.sum(axis=1) == 1).all())


def _is_still(value: Any, ends: list[Any]) -> bool:
    """Return whether an array is unchanged at the end of an iteration."""
    return all(end is None or _same(value, end) for end in ends)


def _parts(value: Any, still: bool) -> Iterator[Any]:
    """Yield the parts of an array to push: all of it and, if it is unchanged, the two halves along each axis."""
    yield 1.0
    for axis, length in enumerate(value.shape if still else ()):
        if length > 1:
            mask = np.zeros(value.shape)
            mask[(slice(None),) * axis + (slice(length // 2),)] = 1.0
            yield mask
            yield 1.0 - mask


def _paired(base: list[list[Any]], came: dict[str, Any] | None) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of values that were seen under the same key in two iterations."""
    found = dict(came["seen"]) if came is not None else {}
    for key, value in base:
        yield value, found.get(key)


def _between(seen: list[list[Any]], one: dict[str, Any] | None, other: dict[str, Any] | None) -> list[int]:
    """Return, for all values seen, in how many entries they differ between two iterations; -1 if unknown."""
    if one is None or other is None:
        return [-1] * len(seen)
    first, second = dict(one["seen"]), dict(other["seen"])
    return [_differ(first[key], second.get(key)) if key in first else -1 for key, _ in seen]


def _differ(one: Any, other: Any) -> int:
    """Return in how many entries two values differ; -1 if they cannot be compared."""
    if other is None or one.shape != other.shape:
        return -1
    return int((one != other).sum())


def _share(push: Any, base: list[Any], came: list[Any] | None) -> float:
    """Return how much of a push is left at the end of an iteration: about one for values that are carried on, zero for values that are recomputed."""
    best = 0.0
    size = float((push * push).sum())
    for one, other in zip(base, came or [None] * len(base), strict=True):
        if one is not None and other is not None and one.shape == other.shape == push.shape and size > 0.0:
            share = float(((other - one) * push).sum()) / size
            best = share if abs(share) > abs(best) else best
    return best


def _picked(came: dict[str, Any] | None, keys: Sequence[str]) -> list[Any] | None:
    if came is None:
        return None
    found = dict(came["seen"])
    return [found.get(key) for key in keys]


def _key(place: tuple[Any, ...]) -> str:
    """Return the key of the values that one function returns to one line, in one shape."""
    name, first, line, index, shape = place
    return f"{name}:{first}:{line}:{index}:{'x'.join(map(str, shape))}"


def _no_handle(value: Any) -> tuple[int, str]:
    return 0, "object"
