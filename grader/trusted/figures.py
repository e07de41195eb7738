"""The figures that are open in this process, described as a child of the fence describes its own. CHECKED; imports nothing of the grader."""

from __future__ import annotations

from typing import Any

import numpy as np


def open_figures() -> list[dict[str, Any]]:
    """Return the open figures as the child describes them, and close them."""
    import matplotlib.pyplot as plt

    figures = []
    for number in plt.get_fignums():
        axes = [_axes(axis) for axis in plt.figure(number).axes]
        figures.append({"png": None, "width": 0, "height": 0, "axes": axes})
    plt.close("all")
    return figures


def _axes(axis: Any) -> dict[str, Any]:
    from matplotlib.colors import to_rgba

    lines = [
        {
            "label": "",
            "x": np.asarray(line.get_xdata(), float),
            "y": np.asarray(line.get_ydata(), float),
            "colors": np.asarray(
                [to_rgba(line.get_color() if line.get_marker() == "None" else line.get_markerfacecolor())]
            ),
            "marker": str(line.get_marker()),
        }
        for line in axis.lines
    ]
    for item in axis.collections:
        item.update_scalarmappable()
    points = [
        {
            "label": "",
            "xy": np.asarray(item.get_offsets(), float),
            "colors": np.asarray(item.get_facecolors(), float),
            "marker": str([path.vertices.round(3).tolist() for path in item.get_paths()[:1]]),
        }
        for item in axis.collections
    ]
    return {
        "title": axis.get_title(),
        "xlabel": "",
        "ylabel": "",
        "lines": lines,
        "points": points,
        "images": 0,
        "bars": 0,
        "texts": [],
    }
