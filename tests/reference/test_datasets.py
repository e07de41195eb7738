import numpy as np

from reference import generate_linear, generate_XOR_easy


class DiagonalFirst(np.random.Generator):
    """A generator whose first four points lie on the diagonal."""

    drawn = False

    def random(self, shape):
        """Give 0.5 at first, then random points."""
        first, self.drawn = not self.drawn, True
        return np.full(shape, 0.5) if first else super().random(shape)


def test_generate_linear_labels_the_sides_of_the_diagonal(rng):
    """Points below the diagonal are 0.0, those above it 1.0, all in the unit square."""
    inputs, targets = generate_linear(rng=rng)
    assert inputs.shape == (100, 2)
    assert targets.shape == (100, 1)
    assert ((inputs >= 0) & (inputs < 1)).all()
    assert targets[:, 0].tolist() == [0.0 if x0 > x1 else 1.0 for x0, x1 in inputs]
    assert 30 < targets.sum() < 70


def test_generate_linear_takes_size_and_generator():
    """The number of points is the caller's; equal seeds give equal points, none gives fresh ones."""
    first, second = (generate_linear(7, np.random.default_rng(2))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(generate_linear(7)[0], generate_linear(7)[0])


def test_generate_linear_has_no_point_on_the_diagonal():
    """A point on the diagonal is drawn again."""
    inputs, _ = generate_linear(4, DiagonalFirst(np.random.PCG64(1)))
    assert (inputs[:, 0] != inputs[:, 1]).all()


def test_generate_xor_easy_is_the_21_points_of_the_diagonals():
    """Eleven points of one diagonal are 0.0, ten of the other 1.0, and the centre belongs to the first."""
    inputs, targets = generate_XOR_easy()
    points = [((round(x0, 9), round(x1, 9)), label) for (x0, x1), label in zip(inputs, targets[:, 0], strict=True)]
    rising = [((i / 10, i / 10), 0.0) for i in range(11)]
    falling = [((i / 10, (10 - i) / 10), 1.0) for i in range(11) if i != 5]
    assert sorted(points) == sorted(rising + falling)
    assert targets.shape == (21, 1)
