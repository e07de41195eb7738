"""A program opens its files by the names that they have on its author's computer."""

import json

import pytest

DATA = {"main.py": "", "data/Points.csv": "3", "data/more/x.csv": "4", "other/x.csv": "5"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (r"data\Points.csv", "3"),
        ("Data/points.CSV", "3"),
        ("/content/drive/MyDrive/hw1/data/Points.csv", "3"),
        (r"C:\Users\kim\hw1\data\Points.csv", "3"),
        ("hw1/data/Points.csv", "3"),
        ("Points.csv", "3"),
        ("/srv/kim/more/x.csv", "4"),
        ("/srv/kim/data/more/x.csv", "4"),
        ("../elsewhere/other/x.csv", "5"),
    ],
)
@pytest.mark.parametrize(
    "how",
    [
        "open(name).read()",
        "pathlib.Path(name).read_text()",
        "str(int(np.loadtxt(name)))",
        "io.open(name, 'rb').read().decode()",
    ],
)
def test_file_is_found_by_the_end_of_its_name(how, name, content, session):
    """Whatever separates folders, whatever capitals, whatever folder it lay in: the one file of that name is meant."""
    text = f"import io, pathlib\nimport numpy as np\nname = {name!r}\nassert {how} == {content!r}\n"
    session.read({**DATA, "main.py": text}, "folder")
    assert session.load()["error"] is None


@pytest.mark.parametrize("name", ["x.csv", "/srv/kim/x.csv", "data/nothing.csv", "/etc/nothing", "", "more"])
def test_file_that_is_not_clear_is_not_found(name, session):
    """Of two files of one name none is meant, and a name that nobody has stays an error."""
    session.read({**DATA, "main.py": f"open({name!r})\n"}, "folder")
    assert session.load()["error"]["type"] == "FileNotFoundError"


@pytest.mark.parametrize(
    "text",
    [
        "open('figures/a/x.txt', 'w').write('1')\nimport os\nassert os.listdir('figures/a') == ['x.txt']",
        "import numpy as np\nnp.save('results/x.npy', np.zeros(2))\nassert len(np.load('results/x.npy')) == 2",
    ],
)
def test_missing_folder_stops_no_writing(text, session):
    """A folder that the hand-in lacks is made."""
    session.read({"main.py": f"{text}\n"})
    assert session.load()["error"] is None


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("/content/drive/MyDrive/hw1/x.txt", "content/drive/MyDrive/hw1/x.txt"),
        ("/proc/nowhere/x.txt", "proc/nowhere/x.txt"),
        ("D:/hw1/out/x.txt", "hw1/out/x.txt"),
    ],
)
def test_folder_of_another_computer_is_made_inside(name, inside, session):
    """What a program writes into a folder that only its author's computer has, it finds again, and so does `os.path.exists`."""
    text = (
        f"import os\nname = {name!r}\nassert not os.path.exists(name)\nwith open(name, 'w') as file:\n    file.write('1')\n"
        f"assert open(name).read() == '1'\nassert os.path.isfile(name)\nassert os.path.isfile({inside!r})\n"
    )
    session.read({"main.py": text})
    assert session.load()["error"] is None


def test_folder_of_another_computer_is_made_before_it_is_used(session):
    """A folder that may not be made where it is wanted is made inside, too."""
    text = "import os\nos.makedirs('/proc/nowhere/out', exist_ok=True)\nopen('/proc/nowhere/out/x.txt', 'w').close()\nassert os.listdir('proc/nowhere/out') == ['x.txt']\n"
    session.read({"main.py": text})
    assert session.load()["error"] is None


def test_whole_path_of_another_computer_exists_if_the_file_was_handed_in(session):
    """A program that asks first whether its file is there goes on; a relative name is what it is."""
    text = "import os\nassert os.path.exists('/content/data/Points.csv')\nassert not os.path.exists('Points.csv')\n"
    session.read({**DATA, "main.py": text}, "folder")
    assert session.load()["error"] is None


@pytest.mark.parametrize("name", ["/proc/x.txt", "/sys/x.txt"])
def test_nothing_is_written_elsewhere(name, session):
    """A path into a folder that this computer has is what it is."""
    session.read({"main.py": f"open({name!r}, 'w')\n"})
    assert session.load()["error"]["type"] in ("FileNotFoundError", "PermissionError", "OSError")


def test_notebook_finds_files_as_well(session):
    """The `open` of a notebook is the same."""
    cell = {"cell_type": "code", "metadata": {}, "source": r"print(open('data\Points.csv').read())", "outputs": []}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    session.read({"hw.ipynb": book, **DATA}, "folder", entry="hw.ipynb")
    loading = session.load()
    # Newer Pythons warn of the backslash, as they do in Jupyter.
    printed = [output["text"] for output in loading["cells"][0]["outputs"] if output.get("name") == "stdout"]
    assert (loading["error"], printed) == (None, ["3\n"])
