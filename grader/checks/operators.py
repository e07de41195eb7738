"""Python's operators on objects that stay in the child, written as a student would write them."""

from __future__ import annotations

from typing import Any, Self

SYMBOLS = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "truediv": "{} / {}",
    "pow": "{} ** {}",
    "matmul": "{} @ {}",
    "neg": "-{}",
    "getitem": "{}[{}]",
    "setitem": "{}[{}] = {}",
    "interrupted": "with {}: raise",
    "refused": "{}(...)",
}


class Operands:
    """Gives a class the operators of numbers and the ``with`` statement, which call ``_apply`` and ``_enter_exit``.

    The child applies each operator as Python does, so that ``2.0 - x`` tries the operator of the number
    before that of ``x``.
    """

    __slots__ = ()
    # NumPy leaves operators between its own numbers and this class to this class.
    __array_ufunc__ = None

    def _apply(self, name: str, *operands: Any) -> Any:
        raise NotImplementedError

    def _enter_exit(self, name: str, *arguments: Any) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self._apply("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._apply("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._apply("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply("mul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._apply("truediv", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply("truediv", other, self)

    def __pow__(self, other: Any) -> Any:
        return self._apply("pow", self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply("pow", other, self)

    def __matmul__(self, other: Any) -> Any:
        return self._apply("matmul", self, other)

    def __getitem__(self, key: Any) -> Any:
        return self._apply("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._apply("setitem", self, key, value)

    # Python would ask for one entry after the other without an end.
    __iter__ = None

    def __neg__(self) -> Any:
        return self._apply("neg", self)

    def __enter__(self) -> Self:
        """Enter a context in the child; the following steps run inside it until the block ends."""
        self._enter_exit("__enter__")
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is None:
            self._enter_exit("__exit__", None, None, None)
