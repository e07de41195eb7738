"""Names in place of those that are asked for: told with what they would earn, and accepted where a person says so."""

from grader.judge.near_names import near_names
from tests.grading import grade, write_class

NEAR = """\
import numpy as np

def doubled(x):
    return 2.0 * x

def total(x, axis):
    return np.sum(x, axis=axis)

if __name__ == "__main__":
    print(21 * 2)
"""


def test_names_that_are_near_are_found_once():
    """Case, underscores, endings and slips are near; one name stands for one other only; an alias is the name."""
    asked = ["MSELoss", "SGD", "build_network", "train", "Linear"]
    defined = ["MSE", "sgd", "buildNetwork", "trian", "train_all", "Dense", "plot"]
    assert near_names(asked, defined, {"Linear": ["Dense"]}) == {
        "MSELoss": "MSE",
        "SGD": "sgd",
        "build_network": "buildNetwork",
        "train": "train_all",
    }


def test_what_is_there_is_not_replaced():
    """A name that is defined needs no other, and a name that is asked for stands for no other."""
    assert near_names(["BCELoss", "BCEWithLogitsLoss"], ["BCELoss"], {}) == {}


def test_a_near_name_is_told_with_what_it_would_earn(tmp_path):
    """The page says what was written, what is asked for, and the points under that name; the score stays."""
    records = grade(write_class(tmp_path / "class", s001=NEAR, s002=NEAR), tmp_path / "out")
    record = records["s001"]
    told = [remark for remark in record["remarks"] if remark.startswith("You wrote")]
    assert record["score"]["points"] < record["score"]["total"]
    assert told == [
        f"You wrote `doubled`; the assignment asks for `double`. With these names, this submission would earn {record['score']['total']:g} of "
        f"{record['score']['total']:g} points."
    ]


def test_near_names_are_accepted_where_a_person_says_so(tmp_path):
    """With --accept-names the near name earns the points, and the record says so; without it the class is graded again."""
    folder = write_class(tmp_path / "class", s001=NEAR)
    record = grade(folder, tmp_path / "out", "--accept-names")["s001"]
    assert record["score"]["points"] == record["score"]["total"]
    assert record["submission"]["accepts_names"] is True
    assert record["submission"]["near_names"] == {"double": "doubled"}
    assert (
        "`doubled` was taken for `double`, because the person who graded this accepts names that are near."
        in record["remarks"]
    )
    again = grade(folder, tmp_path / "out")["s001"]
    assert again["score"]["points"] < again["score"]["total"]
