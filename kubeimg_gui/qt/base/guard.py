"""What every Qt override must wear, so that a mistake in it is reported and not fatal.

An exception that leaves an override called by C++ is at best printed and at worst ends the
process (PySide's own overload TypeError is a segmentation fault), so none may leave.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def guard(default: T) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Hand an override's exceptions to `sys.excepthook` and give Qt `default` in their place."""

    def decorate(override: Callable[P, T]) -> Callable[P, T]:
        @wraps(override)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return override(*args, **kwargs)
            except Exception as error:  # noqa: BLE001  (whatever it is, C++ must not see it)
                sys.excepthook(type(error), error, error.__traceback__)
                return default

        return guarded

    return decorate
