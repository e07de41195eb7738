"""Figures are read as data and drawn without a screen."""

import numpy as np

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
