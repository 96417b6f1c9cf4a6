"""A question before what is not lightly undone: what will happen then, and two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from reader.ui.buttons import EMPTY_TITLE, UI, Pane, PushButton, Text
from reader.ui.formparts import over_buttons

_WIDTH_PX = 440


class Question(QDialog):
    """Asks beside its parent; ``accepted`` when the answer is yes. It is let go when it closes.

    Args:
        title: the question.
        text: what happens then.
        yes, no: the buttons; Enter is yes, Esc is no.

    Attributes:
        text: as it was given.
        yes: the button.
    """

    def __init__(self, title: str, text: str, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(parent.windowTitle())
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.text = text
        self.yes, leave = PushButton(yes, "", self), PushButton(no, "", self)
        self.yes.setDefault(True)
        leave.setAutoDefault(False)
        self.yes.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        inner = Pane(QPalette.ColorRole.Base)
        words = QVBoxLayout(inner)
        words.setContentsMargins(22, 20, 22, 20)
        words.setSpacing(6)
        words.addWidget(Text(title, EMPTY_TITLE))
        words.addWidget(Text(text, UI, "ink2"))
        over_buttons(self, inner, Text("", UI), leave, self.yes)
        self.setFixedWidth(_WIDTH_PX)
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.totalHeightForWidth(_WIDTH_PX))
        self.yes.setFocus()
