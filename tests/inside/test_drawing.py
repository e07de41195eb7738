"""Figures are read as data and drawn without a screen."""

import numpy as np
import pytest

DRAW = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
import numpy as np
plt.switch_backend("QtAgg")
fig, (one, two) = plt.subplots(1, 2, figsize=(8, 4))
one.plot([1, 2, 3], [4, 5, 6], label="loss")
one.set(title="Curve", xlabel="epoch", ylabel="loss")
one.legend()
two.scatter([0, 1, 1], [0, 0, 1], c=[0, 1, 1], cmap="bwr", label="points")
two.scatter([5], [6], facecolors="none", edgecolors="red")
two.bar(["a", "b"], [1, 2])
two.imshow(np.zeros((2, 2)))
two.text(0, 0, "note")
fig.suptitle("Both")
plt.show()
plt.plot([1], [1])
"""


def test_drawing_gives_data_and_pictures(load):
    """Lines, points with colours, images, bars, titles and texts of every figure are there, in order."""
    _session, loading = load(DRAW, figures=True)
    assert loading["error"] is None
    first, second = loading["figures"]
    assert first["png"].startswith(b"\x89PNG")
    assert (first["width"], first["height"], len(second["axes"])) == (640, 320, 1)
    one, two = first["axes"]
    assert (one["title"], one["xlabel"], one["ylabel"], one["texts"]) == ("Curve", "epoch", "loss", ["loss", "Both"])
    assert one["lines"][0]["label"] == "loss"
    np.testing.assert_array_equal(one["lines"][0]["y"], [4.0, 5.0, 6.0])
    np.testing.assert_allclose(one["lines"][0]["colors"], [[31 / 255, 119 / 255, 180 / 255, 1.0]])
    cloud, ring = two["points"]
    assert cloud["marker"] != ring["marker"]
    np.testing.assert_array_equal(cloud["xy"], [[0, 0], [1, 0], [1, 1]])
    np.testing.assert_array_equal(cloud["colors"], [[0, 0, 1, 1], [1, 0, 0, 1], [1, 0, 0, 1]])
    np.testing.assert_array_equal(ring["colors"], [[1, 0, 0, 1]])
    assert (two["images"], two["bars"], two["texts"]) == (1, 2, ["note"])


def test_drawing_in_a_check_gives_shown_and_open_figures(load):
    """A check gets the figures drawn since the last time it asked, shown ones too, and none from loading."""
    text = "import matplotlib.pyplot as plt\nplt.plot([9])\ndef draw(show):\n    plt.figure()\n    plt.plot([1, 2])\n    if show:\n        plt.show()\n"
    session, loading = load(text)
    assert len(loading["figures"]) == 1
    with session.check() as check:
        check.call("draw", True)
        check.call("draw", False)
        assert len(check.value("figures", png=True)) == 2
        assert check.value("figures", png=False) == []


def test_drawing_is_not_needed(load):
    """A submission without figures has none."""
    _, loading = load("x = 1\n", figures=True)
    assert loading["figures"] == []


def test_drawing_survives_figures_that_resist(load):
    """A broken artist costs the picture, not the run; a huge figure is drawn small."""
    text = (
        "import matplotlib.pyplot as plt\nfig = plt.figure()\nax = fig.add_subplot()\nline, = ax.plot([1, 2])\n"
        "def draw(renderer):\n    raise RuntimeError\nline.draw = draw\nline.get_xdata = None\n"
        "plt.figure(figsize=(500, 400))\nplt.plot(range(300_000))\n"
    )
    _, loading = load(text, figures=True)
    broken, huge = loading["figures"]
    assert (broken["png"], broken["axes"][0]["lines"]) == (None, [])
    assert max(huge["width"], huge["height"]) <= 1600
    assert huge["axes"][0]["lines"] == []


def test_drawing_that_never_ends_is_left_out(load):
    """A figure that takes for ever to draw costs its picture only, when the run itself is over."""
    text = (
        "import matplotlib.pyplot as plt\ndef f():\n    return 1\nline, = plt.plot([1, 2])\n"
        "def draw(renderer):\n    while True:\n        pass\nline.draw = draw\n"
    )
    session, loading = load(text, figures=True, drawing_seconds=0.2)
    assert (loading["status"], loading["figures"]) == ("loaded", [])
    assert loading["remarks"] == ["Drawing the figures took too long; the last ones are not shown."]
    with session.check() as check:
        assert check.call("f") == 1


DRAWN_AND_GONE = {
    "printed from its canvas": "plt.plot(Y)\nplt.gcf().canvas.print_figure('a.png')\nplt.close()",
    "printed as a PNG": "plt.plot(Y)\nplt.gcf().canvas.print_png('a.png')\nplt.close()",
    "taken as pixels": "plt.plot(Y)\nplt.gcf().canvas.draw()\nplt.gcf().canvas.buffer_rgba()\nplt.close()",
    "saved and closed": "plt.plot(Y)\nplt.savefig('a.png')\nplt.close()",
    "saved as PDF and all closed": "plt.plot(Y)\nplt.gcf().savefig('a.pdf')\nplt.close('all')",
    "saved and cleared": "plt.plot(Y)\nplt.savefig('a.png')\nplt.clf()",
    "saved and drawn over": "plt.plot(Y)\nplt.savefig('a.png')\nplt.cla()\nplt.scatter([0], [0])\nplt.savefig('b.png')",
    "shown without waiting and closed": "plt.ion()\nplt.plot(Y)\nplt.show(block=False)\nplt.close()",
    "paused over and closed": "plt.plot(Y)\nplt.pause(0.01)\nplt.close()",
    "saved without pyplot": (
        "from matplotlib.figure import Figure\nfigure = Figure()\nfigure.add_subplot().plot(Y)\nfigure.savefig('a.png')"
    ),
    "saved into pages": (
        "from matplotlib.backends.backend_pdf import PdfPages\nwith PdfPages('a.pdf') as pages:\n    plt.plot(Y)\n    pages.savefig()\n    plt.close()"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN_AND_GONE)
def test_drawing_that_was_saved_counts_whatever_became_of_it(name, load):
    """A figure that was saved, or shown without waiting, is there with its picture, at load and in a check."""
    head = "import matplotlib.pyplot as plt\nY = [3.0, 2.0, 1.0]\n"
    body = DRAWN_AND_GONE[name]
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    session, loading = load(f"{head}{body}\ndef draw():\n{indented}", figures=True)
    assert loading["error"] is None
    assert [line["y"].tolist() for line in loading["figures"][0]["axes"][0]["lines"]] == [[3.0, 2.0, 1.0]]
    assert loading["figures"][0]["png"].startswith(b"\x89PNG")
    with session.check() as check:
        check.call("draw")
        figures = check.value("figures", png=False)
    assert figures[0]["axes"][0]["lines"][0]["y"].tolist() == [3.0, 2.0, 1.0]


def test_drawing_that_is_saved_and_shown_is_one_figure(load):
    """Saving a figure and leaving it open, or showing it, does not make two of it; one that has changed is another."""
    text = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a.png')\nplt.savefig('b.png')\n"
    assert len(load(text, figures=True)[1]["figures"]) == 1
    assert len(load(f"{text}plt.show()\n", figures=True)[1]["figures"]) == 1
    assert len(load(f"{text}plt.plot([3, 4])\n", figures=True)[1]["figures"]) == 2


def test_drawing_of_a_film_is_bounded_and_keeps_its_end(load):
    """Of a figure that is saved forty times some frames are kept, the last one among them."""
    text = (
        "import matplotlib.pyplot as plt\nfor frame in range(40):\n    plt.figure(figsize=(1, 1))\n    plt.plot([frame, frame + 1.0])\n"
        "    plt.savefig('a.png', dpi=10)\n    plt.close()\n"
    )
    _, loading = load(text, figures=True)
    figures = loading["figures"]
    assert len(figures) == 24
    assert figures[-1]["axes"][0]["lines"][0]["y"].tolist() == [39.0, 40.0]
    assert sum(figure["png"] is not None for figure in figures) == 12


def test_drawing_tells_the_colours_of_lines_and_markers(load):
    """A line has the colour of its markers, where it has some."""
    text = (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2], 'ro')\nplt.plot([1, 2], color='blue')\n"
        "plt.plot([1, 2], 'g^', markerfacecolor='none')\n"
    )
    _, loading = load(text, figures=True)
    lines = loading["figures"][0]["axes"][0]["lines"]
    assert [line["colors"].tolist() for line in lines] == [[[1, 0, 0, 1]], [[0, 0, 1, 1]], [[0, 0.5, 0, 1]]]


def test_drawing_asks_a_window_for_nothing(load):
    """What programs do with the window of a figure does nothing and stops nothing."""
    text = (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nmanager = plt.get_current_fig_manager()\n"
        "manager.window.state('zoomed')\nmanager.window.showMaximized()\nmanager.frame.Maximize(True)\n"
        "manager.resize(*manager.window.maxsize())\nmanager.window.wm_geometry('+%d+%d' % (10, 10))\n"
        "manager.window.setGeometry(0, 0, manager.window.winfo_screenwidth() // 2, 100)\nmanager.full_screen_toggle()\n"
        "manager.set_window_title('a')\nplt.gcf().canvas.set_window_title('a')\nplt.show(block=True)\n"
    )
    _, loading = load(text)
    assert (loading["error"], len(loading["figures"])) == (None, 1)
