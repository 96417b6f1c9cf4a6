"""What opens above the status bar: which sources fail, why, and what can be done; or what else went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reader.errors import StoreBusy, StoreCorrupt, StoreFull
from reader.model import Source
from reader.ui import words
from reader.ui.buttons import NOTE, RING_PX, UI, UI_BOLD, LinkButton, PushButton, Text
from reader.ui.popover import Popover

if TYPE_CHECKING:
    from reader.ui.window import Window

_WIDTH_PX, _MOST = 380, 5


class FailingPopover(Popover):
    """The failing sources, each with its reason.

    Args:
        over: what it floats over.
        show: go to a source in the sidebar.
        retry: refresh these sources.
        details: show the health of all sources.
    """

    def __init__(
        self,
        over: QWidget,
        show: Callable[[Source], object],
        retry: Callable[[Sequence[Source]], object],
        details: Callable[[], object],
    ) -> None:
        super().__init__(over, _WIDTH_PX)
        self._show, self._retry, self._details = show, retry, details
        self._parts: list[QWidget] = []

    def ask(self, above: QWidget, sources: Sequence[Source]) -> None:
        """Open over the note in the status bar."""
        self._clear()
        count = len(sources)
        title = self.tr("1 source failing") if count == 1 else self.tr("{count} sources failing").format(count=count)
        self._add(Text(title, UI_BOLD, "ink", max_lines=1))
        for each in sources[:_MOST]:
            self._add(self._name(each), ringed=True, stretched=False)
            self._add(Text(words.stored(each.error), NOTE, "ink2"))
        if count > _MOST:
            more = self.tr("and {count} more").format(count=words.number(count - _MOST))
            self._add(Text(more, NOTE, "ink3", max_lines=1))
        self._add(Text(self.tr("Stored articles are safe."), NOTE, "ink3", max_lines=1))
        again = PushButton(self.tr("Try again"), "refresh")
        again.clicked.connect(self.chosen(lambda: self._retry(sources)))
        details = PushButton(self.tr("Details…"))
        details.clicked.connect(self.chosen(self._details))
        self._add(_in_a_row(again, details), ringed=True)
        self.open_above(above, again)

    def _name(self, source: Source) -> LinkButton:
        name = LinkButton(words.source_title(source))
        name.setMaximumWidth(_WIDTH_PX - 32)
        name.clicked.connect(self.chosen(lambda: self._show(source)))
        return name

    def _add(self, part: QWidget, *, ringed: bool = False, stretched: bool = True) -> None:
        self._parts.append(part)
        self.add(part, ringed=ringed, stretched=stretched)

    def _clear(self) -> None:
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts.clear()
        while (line := self.column.takeAt(0)) is not None:
            if (layout := line.layout()) is not None:
                layout.deleteLater()


class TroublePopover(Popover):
    """An error that something can be done about: what happened, and the button that does it.

    Args:
        copy: the details of an error, for whoever helps.
    """

    def __init__(self, over: QWidget, copy: Callable[[str], object]) -> None:
        super().__init__(over, _WIDTH_PX)
        self._run: Callable[[], object] = lambda: None
        self._trouble = ""
        self._text = Text("", UI, "ink")
        self._act = PushButton("", "refresh")
        self._act.clicked.connect(self.chosen(lambda: self._run()))
        details = PushButton(self.tr("Copy details"), "copy")
        details.clicked.connect(self.chosen(lambda: copy(self._trouble)))
        close = PushButton(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        self.add(self._text)
        self.add(_in_a_row(self._act, details, close), ringed=True)

    def say(self, above: QWidget, text: str, act: str, run: Callable[[], object]) -> None:
        """Open over the status bar; the focus stays where the user is.

        Args:
            act: what can be done, in words.
        """
        self._run, self._trouble = run, text
        self._text.setText(text)
        self._act.setText(act)
        self.open_above(above, None)


class Troubles(QObject):
    """Tells the troubles of a window, with what can be done about them.

    Args:
        over: what popovers float over.
    """

    def __init__(self, window: Window, over: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._failing = FailingPopover(
            over,
            lambda source: window.sidebar.select(None, source.key),
            window.refreshing.refresh,
            window.commands["health"].trigger,
        )
        self._popover = TroublePopover(over, window.help.copy_details)

    def ask_failing(self) -> None:
        """Say which sources fail."""
        sources = [each for each in self._window.sources.values() if each.error]
        if sources:
            self._failing.ask(self._window.status.failing_note, sources)

    def tell(self, error: BaseException) -> None:
        """Say what went wrong, where it can be seen and does not stop anyone."""
        text, window = words.sentence(error), self._window
        if isinstance(error, StoreBusy):
            self._popover.say(window.status, text, self.tr("Try again"), window.library_changed)
        elif isinstance(error, StoreCorrupt | StoreFull) and "library-care" in window.commands.actions:
            care = window.commands["library-care"]
            self._popover.say(window.status, text, self.tr("Look after the library…"), care.trigger)
        else:
            window.toast.say(text, icon_name="warning")


def _in_a_row(*buttons: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 2, 0, 0)
    row.setSpacing(8 - 2 * RING_PX)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return box
