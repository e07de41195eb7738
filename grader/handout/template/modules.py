"""The template as a folder of modules that import one another."""

from __future__ import annotations

import sys

from grader.handout.template.stubs import Stub
from grader.material.plan import Plan

FUTURE = "from __future__ import annotations"
GUARD = 'if __name__ == "__main__":\n    main()'


def modules_form(stubs: list[Stub], plan: Plan) -> dict[str, str]:
    """Return the text of every module by its file name."""
    return {plan.file_name(stub.name): _module(stub, plan) for stub in stubs}


def ordered(statements: list[str]) -> list[list[str]]:
    """Return import statements in the usual order, grouped into the standard library and others, each module once."""
    plain = sorted({line for line in statements if line.startswith("import ")})
    names: dict[str, set[str]] = {}
    for line in statements:
        if line.startswith("from "):
            module, _, imported = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).update(imported.split(", "))
    lines = plain + [f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())]
    standard = [line for line in lines if line.split()[1].partition(".")[0] in sys.stdlib_module_names]
    return [group for group in (standard, [line for line in lines if line not in standard]) if group]


def _imported(sibling: str, plan: Plan) -> str:
    """Return the template's import of another module, without private names, which belong to the answers.

    It is empty for a module that is not in the template, as a course may leave out parts of the answer key.
    """
    module, _, names = sibling.removeprefix("from .").partition(" import ")
    kept = [name for name in names.split(", ") if not name.startswith("_")]
    return f"from {module} import {', '.join(kept)}" if module in plan.modules and kept else ""


def _module(stub: Stub, plan: Plan) -> str:
    imports = [[FUTURE], *ordered(list(stub.libraries))]
    if siblings := [line for sibling in stub.siblings if (line := _imported(sibling, plan))]:
        imports.append(siblings)
    head = "\n\n".join([f'"""{stub.docstring}"""', *("\n".join(group) for group in imports)])
    blocks = [block.source for block in stub.blocks]
    guard = [GUARD] if stub.name == plan.main else []
    return "\n\n\n".join([head, *blocks, *guard]) + "\n"
