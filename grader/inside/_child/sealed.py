"""A copy of the builtins that a submission cannot reach.

Every module of this package begins with `from _child.sealed import BUILTINS as __builtins__`: functions look up
builtins in the namespace that their module held when they were made, so that a student who redefines
`len` or `isinstance` for everyone changes nothing here.
"""

from __future__ import annotations

import builtins
from typing import Any

BUILTINS: dict[str, Any] = dict(vars(builtins))
