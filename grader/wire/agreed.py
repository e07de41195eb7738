"""What both directions agree on: the largest values, the types of arrays, and the exception for what does not have the agreed form."""

from __future__ import annotations

import numpy as np

MAX_NDIM = 8
MAX_INT_BYTES = 64
# Of an integer that is sent as it is.
MAX_LONG_BYTES = 2**16
DTYPE_CODES = "?bBhHiIqQefdFD"
DTYPES = {ord(code): np.dtype(code).newbyteorder("<") for code in DTYPE_CODES}


class ProtocolError(Exception):
    """A frame, or a message in one, does not have the agreed form."""
