"""Notebooks that students of the essay hand in, for tests of the written answers."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PLACEHOLDER = "Write your answer here."
DOUBLE = "import numpy as np\n\ndef double(x):\n    return 2.0 * x"
STUB = 'import numpy as np\n\ndef double(x):\n    raise NotImplementedError("Task 1: double")'
PLOT = (
    "import matplotlib.pyplot as plt\nx = np.linspace(0, 1, 5)\nplt.plot(x, double(x))\nplt.show()\n"
    "print('the last value is', double(x)[-1])"
)


def notebook(plot_answer=PLACEHOLDER, rate_answer=PLACEHOLDER, code=DOUBLE):
    """Return the text of a notebook with these answers; None deletes the cell of the answer."""
    cells = [new_code_cell(code, id="double"), new_code_cell(PLOT, id="plot", metadata={"tags": ["cell:1a"]})]
    if plot_answer is not None:
        cells.append(new_markdown_cell(plot_answer, id="a1", metadata={"tags": ["answer:1a"]}))
    if rate_answer is not None:
        cells.append(new_markdown_cell(f"**Answer 2a**\n\n{rate_answer}", id="a2"))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(new_notebook(cells=cells, metadata=kernel))


def write_class(folder, **texts):
    """Write one notebook a student and return the folder."""
    folder.mkdir(exist_ok=True)
    for student, text in texts.items():
        (folder / f"{student}.ipynb").write_text(text)
    return folder
