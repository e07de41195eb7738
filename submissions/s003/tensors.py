"""The given container for trainable values."""
from dataclasses import dataclass, field

import numpy as np


@dataclass(eq=False)
class Parameter:
    value: np.ndarray
    grad: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.value = np.array(self.value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)
