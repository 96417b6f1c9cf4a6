"""Random acts on the running program, as a child or a cat would do them: keys, clicks, wheel, words, sizes, themes."""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLineEdit, QMenu, QWidget

from tests.states.stage import Stage
from tests.states.world import FEEDS, rss

#: They leave the program, or open a window of the system's own.
LEFT_OUT = frozenset(("quit", "print", "save-pdf"))
_WORDS = ("margin", "字", "the OR 墨", "is:unread", '"open', "-", "mark", "余白", "title:a*", "((")
_SIZES = ((1360, 850), (880, 700), (600, 800), (420, 400), (1700, 1000))
_THEMES = ("light", "dark", "sepia", "hc-light", "hc-dark")
#: Between two acts: most follow at once, some wait until an article is there (one opens after 120 ms).
_PAUSES_MS = (0, 0, 0, 0, 10, 10, 30, 180)
_NONE = Qt.KeyboardModifier.NoModifier


class Monkey:
    """Acts at random, the same for the same seed as far as the program's own pace allows.

    Attributes:
        done: how many acts; log: the last ones, for a report.
    """

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage, self._window = stage, stage.window
        self._random = random.Random(seed)
        self._keys = [
            key
            for name, action in self._window.commands.actions.items()
            if name not in LEFT_OUT
            for key in action.shortcuts()
        ]
        self.done = 0
        self.log: list[str] = []
        self._acts: tuple[tuple[Callable[[], str], int], ...] = (
            (self._press, 55),
            (self._click_view, 16),
            (self._click_button, 8),
            (self._wheel, 6),
            (self._write, 5),
            (self._escape, 6),
            (self._menu, 2),
            (self._resize, 1),
            (self._theme, 1),
            (self._news, 1),
        )

    def act(self) -> None:
        """One act."""
        chosen = self._random.choices([act for act, _ in self._acts], [weight for _, weight in self._acts])[0]
        self.log = [*self.log[-30:], f"{self.done}: {chosen()}"]
        self.done += 1
        self._stage.rest(self._random.choice(_PAUSES_MS))
        if self.done % 25 == 0:
            self._tidy()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _press(self) -> str:
        key: QKeySequence = self._random.choice(self._keys)
        for n in range(key.count()):
            stroke = key[n]
            QTest.keyClick(self._focus(), stroke.key(), stroke.keyboardModifiers())
        return f"key {key.toString()}"

    def _visible(self, kind: type[QWidget]) -> list[QWidget]:
        top = QApplication.activeModalWidget() or QApplication.activeWindow() or self._window
        return [each for each in top.findChildren(kind) if each.isVisible() and each.isEnabled()]

    def _click_view(self) -> str:
        views = self._visible(QAbstractItemView)
        if not views:
            return "no view"
        view = self._random.choice(views)
        assert isinstance(view, QAbstractItemView)
        place = self._place(view.viewport())
        modifier = self._random.choice((_NONE, _NONE, _NONE, Qt.KeyboardModifier.ShiftModifier))
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)
        return f"click {type(view).__name__} {place.x()},{place.y()}"

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self._random.randrange(max(1, widget.width())), self._random.randrange(max(1, widget.height())))

    def _click_button(self) -> str:
        buttons = self._visible(QAbstractButton)
        if not buttons:
            return "no button"
        button = self._random.choice(buttons)
        name = button.accessibleName() or getattr(button, "text", str)()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return f"button {type(button).__name__} {name}"

    def _wheel(self) -> str:
        view = self._window.list.view.viewport()
        place, by = self._place(view), self._random.choice((-240, -120, 120, 240))
        event = QWheelEvent(
            QPointF(place),
            QPointF(view.mapToGlobal(place)),
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            _NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
        return f"wheel {by}"

    def _write(self) -> str:
        field, words = self._focus(), self._random.choice(_WORDS)
        if not isinstance(field, QLineEdit):
            return "no field"
        field.setText("")
        field.insert(words)
        return f"words {words}"

    def _escape(self) -> str:
        QTest.keyClick(self._focus(), Qt.Key.Key_Escape)
        return "Esc"

    def _menu(self) -> str:
        view = self._random.choice((self._window.list.view, self._window.sidebar.view))
        QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, _NONE, self._place(view.viewport()))
        return f"menu {type(view).__name__}"

    def _resize(self) -> str:
        size = self._random.choice(_SIZES)
        self._window.resize(*size)
        return f"size {size}"

    def _theme(self) -> str:
        theme = self._random.choice(_THEMES)
        self._window.set_setting(theme=theme)
        return f"theme {theme}"

    def _news(self) -> str:
        feed = self._random.choice(FEEDS)
        self._stage.there.site.add("/feed.xml", rss(feed), content_type="application/rss+xml")
        return f"news of {feed.host}"

    def _tidy(self) -> None:
        """Close what stands before the window, and give back what was removed once little is left."""
        for each in QApplication.topLevelWidgets():
            if each is not self._window and each.isVisible():
                each.hide() if isinstance(each, QMenu) else each.close()
        for _ in range(20):
            if len(self._window.sources) > len(FEEDS) // 2:
                break
            self._window.marking.undo()
            self._stage.rest(60)
