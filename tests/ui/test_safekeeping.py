"""The library kept safe by its window: in idle time, by hand, and while no window has it open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader import backups, keeping
from reader import settings as settings_file
from reader.errors import StoreCorrupt, StoreDenied
from reader.formats import netscape
from reader.formats.marks import Mark
from reader.keeping import Looked
from reader.library import Library
from reader.model import Query
from reader.paths import Paths, in_folder
from reader.settings import Settings
from reader.ui import words
from reader.ui.carefacts import Act, share_of
from reader.ui.question import Question
from reader.ui.rescue import Rescue
from reader.ui.safekeeping import Safekeeping
from tests.core.shell import CHECKOUT, environment
from tests.ui.desk import Desk, desk


@pytest.fixture
def here(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    with desk(qtbot, qapp, tmp_path / "library") as made:
        made.add_posts(tmp_path / "posts")
        made.library.bookmark(made.library.store.ids(Query())[0], True, note="mine")
        yield made


def care_of(here: Desk) -> Safekeeping:
    return here.window.safekeeping


def rest(here: Desk) -> None:
    here.until(lambda: not care_of(here).running)


def own(here: Desk) -> list[Path]:
    return sorted((here.library.paths.data / "backups").glob("*.zip"))


def test_idle_time_looks_the_library_over_and_backs_it_up(here: Desk, qtbot: QtBot) -> None:
    care, paths = care_of(here), here.library.paths
    with qtbot.waitSignal(care.changed, timeout=20_000):
        here.window.tidying.rested.emit()
    rest(here)
    looked = keeping.last_look(paths)
    assert looked is not None
    assert looked.problems == ()
    (held,) = backups.held(paths)
    assert (held.articles, held.bookmarks) == (6, 1)
    assert not here.window.toast.isVisible()
    assert not here.window.status.running
    care.idle()  # once a day
    rest(here)
    assert len(own(here)) == 1


def test_no_backups_when_none_are_wanted(here: Desk) -> None:
    here.window.set_setting(backups_kept=0)
    care_of(here).idle()
    rest(here)
    assert own(here) == []
    assert keeping.last_look(here.library.paths) is not None


def test_nothing_begins_during_a_refresh_and_a_refresh_ends_it(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    care = care_of(here)
    monkeypatch.setattr(type(here.window.refreshing), "running", True)
    care.idle()
    assert not care.running
    monkeypatch.undo()
    care.idle()
    assert care.running
    monkeypatch.setattr(type(here.window.refreshing), "running", True)
    here.window.refreshing.busy.emit(frozenset({1}))
    assert not care.running
    monkeypatch.undo()
    care.idle()  # it is made up for
    rest(here)
    here.until(lambda: len(own(here)) == 1)


def test_damage_is_told_once_and_gives_no_backup(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(here.window, "tell", told.append)
    keeping._noted(here.library.paths, Looked(datetime.now(UTC), ("page 7 is noise",)))
    for _ in range(2):
        care_of(here).idle()
        rest(here)
    assert [type(error) for error in told] == [StoreCorrupt]
    assert own(here) == []
    dialog = care_of(here).dialog()
    here.until(lambda: not dialog.banner.isHidden())
    assert "damaged" in dialog.looked.text()


def test_a_failure_is_said_once(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(here.window, "tell", told.append)
    (here.library.paths.data / "backups").write_text("a file where the folder should be")
    for _ in range(3):
        care_of(here).idle()
        rest(here)
    assert [type(error) for error in told] == [StoreDenied]


def test_a_backup_by_hand_and_a_check(here: Desk, tmp_path: Path) -> None:
    dialog = care_of(here).dialog()
    assert care_of(here).dialog() is dialog
    here.until(lambda: "6" in dialog.holds.text())
    assert "1 bookmark" in dialog.holds.text()
    dialog.check.click()
    here.until(lambda: "sound" in dialog.looked.text())
    here.until(lambda: dialog.note.text() == "The library is sound.")
    file = tmp_path / "mine.zip"
    dialog.back_up_to(file)
    assert not dialog.back_up.isEnabled()
    here.until(lambda: "Written and read again" in dialog.note.text())
    assert backups.look_into(file).settings
    assert dialog.back_up.isEnabled()
    dialog.kept.setText("7")
    dialog.kept.editingFinished.emit()
    dialog.days.setText("0")
    dialog.days.editingFinished.emit()
    assert (here.window.settings.backups_kept, here.window.settings.backup_days) == (7, 1)


def test_a_backup_that_is_stopped_leaves_nothing(here: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "target"
    folder.mkdir()
    dialog = care_of(here).dialog()
    dialog.back_up_to(folder / "mine.zip")
    here.window.status.stop_wanted.emit()
    rest(here)
    here.lanes.care.run(lambda: None)
    here.until(lambda: list(folder.iterdir()) in ([], [folder / "mine.zip"]))
    assert not here.window.status.running
    assert dialog.back_up.isEnabled()


def test_one_work_at_a_time(here: Desk, tmp_path: Path) -> None:
    care = care_of(here)
    failures: list[BaseException] = []
    care.back_up(tmp_path / "one.zip", lambda made: None, failures.append)
    care.back_up(tmp_path / "two.zip", lambda made: None, failures.append)
    rest(here)
    assert len(failures) == 1
    assert not (tmp_path / "two.zip").exists()


def test_restoring_asks_once_and_says_what_it_holds(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    care = care_of(here)
    care.idle()
    here.until(lambda: own(here))
    rest(here)
    left: list[bool] = []
    monkeypatch.setattr(here.window, "leave", lambda: left.append(True))
    dialog = care.dialog()
    here.until(lambda: dialog.list.count() and dialog.list.item(0).flags())
    assert not dialog.restore.isEnabled()
    dialog.list.setCurrentRow(0)
    dialog.restore.click()
    box = dialog.findChildren(Question)[-1]
    assert "6 articles, 1 bookmark" in box.text
    assert "kept beside it" in box.text
    box.yes.click()
    assert left == [True]
    assert care.wanted == Act("restore", own(here)[0])


def test_progress_never_goes_back() -> None:
    steps = [("copy", 0, 9), ("copy", 9, 9), ("check", 0, 1), ("pack", 0, 9), ("pack", 9, 9)]
    shares = [share_of(*step) for step in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


# Exports


def test_bookmarks_go_out_of_the_window_and_come_in(here: Desk, tmp_path: Path) -> None:
    acts, toast = here.window.exports, here.window.toast
    acts.write_bookmarks(tmp_path / "b", "html")
    here.until(lambda: "Written" in toast.text())
    assert netscape.read((tmp_path / "b.html").read_bytes()).marks[0].note == "mine"
    data = netscape.write([Mark("A page", "https://a.example/"), Mark("Script", "javascript:1")], "x")
    (tmp_path / "in.html").write_bytes(data)
    acts.take(tmp_path / "in.html")
    here.until(lambda: "1 bookmark added" in toast.text())
    assert "passed over" in toast.text()
    acts.take(tmp_path / "posts" / "post-1.md")
    here.until(lambda: "no file of bookmarks" in toast.text())


def test_the_list_that_is_shown_goes_out_as_files(here: Desk, tmp_path: Path) -> None:
    window = here.window
    here.show_view("bookmarks")
    here.until(lambda: len(here.titles()) == 1)
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    window.exports.write_articles(target, "markdown", window.listing.full_query(), window.listing.name())
    assert window.status.running
    here.until(lambda: "Written" in window.toast.text())
    (file,) = (target / "Inkstone Bookmarks").iterdir()
    assert "note: mine" in file.read_text()
    assert not window.status.running


# No window


def written(paths: Paths, count: int = 3) -> Paths:
    with Library(paths) as library:
        marks = [Mark(f"Page {n}", f"https://a.example/{n}", None, ("t",), f"note {n}") for n in range(count)]
        from reader import bookmarks

        bookmarks.take(library, netscape.write(marks, "x"))
    return paths


def bookmarks_in(paths: Paths) -> int:
    with Library(paths) as library:
        return len(library.store.bookmarks())


@pytest.fixture
def rescue(qtbot: QtBot, qapp: QApplication) -> Callable[..., Rescue]:
    def make(where: Paths, **more: object) -> Rescue:
        made = Rescue(where, **more)  # type: ignore[arg-type]
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def test_a_damaged_library_is_repaired_at_the_start(
    qtbot: QtBot, tmp_path: Path, rescue: Callable[..., Rescue]
) -> None:
    paths = written(in_folder(tmp_path / "library"))
    paths.database.write_bytes(b"noise" * 5000)
    with pytest.raises(StoreCorrupt) as error:
        Library(paths)
    shown = rescue(paths, error=error.value)
    assert "not an Inkstone library" in shown.text.text()
    assert not shown.framed.isVisible()
    shown.repair.click()
    shown.reject()  # not while it works
    assert shown.isVisible()
    qtbot.waitUntil(shown.go.isVisible, timeout=60_000)
    assert "3 bookmarks" in shown.text.text()
    assert "library.damaged-" in shown.text.text()
    shown.go.click()
    assert bookmarks_in(paths) == 3


def test_a_damaged_library_is_replaced_by_its_backup(
    qtbot: QtBot, tmp_path: Path, rescue: Callable[..., Rescue]
) -> None:
    paths = written(in_folder(tmp_path / "library"))
    with Library(paths) as library:
        backups.rotate_backups(library.store, paths, keep=2)
    paths.database.write_bytes(b"noise" * 5000)
    shown = rescue(paths, error=StoreCorrupt(path=str(paths.database)))
    assert shown.framed.isVisible()
    shown.restore.click()
    qtbot.waitUntil(shown.go.isVisible, timeout=60_000)
    assert "before-restore" in shown.text.text()
    shown.go.click()
    assert bookmarks_in(paths) == 3


def test_a_backup_that_cannot_be_put_back_changes_nothing(
    qtbot: QtBot, tmp_path: Path, rescue: Callable[..., Rescue]
) -> None:
    paths = written(in_folder(tmp_path / "library"))
    (tmp_path / "bad.zip").write_text("no backup")
    shown = rescue(paths, act=Act("restore", tmp_path / "bad.zip"))
    qtbot.waitUntil(shown.go.isVisible, timeout=60_000)
    assert "no backup of Inkstone" in shown.text.text()
    shown.go.click()
    assert bookmarks_in(paths) == 3


def test_the_window_restores_a_backup_and_opens_again(tmp_path: Path) -> None:
    paths = written(in_folder(tmp_path / "library"))
    file = tmp_path / "backup.zip"
    settings_file.save(paths.settings, Settings(theme="sepia"))
    with Library(paths) as library:
        backups.write_backup(library.store, paths, file)
        library.add_sample()
        for key in library.store.ids(Query(view="bookmarks")):
            library.bookmark(key, False)
    settings_file.save(paths.settings, Settings(theme="dark"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(paths.data), str(file)],
        cwd=CHECKOUT,
        env=environment(QT_QPA_PLATFORM="offscreen", QTWEBENGINE_DISABLE_SANDBOX="1"),
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["window 0 dark", "The backup is back", "window 3 sepia"], done.stderr
    assert bookmarks_in(paths) == 3
    (aside,) = paths.data.glob("library.before-restore-*.sqlite3")
    assert aside.stat().st_size


SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from reader.paths import in_folder
from reader.ui import app, instance
from reader.ui.rescue import Rescue
from reader.ui.carefacts import Act
from reader.ui.window import Window

where = in_folder(Path(sys.argv[1]))
seen = []

def look():
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Rescue) and widget.go.isVisible():
            print(widget.title.text(), flush=True)
            widget.go.click()
        elif isinstance(widget, Window) and widget.isVisible() and widget not in seen and widget.model.rowCount() >= 0:
            if not widget.sources:
                continue
            seen.append(widget)
            kept = len(widget.library.store.bookmarks())
            print("window", kept, widget.settings.theme, flush=True)
            if len(seen) == 1:
                widget.safekeeping.leave_for(Act("restore", Path(sys.argv[2])))
            else:
                widget.leave()

really = app.make_app
def make_app(*args, **more):
    made = really(*args, **more)
    made.turn = QTimer(interval=200)
    made.turn.timeout.connect(look)
    made.turn.start()
    return made
app.make_app = make_app
asked = instance.request(())
seat = instance.join(where, asked)
status = app.run(where, asked, seat)
seat.leave()
sys.exit(status)
"""


def test_a_folder_of_ones_own_is_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert words.path_of(tmp_path / "share" / "inkstone") == "~/share/inkstone"
    assert words.path_of(Path("/srv/library")) == "/srv/library"
    monkeypatch.setattr(sys, "platform", "win32")
    assert words.path_of(tmp_path / "x") == str(tmp_path / "x")
