from grader.handout.template import template_files
from grader.handout.template.modules import ordered


def test_modules_form_imports_siblings_by_name(small):
    """The modules are flat, the main one has the entry's name and a guard."""
    files = template_files(small)
    assert files["modules/start.py"] == (
        '"""Runs."""\n'
        "\n"
        "from __future__ import annotations\n"
        "\n"
        "from doubling import Double\n"
        "\n"
        "\n"
        "def work():\n"
        '    raise NotImplementedError("Task 1.2: write work")\n'
        "\n"
        "\n"
        "def main() -> None:\n"
        '    """Stays."""\n'
        "    print(work())\n"
        "\n"
        "\n"
        'if __name__ == "__main__":\n'
        "    main()\n"
    )


def test_ordered_joins_imports_of_one_module():
    """The standard library comes first, each module stands once."""
    statements = [
        "import numpy as np",
        "from a.b import y",
        "import math",
        "from typing import B, A",
        "from typing import A, C",
    ]
    assert ordered(statements) == [
        ["import math", "from typing import A, B, C"],
        ["import numpy as np", "from a.b import y"],
    ]


def test_what_the_template_does_not_have_is_not_imported(small):
    """A module that is left out, and a private name, which belongs to the answers, are no longer there to be imported."""
    run = small / "key" / "run.py"
    run.write_text(
        run.read_text(encoding="utf-8").replace("from .doubling import", "from .doubling import _SECRET,"),
        encoding="utf-8",
    )
    files = template_files(small)
    assert "from doubling import Double\n" in files["modules/start.py"]
    assert "elsewhere" not in files["modules/doubling.py"]
