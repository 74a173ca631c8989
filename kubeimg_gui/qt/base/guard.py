"""Decorator for Qt overrides: reports their exceptions instead of passing them to C++.

An exception that leaves an override called by C++ is printed at best and ends the process at
worst (a TypeError of PySide's overload resolution is a segmentation fault).
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def guard(default: T) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Passes an override's exceptions to `sys.excepthook` and returns `default` to Qt."""

    def decorate(override: Callable[P, T]) -> Callable[P, T]:
        @wraps(override)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return override(*args, **kwargs)
            except Exception as error:  # noqa: BLE001  (no exception may reach C++)
                sys.excepthook(type(error), error, error.__traceback__)
                return default

        return guarded

    return decorate
