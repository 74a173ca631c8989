"""Whether a window can be shown here, found out before Qt is asked, which would abort the process.

Nothing here imports Qt, so that a missing library can be told of in words where importing Qt
fails for it.
"""

import ctypes
import importlib.util
import os
import re
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

ANSWER_SECONDS = 3.0
"""How long a display may take to answer."""

_LIBRARY = re.compile(r"\b(lib[\w.+-]+?)\.so\.?([\d.]*): cannot open shared object")
_PACKAGES = {"libglib-2.0.so.0": "libglib2.0-0"}
"""Debian packages that are not named by the rule for names of library packages."""
_INSTEAD = "Without one, --grab FILE.png saves a picture, and the commands nodes and watch work."


def check_display(environment: Mapping[str, str]) -> str:
    """Why Qt can open no window here, in a sentence or two; empty where it can.

    Asked on Linux only. What Qt would try is tried in the same order: the platforms that
    QT_QPA_PLATFORM names, else Wayland and X11 where their variables are set
    (`QGuiApplicationPrivate::createPlatformIntegration`).
    """
    if sys.platform != "linux":
        return ""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if asked:
        names = [name.partition(":")[0] for name in asked.split(";")]
    else:
        variables = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
        names = [name for name, variable in variables.items() if environment.get(variable)]
    if not names:
        return f"There is no display to open a window on. {_INSTEAD}"
    problems = [_platform_problem(name, environment) for name in names]
    if "" in problems:
        return ""
    return " ".join(problems if asked else (*problems, _INSTEAD))


def missing_library_words(error: Exception) -> str:
    """Which shared library could not be loaded, and the Debian package that brings it.

    The package's name follows from the library's: Debian Policy, section 8.1.
    """
    found = _LIBRARY.search(str(error))
    if not found:
        return f"Qt cannot be loaded: {error}."
    name, version = found.groups()
    file = f"{name}.so.{version}" if version else f"{name}.so"
    dash = "-" if name[-1].isdigit() else ""
    package = _PACKAGES.get(file) or f"{name}{dash}{version}".lower().replace("_", "-")
    return f"Qt needs the library {file}, which is missing: Debian's package of it is {package}."


def _platform_problem(name: str, environment: Mapping[str, str]) -> str:
    """Why a platform of Qt's does not work here, as a sentence; empty where it does."""
    return (
        _plugin_problem(name)
        or (_x_problem(environment) if name == "xcb" else "")
        or (_wayland_problem(environment) if name.startswith("wayland") else "")
    )


def _plugin_problem(name: str) -> str:
    """Why a platform's plugin cannot be loaded."""
    folder = _platforms()
    if folder is None:
        return ""  # Qt is the system's own, and its packages see to that
    plugin = folder / f"libq{name.partition('-')[0]}.so"
    if not plugin.exists():
        known = ", ".join(sorted(file.stem[4:] for file in folder.glob("libq*.so")))
        return f"QT_QPA_PLATFORM asks for {name!r}, which this Qt does not have. It has: {known}."
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return missing_library_words(error)
    return ""


def _platforms() -> Path | None:
    """Where the plugins are of a Qt that came with PySide6."""
    spec = importlib.util.find_spec("PySide6")
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0], "Qt", "plugins", "platforms") if places else None
    return folder if folder and folder.is_dir() else None


def _x_problem(environment: Mapping[str, str]) -> str:
    """Why the X server cannot be used; libxcb itself writes what the server says of a refusal."""
    display = environment.get("DISPLAY", "")
    if not display:
        return "DISPLAY names no X server to open a window on."
    answers: list[bool] = []
    asking = threading.Thread(
        target=lambda: answers.append(_connects_to_x(display)), name="display", daemon=True
    )
    asking.start()
    asking.join(ANSWER_SECONDS)
    if answers == [True]:
        return ""
    what = "refuses the connection or is not there" if answers else "does not answer"
    return f"The X server of DISPLAY={display} {what}."


def _connects_to_x(display: str) -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def _wayland_problem(environment: Mapping[str, str]) -> str:
    """Why the Wayland compositor cannot be used, found as `wl_display_connect` finds it."""
    if environment.get("WAYLAND_SOCKET"):
        return ""  # connected already
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    path = Path(environment.get("XDG_RUNTIME_DIR", "/"), name)
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(ANSWER_SECONDS)
        try:
            asking.connect(str(path))
        except OSError as error:
            return f"The Wayland display {path} cannot be used: {error.strerror or error}."
    return ""
