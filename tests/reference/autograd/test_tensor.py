import math

import numpy as np
import pytest

from reference.autograd import Tensor, no_grad
from reference.finite_differences import numerical_gradient

# Operation on two tensors, shapes of both; every value is above zero, so that powers and logarithms exist.
BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
}
SHAPES = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((4,), (3, 4)),
    ((3, 1), (1, 4)),
    ((2, 3, 4), (3, 1)),
    ((), (3, 4)),
    ((3, 4), ()),
]
UNARY = {
    "negative": lambda a: -a,
    "exp": Tensor.exp,
    "log": Tensor.log,
    "relu": lambda a: (a - 1.0).relu(),
    "sigmoid": Tensor.sigmoid,
    "tanh": Tensor.tanh,
    "number first: add": lambda a: 2.0 + a,
    "number first: subtract": lambda a: 2.0 - a,
    "number first: multiply": lambda a: 2.0 * a,
    "number first: divide": lambda a: 2.0 / a,
    "number first: power": lambda a: 2.0**a,
    "square": lambda a: a**2,
    "root": lambda a: a**0.5,
    "array first": lambda a: np.arange(12.0).reshape(3, 4) * a,
    "sum": lambda a: a.sum(),
    "sum over rows": lambda a: a.sum(axis=0),
    "sum over columns, kept": lambda a: a.sum(axis=1, keepdims=True),
    "sum over both": lambda a: a.sum(axis=(0, 1)),
    "mean": lambda a: a.mean(),
    "mean over columns": lambda a: a.mean(axis=-1),
    "mean over rows, kept": lambda a: a.mean(axis=0, keepdims=True),
    "reshape": lambda a: a.reshape(2, 6),
    "reshape with a tuple": lambda a: a.reshape((6, -1)),
    "T": lambda a: a.T,
    "transpose": lambda a: a.reshape(2, 3, 2).transpose(2, 0, 1),
    "matmul by an array": lambda a: a @ np.arange(8.0).reshape(4, 2),
}


def check(operation, rng, *arrays):
    """Compare the gradient of every operand with central differences, under a random upstream gradient."""
    tensors = [Tensor(array, requires_grad=True) for array in arrays]
    result = operation(*tensors)
    upstream = rng.standard_normal(result.shape)
    result.backward(upstream)
    for index, tensor in enumerate(tensors):

        def value(array, index=index):
            operands = [Tensor(array if index == i else other) for i, other in enumerate(arrays)]
            return float(np.sum(upstream * operation(*operands).data))

        assert tensor.grad.shape == tensor.shape
        np.testing.assert_allclose(tensor.grad, numerical_gradient(value, arrays[index]), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("name", list(BINARY))
def test_binary_operations_have_right_gradients_with_broadcasting(name, shapes, rng):
    """Both operands get gradients of their own shapes, whichever of them was stretched."""
    check(BINARY[name], rng, *(rng.uniform(0.5, 2.0, shape) for shape in shapes))


@pytest.mark.parametrize("name", list(UNARY))
def test_unary_operations_have_right_gradients(name, rng):
    """The operand gets a gradient of its own shape."""
    check(UNARY[name], rng, rng.uniform(0.5, 2.0, (3, 4)))


@pytest.mark.parametrize(("first", "second"), [((3, 4), (4, 2)), ((5, 3, 4), (4, 2)), ((3, 4), (5, 4, 2))])
def test_matmul_has_right_gradients(first, second, rng):
    """Matrices and stacks of matrices are multiplied, and the stretched one gets a summed gradient."""
    check(lambda a, b: a @ b, rng, rng.standard_normal(first), rng.standard_normal(second))


def test_operations_compute_what_numpy_computes(rng):
    """Values are those of plain arrays."""
    a, b = rng.uniform(0.5, 2.0, (2, 3, 4))
    for name, operation in BINARY.items():
        np.testing.assert_array_equal(operation(Tensor(a), Tensor(b)).data, operation(a, b), err_msg=name)
    np.testing.assert_array_equal((Tensor(a) @ Tensor(b).T).data, a @ b.T)
    np.testing.assert_allclose(Tensor(a).sigmoid().data, 1 / (1 + np.exp(-a)), rtol=1e-15)
    np.testing.assert_array_equal(Tensor(a).mean(axis=0).data, a.sum(axis=0) * (1 / 3))


def test_array_on_the_left_leaves_the_operator_to_the_tensor():
    """NumPy does not make an array of tensors of it."""
    result = np.ones((2, 2)) + Tensor(np.ones(2))
    assert isinstance(result, Tensor)
    assert result.data.tolist() == [[2.0, 2.0], [2.0, 2.0]]


def test_gradients_of_a_reused_tensor_add_up():
    """The gradient of x * x + x is 2 x + 1, and a diamond counts each way once."""
    x = Tensor(3.0, requires_grad=True)
    (x * x + x).backward()
    assert x.grad == 7.0
    y = Tensor(2.0, requires_grad=True)
    shared = y * y
    (shared * shared + shared).backward()
    assert y.grad == 4 * 2.0**3 + 2 * 2.0


def test_gradients_add_up_over_backwards_until_zero_grad():
    """A second backward adds the same again, even through results in between; zero_grad starts anew."""
    x = Tensor(3.0, requires_grad=True)
    y = (x * x) * 2.0
    y.backward()
    y.backward()
    assert x.grad == 24.0
    x.zero_grad()
    assert x.grad is None
    y.backward()
    assert x.grad == 12.0


def test_gradients_of_two_operands_are_separate_arrays():
    """Writing into one gradient leaves the other."""
    a, b = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    (a + b).backward()
    a.grad[0] = 5.0
    assert b.grad.tolist() == [1.0]


@pytest.mark.parametrize("length", [5_000, 50_000])
def test_backward_follows_long_chains(length):
    """A long chain does not hit the recursion limit, neither forth, back nor when it is thrown away."""
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(length):
        y = y + 1.0
    y.backward()
    assert x.grad == 1.0
    del y


def test_no_grad_records_nothing():
    """Inside no_grad results need no gradient, afterwards they do again, also after an exception."""
    x = Tensor(2.0, requires_grad=True)
    with pytest.raises(KeyError), no_grad():
        assert not (x * x).requires_grad
        raise KeyError
    assert (x * x).requires_grad


def test_tensors_without_gradient_stay_without():
    """An operand that needs no gradient gets none."""
    x, constant = Tensor([2.0], requires_grad=True), Tensor([3.0])
    (x * constant).backward()
    assert x.grad.tolist() == [3.0]
    assert constant.grad is None


def test_backward_of_a_non_scalar_needs_a_gradient():
    """Several numbers have no natural upstream gradient; a single one, whatever its shape, has."""
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.raises(ValueError, match=r"^backward of a tensor of shape \(1, 2\) needs a gradient of that shape$"):
        (x * 2.0).backward()
    x.sum(keepdims=True).backward()
    assert x.grad.tolist() == [[1.0, 1.0]]


def test_backward_refuses_a_gradient_of_another_shape():
    """A gradient that would broadcast is an error."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"^the gradient has shape \(1,\) but the tensor has shape \(2,\)$"):
        (x * 2.0).backward([1.0])


def test_backward_needs_a_tensor_that_requires_a_gradient():
    """Without any there is nothing to do, which is surely a mistake."""
    message = r"^backward needs a tensor that was computed from one with requires_grad=True$"
    with pytest.raises(RuntimeError, match=message):
        (Tensor(1.0) * 2.0).backward()


def test_matmul_names_both_shapes_when_they_do_not_match():
    """The message has the shapes as they are."""
    message = r"^shapes \(2, 3\) and \(2, 3\) cannot be multiplied: columns must be as many as rows$"
    with pytest.raises(ValueError, match=message):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))


def test_shapes_that_do_not_broadcast_are_refused():
    """NumPy's own message names both shapes."""
    with pytest.raises(ValueError, match=r"could not be broadcast together with shapes \(2,\) \(3,\)"):
        Tensor(np.ones(2)) + Tensor(np.ones(3))


def test_data_cannot_be_written_into():
    """A write in place would spoil gradients quietly, so it is an error; the given array stays the caller's."""
    given = np.ones(2)
    x = Tensor(given)
    given[0] = 5.0
    assert x.data.tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="assignment destination is read-only"):
        x.data[0] = 5.0


def test_data_of_a_result_cannot_be_replaced():
    """Its gradient would belong to other values; a leaf's data may be replaced, and older results keep theirs."""
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    with pytest.raises(
        ValueError, match=r"^the data of a computed tensor cannot be replaced: its gradient would belong"
    ):
        y.data = 1.0
    x.data = 100.0
    y.backward()
    assert x.grad == 4.0


def test_power_at_zero_has_finite_gradients():
    """0**2, 0**1 and 0**0 have the gradients 0, 1 and 0, without a warning."""
    for exponent, desired in ((2.0, 0.0), (1.0, 1.0), (0.0, 0.0)):
        x = Tensor(0.0, requires_grad=True)
        (x**exponent).backward()
        assert x.grad == desired


def test_power_of_a_negative_number_has_the_usual_gradient():
    """The logarithm is asked for only when the exponent needs a gradient."""
    x = Tensor(-2.0, requires_grad=True)
    (x**3).backward()
    assert x.grad == 12.0


def test_sigmoid_and_tanh_are_finite_for_huge_numbers():
    """Ten thousand gives neither a warning nor a nan."""
    x = Tensor([-1e4, 1e4], requires_grad=True)
    (x.sigmoid() + x.tanh()).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_item_and_repr_show_the_value():
    """A single number comes out as a float; the representation says whether there will be a gradient."""
    assert math.isclose(Tensor([[2.5]]).item(), 2.5)
    assert repr(Tensor(1.0, requires_grad=True)) == "Tensor(array(1.), requires_grad=True)"
