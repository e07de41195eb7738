"""Forbidden imports raise with file and line, harmless ones do nothing."""


def test_imports_of_forbidden_modules_raise(load):
    """The message names file, line and module; the status is `forbidden`."""
    _, loading = load("x = 1\nimport torch\n")
    assert (loading["status"], loading["names"]) == ("forbidden", ["x"])
    assert loading["error"] == {
        "type": "ForbiddenImport",
        "message": "s001.py, line 2 imports `torch`, which is neither allowed here nor part of the submission.",
        "frames": [{"file": "s001.py", "line": 2, "function": "<module>", "code": "import torch"}],
    }


def test_imports_of_loaded_modules_are_held_to_the_list_too(load):
    """A forbidden module that a library has already loaded is refused as well."""
    _, loading = load("import PIL\n")
    assert loading["status"] == "forbidden"


def test_imports_through_importlib_are_held_to_the_list(load):
    """`importlib.import_module` is refused, too."""
    _, loading = load("import importlib\nimportlib.import_module('sklearn')\n")
    assert loading["error"]["message"].startswith("s001.py, line 2 imports `sklearn`")


def test_imports_that_may_fail_are_the_students_business(load):
    """A refused import can be caught as an ImportError."""
    _, loading = load("try:\n    import torch\nexcept ImportError:\n    torch = None\n")
    assert (loading["status"], loading["names"]) == ("loaded", ["torch"])


def test_imports_of_libraries_by_libraries_are_free(load):
    """What an allowed library imports later is not the student's."""
    _, loading = load("import matplotlib.dates\nimport numpy.testing, numpy.fft, sqlite3, xml.dom.minidom\n")
    assert loading["status"] == "loaded", loading["error"]


def test_imports_that_are_harmless_do_nothing(load):
    """`google.colab` is a stand-in of which every use is harmless."""
    text = (
        "from google.colab import drive, files\nimport google.colab\ndrive.mount('/content/drive')\n"
        "for name in files.upload().keys():\n    raise ValueError\ngoogle.colab.output.clear()\n"
    )
    _session, loading = load(text)
    assert (loading["status"], loading["error"]) == ("loaded", None)


def test_imports_in_checks_are_held_to_the_list(load):
    """A function that imports when it is called is refused then."""
    session, _ = load("def f():\n    import torch\n")
    with session.check() as check:
        assert check.ask("call", on=0, name="f")["raised"]["type"] == "ForbiddenImport"


def test_imports_in_a_text_are_those_of_whoever_executes_it(load):
    """A text has no file of its own: the line that executes it is named."""
    for text in (
        "exec('import torch')",
        "eval('__import__(\"torch\")')",
        "exec(compile('import torch', '<x>', 'exec'))",
    ):
        _, loading = load(f"x = 1\n{text}\n")
        assert loading["status"] == "forbidden", text
        assert loading["error"]["message"].startswith("s001.py, line 2 imports `torch`"), text


def test_imports_by_libraries_that_execute_texts_are_free(load):
    """A library that executes a text asks for itself."""
    _, loading = load(
        "import collections\nPoint = collections.namedtuple('Point', 'x y')\nimport dataclasses\nimport timeit\n"
    )
    assert loading["status"] == "loaded", loading["error"]
