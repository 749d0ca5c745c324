"""Plug-ins are found, not listed: every module of a folder that declares one, and entry points of third parties."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from types import ModuleType

Declared = TypeVar("Declared")


def scan(package: ModuleType, attribute: str, kind: type[Declared], group: str) -> list[Declared]:
    """Return what the modules of `package` declare as `attribute`, then the entry points of `group`, by module name.

    A module without the attribute is a piece of its neighbours, and passed over. TypeError where a declaration is not a
    `kind`; ValueError where two bear one name.
    """
    found: dict[str, Declared] = {}
    modules = [
        importlib.import_module(f"{package.__name__}.{name}")
        for _, name, _ in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name)
    ]
    declared = [getattr(module, attribute) for module in modules if hasattr(module, attribute)]
    declared += [point.load() for point in entry_points(group=group)]
    for declaration in declared:
        if not isinstance(declaration, kind):
            raise TypeError(f"{group}: {declaration!r} is no {kind.__name__}")
        name = str(getattr(declaration, "name", declaration))
        if name in found:
            raise ValueError(f"{group}: two declarations are named {name!r}")
        found[name] = declaration
    return list(found.values())
