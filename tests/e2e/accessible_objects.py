"""Lists what assistive technology sees of a program, one JSON object a line.

Debian's Python runs it, because the bindings of AT-SPI are not on PyPI (`gir1.2-atspi-2.0`).
With the argument `listen` it lists the announcements that come until standard input ends.
"""
# pyright: basic, reportMissingImports=false

import json
import sys
from collections.abc import Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PROGRAM = "kubeimg"


def show(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def programs() -> Iterator[Any]:
    desktop = Atspi.get_desktop(0)
    for place in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(place)
        if program is not None and program.get_name() == PROGRAM:
            yield program


def walk(accessible: Any, path: str) -> None:
    states = accessible.get_state_set()
    role = accessible.get_role_name()
    path = f"{path}/{role}"
    show(
        path=path,
        role=role,
        name=accessible.get_name(),
        description=accessible.get_description(),
        focusable=states.contains(Atspi.StateType.FOCUSABLE),
        showing=states.contains(Atspi.StateType.SHOWING),
    )
    for place in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(place)
        if child is not None:
            walk(child, path)


def listen() -> None:
    loop = GLib.MainLoop()
    listener = Atspi.EventListener.new(lambda event: show(said=event.any_data))
    assert listener.register("object:announcement")
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_HUP | GLib.IO_IN, lambda *_: loop.quit())
    show(listening=True)
    loop.run()


if sys.argv[1:] == ["listen"]:
    listen()
else:
    for each in programs():
        walk(each, "")
