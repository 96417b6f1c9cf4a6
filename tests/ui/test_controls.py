"""Buttons, bars, toast, empty lists, warnings, and the page of the first start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reader.ui.buttons import Field, IconButton, LinkButton, PushButton, Text
from reader.ui.controls import Banner, BannerButton, EmptyState, HeaderBar, Toast
from reader.ui.firststart import FirstStart
from reader.ui.icons import icon
from reader.ui.lines import Lines, Style, direction_of
from reader.ui.theme import DARK, LIGHT, THEMES, ThemeName, Themes


@pytest.fixture(autouse=True)
def themes(qapp: QApplication) -> Iterator[Themes]:
    made = Themes(qapp, "light")
    yield made
    made.choose("light")


def test_an_icon_button_has_a_name_and_keeps_the_focus_where_it_is(qtbot: QtBot) -> None:
    button = IconButton("refresh", "Refresh all sources")
    qtbot.addWidget(button)
    assert (button.width(), button.height(), button.iconSize().width()) == (30, 30, 20)
    assert button.accessibleName() == button.toolTip() == "Refresh all sources"
    assert button.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_an_icon_button_shows_an_actions_state(qtbot: QtBot) -> None:
    button = IconButton()
    qtbot.addWidget(button)
    action = QAction(icon("bookmark", "ink2", "bookmark-fill", "mark"), "Bookmark", button)
    action.setCheckable(True)
    button.setDefaultAction(action)
    button.show()
    button.click()
    assert action.isChecked()
    colors = {button.grab().toImage().pixelColor(15, y).name() for y in range(30)}
    assert LIGHT.mark.name() in colors


def test_the_focus_ring_is_seen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = PushButton("Try again", "refresh", window)
    window.show()
    before = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    window.activateWindow()
    qtbot.waitUntil(button.hasFocus)
    after = button.grab().toImage()
    assert before.pixelColor(30, 1) != after.pixelColor(30, 1)
    assert after.pixelColor(30, 3) == LIGHT.accent


def test_the_header_bar_measures_48(qtbot: QtBot) -> None:
    bar = HeaderBar(QPalette.ColorRole.AlternateBase)
    qtbot.addWidget(bar)
    bar.resize(364, 48)
    bar.add_right(*(IconButton(name, name) for name in ("search", "sort", "filter", "checks")))
    bar.set_title("Unread", "248 articles")
    bar.show()
    image = bar.grab().toImage()
    assert bar.height() == 48
    assert image.pixelColor(100, 47) == LIGHT.line
    assert image.pixelColor(100, 46) == image.pixelColor(5, 5) == LIGHT.list
    ink = [x for x in range(0, 120) for y in range(8, 26) if image.pixelColor(x, y).lightness() < 90]
    assert min(ink) in (28, 29)  # over the text column of the list
    places = [button.geometry().center().x() for button in bar.findChildren(IconButton)]
    assert places == [242, 274, 306, 338]
    bar.set_hairline(False)
    assert bar.grab().toImage().pixelColor(100, 47) == LIGHT.list


def test_the_toast_has_a_way_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    toast = Toast(window, seconds=0.15)
    with qtbot.waitSignals([toast.acted, toast.closed]):
        toast.say("248 articles marked as read", "Undo", "Ctrl+Z")
        assert toast.isVisible()
        assert toast.text() == "248 articles marked as read"
        box = toast.geometry().adjusted(24, 24, -24, -24)
        assert box.height() == 44
        assert window.height() - (box.bottom() + 1) == 51
        assert abs(box.center().x() - 500) <= 1
        undo = toast.findChild(LinkButton)
        assert undo is not None
        undo.click()
    assert not toast.isVisible()
    with qtbot.waitSignal(toast.closed, timeout=2000):
        toast.say("第二句")
    window.resize(300, 400)
    toast.say("A very long sentence that does not fit into a window as narrow as this one", "Undo", "Ctrl+Z")
    assert toast.geometry().adjusted(24, 24, -24, -24).width() <= 300
    toast.dismiss()


def test_the_toast_waits_under_the_pointer(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    toast = Toast(window, seconds=0.1)
    closed: list[bool] = []
    toast.closed.connect(lambda: closed.append(True))
    toast.say("Saved")
    qtbot.mouseMove(window, QPoint(5, 5))
    qtbot.mouseMove(toast, toast.rect().center())
    if toast.underMouse():
        qtbot.wait(250)
        assert not closed
        qtbot.mouseMove(window, QPoint(5, 5))
    qtbot.waitUntil(lambda: bool(closed), timeout=2000)


def test_an_empty_list_says_why_and_what_to_do(qtbot: QtBot) -> None:
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.resize(364, 775)
    empty.set("check", "All caught up", "New articles arrive with the next refresh, at 15:00.", "Show read articles")
    empty.show()
    texts = [part.text() for part in empty.findChildren(Text)]
    assert texts == ["All caught up", "New articles arrive with the next refresh, at 15:00."]
    image = empty.grab().toImage()
    assert image.pixelColor(3, 3) == LIGHT.list
    link = empty.findChild(LinkButton)
    assert link is not None
    with qtbot.waitSignal(empty.acted):
        link.click()
    empty.set("search", "Nothing found")
    assert not link.isVisible()


def test_a_banner_grows_with_its_text(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.resize(364, 144)
    banner.set(
        "Not refreshed since 16 August",
        "The server answered “404 Not Found” six times. Your stored articles are safe below.",
        [BannerButton("retry", "Try again", "refresh"), BannerButton("find", "Find new address…")],
    )
    banner.show()
    assert banner.heightForWidth(364) == 144  # the box itself 128, as drawn
    assert banner.heightForWidth(260) > 144
    chosen: list[str] = []
    banner.acted.connect(chosen.append)
    for button in banner.findChildren(PushButton):
        button.click()
    assert chosen == ["retry", "find"]
    image = banner.grab().toImage()
    assert image.pixelColor(40, 15) == LIGHT.warn_fill
    assert image.pixelColor(100, 10) == LIGHT.warn_line
    assert image.pixelColor(4, 4) == LIGHT.list
    banner.set("Only a title", "")
    assert not [button for button in banner.findChildren(PushButton) if button.isVisible()]


def test_a_field_dresses_in_a_new_theme(qtbot: QtBot, themes: Themes) -> None:
    field = Field("Filter sources")
    qtbot.addWidget(field)
    field.resize(200, field.height())
    field.show()
    assert field.grab().toImage().pixelColor(150, 17) == LIGHT.field
    themes.choose("dark")
    assert field.grab().toImage().pixelColor(150, 17) == DARK.field
    qtbot.wait(1)  # Qt tells the widgets of a new palette by posted events
    field.setText("HHHH")
    image = field.grab().toImage()
    assert max(image.pixelColor(x, y).lightness() for x in range(30, 70) for y in range(8, 26)) > 200
    assert field.accessibleName() == "Filter sources"


@pytest.mark.parametrize("text", ["Plain words", "砚边小记 ink", "余白の仕事", "느린 편지", "An 😀 emoji"])
def test_every_script_stands_on_the_same_baseline(qtbot: QtBot, text: str) -> None:
    heights = Style(14, 600, 20)
    label = Text("H " + text, heights)
    qtbot.addWidget(label)
    label.resize(300, 20)
    image = label.grab().toImage()
    background = image.pixelColor(299, 0)
    dark = [y for x in range(0, 10) for y in range(20) if image.pixelColor(x, y).lightness() < 110]
    assert background.lightness() > 200
    assert (min(dark), max(dark)) == (5, 14)  # the H, where it stands alone


def test_the_last_line_is_elided(qtbot: QtBot) -> None:
    lines = Lines()
    style = Style(13, 400, 19)
    text = "😀 One sentence that is much longer than two lines of a narrow column can ever be, whatever the font."
    block = lines.lay(text, style, 160, max_lines=2)
    assert (len(block), block.elided, block.height) == (2, True, 38)
    assert block.width <= 161
    assert not lines.lay("short", style, 160, max_lines=2).elided
    assert lines.lay(text, style, 160, max_lines=2) is block
    assert len(lines.lay("", style, 160)) <= 1


def test_the_dots_stand_at_the_last_word(qapp: QApplication) -> None:
    style, lines = Style(13, 400, 19), Lines()
    for width in range(60, 200):
        block = lines.lay("a be see dee each if gee age I jay kay ell them and so on to the end", style, width)
        shown = block._lines[-1].layout.text()
        assert block.elided
        assert shown.endswith("…")
        assert not shown[:-1].endswith(" "), shown


def test_the_cache_of_lines_is_bounded(qtbot: QtBot) -> None:
    lines = Lines(limit=10)
    first = lines.lay("0", Style(13, 400, 19), 100)
    for number in range(30):
        lines.lay(str(number), Style(13, 400, 19), 100)
    assert lines.lay("0", Style(13, 400, 19), 100) is not first


@pytest.mark.parametrize("size", [(1123, 823), (420, 500), (200, 200)])
def test_the_first_start_has_three_doors(qtbot: QtBot, size: tuple[int, int]) -> None:
    page = FirstStart()
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.grab()
    for door, signal in zip(page.doors, (page.add_feed, page.open_folder, page.import_opml), strict=True):
        assert door.accessibleName()
        assert door.accessibleDescription()
        with qtbot.waitSignal(signal):
            qtbot.keyClick(door, Qt.Key.Key_Return)
    link = page.findChild(LinkButton)
    assert link is not None
    with qtbot.waitSignal(page.open_sample):
        link.click()
    boxes = [door.geometry() for door in page.doors]
    assert not boxes[0].intersects(boxes[1])
    assert not boxes[1].intersects(boxes[2])


@pytest.mark.parametrize("name", list(THEMES))
def test_everything_is_painted_in_every_theme(qtbot: QtBot, themes: Themes, name: ThemeName) -> None:
    themes.choose(name)
    page = FirstStart()
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    image = page.grab().toImage()
    assert image.pixelColor(3, 3) == THEMES[name].page
    door = page.doors[1].geometry()
    assert image.pixelColor(door.center().x(), door.top() + 3) == THEMES[name].line


@pytest.mark.parametrize(
    ("text", "from_right"),
    [
        ("An English title", False),
        ("كيف نقرأ Inkstone", True),
        ("123 – !שלום world", True),
        ("Inkstone كيف", False),
        ("2024", False),
    ],
)
def test_a_text_is_laid_out_from_where_it_is_read(qapp: QApplication, text: str, from_right: bool) -> None:
    right = direction_of(text) == Qt.LayoutDirection.RightToLeft
    assert right == from_right

    def inked(own_side: bool) -> range:
        image = QImage(400, 24, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        Lines().lay(text * 9, Style(14, 400, 24), 300, own_side=own_side).draw(painter, 50, 0, QColor("black"))
        painter.end()
        columns = [x for x in range(400) if any(image.pixelColor(x, y).lightness() < 128 for y in range(24))]
        return range(columns[0], columns[-1] + 1)

    assert 345 <= inked(True).stop <= 352 or not from_right
    assert 48 <= inked(False).start <= 54 or from_right
