"""What time and the network do to a program that runs for weeks: midnight, another time zone, sleep, no connection."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import SLOT, QObject, Qt, QTimer, Signal, Slot

log = logging.getLogger(__name__)

#: The clock is looked at so often, and at midnight itself.
TICK_S = 30.0
#: A tick that comes so much too late was slept over. A busy machine was seen to be late by 2 s.
SLEPT_S = 60.0
#: The network needs a moment after a sleep.
SETTLE_MS = 8000


def _local_now() -> datetime:
    if hasattr(time, "tzset"):
        time.tzset()  # the zone may have been changed under a running program: the C library does not look by itself
    return datetime.now().astimezone()


def until_next(now: datetime) -> float:
    """Seconds to the next look at the clock: a tick, or less when midnight comes before."""
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
    return min(TICK_S, max(0.05, (midnight - now.replace(tzinfo=None)).total_seconds() + 0.05))


class Wakes(QObject):
    """Tells when the day changed, the computer slept, or the network came and went.

    Args:
        now: the local time, aware of its zone.
    """

    #: It is another day here than before, by the clock or because the time zone changed.
    day_changed = Signal()
    #: The computer was asleep and has had time to find its network.
    woke = Signal()
    #: Whether there is a network, as the system says; never told where it does not know.
    online = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, now: Callable[[], datetime] = _local_now) -> None:
        super().__init__(parent)
        self._now = now
        self._day = self._seen_day()
        self._due = now()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self.woke)
        self._wait()

    def look(self) -> None:
        """Look at the clock."""
        if (self._now() - self._due).total_seconds() > SLEPT_S:
            log.info("awake after a sleep, or the clock was set")
            self._settling.start()
        if self._seen_day() != self._day:
            self._day = self._seen_day()
            self.day_changed.emit()
        self._wait()

    def _seen_day(self) -> tuple[date, timedelta | None]:
        now = self._now()
        return now.date(), now.utcoffset()

    def _wait(self) -> None:
        seconds = until_next(self._now())
        self._due = self._now() + timedelta(seconds=seconds)
        self._timer.start(round(seconds * 1000))

    @Slot(bool)
    def sleeps(self, falls_asleep: bool) -> None:
        """The system falls asleep (True) or is awake again."""
        if not falls_asleep:
            self.look()
            self._settling.start()

    # What the system tells

    def listen(self) -> None:
        """Ask the system to tell of sleep and network. What it does not know is found by the clock, or not at all."""
        if sys.platform.startswith("linux"):
            from PySide6.QtDBus import QDBusConnection

            self.listen_on(QDBusConnection.systemBus())
        from PySide6.QtNetwork import QNetworkInformation

        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            network = QNetworkInformation.instance()
            network.reachabilityChanged.connect(self._reached)
            self._reached(network.reachability())

    def listen_on(self, bus: object) -> bool:
        """Listen to the login manager on a bus; False when there is no bus."""
        from PySide6.QtDBus import QDBusConnection

        assert isinstance(bus, QDBusConnection)
        return bus.isConnected() and bus.connect(
            "org.freedesktop.login1",
            "/org/freedesktop/login1",
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            self,
            SLOT("sleeps(bool)"),  # type: ignore[call-overload]  # its types ask for bytes, it takes text
        )

    def _reached(self, how_far: object) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        known = QNetworkInformation.Reachability
        if how_far != known.Unknown:
            self.online.emit(how_far != known.Disconnected)
