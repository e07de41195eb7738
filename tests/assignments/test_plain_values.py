"""A name that is plain data in the place of a function is the student's fault, through the real command."""

from tests.assignments.grading import answer_key_script
from tests.grading import grade, write_class

NAMES = (
    "Sigmoid",
    "Linear",
    "MSELoss",
    "Sequential",
    "build_network",
    "SGD",
    "train",
    "predict",
    "show_result",
    "Adam",
    "Conv1d",
)


def test_a_plain_value_in_the_place_of_a_function_is_never_our_fault(tmp_path):
    """Whatever name of backprop is None or a number, every check is scored, and the name is what the message says."""
    key = answer_key_script()
    # Not by an assignment, after which a name that is used again would be checked as it was written.
    sources = {name: f"{key}\n\nglobals()['{name}'] = {'None' if k % 2 else '7'}\n" for k, name in enumerate(NAMES)}
    folder = write_class(tmp_path / "class", **sources)
    records = grade(folder, tmp_path / "out", "--assignment", "backprop")
    records = {record["student"]: record for record in records.values()}
    assert set(records) == set(NAMES)
    for name, record in records.items():
        assert record["status"] == "graded", record["faults"]
        messages = [check["message"] or "" for check in record["checks"] if check["result"] == "failed"]
        messages += [part["message"] or "" for check in record["checks"] for part in check["parts"]]
        assert any(name in message for message in messages), (name, messages)
