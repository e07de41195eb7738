import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_reference_imports_numpy_and_itself_only():
    """Importing the answer key and its parts brings neither Matplotlib nor any other package."""
    # Multiprocessing, of the standard library, gives __main__ a second name.
    code = (
        "import sys, numpy; before = {name.partition('.')[0] for name in sys.modules}\n"
        "import reference, reference.autograd, reference.components, reference.exercise, reference.layers, reference.experiments.catalogue\n"
        "new = {name.partition('.')[0] for name in sys.modules} - before - set(sys.stdlib_module_names)\n"
        "print(sorted(new - {'__mp_main__'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['reference']\n"


def test_no_module_of_reference_imports_matplotlib():
    """All of them imported, experiments and their drawing among them: Matplotlib comes when something is drawn."""
    code = (
        "import importlib, pkgutil, sys, reference\n"
        "for info in pkgutil.walk_packages(reference.__path__, 'reference.'):\n"
        "    if info.name != 'reference.__main__': importlib.import_module(info.name)\n"
        "print('reference.experiments.drawing' in sys.modules, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"
