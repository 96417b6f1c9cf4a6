"""The popover of tags and note: what an article is kept under, typed, completed from the tags in use, taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCompleter, QFrame, QPlainTextEdit, QWidget

from reader.ui import menustyle
from reader.ui.buttons import NOTE, RING_PX, UI_BOLD, Field, Text, draw_box, draw_ring
from reader.ui.chips import Chips
from reader.ui.fonts import font
from reader.ui.popover import Popover
from reader.ui.theme import theme_of

_WIDTH_PX = 312
_OFFERED = 8
_MAX_CHARS = 100
_NOTE_MS = 800
#: Tags are written one after the other with any of these between them.
_BETWEEN = ",，、;；"


class NoteField(QPlainTextEdit):
    """A few lines of text in a box with a focus ring."""

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setFont(font(13))
        self.setFixedHeight(84)
        self.setViewportMargins(RING_PX + 7, RING_PX + 4, RING_PX + 5, RING_PX + 4)
        self.document().setDocumentMargin(1)
        for widget in (self, self.viewport()):
            widget.setAutoFillBackground(False)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if event.type() == QEvent.Type.Paint:
            self._paint_box()
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menustyle.popup(self.createStandardContextMenu(), event.globalPos())

    def _paint_box(self) -> None:
        theme = theme_of()
        painter = QPainter(self)
        box = self.rect().toRectF().adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        draw_box(painter, box, 6, theme.field, theme.line)
        if self.hasFocus():
            draw_ring(painter, box, 6, theme)
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)


class TagPopover(Popover):
    """Tags and a note of one article, or tags that several articles get.

    Args:
        over: what it floats over.
    """

    #: Tags that all get, tags that all lose.
    changed = Signal(object, object)
    #: The note's text, some moments after it was written, and when the popover goes.
    noted = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, _WIDTH_PX)
        self.setAccessibleName(self.tr("Tags and note"))
        self._in_use: list[str] = []
        self._note_before = ""
        self._title = Text("", UI_BOLD, "ink", max_lines=1)
        self._hint = Text("", NOTE, "ink3")
        self._chips = Chips(self.tr("Remove the tag “{word}”"), cross=True)
        self._chips.chosen.connect(self._take)
        self.field = Field(self.tr("Add a tag"), "tag")
        self.field.setMaxLength(_MAX_CHARS)
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._typed)
        self._completing = QStringListModel(self)
        completer = QCompleter(self._completing, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(completer)
        self._offers = Chips(self.tr("Add the tag “{word}”"))
        self._offers.chosen.connect(self._add)
        self.note = NoteField(self.tr("Note"))
        self._writing = QTimer(self, interval=_NOTE_MS, singleShot=True)
        self.note.textChanged.connect(self._writing.start)
        self._writing.timeout.connect(self._tell_note)
        for widget in (self._title, self._chips, self.field, self._offers, self.note, self._hint):
            self.add(widget, ringed=widget in (self.field, self.note))
        self.closed.connect(self._tell_note)

    def ask(self, below: QWidget, count: int, in_use: Sequence[str], tags: Sequence[str] = (), note: str = "") -> None:
        """Open under a button.

        Args:
            count: of the articles; of more than one only the tags are changed.
            in_use: all tags, the most used first.
            tags, note: of the article, as they are.
        """
        one = count == 1
        self._in_use = list(in_use)
        self._title.setText(self.tr("Tags") if one else self.tr("Tags of {count} articles").format(count=count))
        self._hint.setText(
            self.tr("What has a tag or a note is bookmarked.") if one else self.tr("What gets a tag is bookmarked.")
        )
        self._completing.setStringList(self._in_use)
        self._note_before = note
        self.note.blockSignals(True)
        self.note.setPlainText(note)
        self.note.blockSignals(False)
        self.note.setVisible(one)
        self.field.clear()
        self._show(tags)
        self.open_below(below, self.field)

    def tags(self) -> list[str]:
        """The tags as they stand there."""
        return self._chips.words()

    def _show(self, tags: Sequence[str]) -> None:
        self._chips.set_words(list(dict.fromkeys(tags)))
        self._chips.setVisible(bool(tags))
        self._offer()

    def _offer(self) -> None:
        """Tags in use that go on as the word begins, or simply the most used."""
        typed, there = self._written().casefold(), set(self.tags())
        fitting = [tag for tag in self._in_use if tag not in there and typed in tag.casefold()]
        fitting.sort(key=lambda tag: not tag.casefold().startswith(typed))  # stable: the most used stay first
        self._offers.set_words(fitting[:_OFFERED])
        self._offers.setVisible(bool(fitting))
        self.fit()

    def _written(self) -> str:
        """The text of the field without what was completed behind the cursor."""
        text = self.field.text()
        return text[: self.field.selectionStart()] if self.field.hasSelectedText() else text

    def _typed(self, text: str) -> None:
        if text and text[-1] in _BETWEEN:
            # Afterwards: the field is still about to complete what was typed.
            QTimer.singleShot(0, self, lambda: self._add_all(text))
        else:
            self._offer()

    def _add_all(self, text: str) -> None:
        for sign in _BETWEEN:
            text = text.replace(sign, "\n")
        self._add(*text.splitlines())

    def _add(self, *words: str) -> None:
        there = self.tags()
        new = [word for word in (" ".join(word.split()).lstrip("#") for word in words) if word and word not in there]
        self.field.clear()
        if new:
            self._show([*there, *new])
            self.changed.emit(new, [])
        else:
            self._offer()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, word: str) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show([tag for tag in self.tags() if tag != word])
        self.changed.emit([], [word])

    def _tell_note(self) -> None:
        self._writing.stop()
        text = self.note.toPlainText().strip()
        if text != self._note_before:
            self._note_before = text
            self.noted.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.field.text().strip():
                    self._add_all(self.field.text())
                else:
                    self.dismiss()
                return True
            if event.key() == Qt.Key.Key_Backspace and not self.field.text() and self.tags():
                self._take(self.tags()[-1])
                return True
        return super().eventFilter(watched, event)
