"""The published figures of the exercise, to set beside our own. Accuracies are in percent."""

from __future__ import annotations

from dataclasses import dataclass

RATES = (0.1, 0.01, 0.001, 0.0001, 0.00001)
HIDDEN_UNITS = (1, 2, 4, 8, 16, 32)


def _rows(text: str) -> tuple[tuple[float, ...], ...]:
    """Read a grid with a row for each of RATES and a column for each of HIDDEN_UNITS."""
    return tuple(tuple(float(cell) for cell in line.split()) for line in text.strip().splitlines())


# Activation and optimizer, then the grids of both data sets.
GRIDS = {
    ("sigmoid", "SGD"): {
        "XOR": _rows("""
            52.38 52.38 100   100   100   100
            52.38 52.38 52.38 85.71 100   100
            52.38 52.38 52.38 52.38 57.14 71.43
            52.38 52.38 52.38 52.38 52.38 52.38
            52.38 52.38 52.38 52.38 52.38 52.38
        """),
        "linear": _rows("""
            54 100 100 100 100 100
            54 100 100 100 100 100
            54 54  96  100 99  100
            54 54  54  54  85  90
            54 54  54  54  63  54
        """),
    },
    ("none", "SGD"): {
        "XOR": _rows("""
            52.38 52.38 52.38 52.38 52.38 52.38
            52.38 52.38 52.38 52.38 52.38 52.38
            52.38 52.38 52.38 52.38 52.38 61.90
            52.38 52.38 52.38 52.38 52.38 52.38
            52.38 61.90 52.38 66.67 52.38 52.38
        """),
        "linear": _rows("""
            100 100 100 100 100 100
            100 100 100 100 100 100
            100 100 100 100 100 100
            54  97  97  99  100 100
            54  94  88  90  96  99
        """),
    },
    ("sigmoid", "Adam"): {
        "XOR": _rows("""
            52.38 76.19 100   100   100   100
            52.38 52.38 100   100   100   100
            52.38 52.38 90.48 100   100   100
            52.38 52.38 52.38 52.38 57.14 80.95
            52.38 52.38 47.62 52.38 52.38 52.38
        """),
        "linear": _rows("""
            54 54  100 100 100 100
            54 100 100 100 100 99
            54 99  100 100 100 100
            54 96  92  100 100 100
            54 54  54  66  86  94
        """),
    },
    ("relu", "SGD"): {
        "XOR": _rows("""
            52.38 52.38 100   100   100   100
            52.38 76.19 52.38 100   100   100
            76.19 76.19 76.19 100   100   100
            52.38 85.71 52.38 76.19 90.48 95.24
            52.38 52.38 71.43 71.43 57.14 80.95
        """),
        "linear": _rows("""
            54 54 100 100 100 100
            54 54 100 100 100 100
            54 99 100 100 100 100
            54 54 97  99  99  100
            54 54 54  94  97  99
        """),
    },
    ("tanh", "SGD"): {
        "XOR": _rows("""
            76.19 52.38 100   100   100   100
            76.19 90.48 100   100   100   100
            52.38 57.14 85.71 100   100   100
            52.38 52.38 66.67 66.67 85.71 90.48
            52.38 52.38 52.38 71.43 57.14 85.71
        """),
        "linear": _rows("""
            100 100 100 100 100 100
            100 100 100 100 100 100
            100 100 100 100 100 100
            95  94  99  99  100 100
            54  86  94  67  97  95
        """),
    },
}


@dataclass(frozen=True)
class TrialsRow:
    """Ten trials: the mean of the first epochs with every point right (a failed trial counts 99999), and the failures."""

    learning_rate: float
    hidden_units: int
    activation: str
    epochs: dict[str, float | str]
    failures: dict[str, int]


TEN_TRIALS = (
    TrialsRow(0.1, 50, "sigmoid", {"linear": 10743, "XOR": 2649}, {"linear": 1, "XOR": 0}),
    TrialsRow(0.05, 50, "sigmoid", {"linear": 11485, "XOR": 5296}, {"linear": 1, "XOR": 0}),
    TrialsRow(0.01, 50, "sigmoid", {"linear": 17421, "XOR": 26475}, {"linear": 1, "XOR": 0}),
    TrialsRow(0.005, 50, "sigmoid", {"linear": 24841, "XOR": 52948}, {"linear": 1, "XOR": 0}),
    TrialsRow(0.1, 10, "sigmoid", {"linear": 1840, "XOR": 13935}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 20, "sigmoid", {"linear": 1316, "XOR": 6737}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 30, "sigmoid", {"linear": 963, "XOR": 4283}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 40, "sigmoid", {"linear": 775, "XOR": 3301}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 60, "sigmoid", {"linear": 682, "XOR": 2039}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 70, "sigmoid", {"linear": 10533, "XOR": 3090}, {"linear": 1, "XOR": 0}),
    TrialsRow(0.1, 80, "sigmoid", {"linear": 635, "XOR": 11665}, {"linear": 0, "XOR": 1}),
    TrialsRow(0.1, 90, "sigmoid", {"linear": 3304, "XOR": 3709}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 100, "sigmoid", {"linear": 419, "XOR": 11205.2}, {"linear": 0, "XOR": 0}),
    TrialsRow(0.1, 50, "none", {"linear": 2990, "XOR": "never"}, {"linear": 0, "XOR": 10}),
    TrialsRow(0.1, 50, "relu", {"linear": 20253, "XOR": 50154}, {"linear": 2, "XOR": 5}),
)

# Average and best accuracy of the rows that fail, by activation and data set.
TRIAL_ACCURACIES = {
    ("none", "XOR"): "0.581 / 0.7619",
    ("relu", "linear"): "0.884 / 1",
    ("relu", "XOR"): "0.7619 / 1",
}

# Activation, data set, learning rate.
STOP_AT_LOSS = {
    ("sigmoid", "linear", 1.0): "loss 0.01365, 98 %",
    ("sigmoid", "XOR", 1.0): "loss 0.00499, 100 %",
    ("none", "XOR", 1.0): "not learned",
}


@dataclass(frozen=True)
class DigitsRow:
    """One network for the digits: how it was trained, and its published results."""

    name: str
    hidden: tuple[int, ...]
    activation: str
    step_size: float
    batch: int
    published: str


DIGITS = (
    DigitsRow("64-32-1", (32,), "ReLU", 0.01, 15, "0.4412 0.7944, 0.0135 1.0000; 0.0740 about 0.97"),
    DigitsRow("64-32-1", (32,), "ReLU", 0.03, 15, "test 0.0743; 1.0 from 13"),
    DigitsRow("64-32-1", (32,), "ReLU", 0.05, 15, "nan from 14"),
    DigitsRow("64-32-1", (32,), "ReLU", 0.03, 40, "stuck at 0.695 0.50"),
    DigitsRow("64-1", (), "none", 0.01, 20, "last 0.2649 0.8952; test 0.2880"),
    DigitsRow("64-32-1 linear", (32,), "none", 0.001, 20, "last 0.2677 0.8935; test 0.2898"),
    DigitsRow("64-64-64-32-1", (64, 64, 32), "ReLU", 0.001, 20, "last 0.2741 0.9000; test 0.2800"),
)
