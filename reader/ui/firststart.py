"""The first start: three doors, a sample to look around in, and a promise."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from reader import resources
from reader.records import dataclass
from reader.ui.buttons import RING_PX, UI, LinkButton, Pane, Text, draw_box, draw_ring, is_low_dark
from reader.ui.icons import draw_icon
from reader.ui.lines import Lines, Style
from reader.ui.mirroring import mirrored, painter_of
from reader.ui.theme import theme_of

_TITLE, _LEAD = Style(25, 600, 32), Style(14, 400, 22)
_DOOR_TITLE, _KEY, _NOTE = Style(15, 600, 22), Style(11, 400, 14), Style(12, 400, 18)
_DOOR_WIDE, _DOOR_HIGH, _DOOR_LOW, _GAP, _LOGO = 232, 158, 84, 16, 56


@dataclass(frozen=True, slots=True)
class _Sign:
    icon: str
    title: str
    text: str
    key: str


class Door(QAbstractButton):
    """A big button: sign, what it does, its key. Around it 3 px are kept for the focus ring."""

    def __init__(self, sign: _Sign, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = sign
        self._lines = Lines(limit=8)
        self.setText(sign.title)
        self.setAccessibleName(sign.title)
        self.setAccessibleDescription(sign.text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_DOOR_WIDE + 2 * RING_PX, _DOOR_HIGH + 2 * RING_PX)

    def more_px(self) -> int:
        """What it needs beyond the usual height in a row, for words that take three lines."""
        text = self._lines.lay(self._sign.text, UI, _DOOR_WIDE - 40, max_lines=3)
        return max(len(text) - 2, 0) * UI.height

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio, sign = theme_of(), self.devicePixelRatioF(), self._sign
        lighter = is_low_dark(theme, ratio)
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        fill = theme.sel0 if self.isDown() and not theme.contrast else theme.list if self.underMouse() else theme.page
        draw_box(painter, box, 12, fill, theme.ink3 if self.underMouse() else theme.line)
        if self.hasFocus():
            draw_ring(painter, box, 12, theme)
        low = box.height() < _DOOR_HIGH
        draw_box(painter, QRectF(box.left() + 20, box.top() + 20, 40, 40), 8, theme.sel)
        tint = theme.sel_ink if theme.contrast else theme.accent
        draw_icon(painter, sign.icon, box.left() + 30, box.top() + 30, 20, tint)
        key = self._lines.lay(sign.key, _KEY, 120)
        key.draw(painter, box.right() - 20 - key.width, box.top() + 19, theme.ink2, ratio=ratio)
        left, top = (box.left() + 76, box.top() + 17) if low else (box.left() + 20, box.top() + 74)
        width = box.right() - 20 - left
        title = self._lines.lay(sign.title, _DOOR_TITLE, width, lighter=lighter)
        title.draw(painter, left, top, theme.ink, ratio=ratio)
        text = self._lines.lay(sign.text, UI, width, max_lines=2 if low else 3, lighter=lighter)
        text.draw(painter, left, top + (25 if low else 24), theme.ink2, ratio=ratio)
        painter.end()


class FirstStart(Pane):
    """The page that stands in place of list and article while there is no source.

    Args:
        keys: of the three doors, in portable form.
    """

    add_feed = Signal()
    open_folder = Signal()
    import_opml = Signal()
    open_sample = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, keys: tuple[str, str, str] = ("Ctrl+N", "Ctrl+O", "Ctrl+I")
    ) -> None:
        super().__init__(QPalette.ColorRole.Base, parent)
        center = Qt.AlignmentFlag.AlignHCenter
        native = QKeySequence.SequenceFormat.NativeText
        self._logo = QSvgRenderer(QByteArray(resources.path("icons", "inkstone.svg").read_bytes()), self)
        self._logo_top = 0
        self._title = Text(self.tr("What would you like to read?"), _TITLE, align=center, parent=self)
        self._lead = Text(
            self.tr("Inkstone reads what you keep and what you follow, in one quiet list."),
            _LEAD, "ink2", align=center, parent=self,
        )  # fmt: skip
        signs = (
            (
                "feed",
                self.tr("Add a feed"),
                self.tr("Paste the address of a site, a feed or an RSSHub route"),
                keys[0],
            ),
            ("folder-md", self.tr("Open a folder"), self.tr("Markdown and HTML files, where they are"), keys[1]),
            ("import", self.tr("Import OPML"), self.tr("Your list from another reader, with its folders"), keys[2]),
        )
        self.doors = tuple(
            Door(_Sign(icon, title, text, QKeySequence(key).toString(native)), self) for icon, title, text, key in signs
        )
        for door, signal in zip(self.doors, (self.add_feed, self.open_folder, self.import_opml), strict=True):
            door.clicked.connect(signal)
        self._around = Text(self.tr("Or look around first:"), UI, "ink2", max_lines=1, parent=self)
        self._sample = LinkButton(self.tr("open the sample library"), self, style=UI)
        self._sample.clicked.connect(self.open_sample)
        self._drop = Text(
            self.tr("You can also drop a link, a folder or an OPML file anywhere in this window."),
            _NOTE, "ink3", align=center, parent=self,
        )  # fmt: skip
        self._promise = Text(
            self.tr(
                "No account. No telemetry. Inkstone contacts only the sources that you add and the servers of the "
                "pictures in their articles."
            ),
            _NOTE, "ink3", align=center, parent=self,
        )  # fmt: skip
        self.setFocusProxy(self.doors[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        width, middle = self.width(), (self.width() + 1) // 2
        in_row = width >= 3 * _DOOR_WIDE + 2 * _GAP + 48
        high = _DOOR_HIGH + max(door.more_px() for door in self.doors)
        doors = high if in_row else 3 * _DOOR_LOW + 2 * 12
        text_width = max(min(width - 32, 640), 100)
        left = middle - text_width // 2
        lead = self._lead.heightForWidth(text_width)
        title = self._title.heightForWidth(text_width)
        total = _LOGO + 24 + title + 7 + lead + 32 + doors + 40 + 43
        # 0.447: the middle that the eye sees lies above the true one.
        top = max(round((self.height() - total) * 0.447), 12)
        self._logo_top = top
        top += _LOGO + 24
        self._title.setGeometry(left, top, text_width, title)
        top += title + 7
        self._lead.setGeometry(left, top, text_width, lead)
        top += lead + 32
        for number, door in enumerate(self.doors):
            if in_row:
                x = middle - (3 * _DOOR_WIDE + 2 * _GAP) // 2 + number * (_DOOR_WIDE + _GAP)
                box = (x, top, _DOOR_WIDE, high)
            else:
                wide = max(min(width - 32, 440), 100)
                box = (middle - wide // 2, top + number * (_DOOR_LOW + 12), wide, _DOOR_LOW)
            place = QRect(*box).adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX)
            door.setGeometry(mirrored(self, place))
        top += doors + 30
        around, link = self._around.sizeHint().width() + 2, self._sample.sizeHint()
        start = middle - (around + link.width() - 2 * RING_PX) // 2
        self._around.setGeometry(mirrored(self, QRect(start, top, around, 20)))
        place = QRect(start + around - RING_PX, top - RING_PX, link.width(), link.height())
        self._sample.setGeometry(mirrored(self, place))
        top += 34
        self._drop.setGeometry(left, top, text_width, self._drop.heightForWidth(text_width))
        foot_width = max(min(width - 32, 3 * _DOOR_WIDE + 2 * _GAP), 100)
        foot = self._promise.heightForWidth(foot_width)
        foot_top = max(self.height() - 34 - foot, top + 36)
        self._promise.setGeometry(middle - foot_width // 2, foot_top, foot_width, foot)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._logo.render(painter, QRectF((self.width() + 1) // 2 - _LOGO // 2, self._logo_top, _LOGO, _LOGO))
        painter.end()
