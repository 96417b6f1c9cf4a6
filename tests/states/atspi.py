"""A listener on the accessibility bus: hears and does what a screen reader can, and nothing else.

Run by the system's Python, which has ``gi`` and the Atspi typelib, inside a session bus and an X display of its own::

    dbus-run-session -- xvfb-run -a python3 tests/states/atspi.py COMMAND...

It starts the command and then answers requests, one line of JSON each on stdin and stdout; ``Listener`` has the list.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - after its version was asked for

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
EVENTS = (
    "object:state-changed:focused",
    "object:state-changed:expanded",
    "object:active-descendant-changed",
    "object:selection-changed",
    "object:property-change:accessible-name",
    "object:announcement",
)
#: Rows of a table that are looked at: the bus asks the program for each of them.
MOST_CHILDREN = 80


class Keyboard:
    """Keys for the topmost window. Xvfb has no window manager, so the input focus is given here, as one would."""

    _VIEWABLE = 2

    class _Attributes(ctypes.Structure):
        _fields_ = (
            *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
            ("visual", ctypes.c_void_p),
            ("root", ctypes.c_ulong),
            *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
            *((name, ctypes.c_ulong) for name in ("backing_planes", "backing_pixel")),
            ("save_under", ctypes.c_int),
            ("colormap", ctypes.c_ulong),
            *((name, ctypes.c_int) for name in ("map_installed", "map_state")),
            *((name, ctypes.c_long) for name in ("all_event_masks", "your_event_mask", "do_not_propagate_mask")),
            ("override_redirect", ctypes.c_int),
            ("screen", ctypes.c_void_p),
        )

    def __init__(self) -> None:
        x = self._x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        x.XKeysymToKeycode.restype = ctypes.c_ubyte
        x.XStringToKeysym.restype = ctypes.c_ulong
        # A window that closes while it is looked at is an error that would end this process.
        self._overlook = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _error: 0)
        x.XSetErrorHandler(self._overlook)
        self._display = ctypes.c_void_p(x.XOpenDisplay(None))
        self._root = ctypes.c_ulong(x.XDefaultRootWindow(self._display))

    def _topmost(self) -> int:
        x, count, children = self._x, ctypes.c_uint(), ctypes.POINTER(ctypes.c_ulong)()
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        x.XQueryTree(self._display, self._root, *map(ctypes.byref, (root, parent, children, count)))
        found = 0
        for window in children[: count.value]:
            seen = self._Attributes()
            x.XGetWindowAttributes(self._display, ctypes.c_ulong(window), ctypes.byref(seen))
            if seen.map_state == self._VIEWABLE and not seen.override_redirect and seen.width > 1:
                found = window
        if count.value:
            x.XFree(children)
        return found

    def focus_window(self) -> None:
        focused, revert = ctypes.c_ulong(), ctypes.c_int()
        top = self._topmost()
        self._x.XGetInputFocus(self._display, ctypes.byref(focused), ctypes.byref(revert))
        if top and focused.value != top:
            self._x.XSetInputFocus(self._display, ctypes.c_ulong(top), 1, 0)
            self._x.XSync(self._display, 0)

    def press(self, keys: str) -> None:
        """As ``j`` or ``Shift+Tab``, by the names that X gives to keys."""
        self.focus_window()
        *held, last = keys.split("+")
        for name in held:
            self._send({"Shift": "Shift_L", "Ctrl": "Control_L", "Alt": "Alt_L"}[name], Atspi.KeySynthType.PRESS)
        self._send(last, Atspi.KeySynthType.PRESSRELEASE)
        for name in reversed(held):
            self._send({"Shift": "Shift_L", "Ctrl": "Control_L", "Alt": "Alt_L"}[name], Atspi.KeySynthType.RELEASE)

    def _send(self, name: str, how: Any) -> None:
        keysym = ctypes.c_ulong(self._x.XStringToKeysym(name.encode()))
        code = self._x.XKeysymToKeycode(self._display, keysym)
        if not code:
            raise ValueError(f"no key is called {name}")
        Atspi.generate_keyboard_event(code, None, how)


class Listener:
    """What can be asked for: each public method is a request."""

    def __init__(self, program: int) -> None:
        self._program = program
        self._nodes: list[Any] = []
        self._heard: list[dict[str, Any]] = []
        self._keyboard = Keyboard()
        self._ear = Atspi.EventListener.new(self._hear)
        for name in EVENTS:
            self._ear.register(name)

    def _hear(self, event: Any) -> None:
        try:
            if event.source.get_process_id() == self._program:
                said = {"type": event.type, "on": event.detail1, "any": str(event.any_data or "")}
                self._heard.append({**said, **self._facts(event.source)})
        except GLib.Error:
            return  # it was gone before it could be asked

    @staticmethod
    def _facts(node: Any) -> dict[str, Any]:
        return {
            "role": node.get_role_name(),
            "name": node.get_name(),
            "description": node.get_description(),
            "states": [state.value_nick for state in node.get_state_set().get_states()],
            "attributes": dict(node.get_attributes() or {}),
        }

    def _windows(self) -> Iterator[Any]:
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            program = desktop.get_child_at_index(place)
            if program is not None and program.get_process_id() == self._program:
                yield from (program.get_child_at_index(n) for n in range(program.get_child_count()))

    def _walk(self, node: Any, parent: int, seen_only: bool, into: list[dict[str, Any]]) -> None:
        if node is None:
            return
        try:
            facts = self._facts(node)
            if seen_only and "showing" not in facts["states"] and facts["role"] != "document web":
                return
            here = len(self._nodes)
            self._nodes.append(node)
            into.append({"id": here, "parent": parent, **facts})
            for place in range(min(node.get_child_count(), MOST_CHILDREN)):
                self._walk(node.get_child_at_index(place), here, seen_only, into)
        except GLib.Error:
            return  # it went while it was asked

    def tree(self, seen_only: bool = True) -> list[dict[str, Any]]:
        """All objects, parents first; what is not shown only when it is asked for."""
        found: list[dict[str, Any]] = []
        self._nodes.clear()
        for window in self._windows():
            self._walk(window, -1, seen_only, found)
        return found

    def act(self, node: int, name: str) -> bool:
        """Do an action of an object, by its name."""
        actions = self._nodes[node]
        names = [Atspi.Action.get_action_name(actions, n) for n in range(Atspi.Action.get_n_actions(actions))]
        return name in names and bool(Atspi.Action.do_action(actions, names.index(name)))

    def focus(self, node: int) -> bool:
        """Give an object the focus."""
        self._keyboard.focus_window()
        return bool(Atspi.Component.grab_focus(self._nodes[node]))

    def select(self, node: int, child: int) -> bool:
        """Select a child of an object."""
        return bool(Atspi.Selection.select_child(self._nodes[node], child))

    def press(self, *keys: str) -> None:
        """Press keys, as ``j`` or ``Ctrl+k``, one after another."""
        for each in keys:
            self._keyboard.press(each)

    def text(self, node: int) -> str:
        """What an object says as text."""
        whole = self._nodes[node]
        return str(Atspi.Text.get_text(whole, 0, Atspi.Text.get_character_count(whole)))

    def attributes(self, node: int) -> dict[str, str]:
        """The document's own attributes."""
        return dict(Atspi.Document.get_document_attributes(self._nodes[node]) or {})

    def box(self, node: int) -> list[int]:
        """Where an object is in its window: left, top, width, height."""
        found = Atspi.Component.get_extents(self._nodes[node], Atspi.CoordType.WINDOW)
        return [found.x, found.y, found.width, found.height]

    def heard(self) -> list[dict[str, Any]]:
        """The events since the last time this was asked."""
        heard, self._heard = self._heard, []
        return heard

    def answer(self) -> None:
        """Answer requests until stdin ends."""
        loop, waiting = GLib.MainContext.default(), b""
        while True:
            while loop.iteration(False):
                pass
            if not select.select([0], [], [], 0.02)[0]:
                continue
            more = os.read(0, 65536)
            if not more:
                return
            *lines, waiting = (waiting + more).split(b"\n")
            for line in lines:
                print(json.dumps(self._answered(json.loads(line))), flush=True)

    def _answered(self, request: list[Any]) -> dict[str, Any]:
        name, *arguments = request
        try:
            return {"is": getattr(self, name)(*arguments)}
        except (GLib.Error, IndexError, TypeError, ValueError) as error:
            return {"error": f"{name}: {error}"}


def main(command: list[str]) -> None:
    """Start the bus and the program, and end both with this process."""
    quiet = subprocess.DEVNULL
    launcher = next(path for path in LAUNCHERS if os.path.exists(path))
    bus = subprocess.Popen([launcher, "--launch-immediately"], stdout=quiet, stderr=quiet, stdin=quiet)
    program = subprocess.Popen(command, stdin=quiet, stdout=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        deadline = time.monotonic() + 20
        while Atspi.init() not in (0, 1) and time.monotonic() < deadline:
            time.sleep(0.1)
        Listener(program.pid).answer()
    finally:
        for process in (program, bus):
            process.terminate()
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
