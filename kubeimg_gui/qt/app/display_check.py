"""Checks whether Qt can open a window, because Qt itself aborts the process if it cannot.

This module does not import Qt, so it can report a library that Qt needs and cannot load.
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
"""Maximum time for a display server to answer."""

_LIBRARY = re.compile(r"\b(lib[\w.+-]+?)\.so\.?([\d.]*): cannot open shared object")
_PACKAGES = {"libglib-2.0.so.0": "libglib2.0-0"}
"""Debian packages whose names do not follow from the library name."""
_INSTEAD = "Without a display, use --grab FILE.png or the commands nodes and watch."


def check_display(environment: Mapping[str, str]) -> str:
    """Why Qt cannot open a window, in one or two sentences; empty if it can.

    Linux only. Tries the same platforms as Qt in the same order: those in QT_QPA_PLATFORM, else
    Wayland and X11 if their variables are set
    (`QGuiApplicationPrivate::createPlatformIntegration`).
    """
    if sys.platform != "linux":
        return ""
    requested = environment.get("QT_QPA_PLATFORM", "")
    if requested:
        names = [name.partition(":")[0] for name in requested.split(";")]
    else:
        variables = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
        names = [name for name, variable in variables.items() if environment.get(variable)]
    if not names:
        return f"No display found: neither WAYLAND_DISPLAY nor DISPLAY is set. {_INSTEAD}"
    problems = [_platform_problem(name, environment) for name in names]
    if "" in problems:
        return ""
    return " ".join(problems if requested else (*problems, _INSTEAD))


def missing_library_text(error: Exception) -> str:
    """Names the shared library that could not be loaded and its Debian package.

    The package name follows from the library name (Debian Policy, section 8.1).
    """
    found = _LIBRARY.search(str(error))
    if not found:
        return f"Qt cannot be loaded: {error}."
    name, version = found.groups()
    file = f"{name}.so.{version}" if version else f"{name}.so"
    dash = "-" if name[-1].isdigit() else ""
    package = _PACKAGES.get(file) or f"{name}{dash}{version}".lower().replace("_", "-")
    return f"Qt needs the library {file}, which is missing. On Debian, install {package}."


def _platform_problem(name: str, environment: Mapping[str, str]) -> str:
    """Why a Qt platform does not work, as a sentence; empty if it works."""
    return (
        _plugin_problem(name)
        or (_x_problem(environment) if name == "xcb" else "")
        or (_wayland_problem(environment) if name.startswith("wayland") else "")
    )


def _plugin_problem(name: str) -> str:
    """Why the plugin of a platform cannot be loaded."""
    folder = _platforms()
    if folder is None:
        return ""  # a Qt of the system, whose packages have these dependencies
    plugin = folder / f"libq{name.partition('-')[0]}.so"
    if not plugin.exists():
        known = ", ".join(sorted(file.stem[4:] for file in folder.glob("libq*.so")))
        return f"QT_QPA_PLATFORM is set to {name!r}, which is not available. Available: {known}."
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return missing_library_text(error)
    return ""


def _platforms() -> Path | None:
    """The plugin folder of the Qt bundled with PySide6; None for another Qt."""
    spec = importlib.util.find_spec("PySide6")
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0], "Qt", "plugins", "platforms") if places else None
    return folder if folder and folder.is_dir() else None


def _x_problem(environment: Mapping[str, str]) -> str:
    """Why the X server cannot be used; libxcb prints the details of a refusal itself."""
    display = environment.get("DISPLAY", "")
    if not display:
        return "DISPLAY is not set."
    answers: list[bool] = []
    thread = threading.Thread(
        target=lambda: answers.append(_connects_to_x(display)), name="display", daemon=True
    )
    thread.start()
    thread.join(ANSWER_SECONDS)
    if answers == [True]:
        return ""
    problem = "refuses the connection or is not running" if answers else "does not answer"
    return f"The X server of DISPLAY={display} {problem}."


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
    """Why the Wayland compositor cannot be used; looks for it like `wl_display_connect`."""
    if environment.get("WAYLAND_SOCKET"):
        return ""  # already connected
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    path = Path(environment.get("XDG_RUNTIME_DIR", "/"), name)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(str(path))
        except OSError as error:
            return f"The Wayland display {path} cannot be used: {error.strerror or error}."
    return ""
