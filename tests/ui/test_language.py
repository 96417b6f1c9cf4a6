"""The window in Chinese: every string is marked, found, translated, and shown."""

from __future__ import annotations

import ast
import os
import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reader import errors
from reader.library import Library
from reader.paths import in_folder
from reader.sentences import describe, recognise
from reader.settings import Settings
from reader.ui import language, words
from reader.ui.lanes import Lanes
from reader.ui.theme import Themes
from reader.ui.window import Window

CHECKOUT = Path(__file__).resolve().parents[2]
I18N = CHECKOUT / "resources" / "i18n"
SOURCES = sorted((CHECKOUT / "reader" / "ui").rglob("*.py"))

#: English texts that a language may leave as they are.
UNCHANGED = {"{first} · {second}", "MB", "Markdown (*.md)", "JSON (*.json)"}
#: Letters of menus and buttons that only the other script has.
FOREIGN = {
    "zh_CN": set("讀書籤夾檔訂閱閉開關複製連結視標題設選單還沒來圖網頁時間將無為"),
    "zh_TW": set("读书签夹档订阅闭开关复连结视标题设选单还没来图网页时间将无为"),
}

Message = tuple[str, str]


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[QApplication]:
    """The application, in English again afterwards."""
    before = QLocale()
    yield qapp
    language.install(qapp, "en")
    QLocale.setDefault(before)


def messages(file: Path) -> dict[Message, ElementTree.Element]:
    """The messages of a .ts file by context and English text."""
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            found[context.findtext("name") or "", message.findtext("source") or ""] = message
    return found


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


# ------------------------------------------------------------------------------------------------ the files


@pytest.mark.parametrize("name", language.TRANSLATIONS)
def test_everything_is_translated(name: str) -> None:
    found = messages(I18N / f"reader_{name}.ts")
    assert len(found) > 200
    for (context, english), message in found.items():
        translation = message.find("translation")
        assert translation is not None
        said = translation.text or ""
        where = f"{context}: {english}"
        assert said, where
        assert translation.get("type") is None, f"{where} is {translation.get('type')}"
        assert said != english or english in UNCHANGED, where
        assert placeholders(said) == placeholders(english), where
        # Half-width signs between Chinese letters look foreign.
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?!\w)", said), where
        assert said.endswith("…") == english.endswith("…"), where


@pytest.mark.parametrize("name", language.TRANSLATIONS)
def test_each_language_has_its_own_letters(name: str) -> None:
    """Letters that exist in one of the two scripts only, in words that an interface uses all the time."""
    for (context, english), message in messages(I18N / f"reader_{name}.ts").items():
        said = message.findtext("translation") or ""
        assert not FOREIGN[name] & set(said), f"{context}: {english}: {said}"


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_the_files_are_what_the_source_makes_of_them(tmp_path: Path, qapp: QApplication) -> None:
    for file in I18N.glob("*.ts"):
        shutil.copy(file, tmp_path)
    made = subprocess.run(
        [CHECKOUT / "packaging" / "i18n.sh", tmp_path],
        env={**os.environ, "BIN": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr
    for name in language.TRANSLATIONS:
        file = f"reader_{name}"
        new, kept = messages(tmp_path / f"{file}.ts"), messages(I18N / f"{file}.ts")
        assert new.keys() == kept.keys(), "run: make translations"
        old_words, new_words = QTranslator(), QTranslator()
        assert old_words.load(file, str(I18N))
        assert new_words.load(file, str(tmp_path))
        for (context, english), message in kept.items():
            said = message.findtext("translation")
            assert new_words.translate(context, english) == said, english
            assert old_words.translate(context, english) == said, f"{english}: run: make translations"


def test_no_source_is_looked_up_where_it_was_not_found() -> None:
    """lupdate knows the class that a call stands in, and what is written in the call; anything else gets no context."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or _called(node) not in ("translate", "tr", "_tr"):
                continue
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "painter":
                continue
            where = f"{file.name}:{node.lineno}"
            if _called(node) == "translate" and len(node.args) >= 2:
                context, text = node.args[0], node.args[1]
                assert isinstance(context, ast.Constant), where
                assert isinstance(text, ast.Constant) or context.value in ("", "errors", "details", "notes"), where
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "tr":
                assert isinstance(node.func.value, ast.Name), (
                    f"{where}: lupdate takes what stands before .tr for a class"
                )
                assert node.func.value.id == "self", where
            elif isinstance(node.func, ast.Name):
                assert len(node.args) == 1, f"{where}: what follows the words lupdate takes for a remark"


# ------------------------------------------------------------------------------ strings that nobody marked

#: What is shown: the method or class, and which of its arguments are words.
SHOWN = {
    "setText": (0,), "setToolTip": (0,), "setStatusTip": (0,), "setWhatsThis": (0,), "setWindowTitle": (0,),
    "setPlaceholderText": (0,), "setAccessibleName": (0,), "setAccessibleDescription": (0,), "setInformativeText": (0,),
    "setTitle": (0,), "setLabelText": (0,), "set_text": (0,), "set_title": (0, 1), "addAction": (0, 1), "addMenu": (0,),
    "addButton": (0,), "addTab": (1,), "addItem": (0,), "addRow": (0,), "set": (1, 2, 3), "say": (0, 1), "rest": (0,),
    "progress": (0,), "getText": (1, 2), "getItem": (1, 2), "getExistingDirectory": (1,), "getOpenFileName": (1, 3),
    "getSaveFileName": (1, 3), "question": (1, 2), "information": (1, 2), "warning": (1, 2), "critical": (1, 2),
    "about": (1, 2), "QAction": (0, 1), "QLabel": (0,), "QPushButton": (0,), "QCheckBox": (0,), "QRadioButton": (0,),
    "QGroupBox": (0,), "IconButton": (1,), "PushButton": (0,), "LinkButton": (0,), "Text": (0,), "Field": (0,),
    "BannerButton": (1,), "Command": (1, 3), "_action": (1,),
}  # fmt: skip
#: Names, patterns of files and addresses, a unit, a title as the library stores it (words.source_title), and a default
#: that is never left so.
NAMES = {
    "Inkstone",
    "OPML (*.opml *.xml)",
    " (*.md *.markdown *.mdx *.Rmd *.html *.htm *.xhtml *.txt *.org)",
    "Opened files",
    "Open in browser",
    "https://wsrv.nl/?url={url}",
    "MB",
    "image-off",
}
_MARKS = ("tr", "_tr", "translate", "QT_TRANSLATE_NOOP")
_WORD = re.compile(r"[^\W\d_]{2}")
#: A capital, and a second word of small letters: a sentence, or a title.
_SENTENCE = re.compile(r"[A-Z][\w’'…,-]*( [\w’'…,:;.{}-]+)*( [a-z]{2,}| [\w{}]+[.?!…])( [\w’'…,:;.{}-]+)*[.?!…]?")
#: Whose errors are for those who write the program; nothing of it is shown.
_FOR_MAKERS = ("KeyError", "ValueError", "TypeError", "RuntimeError", "info", "debug", "warning", "error", "exception")


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _unmarked(node: ast.expr) -> Iterator[str]:
    """The literal words of an expression, but for those that a call translates."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _WORD.search(node.value) and node.value not in NAMES and node.value.strip() not in NAMES:
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _unmarked(part.value if isinstance(part, ast.FormattedValue) else part)
    elif isinstance(node, ast.BinOp):
        yield from _unmarked(node.left)
        yield from _unmarked(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _unmarked(node.body)
        yield from _unmarked(node.orelse)
    elif isinstance(node, ast.Call) and _called(node) == "format" and isinstance(node.func, ast.Attribute):
        yield from _unmarked(node.func.value)


def unmarked(source: str) -> list[str]:
    """Words of a module that are shown without passing through a translation: ``line: words``."""
    found = []
    tree = ast.parse(source)
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
            quiet.add(id(node.value))
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in (*_MARKS, *_FOR_MAKERS):
            quiet.update(id(each) for each in ast.walk(node))
        for place in SHOWN.get(name, ()):
            if place < len(node.args) and not (name == "warning" and _of_log(node)):
                found += [f"{node.lineno}: {text}" for text in _unmarked(node.args[place])]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            text = node.value
            if _SENTENCE.fullmatch(text) and text not in NAMES and f"{node.lineno}: {text}" not in found:
                found.append(f"{node.lineno}: {text}")
    return found


def _of_log(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "log"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_no_word_is_shown_untranslated(file: Path) -> None:
    assert unmarked(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Hello")',
        'label.setText(f"{n} articles")',
        'label.setText("one" if n == 1 else self.tr("many"))',
        'label.setText(self.tr("Found") + " here")',
        'label.setText("{n} of them".format(n=n))',
        'menu.addAction(icon, "Paste")',
        'empty.set("search", self.tr("Nothing found"), "No such words")',
        'IconButton("close", "Close", self)',
        'text = "Nothing to undo."',
        'QMessageBox.warning(None, "Inkstone", "It failed")',
    ],
)
def test_the_search_for_unmarked_words_finds_them(line: str) -> None:
    assert unmarked(line)
    assert not unmarked('label.setText(self.tr("Hello")); menu.addAction(icon, _tr("Paste")); log.warning("It failed")')


# --------------------------------------------------------------------------------------- which, and what then


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["zh-Hans-CN", "zh-CN", "zh-Hans", "zh"], "zh_CN"),
        (["zh_TW"], "zh_TW"),
        (["zh-Hant-HK"], "zh_TW"),
        (["zh-MO"], "zh_TW"),
        (["zh-Hans-HK"], "zh_CN"),
        (["zh-SG"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["en-US", "zh-CN"], "en"),
        (["de-DE", "de", "zh-TW", "en"], "zh_TW"),
        (["de-DE", "de"], ""),
        (["C"], ""),
        ([], ""),
    ],
)
def test_the_first_language_that_is_spoken_is_chosen(wanted: list[str], chosen: str) -> None:
    assert language.choose(wanted) == chosen


@pytest.mark.parametrize(
    ("name", "said", "day", "cancel"),
    [
        ("zh_CN", "全部文章", "8月16日", "取消"),
        ("zh-Hant", "所有文章", "8月16日", "取消"),
        ("en", "All articles", "16 August", "Cancel"),
        ("de", "All articles", "16 August", "Cancel"),
        ("no such language", "All articles", "16 August", "Cancel"),
    ],
)
def test_words_dates_and_qts_own_words_follow(
    speak: QApplication, monkeypatch: pytest.MonkeyPatch, name: str, said: str, day: str, cancel: str
) -> None:
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("en_GB"))
    language.install(speak, name)
    assert QCoreApplication.translate("Sidebar", "All articles") == said
    moment, now = datetime(2025, 8, 16, 12, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)
    assert words.time_or_day(moment, now) == day
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == cancel


def test_the_formats_follow_the_words(speak: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's list of languages may begin with another one than its formats are written in."""

    class Mixed(QLocale):
        def uiLanguages(self, *_: object) -> list[str]:
            return ["zh-TW", "en-US"]

    monkeypatch.setattr(QLocale, "system", lambda: Mixed("en_US"))
    language.install(speak, "system")
    assert QLocale().name() == "zh_TW"
    language.install(speak, "en")
    assert QLocale().name() == "en_US"
    assert not speak.findChildren(QTranslator) or QCoreApplication.translate("Sidebar", "Today") == "Today"


def test_a_refused_picture_is_told_without_spaces_between_sentences(speak: QApplication) -> None:
    language.install(speak, "zh_CN")
    told = words.missing_picture(errors.PictureError(url="https://a.example/x.png", kind="refused", status=403))
    assert (told.title, told.lang) == ("图片服务器拒绝了请求", "zh")
    assert "403" in told.reason
    assert "。文章完整，只缺这张图。" in told.reason


STORED = [
    errors.HttpStatus(url="https://a.example/feed", status=404, reason="Not Found"),
    errors.TooLarge(url="https://a.example/feed", limit_bytes=10 * 2**20),
    errors.Blocked(url="http://10.0.0.1/{x}", detail="private address: 10.0.0.1"),
    errors.TimedOut(url="https://a.example/feed", seconds=30.0),
    errors.Unreachable(url="https://a.example/a: b", detail="no such host: a.example"),
    errors.Cancelled(url="https://a.example/feed"),
    errors.FetchError(url="https://a.example/feed"),
    errors.ParseError(where="https://a.example/feed", detail="broken JSON: nothing, line", line=3),
    errors.ParseError(where="", detail="the document is empty"),
    errors.FolderError(path="/a/{b}", detail="is not a folder"),
    errors.WorkerDied(task="parse_feed", seconds=60.0),
    ValueError("a\nb"),
]


@pytest.mark.parametrize("error", STORED, ids=lambda error: type(error).__name__)
def test_a_stored_error_is_told_in_the_users_language(speak: QApplication, error: Exception) -> None:
    said = describe(error)
    found = recognise(str(said))
    assert found is not None
    assert (found.text, str(found)) == (said.text, str(said))
    language.install(speak, "zh_CN")
    assert words.stored(str(said)) == words.sentence(error) != str(said)


def test_an_unknown_stored_error_stays_as_it_is() -> None:
    for text in ("", "gone", "x" * 5000, "{url}", "出错了"):
        assert words.stored(text) == text


def test_the_window_speaks_chinese(speak: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("# A title\n\nWords.\n", "utf-8")
    language.install(speak, "zh_CN")
    with Library(in_folder(tmp_path / "library")) as library:
        source = library.add_folder(folder)
        for _ in library.refresh([source]):
            pass
        lanes = Lanes()
        window = Window(library, lanes, Themes(speak, "light"), Settings(), by_itself=False)
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window.model.rowCount() > 0)
        tree = window.sidebar.tree
        titles = [tree.data(tree.index_of(node)) for node in tree.nodes()]
        assert titles[:5] == ["今天", "未读", "书签", "继续阅读", "全部文章"]
        assert titles[5] == "来源"
        assert "未读, 1 篇文章" in {part.accessibleName() for part in window.list.header.findChildren(QWidget)}
        assert window.commands["bookmark"].text() == "加书签"
        assert "已刷新" in window.status.text()
        assert window.sidebar.filter.placeholderText() == "筛选来源"
        window.close()
        lanes.close()


def test_what_a_sentence_tells_of_a_file_is_translated_too(speak: QApplication) -> None:
    language.install(speak, "zh_CN")
    error = errors.ParseError(where="list.opml", detail="it is larger than 20 MB", line=3)
    assert words.sentence(error) == "list.opml，第 3 行：超过 20 MB。"
    assert words.stored(str(describe(error))) == "list.opml，第 3 行：超过 20 MB。"
    assert "odd: {x}" in words.sentence(errors.ParseError(where="a", detail="odd: {x}"))
