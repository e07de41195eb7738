"""Tests of the figures that a page may show."""

from __future__ import annotations

import base64

import pytest

from grader.report import png
from tests.report import factory


def test_picture_shows_an_image_with_its_own_size():
    """Width and height come from the image, not from the record."""
    shown = png.picture(factory.png(64, 48))
    assert (shown.width, shown.height, shown.problem) == (64, 48, None)
    assert shown.uri == "data:image/png;base64," + factory.png(64, 48)


@pytest.mark.parametrize(
    ("encoded", "problem"),
    [
        (None, "This figure could not be drawn as an image."),
        (3, "This figure could not be drawn as an image."),
        ('"><script>', "This figure is not valid base64 text and is not shown."),
        ("\ud800", "This figure is not valid base64 text and is not shown."),
        ("", "This figure is not a PNG image and is not shown."),
        (base64.b64encode(b"<svg onload=alert(1)>" * 5).decode(), "This figure is not a PNG image and is not shown."),
        (
            base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dJUNK" + b"\x00" * 40).decode(),
            "This figure is not a PNG image and is not shown.",
        ),
        (factory.png(0, 48), "This figure measures 0 x 48 pixels and is not shown."),
        (factory.png(60_000, 60_000, data=b""), "This figure measures 60000 x 60000 pixels and is not shown."),
        ("A" * (3 * 2**20), "This figure is larger than 2 MiB and is not shown."),
    ],
)
def test_picture_says_why_a_figure_is_not_shown(encoded, problem):
    """Whatever is no image of a sensible size becomes a sentence."""
    assert png.picture(encoded) == png.Picture(None, problem=problem)


def test_pictures_are_counted_beyond_what_a_page_holds():
    """The thirteenth figure and the next are one sentence."""
    shown = png.pictures([{"png": factory.png()}] * 14)
    assert [picture.problem for picture in shown] == [
        *[None] * 12,
        "2 more figures are not shown, because this page has reached its limit.",
    ]


def test_pictures_of_a_page_stay_below_its_bytes():
    """Five figures of nearly two megabytes do not fit into one page of eight."""
    large = factory.png(data=b"\x00" * (2 * 2**20 - 1000))
    problems = [picture.problem for picture in png.pictures([{"png": large}] * 5)]
    assert problems == [*[None] * 4, "1 more figure is not shown, because this page has reached its limit."]
