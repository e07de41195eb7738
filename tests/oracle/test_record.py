"""The recorded values are still what PyTorch computes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest


@pytest.mark.oracle
def test_recorded_values_are_what_pytorch_computes(torch):
    """Recording again gives the values of the file; else run `python tests/oracle/record.py`."""
    path = Path(__file__).with_name("record.py")
    spec = importlib.util.spec_from_file_location("record", path)
    record = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(record)
    fresh = {f"{case}/{role}": array for case, roles in record.cases().items() for role, array in roles.items()}
    with np.load(record.FILE) as recorded:
        assert sorted(recorded) == sorted(fresh)
        for name, array in fresh.items():
            np.testing.assert_allclose(recorded[name], array, rtol=1e-12, atol=1e-300, err_msg=name)
