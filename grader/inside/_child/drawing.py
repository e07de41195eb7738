"""Figures of a submission as data and as PNG, without a screen.

Matplotlib is not imported here unless the submission does: without it there is no cost. It draws with our own
backend, which draws like Agg, and whose `show()` passes on the open figures and closes them, like a
window that is closed. This backend stays, even if the student calls `matplotlib.use`.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

BACKEND = "_fenced_screen"
DPI = 80
MAX_PIXELS = 1600
MAX_PNG_BYTES = 4 * 2**20
MAX_FIGURES = 60
# For figures that are saved many times, such as the frames of a film: the first ones are drawn, the others are counted.
MAX_DRAWN_WHEN_SAVED = 12
MAX_SAVED = 2 * MAX_DRAWN_WHEN_SAVED
MAX_AXES = 32
MAX_ARTISTS = 150
MAX_POINTS = 100_000
MAX_DATA_BYTES = 16 * 2**20
MAX_TEXT = 200

_asarray, _float64, _isfinite = np.asarray, np.float64, np.isfinite
_column_stack = np.column_stack
_NO_MARKER = (None, "None", "none", " ", "")
_BytesIO, _blake2b, _ndarray = io.BytesIO, hashlib.blake2b, np.ndarray
# The usual level takes twice as long for a tenth fewer bytes.
_QUICKLY = {"compress_level": 3}


class Album:
    """The figures of one run, in the order in which they were shown or saved.

    Parameters
    ----------
    png : bool
        Whether to draw them as PNG.
    """

    def __init__(self, png: bool) -> None:
        self.figures: list[dict[str, Any]] = []
        self._png = png
        self._bytes = 0
        # The saved figures by their content: one that is shown later unchanged is the same figure.
        self._saved: dict[bytes, dict[str, Any]] = {}

    def take(self, figure: Any) -> dict[str, Any] | None:
        """Add one figure and return its data; None if there are already too many."""
        data = self._saved.pop(content(figure), None)
        if data is None and len(self.figures) < MAX_FIGURES:
            data = self._added(figure_data(figure, png=self._png))
        return data

    def take_saved(self, figure: Any) -> None:
        """Add a figure in its current state: it may be closed or cleared before it is shown."""
        key = content(figure)
        if key in self._saved or len(self.figures) >= MAX_FIGURES:
            return
        if len(self._saved) >= MAX_SAVED:
            last_ones = list(self._saved)[MAX_DRAWN_WHEN_SAVED:]
            dropped = self._saved.pop(last_ones[0])
            self.figures[:] = [data for data in self.figures if data is not dropped]
        drawn = self._png and len(self._saved) < MAX_DRAWN_WHEN_SAVED
        self._saved[key] = self._added(figure_data(figure, png=drawn))

    def _added(self, data: dict[str, Any]) -> dict[str, Any]:
        self._bytes += data_bytes(data)
        if self._bytes > MAX_DATA_BYTES:
            data = {**data, "axes": [], "png": None}
        self.figures.append(data)
        return data

    def take_open(self) -> list[dict[str, Any]]:
        """Add all open figures, close them and return their data."""
        taken = [self.take(figure) for figure in open_figures()]
        close_all()
        return [data for data in taken if data is not None]


# Methods with which a program gets a picture from a canvas, other than `savefig`.
_TAKING = ("print_figure", "print_png", "print_jpg", "print_jpeg", "buffer_rgba", "tostring_argb")
_getframe = sys._getframe
_preparing: list[bool] = []
_on_show: list[Callable[[], object]] = []
_on_save: list[Callable[[Any], object]] = []
_font_caches: list[Callable[[], object]] = []


def prepare() -> None:
    """Replace the screen by our backend if Matplotlib is completely loaded; do nothing if this was done before."""
    os.environ["MPLBACKEND"] = f"module://{BACKEND}"
    matplotlib: Any = sys.modules.get("matplotlib")
    # Our backend imports parts of Matplotlib, and `after_import` is called for each.
    if _preparing or not _is_whole(matplotlib) or not hasattr(matplotlib, "rcParams"):
        return
    _preparing.append(True)
    try:
        if BACKEND not in sys.modules:
            _prepare_matplotlib(matplotlib)
        pyplot: Any = sys.modules.get("matplotlib.pyplot")
        if _is_whole(pyplot) and pyplot.switch_backend is not _stay:
            pyplot.switch_backend(f"module://{BACKEND}")
            pyplot.switch_backend = _stay
    finally:
        _preparing.clear()


def _prepare_matplotlib(matplotlib: Any) -> None:
    sys.modules[BACKEND] = _backend()
    # Bound before a submission runs; versions without this cache have nothing to release.
    cached: Any = getattr(sys.modules.get("matplotlib.font_manager"), "_get_font", None)
    _font_caches.extend([cached.cache_clear] if hasattr(cached, "cache_clear") else [])
    matplotlib.use(f"module://{BACKEND}")
    matplotlib.use = _stay
    _watch_saving()


def _is_whole(module: Any) -> bool:
    """Return whether a module is imported completely."""
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def rehearse() -> None:
    """Draw once and discard the result, so that the modules that Matplotlib loads at its first drawing are in every fork."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.0, 1.0))
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    axes.plot([0.0, 1.0])
    draw(figure, DPI)
    forget_fonts()


def after_import() -> None:
    """Prepare Matplotlib if a submission was the first to import it, directly or through another library."""
    if "matplotlib" in sys.modules:
        prepare()


def on_show(handler: Callable[[], object]) -> None:
    """Let `handler` take the open figures whenever the submission shows them."""
    _on_show[:] = [handler]


def on_save(handler: Callable[[Any], object]) -> None:
    """Let `handler` look at a figure whenever the submission saves it, or shows it without waiting."""
    _on_save[:] = [handler]


def open_figures() -> list[Any]:
    """Return the figures that pyplot holds, oldest first."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is None:
        return []
    try:
        return [manager.canvas.figure for _, manager in sorted(helpers.Gcf.figs.items())]
    except Exception:
        return []


def forget_fonts() -> None:
    """Release the fonts that were used: otherwise Matplotlib does it in every fork, one font after another."""
    for forget in _font_caches:
        forget()


def close_all() -> None:
    """Let pyplot forget its figures."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    try:
        if helpers is not None and helpers.Gcf.figs:
            helpers.Gcf.destroy_all()
    except Exception:
        return


def figure_data(figure: Any, *, png: bool) -> dict[str, Any]:
    """Return the content of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Nothing about it is trusted; a part that cannot be read is left out.
    png : bool
        Whether to draw it.

    Returns
    -------
    dict
        `png` (bytes or None), `width` and `height` in pixels, and `axes` with lines `x`, `y` of shape (n,) and
        points `xy` of shape (n, 2), both with `colors` of shape (n, 4) or (1, 4), red, green, blue, opacity in [0, 1],
        and a `marker`, a text that is the same for markers that look the same.
    """
    axes: list[dict[str, Any]] = []
    _quietly(lambda: axes.extend(_axes(one) for one in list(figure.axes)[:MAX_AXES]))
    if axes:
        _quietly(lambda: axes[0]["texts"].append(_label(figure.get_suptitle())) if figure.get_suptitle() else None)
    size = [0.0, 0.0]
    _quietly(lambda: size.__setitem__(slice(None), [float(inches) for inches in figure.get_size_inches()]))
    dpi = min([DPI, *(MAX_PIXELS / inches for inches in size if inches > 0)])
    width, height = (max(0, min(int(inches * dpi), MAX_PIXELS)) for inches in size)
    picture = draw(figure, dpi) if png else None
    return {"png": picture, "width": width, "height": height, "axes": axes}


def draw(figure: Any, dpi: float) -> bytes | None:
    """Return a figure as PNG; None if it cannot be drawn or is too large."""
    buffer = _BytesIO()
    try:
        _savefig()(figure, buffer, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs=_QUICKLY)
    except Exception:
        return None
    picture = buffer.getvalue()
    return picture if len(picture) <= MAX_PNG_BYTES else None


def content(figure: Any) -> bytes:
    """Return a digest of a figure's content; it is the same as long as nothing is drawn."""
    total = _blake2b()
    for part in _parts(figure_data(figure, png=False)):
        total.update(part if type(part) is bytes else repr(part).encode("utf-8", "backslashreplace"))
        total.update(b"\0")
    return total.digest()


def _parts(value: Any) -> Iterator[Any]:
    if type(value) is dict:
        for key, inner in value.items():
            yield key
            yield from _parts(inner)
    elif type(value) is list:
        yield len(value)
        for inner in value:
            yield from _parts(inner)
    else:
        yield value.tobytes() if type(value) is _ndarray else value


def data_bytes(data: dict[str, Any]) -> int:
    """Return about how many bytes a figure takes on the wire."""
    total = len(data["png"] or b"")
    for axes in data["axes"]:
        total += sum(line["x"].nbytes + line["y"].nbytes for line in axes["lines"])
        total += sum(cloud["xy"].nbytes + 32 * len(cloud["xy"]) for cloud in axes["points"])
    return total


def _axes(axes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"title": "", "xlabel": "", "ylabel": "", "lines": [], "points": []}
    data.update({"images": 0, "bars": 0, "texts": []})
    _quietly(
        lambda: data.update(title=_title(axes), xlabel=_label(axes.get_xlabel()), ylabel=_label(axes.get_ylabel()))
    )
    _quietly(lambda: data["lines"].extend(filter(None, map(_line, list(axes.lines)[:MAX_ARTISTS]))))
    _quietly(lambda: data["points"].extend(filter(None, map(_points, list(axes.collections)[:MAX_ARTISTS]))))
    _quietly(lambda: data.update(images=len(axes.images) + _meshes(axes)))
    _quietly(lambda: data.update(bars=sum(len(container) for container in axes.containers if _is_bars(container))))
    _quietly(lambda: data["texts"].extend(_label(text.get_text()) for text in list(axes.texts)[:MAX_ARTISTS]))
    _quietly(lambda: data["texts"].extend(_legend(axes)))
    return data


def _title(axes: Any) -> str:
    return next((text for place in ("center", "left", "right") if (text := _label(axes.get_title(loc=place)))), "")


def _legend(axes: Any) -> list[str]:
    legend = axes.get_legend()
    return [] if legend is None else [_label(text.get_text()) for text in legend.get_texts()[:MAX_ARTISTS]]


def _line(line: Any) -> dict[str, Any] | None:
    x, y = _numbers(line.get_xdata(orig=False)), _numbers(line.get_ydata(orig=False))
    if x is None or y is None or x.ndim != 1 or x.shape != y.shape:
        return None
    data = {"label": _label(line.get_label()), "x": x, "y": y, "colors": None, "marker": ""}
    _quietly(lambda: data.update(colors=_line_color(line)))
    _quietly(lambda: data.update(marker=_line_marker(line)))
    return data


def _line_color(line: Any) -> Any:
    """Return the colour of a line's markers, of their edges if they are not filled, or of the line if it has no markers."""
    colors: Any = sys.modules["matplotlib.colors"]
    own = line.get_color() if line.get_marker() in _NO_MARKER else line.get_markerfacecolor()
    if isinstance(own, str) and own == "none":
        own = line.get_markeredgecolor()
    return _numbers([colors.to_rgba(own, line.get_alpha())])


def _line_marker(line: Any) -> str:
    if line.get_marker() in _NO_MARKER:
        return ""
    style = sys.modules["matplotlib.markers"].MarkerStyle(line.get_marker())
    face = line.get_markerfacecolor()
    hollow = isinstance(face, str) and face == "none"
    return _marker(style.get_path().transformed(style.get_transform()), hollow, line.get_markersize() ** 2)


def _marker(path: Any, hollow: bool, area: float) -> str:
    """Return a text for a marker: its form, whether it is filled, and about its size."""
    vertices = _asarray(path.vertices, dtype=_float64)
    form = float((vertices * np.arange(1.0, vertices.size + 1.0).reshape(vertices.shape)).sum())
    return f"{len(vertices)} {form:.3f} {'hollow' if hollow else 'filled'} {round(float(np.log2(max(area, 1e-3))))}"


def _points(collection: Any) -> dict[str, Any] | None:
    if not hasattr(collection, "get_sizes"):
        return None
    xy = _numbers(collection.get_offsets())
    if xy is None or xy.ndim != 2 or xy.shape[1] != 2:
        return None
    data = {"label": _label(collection.get_label()), "xy": xy, "colors": _colors(collection, len(xy)), "marker": ""}
    _quietly(lambda: data.update(marker=_collection_marker(collection)))
    return data


def _collection_marker(collection: Any) -> str:
    """Return the marker of points that all have the same one, nothing otherwise."""
    paths, sizes = collection.get_paths(), _numbers(collection.get_sizes())
    if len(paths) != 1 or len(sizes) == 0 or np.ptp(sizes) > 0:
        return ""
    return _marker(paths[0], len(collection.get_facecolor()) == 0, float(sizes[0]))


def _colors(collection: Any, count: int) -> Any:
    """Return the colours of the points, or of their edges if they are not filled."""
    collection.update_scalarmappable()
    for colors in (collection.get_facecolor(), collection.get_edgecolor()):
        rgba = _numbers(colors)
        if rgba is not None and rgba.ndim == 2 and rgba.shape[1] == 4 and len(rgba) in (1, count):
            return rgba
    return None


def _numbers(values: Any) -> Any:
    """Return real numbers as a plain float64 array, masked ones as nan; None if they are not numbers or too many."""
    array = _asarray(np.ma.filled(np.ma.asarray(values, dtype=_float64), np.nan), dtype=_float64)
    return np.array(array, dtype=_float64, copy=True, subok=False) if array.size <= 2 * MAX_POINTS else None


def _meshes(axes: Any) -> int:
    return sum(
        not hasattr(one, "get_sizes") and getattr(one, "get_array", lambda: None)() is not None
        for one in axes.collections
    )


def _is_bars(container: Any) -> bool:
    return type(container).__name__ == "BarContainer"


def _label(text: Any) -> str:
    return text[:MAX_TEXT] if type(text) is str else ""


def _quietly(action: Callable[[], object]) -> None:
    """Do `action`; if it fails, the figure is shown without that part."""
    try:
        action()
    except Exception:
        return


def _stay(backend: object = None, *, force: bool = True) -> None:
    """Take the place of `matplotlib.use` and `pyplot.switch_backend`: the backend stays."""


def _shown(*args: object, block: bool | None = None, **kwargs: object) -> None:
    """Pass on the open figures or, if the program does not wait, let them be looked at."""
    if block is False:
        for figure in open_figures():
            _saved(figure)
        return
    for handler in _on_show:
        handler()


def _saved(figure: Any) -> None:
    for handler in _on_save:
        handler(figure)


def _savefig() -> Callable[..., None]:
    """Return Matplotlib's own `Figure.savefig`."""
    from matplotlib.figure import Figure

    return getattr(Figure.savefig, "__wrapped__", Figure.savefig)


def _watch_saving() -> None:
    """Look at every figure that a program saves, since it may change afterwards."""
    from matplotlib.figure import Figure

    save = _savefig()

    @functools.wraps(save)
    def savefig(self: Any, fname: Any, *args: Any, format: Any = None, **kwargs: Any) -> None:
        save(self, fname, *args, format=format, **kwargs)
        # Films request hundreds of frames in these formats.
        if format not in ("raw", "rgba"):
            _quietly(lambda: _saved(self))

    Figure.savefig = savefig  # type: ignore[method-assign]


class _Window(int):
    """An invisible window: its methods do nothing, and its sizes are zero."""

    def __call__(self, *args: Any, **kwargs: Any) -> _Window:
        return self

    def __getattr__(self, name: str) -> _Window:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[int]:
        return iter((0, 0))


def _watched(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a canvas that treats the figure as saved, unless Matplotlib itself calls it."""

    @functools.wraps(method)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        if not str(_getframe(1).f_globals.get("__name__", "")).startswith(("matplotlib", "_child")):
            _quietly(lambda: _saved(self.figure))
        return result

    return watched


def _backend() -> ModuleType:
    """Return our backend: Agg, with a `show` that passes on the figures."""
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    class Manager(FigureManagerBase):
        """Takes the place of a window."""

        pyplot_show = staticmethod(_shown)
        window = frame = _Window()

        def show(self) -> None:
            """Do nothing: figures that are still open are taken at the end of the run."""

        def resize(self, *size: object) -> None:
            """Do nothing: there is no window to resize."""

    class Canvas(FigureCanvasAgg):
        """Draws into memory."""

        manager_class = Manager

        def set_window_title(self, title: object) -> None:
            """Do nothing: there is no window to give a title."""

    for name in _TAKING:
        setattr(Canvas, name, _watched(getattr(FigureCanvasAgg, name)))
    module = ModuleType(BACKEND)
    module.__dict__.update({"FigureCanvas": Canvas, "FigureManager": Manager, "show": _shown})
    return module
