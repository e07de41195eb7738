"""Gradient descent on a function of two variables, with a step size that decays."""

from __future__ import annotations

from ..components import f, optimize_f
from .options import Options
from .tables import print_table, write_csv


def run(options: Options) -> None:
    """Walk from (3, 2) with step 0.2, 10 steps, decay 0.8; published: about -2.16, and below -2 is asked."""
    x, y, value, x_hist, y_hist = optimize_f(3.0, 2.0, step_size=0.2, steps=10, decay=0.8)
    path = [(step, a, b, f(a, b)) for step, (a, b) in enumerate(zip(x_hist, y_hist, strict=True))]
    print_table("Published: about -2.16", ("x", "y", "f(x, y)"), [(x, y, value)])
    write_csv(options.out / "descent.csv", ("step", "x", "y", "value"), path)
    from .drawing import descent_path

    descent_path(options.out / "descent.png", x_hist, y_hist)
