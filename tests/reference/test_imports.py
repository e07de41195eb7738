import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_reference_imports_numpy_and_itself_only():
    """Importing the answer key and its parts brings neither Matplotlib nor any other package."""
    # Multiprocessing, of the standard library, gives __main__ a second name.
    code = (
        "import sys, numpy; before = {name.partition('.')[0] for name in sys.modules}\n"
        "import reference, reference.autograd, reference.components, reference.exercise, reference.experiments.catalogue\n"
        "new = {name.partition('.')[0] for name in sys.modules} - before - set(sys.stdlib_module_names)\n"
        "print(sorted(new - {'__mp_main__'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['reference']\n"
