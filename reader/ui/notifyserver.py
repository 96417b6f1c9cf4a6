"""The desktop's notification service, org.freedesktop.Notifications, over the session bus.

Jeepney writes the messages: QtDBus makes a signed number of each that comes from Python, where this service wants an
unsigned one (tried on PySide6 6.11), so the service refuses the call. The connection is made in a lane; after
that it is read when Qt says that there is something, and nothing waits for it.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from reader.records import dataclass
from reader.ui.lanes import Lane

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_ANSWER_S = 3.0
#: Of what was shown so many are remembered for a click; desktops keep fewer.
_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class _Joined:
    bus: DBusConnection
    capabilities: frozenset[str]


def _join() -> _Joined:
    from jeepney import DBusAddress, MatchRule, new_method_call
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection
    from jeepney.wrappers import unwrap_msg

    bus = open_dbus_connection()
    try:
        ask = new_method_call(DBusAddress(_PATH, _NAME, _NAME), "GetCapabilities")
        (capabilities,) = unwrap_msg(bus.send_and_get_reply(ask, timeout=_ANSWER_S))
        for signal in ("ActionInvoked", "NotificationClosed"):
            rule = MatchRule(type="signal", interface=_NAME, path=_PATH, member=signal)
            unwrap_msg(bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=_ANSWER_S))
    except BaseException:
        bus.close()
        raise
    return _Joined(bus, frozenset(str(each) for each in capabilities))


class NotifyServer(QObject):
    """Shows notifications, and tells which one was clicked.

    Args:
        app: the id of the program's desktop entry.
        lane: where the connection is made.
    """

    #: What was given with the notification that was clicked.
    clicked = Signal(object)

    def __init__(self, app: str, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app, self._lane = app, lane
        self._joined: _Joined | None = None
        self._reading: QSocketNotifier | None = None
        self._asked: dict[int, object] = {}  # serial of a call -> what it tells of
        self._shown: dict[int, object] = {}  # id of a notification -> what it tells of

    def join(self, done: Callable[[bool], None]) -> None:
        """Find the service; ``done`` hears whether there is one."""
        if self._joined is not None:
            done(True)
            return

        def joined(found: _Joined) -> None:
            self._joined = found
            self._reading = QSocketNotifier(found.bus.sock.fileno(), QSocketNotifier.Type.Read, self)
            self._reading.activated.connect(self._read)
            done(True)

        def failed(error: BaseException) -> None:
            log.info("no notification service: %s %s", type(error).__name__, error)
            done(False)

        self._lane.run(_join, joined, failed)

    def show(self, title: str, text: str, action: str, about: object) -> bool:
        """Show a notification; False when there is no service (any more).

        Args:
            action: the words for what a click does.
            about: what ``clicked`` tells.
        """
        if self._joined is None:
            return False
        from jeepney import DBusAddress, new_method_call

        can = self._joined.capabilities
        body = html.escape(text, quote=False) if "body-markup" in can else text
        actions = ["default", action] if "actions" in can else []
        hints = {"desktop-entry": ("s", self._app)}
        call = new_method_call(
            DBusAddress(_PATH, _NAME, _NAME),
            "Notify",
            "susssasa{sv}i",
            ("Inkstone", 0, self._app, title, body, actions, hints, -1),
        )
        serial = next(self._joined.bus.outgoing_serial)
        try:
            self._joined.bus.send(call, serial=serial)
        except OSError as error:
            self._lose(error)
            return False
        self._asked[serial] = about
        return True

    def close(self) -> None:
        """Leave the bus."""
        if self._reading is not None:
            self._reading.setEnabled(False)
            self._reading.deleteLater()
            self._reading = None
        if self._joined is not None:
            self._joined.bus.close()
            self._joined = None

    def _lose(self, error: BaseException) -> None:
        log.info("the notification service is gone: %s", error)
        self.close()

    def _read(self) -> None:
        while self._joined is not None:
            try:
                message = self._joined.bus.receive(timeout=0)
            except TimeoutError:
                return
            except OSError as error:
                self._lose(error)
                return
            self._take(message)

    def _take(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields, body = message.header.fields, message.body
        if not all(isinstance(each, (int, str)) for each in body):
            return  # nothing that was asked for is answered so
        about = self._asked.pop(fields.get(HeaderFields.reply_serial, -1), None)
        if message.header.message_type is MessageType.method_return and about is not None and len(body) == 1:
            self._shown[body[0]] = about
            while len(self._shown) > _REMEMBERED:
                del self._shown[next(iter(self._shown))]
        elif message.header.message_type is MessageType.error:
            log.info("a notification was refused: %s", fields.get(HeaderFields.error_name))
        elif fields.get(HeaderFields.member) == "ActionInvoked" and len(body) == 2:
            if body[0] in self._shown:
                self.clicked.emit(self._shown.pop(body[0]))
        elif fields.get(HeaderFields.member) == "NotificationClosed" and len(body) == 2 and body[1] != 2:
            self._shown.pop(body[0], None)  # 2: the user did it, as most services say of a click, before they tell it
