"""What an author puts beside the notebook is there for the tests as well, as the author wrote it."""

from tests.judge.foreign.course import grade_source
from tests.material.foreign.writing import cell, marked, notebook, text


def test_tests_read_and_import_the_authors_files_whatever_a_student_makes_of_them(tmp_path):
    """Data for pandas and for `open`, and a module; a student who writes over the data changes only the copy of theirs."""
    given = cell("import pandas as pd\nfrom helper import twice")
    test = marked(
        "wanted = pd.read_csv('data.csv')['a'].tolist()\nassert column() == wanted\n"
        "assert open('data.csv').readline() == 'a\\n'\nassert twice(column()[0]) == 2",
        "test_column",
        "test",
        1,
    )
    right = "def column(): return pd.read_csv('data.csv')['a'].tolist()"
    forged = "open('data.csv', 'w').write('a\\n9\\n')\nopen('helper.py', 'w').write('def twice(x): return 2')\n" + right
    for path, answer in (("source", right), ("submitted/s001", right), ("submitted/s002", forged)):
        notebook(tmp_path / path / "ps1" / "p.ipynb", given, marked(answer, "column", "answer"), test)
    text(tmp_path / "source" / "ps1" / "data.csv", "a\n1\n2\n")
    text(tmp_path / "source" / "ps1" / "helper.py", "def twice(x): return 2 * x\n")
    records = grade_source(tmp_path)
    assert [records[student]["checks"][0]["result"] for student in ("s001", "s002")] == ["passed", "failed"]
