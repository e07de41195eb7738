"""Tests of the answer key as one script."""

from pathlib import Path

from grader.audit import merged


def test_merged_is_one_script_that_runs_its_main(tmp_path: Path):
    """Imports between modules go, the others stand at the top once, and main is called under a guard."""
    (tmp_path / "one.py").write_text(
        '"""One."""\n\nfrom __future__ import annotations\n\nimport math\n\nPI = math.pi\n'
    )
    (tmp_path / "two.py").write_text(
        '"""Two."""\n\nimport math\n\nfrom .one import (\n    PI,\n)\n\n\ndef main() -> None:\n    """Do."""\n    print(2 * PI)\n'
    )
    assert merged(tmp_path, ["one", "two"]) == (
        "from __future__ import annotations\nimport math\n\n\nPI = math.pi\n\n\n"
        'def main() -> None:\n    """Do."""\n    print(2 * PI)\n\n\nif __name__ == "__main__":\n    main()\n'
    )
