"""Notifications: what is worth one, and the way to a real session bus and back; and the desktop without any of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from reader.model import Row, Source, Unchanged, Updated
from reader.settings import Settings
from reader.ui.news import chosen, compose, is_quiet, wanted

CHECKOUT = Path(__file__).resolve().parents[2]
THEN = datetime(2026, 6, 1, tzinfo=UTC)


def source(key: int, succeeded: datetime | None = THEN) -> Source:
    return Source(
        key=key, id=f"id{key}", kind="feed", address="https://example.test", title=f"S{key}", succeeded=succeeded
    )


def row(key: int, of: int) -> Row:
    return Row(key=key, id=str(key), source_key=of, source_title=f"S{of}", source_kind="feed", title=f"T{key}")


@pytest.mark.parametrize(
    ("begin", "end", "now", "quiet"),
    [
        ("22:00", "07:30", time(23), True),
        ("22:00", "07:30", time(7, 29), True),
        ("22:00", "07:30", time(7, 30), False),
        ("22:00", "07:30", time(12), False),
        ("12:00", "13:00", time(12), True),
        ("12:00", "13:00", time(13), False),
        ("", "07:30", time(1), False),
        ("08:00", "08:00", time(8), False),
    ],
)
def test_quiet_hours(begin: str, end: str, now: time, quiet: bool) -> None:
    assert is_quiet(Settings(quiet_from=begin, quiet_until=end), now) is quiet


def test_what_is_worth_a_notification() -> None:
    outcomes = [
        Updated(source(1), 2, 0),
        Updated(source(2), 0, 5),
        Unchanged(source(3)),
        Updated(source(4, succeeded=None), 50, 0),
        Updated(source(5), 1, 0),
    ]
    assert [each.source.key for each in wanted(Settings(notify="all"), outcomes)] == [1, 5]
    assert [each.source.key for each in wanted(Settings(notify="chosen", notify_sources=("id5",)), outcomes)] == [5]
    assert wanted(Settings(), outcomes) == []


def test_news_of_one_source_are_chosen_and_let_go() -> None:
    every = ("id1", "id2", "id3")
    one = chosen(Settings(), "id2", True, every)
    assert one == {"notify": "chosen", "notify_sources": ("id2",)}
    assert chosen(Settings(**one), "id2", False, every) == {"notify": "off", "notify_sources": ()}
    less = chosen(Settings(notify="all"), "id1", False, every)
    assert less == {"notify": "chosen", "notify_sources": ("id2", "id3")}


def test_one_notification_for_all() -> None:
    assert compose([]) is None
    one = compose([row(7, 1)])
    assert one is not None
    assert (one.title, one.text, one.article) == ("T7", "S1", 7)
    many = compose([row(n, n % 3) for n in range(12, 0, -1)])
    assert many is not None
    assert (many.title, many.text, many.article) == ("12 new articles in 3 sources", "T12\nT11\nT10", -1)
    same = compose([row(n, 1) for n in (3, 2)])
    assert same is not None
    assert same.title == "2 new articles in S1"


#: A service of the test's own on the bus: it notes what it is asked, and clicks the first notification.
SERVICE = """
import json, sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVirtualObject
app = QCoreApplication([])
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
bus = QDBusConnection.sessionBus()

def reply(message, value):
    made = message.createReply()
    made.setArguments([value])
    return made

class Service(QDBusVirtualObject):
    def introspect(self, path):
        return ""
    def handleMessage(self, message, connection):
        if message.member() == "GetCapabilities":
            return connection.send(reply(message, ["actions", "body", "body-markup"]))
        if message.member() != "Notify":
            return False
        said = message.arguments()
        note = {"signature": message.signature(), "title": said[3], "text": said[4], "actions": said[5]}
        print(json.dumps(note), flush=True)
        connection.send(reply(message, 7))
        clicked = QDBusMessage.createSignal(PATH, NAME, "ActionInvoked")
        clicked.setArguments([7, "default"])
        QTimer.singleShot(100, lambda: connection.send(clicked))
        return True

service = Service()
assert bus.registerVirtualObject(PATH, service, QDBusConnection.VirtualObjectRegisterOption.SingleNode)
assert bus.registerService(NAME)
print("ready", flush=True)
QTimer.singleShot(60000, app.quit)
app.exec()
"""

#: The real window, joined with the desktop; a feed brings two articles, the second time one more.
PROGRAM = """
import json, os, subprocess, sys
from dataclasses import replace
from pathlib import Path
from tests import conftest
from PySide6.QtCore import QTimer
from reader import settings
from reader.library import Library
from reader.paths import in_folder
from reader.ui import app, tray
from reader.ui.instance import Request, place, take
from reader.ui.surroundings import Surroundings
from tests.site import Site
from tests.ui.desk import rss

folder, service = Path(sys.argv[1]), sys.argv[2]
helper = None
if service:
    helper = subprocess.Popen([sys.executable, "-c", service], stdout=subprocess.PIPE, text=True)
    assert helper.stdout.readline().strip() == "ready"
where = in_folder(folder)
tray.PATIENCE_MS = 2000
chosen = settings.Settings(notify="all", tray="close", view="all", pictures_ahead="none")
with Site() as site:
    site.add("/f", rss("A &amp; c", 2), content_type="application/rss+xml")
    application = app.make_app()
    library = Library(where)
    program = app.build(application, library, chosen, by_itself=False)
    window = program.window
    said = []
    keep = window.status.say
    window.status.say = lambda text: (said.append(text), keep(text))
    seat = take(place(where))
    around = program.surroundings = Surroundings(window, seat, Request(), "test")
    around.show()
    got = {"clicked": -2, "open": 0}
    around.notifications.clicked.connect(lambda key: got.update(clicked=key))
    def end():
        got.update(open=window.reading.key, said=said, shown=window.isVisible())
        window.leave()
    def again():
        site.add("/f", rss("A &amp; c", 3), content_type="application/rss+xml")
        window.refreshing.refresh()
    following = iter([again, end])
    window.refreshing.finished.connect(lambda _: QTimer.singleShot(2500, next(following)))
    window.lanes.adding.run(lambda: library.add_feed(site.url("/f")), lambda _: window.refreshing.refresh())
    QTimer.singleShot(40000, application.quit)
    application.exec()
    got["titles"] = {row.key: row.title for row in library.store.rows([got["open"]])}
    program.end()
    seat.leave()
if helper:
    helper.kill()
    got["notes"] = [json.loads(line) for line in helper.stdout.read().splitlines()]
    helper.wait()
print("GOT", json.dumps(got), flush=True)
os._exit(0)
"""


def run(tmp_path: Path, service: str, *before: str, **environ: str) -> dict[str, Any]:
    clean = {key: value for key, value in os.environ.items() if key not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
    (tmp_path / "run").mkdir(mode=0o700)
    done = subprocess.run(
        [*before, sys.executable, "-c", PROGRAM, str(tmp_path / "library"), service],
        cwd=CHECKOUT,
        env={**clean, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "XDG_CONFIG_HOME": str(tmp_path / "config"), **environ},
        capture_output=True,
        text=True,
        timeout=90,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("GOT ")]
    assert lines, done.stdout + done.stderr
    read: dict[str, Any] = json.loads(lines[0][4:])
    return read


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed")
def test_a_click_on_a_notification_opens_its_article(tmp_path: Path) -> None:
    got = run(tmp_path, SERVICE, "dbus-run-session", "--")
    (note,) = got["notes"]
    assert note["signature"] == "susssasa{sv}i"
    assert note["title"] == "A & c 3"
    assert note["text"] == "A &amp; c"
    assert note["actions"] == ["default", "Open"]
    assert got["clicked"] == got["open"] > 0
    assert list(got["titles"].values()) == ["A & c 3"]


@pytest.mark.skipif(not shutil.which("xvfb-run"), reason="xvfb-run is not installed")
def test_with_no_bus_no_tray_and_no_service_each_is_said_once_and_the_rest_works(tmp_path: Path) -> None:
    # Out of the way of a bus that stands in the user's own runtime folder.
    got = run(tmp_path, "", "xvfb-run", "-a", QT_QPA_PLATFORM="xcb", DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    assert sum("place for an icon" in each for each in got["said"]) == 1
    assert sum("shows notifications" in each for each in got["said"]) == 1
    assert got["shown"]
    assert got["clicked"] == -2
