"""Reads an assignment of Otter: a master, an ``autograder.zip``, a folder of tests, or a notebook that carries its tests; serves READ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import AssignmentError
from grader.material.foreign.forms import Cell, Form, Notebook, Question, Settings
from grader.material.foreign.master import is_master, merged, read_master, yaml_of
from grader.material.foreign.notebooks import RawNotebook, read_notebook, table
from grader.material.foreign.sources import Sources, open_sources, refuse
from grader.material.foreign.tests import is_test, read_functions, read_spec, read_test

CONFIG = "otter_config.json"
NO_R = "this is an assignment in R, R Markdown or Quarto; only Python is graded here."
NO_PLUGINS = "it uses plugins ({names}), which are code of their own; only assignments without plugins are graded here."
NO_LOG = "grade_from_log is on, which reads what students' own programs have pickled; switch it off."
OTHERS = (".r", ".rmd", ".qmd")


def read_otter(path: Path) -> Form:
    """Read an assignment of Otter.

    Parameters
    ----------
    path : Path
        An archive or a folder of Otter's autograder, what Otter Assign wrote, a folder of tests, or a notebook.

    Raises
    ------
    AssignmentError
        With the file, the question and what to do.
    """
    if path.is_file() and path.suffix.lower() in OTHERS:
        raise refuse(path, NO_R)
    sources = open_sources(path)
    if path.is_file() and path.suffix == ".ipynb":
        return _of_notebook(sources, path.name, path)
    for folder in ("autograder", "dist/autograder"):
        if path.is_dir() and any(name.startswith(f"{folder}/") for name in sources.names):
            return read_otter(path / folder)
    archives = [name for name in sources.names if "/" not in name and name.endswith(".zip") and "autograder" in name]
    if path.is_dir() and archives and not _tests(sources):
        return read_otter(path / archives[-1])
    if _tests(sources) or (CONFIG in sources.names and not _notebooks(sources)):
        return _of_tests(sources, path)
    notebooks = _notebooks(sources)
    if len(notebooks) == 1:
        return _of_notebook(sources, notebooks[0], path)
    masters = [name for name in notebooks if is_master(read_notebook(sources, name))]
    if len(masters) == 1:
        return _of_notebook(sources, masters[0], path)
    if any(name.lower().endswith(OTHERS) for name in sources.names):
        raise refuse(path, NO_R)
    listed = ", ".join(masters or notebooks) or "none"
    raise refuse(path, f"it must have one master notebook, an autograder.zip or tests/*.py; notebooks in it: {listed}.")


def _notebooks(sources: Sources) -> list[str]:
    return [name for name in sources.names if "/" not in name and name.endswith(".ipynb")]


def _tests(sources: Sources) -> list[str]:
    """Return the files of tests: those in ``tests``, or else those in the folder itself."""
    inside = [name for name in sources.names if PurePosixPath(name).parent.name == "tests" and name.count("/") == 1]
    inside = [name for name in inside if name.endswith(".py")]
    found = inside or [name for name in sources.names if "/" not in name and name.endswith(".py")]
    return [name for name in found if not name.endswith("__init__.py") and is_test(sources.text(name))]


def _of_tests(sources: Sources, path: Path) -> Form:
    """Read tests in files, with what lies around them in an autograder."""
    config = _config(sources)
    tests = _tests(sources)
    questions = [read_test(sources.text(name), sources.path(name), PurePosixPath(name).stem) for name in sorted(tests)]
    if not questions:
        languages = [name for name in sources.names if name.lower().endswith(OTHERS)]
        raise refuse(path, NO_R if languages else "there is no file of tests in it, such as tests/q1.py.")
    _once(questions, path)
    inner = sources.below("files")
    return Form(
        name=str(config.get("assignment_name") or _title(path)),
        kind="otter",
        folder=path,
        notebooks=(),
        questions=tuple(questions),
        settings=_settings(config, path),
        files=inner.files(inner.names),
        remarks=tuple(_remarks(config)),
    )


def _of_notebook(sources: Sources, name: str, path: Path) -> Form:
    notebook = read_notebook(sources, name)
    if is_master(notebook):
        return _of_master(sources, name, notebook, path)
    own = table(notebook.metadata.get("otter"))
    tests = own.get("tests")
    if not isinstance(tests, dict) or not tests:
        raise refuse(path, "this notebook is no master of Otter Assign and carries no tests of Otter.")
    where = sources.path(name)
    is_ok = own.get("OK_FORMAT") is not False
    questions = [
        read_spec(test, where, str(key))
        if is_ok or isinstance(test, dict)
        else read_functions(str(test), f"{where}, test {key!r}", str(key))
        for key, test in tests.items()
    ]
    _once(questions, path)
    config = _config(sources)
    stem = name.removesuffix(".ipynb")
    return Form(
        name=str(own.get("assignment_name") or stem),
        kind="otter",
        folder=path,
        notebooks=(Notebook(stem, tuple(_plain_cells(notebook, questions))),),
        questions=tuple(questions),
        settings=_settings(config, path),
        remarks=tuple(_remarks(config)),
    )


def _plain_cells(notebook: RawNotebook, questions: Sequence[Question]) -> Iterator[Cell]:
    from grader.material.foreign.checks import checks_in

    names = {question.id for question in questions}
    for raw in notebook.cells:
        asked = [name for name in checks_in(raw.source) if name in names] if raw.type == "code" else []
        yield Cell(
            raw.source, raw.type, "test" if asked else "given", raw.id, "", raw.source, asked[-1] if asked else ""
        )


def _of_master(sources: Sources, name: str, notebook: RawNotebook, path: Path) -> Form:
    where = sources.path(name)
    master = read_master(notebook)
    outer = master.config.get("config_file")
    if isinstance(outer, str):
        if outer not in sources.names:
            raise refuse(where, f"config_file names {outer!r}, but there is no such file beside the notebook.")
        said = yaml_of(sources.text(outer).split("\n"), sources.path(outer))
        master = read_master(notebook, said)
    config = _assigned(master.config)
    _refuse_unsupported(config, path)
    if not master.questions:
        raise refuse(where, "it has no question; begin one with a raw cell `# BEGIN QUESTION`.")
    stem = name.removesuffix(".ipynb")
    return Form(
        name=str(config.get("name") or stem),
        kind="otter",
        folder=path,
        notebooks=(Notebook(stem, tuple(master.cells)),),
        questions=tuple(master.questions),
        settings=_settings(config, path),
        files=sources.files(_named_files(master.config, sources, where)),
        remarks=(*_remarks(config), *master.remarks),
    )


def _assigned(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration that Otter Assign would hand on to the autograder, and its plugins."""
    generate = config.get("generate")
    found = dict(generate) if isinstance(generate, dict) else {}
    seed = config.get("seed")
    if isinstance(seed, dict):
        found = merged(found, {"seed": seed.get("autograder_value"), "seed_variable": seed.get("variable")})
    elif isinstance(seed, int):
        found.setdefault("seed", seed)
    found["assignment_name"] = config.get("name")
    found["name"] = config.get("name")
    found["plugins"] = [*_listed(config.get("plugins")), *_listed(found.get("plugins"))]
    return found


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _named_files(config: Mapping[str, Any], sources: Sources, where: str) -> list[str]:
    """Return the files that a master names; a folder stands for all in it."""
    found: dict[str, None] = {}
    for name in [*_listed(config.get("files")), *_listed(config.get("autograder_files"))]:
        words = PurePosixPath(str(name))
        below = [each for each in sources.names if each == str(words) or each.startswith(f"{words}/")]
        if words.is_absolute() or ".." in words.parts or not below:
            raise refuse(
                where, f"its files name {str(name)!r}, but there is no such file in the folder of the notebook."
            )
        found |= dict.fromkeys(below)
    return list(found)


def _config(sources: Sources) -> dict[str, Any]:
    """Return what ``otter_config.json`` and the ``.otter`` files say; the first has the last word."""
    config: dict[str, Any] = {}
    for name in sources.names:
        if "/" not in name and name.endswith(".otter"):
            said = sources.json(name)
            if not isinstance(said, dict):
                raise refuse(sources.path(name), "it must be a table of JSON.")
    if CONFIG in sources.names:
        said = sources.json(CONFIG)
        if not isinstance(said, dict):
            raise refuse(sources.path(CONFIG), "it must be a table of JSON.")
        config |= said
    _refuse_unsupported(config, sources.place)
    return config


def _refuse_unsupported(config: Mapping[str, Any], path: Path) -> None:
    if str(config.get("lang", "python")).lower() != "python":
        raise refuse(path, NO_R)
    plugins = config.get("plugins")
    if plugins:
        names = ", ".join(_plugin(each) for each in plugins) if isinstance(plugins, list) else str(plugins)
        raise refuse(path, NO_PLUGINS.format(names=names))
    if config.get("grade_from_log"):
        raise refuse(path, NO_LOG)


def _plugin(value: Any) -> str:
    return str(next(iter(value), "")) if isinstance(value, dict) else str(value)


def _settings(config: Mapping[str, Any], path: Path) -> Settings:
    seed, variable = config.get("seed"), config.get("seed_variable")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise refuse(path, f"its seed must be a whole number, not {seed!r}.")
    if variable is not None and not (isinstance(variable, str) and variable.isidentifier()):
        raise refuse(path, f"its seed_variable must be the name of a variable, not {variable!r}.")
    return Settings(
        score_threshold=_number(config, "score_threshold", path),
        points_possible=_number(config, "points_possible", path),
        seed=seed,
        seed_variable=variable or "",
        assignment=str(config.get("assignment_name") or ""),
    )


def _number(config: Mapping[str, Any], key: str, path: Path) -> float | None:
    value = config.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise refuse(path, f"its {key} must be a number of at least 0, not {value!r}.")
    return float(value)


def _remarks(config: Mapping[str, Any]) -> Iterator[str]:
    if config.get("serialized_variables"):
        yield "serialized_variables has no effect here, as no student's log is read."


def _once(questions: Sequence[Question], path: Path) -> None:
    names = [question.id for question in questions]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise refuse(path, f"two tests are called {twice!r}; each needs its own name.")


def _title(path: Path) -> str:
    """Return the name of an assignment that does not say one."""
    name = path.absolute().stem if path.suffix else path.absolute().name
    return path.absolute().parent.name if name in ("autograder", "tests") else name


def looks_like_otter(sources: Sources) -> bool:
    """Return whether files look like an assignment of Otter."""
    if CONFIG in sources.names or any("/" not in name and name.endswith(".otter") for name in sources.names):
        return True
    try:
        return bool(_tests(sources))
    except AssignmentError:
        return False
