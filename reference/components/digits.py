"""The 8x8 digits, labelled by whether they are below 5; they ship as ``digits.npz``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.npz")
_TRAINING_SAMPLES = 898
_SEED = 12345


@dataclass(frozen=True)
class Digits:
    """Samples to train and to test with.

    Attributes
    ----------
    x_train, x_test : ndarray, shapes (898, 64) and (899, 64)
        Pixels, standardised by the mean and the deviation of all pixels of all samples.
    y_train, y_test : ndarray of 0.0 and 1.0, shapes (898, 1) and (899, 1)
        1.0 for the digits 0 to 4.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load_digits() -> Digits:
    """Return the 1797 samples in the order of the exercise: permuted, standardised and cut in two.

    Source: Alpaydin, Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository
    (1998), the test part, as scikit-learn ships it (CC BY 4.0).
    """
    with np.load(FILE) as archive:
        pixels, digits = archive["pixels"].astype(np.float64), archive["digits"]
    order = np.random.default_rng(_SEED).permutation(len(pixels))
    x = ((pixels - pixels.mean()) / pixels.std())[order]
    y = (digits[order] < 5).astype(np.float64)[:, np.newaxis]
    cut = _TRAINING_SAMPLES
    return Digits(x[:cut], y[:cut], x[cut:], y[cut:])
