"""Replacements for names that newer versions of NumPy, Python, Matplotlib and SciPy have removed, as in their release notes."""

from __future__ import annotations

# Names of `np` that were removed without advice on what to write.
OF_NUMPY = {
    **{name: f"`{name}`" for name in ("complex", "float", "int", "object", "str")},
    "MachAr": "`np.finfo`",
    "alen": "`len(x)`",
    "asscalar": "`x.item()`",
    "bool8": "`np.bool_`",
    "bytes0": "`np.bytes_`",
    "cumproduct": "`np.cumprod`",
    "disp": "`print`",
    "in1d": "`np.isin`",
    "int0": "`np.intp`",
    "loads": "`pickle.loads`",
    "mafromtxt": "`np.genfromtxt`",
    "math": "`import math` and use that module",
    "msort": "`np.sort(x, axis=0)`",
    "ndfromtxt": "`np.genfromtxt`",
    "object0": "`np.object_`",
    "os": "`import os` and use that module",
    "product": "`np.prod`",
    "random_integers": "`np.random.randint`",
    "rank": "`np.ndim(x)`, or `np.linalg.matrix_rank(x)` for the rank of a matrix",
    "row_stack": "`np.vstack`",
    "str0": "`np.str_`",
    "sys": "`import sys` and use that module",
    "trapz": "`np.trapezoid`",
    "typeDict": "`np.sctypeDict`",
    "uint0": "`np.uintp`",
    "unicode": "`str`",
    "void0": "`np.void`",
    "warnings": "`import warnings` and use that module",
}
# Names of `np` for which NumPy itself says what to write, but not if they are imported from it.
OF_NUMPY_WITH_WORDS = {
    "Inf": "`np.inf`",
    "Infinity": "`np.inf`",
    "NINF": "`-np.inf`",
    "NZERO": "`-0.0`",
    "NaN": "`np.nan`",
    "PINF": "`np.inf`",
    "PZERO": "`0.0`",
    "alltrue": "`np.all`",
    "asfarray": "`np.asarray(x, dtype=float)`",
    "cast": "`np.asarray(x, dtype=...)`",
    "cfloat": "`np.complex128`",
    "clongfloat": "`np.clongdouble`",
    "complex_": "`np.complex128`",
    "fastCopyAndTranspose": "`x.T.copy()`",
    "find_common_type": "`np.result_type`",
    "float_": "`np.float64`",
    "infty": "`np.inf`",
    "issubclass_": "`issubclass`",
    "issubsctype": "`np.issubdtype`",
    "longcomplex": "`np.clongdouble`",
    "longfloat": "`np.longdouble`",
    "mat": "`np.asmatrix`",
    "recfromcsv": '`np.genfromtxt` with `delimiter=","`',
    "recfromtxt": "`np.genfromtxt`",
    "round_": "`np.round`",
    "safe_eval": "`ast.literal_eval`",
    "set_string_function": "`np.set_printoptions`",
    "singlecomplex": "`np.complex64`",
    "sometrue": "`np.any`",
    "string_": "`np.bytes_`",
    "unicode_": "`np.str_`",
}
# Names of `np` by the version that added them, and what older versions have.
SINCE_NUMPY = {
    **dict.fromkeys(
        ("acos", "asin", "atan", "acosh", "asinh", "atanh"), ((2, 0), "its name with `arc`, such as `np.arccos`")
    ),
    "astype": ((2, 0), "`x.astype(dtype)`"),
    "atan2": ((2, 0), "`np.arctan2`"),
    "bool": ((2, 0), "`bool`"),
    "concat": ((2, 0), "`np.concatenate`"),
    "cumulative_prod": ((2, 1), "`np.cumprod`"),
    "cumulative_sum": ((2, 1), "`np.cumsum`"),
    "matrix_transpose": ((2, 0), "`np.swapaxes(x, -1, -2)`"),
    "matvec": ((2, 2), "`np.einsum`"),
    "permute_dims": ((2, 0), "`np.transpose`"),
    "pow": ((2, 0), "`np.power`"),
    "trapezoid": ((2, 0), "`np.trapz`"),
    "unique_values": ((2, 0), "`np.unique`"),
    "unstack": ((2, 1), "`list(np.moveaxis(x, axis, 0))`"),
    "vecdot": ((2, 0), "`np.sum(a * b, axis=-1)`"),
    "vecmat": ((2, 2), "`np.einsum`"),
}
# Former methods of arrays and of NumPy's scalars.
OF_ARRAYS = {
    "itemset": "`x[index] = value`",
    "newbyteorder": "`x.view(x.dtype.newbyteorder(order))`",
    "ptp": "`np.ptp(x)`",
    "tostring": "`x.tobytes()`",
}
# Arguments, by function and name.
KEYWORDS = {
    ("reshape", "newshape"): "shape",
    ("unravel_index", "dims"): "shape",
    ("ravel_multi_index", "dims"): "the second argument without a name",
    ("histogram", "normed"): "density",
    ("histogram2d", "normed"): "density",
    ("histogramdd", "normed"): "density",
    ("hist", "normed"): "density",
    ("Rectangle.set", "normed"): "density",
    **{(f"{nan}{name}", "interpolation"): "method" for nan in ("", "nan") for name in ("percentile", "quantile")},
    ("genfromtxt", "skiprows"): "skip_header",
    ("genfromtxt", "missing"): "missing_values",
    ("subplot", "axisbg"): "facecolor",
    ("Axes.set", "axisbg"): "facecolor",
}
# Modules inside NumPy that are now private or removed.
NUMPY_MODULES = frozenset(
    {f"numpy.lib.{name}" for name in ("arraypad", "arraysetops", "function_base", "histograms", "index_tricks", "nanfunctions")}
    | {f"numpy.lib.{name}" for name in ("polynomial", "shape_base", "twodim_base", "type_check", "ufunclike", "utils")}
    | {"numpy.core.umath_tests", "numpy.core.fromnumeric", "numpy.core.numeric", "numpy.linalg.linalg", "numpy.fft.fftpack"}
    | {"numpy.fft.helper", "numpy.compat", "numpy.dual", "numpy.oldnumeric", "numpy.numarray", "numpy.testing.decorators"}
)  # fmt: skip
# Built-in names of Python 2.
OF_PYTHON = {
    "basestring": "`str`",
    "cmp": "`(a > b) - (a < b)`",
    "execfile": "`exec(open(name).read())`",
    "izip": "`zip`",
    "long": "`int`",
    "raw_input": "`input`",
    "reduce": "`functools.reduce`",
    "reload": "`importlib.reload`",
    "unichr": "`chr`",
    "unicode": "`str`",
    "xrange": "`range`",
}
# Former methods of dictionaries.
OF_DICTIONARIES = {
    "has_key": "`key in d`",
    **{f"{old}{name}": f"`d.{name}()`" for old in ("iter", "view") for name in ("items", "keys", "values")},
}
# Names of modules, by the version of Python without them.
OF_MODULES = {
    ("fractions", "gcd"): ((3, 9), "`math.gcd`"),
    ("inspect", "getargspec"): ((3, 11), "`inspect.getfullargspec`"),
    ("itertools", "ifilter"): ((3, 0), "`filter`"),
    ("itertools", "imap"): ((3, 0), "`map`"),
    ("itertools", "izip"): ((3, 0), "`zip`"),
    ("itertools", "izip_longest"): ((3, 0), "`itertools.zip_longest`"),
    ("os", "getcwdu"): ((3, 0), "`os.getcwd`"),
    ("string", "join"): ((3, 0), '`" ".join(words)`'),
    ("string", "letters"): ((3, 0), "`string.ascii_letters`"),
    ("string", "lowercase"): ((3, 0), "`string.ascii_lowercase`"),
    ("string", "maketrans"): ((3, 0), "`str.maketrans`"),
    ("string", "uppercase"): ((3, 0), "`string.ascii_uppercase`"),
    ("sys", "maxint"): ((3, 0), "`sys.maxsize`"),
    ("time", "clock"): ((3, 8), "`time.perf_counter`"),
}
# Whole modules.
MODULES = {
    "ConfigParser": "`configparser`",
    "Queue": "`queue`",
    "StringIO": "`io`",
    "Tkinter": "`tkinter`",
    "__builtin__": "`builtins`",
    "cPickle": "`pickle`",
    "cStringIO": "`io`",
    "copy_reg": "`copyreg`",
    "httplib": "`http.client`",
    "urllib2": "`urllib.request`",
}
# Packages that only help a program run on both Python 2 and 3.
BRIDGES = frozenset({"future", "past", "six"})
# Names that SciPy and Matplotlib no longer have, by module.
ELSEWHERE = {
    ("matplotlib.cm", "get_cmap"): "`plt.get_cmap(name)`",
    ("matplotlib.cm", "register_cmap"): "`matplotlib.colormaps.register(cmap)`",
    ("matplotlib.pyplot", "hold"): "nothing: what is drawn stays",
    ("scipy.integrate", "cumtrapz"): "`scipy.integrate.cumulative_trapezoid`",
    ("scipy.integrate", "simps"): "`scipy.integrate.simpson`",
    ("scipy.integrate", "trapz"): "`scipy.integrate.trapezoid`",
    ("scipy.misc", "comb"): "`scipy.special.comb`",
    ("scipy.misc", "derivative"): "a difference quotient of your own",
    ("scipy.misc", "factorial"): "`scipy.special.factorial`",
    ("scipy.misc", "imread"): "`plt.imread`",
    ("scipy.misc", "logsumexp"): "`scipy.special.logsumexp`",
}
# Beginnings of the messages that Python 3 has for statements of Python 2.
SYNTAX = {
    "Missing parentheses in call to 'exec'": "In Python 3, exec needs parentheses.",
    "Missing parentheses in call to 'print'": "In Python 3, print needs parentheses.",
    "multiple exception types must be parenthesized": (
        "In Python 3 the name of an exception stands behind `as`, `except ValueError as error:`, and several types stand in parentheses."
    ),
}
