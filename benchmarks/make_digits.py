"""Writes ``digits.npz`` from scikit-learn's digits: ``pip install scikit-learn``, then ``python -m benchmarks.make_digits``.

Needed only to create the file again; nothing imports this module.
"""

from __future__ import annotations

import numpy as np

from reference.components.digits import FILE


def main() -> None:
    """Write the 1797 samples in file order, pixels 0 to 16 and digits 0 to 9, as single bytes."""
    from sklearn.datasets import load_digits  # type: ignore[import-not-found, unused-ignore]

    samples = load_digits()
    np.savez_compressed(FILE, pixels=samples.data.astype(np.uint8), digits=samples.target.astype(np.uint8))


if __name__ == "__main__":
    main()
