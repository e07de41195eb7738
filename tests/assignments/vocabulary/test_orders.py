"""Tests of seeing in which order a network goes through its layers, and what it hands them."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.orders import order_seen
from grader.checks.proxy import Student
from grader.trusted import InProcess

TITLES = {
    "unchained": "`Sequential.{}` hands every layer the array that it was called with.",
    "early": "`Sequential.{}` calls the {} layer and no other.",
    "reversed": "`Sequential.{}` goes through the layers in the opposite order.",
    "shorter": "`Sequential.{}` leaves out the last layer.",
    "right": None,
}


def network(way):
    """Return a Sequential that goes through its layers in one way, forwards and backwards."""

    def through(layers, method, value):
        layers = layers[::-1] if way == "reversed" else layers
        layers = [each for each in layers if way != "shorter" or each is not layers[-1 if method == "forward" else 0]]
        passed = value
        for layer in layers:
            passed = getattr(layer, method)(value if way == "unchained" else passed)
            if way == "early":
                return passed
        return passed

    class Sequential(reference.Sequential):
        def forward(self, inputs):
            reference.Sequential.forward(self, inputs)
            return through(self.layers, "forward", inputs)

        def backward(self, grad_output):
            return through(self.layers[::-1], "backward", grad_output)

    return Sequential


@pytest.mark.parametrize("method", ["forward", "backward"])
@pytest.mark.parametrize("way", list(TITLES))
def test_order_seen_tells_the_way_through_the_layers(way, method):
    """Layers in the wrong order, left out, called alone or all with one array are told apart; the right way has no name."""
    names = {name: getattr(reference, name) for name in reference.__all__} | {"Sequential": network(way)}
    seen = order_seen(Student(InProcess(names)), np.random.default_rng(1), method)
    title = TITLES[way] and TITLES[way].format(f"{method}", "first" if method == "forward" else "last")
    assert (seen and seen.title) == title
