"""No word is cut off or lies over another, in Chinese and in languages made to find that; nothing is unfinished."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QApplication

from reader.ui import language
from tests.states import fitting, pseudo
from tests.states.scenes import SCENES, Scene, played
from tests.states.world import World, world

I18N = Path(__file__).resolve().parents[2] / "resources" / "i18n"

#: Looked at each time; the others with the slow tests.
OFTEN = ("first-start", "caught-up", "palette", "settings", "look", "add-feed", "narrow")
#: Too big to make for this (it shows no other words than "reading"), or made of waiting.
NEVER = ("huge", "refreshing", "missing-picture", "read-only")


#: What a table's cells may end in dots with: they say it whole in their tooltip.
IN_CELLS = pseudo.long("One every {span}").split("{", maxsplit=1)[0]


@pytest.fixture
def there() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("libraries")


@pytest.fixture
def english(qapp: QApplication) -> Iterator[QApplication]:
    before = QLocale()
    yield qapp
    language.install(qapp, "en")
    qapp.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    assert not qapp.isRightToLeft()
    QLocale.setDefault(before)


def _scenes() -> list[object]:
    def param(scene: Scene) -> object:
        return pytest.param(scene, id=scene.name, marks=[] if scene.name in OFTEN else [pytest.mark.slow])

    return [param(scene) for scene in SCENES if scene.name not in NEVER]


@pytest.mark.parametrize("spoken", ["zh_TW", *pseudo.NAMES])
@pytest.mark.parametrize("scene", _scenes())
def test_no_word_is_cut_off(
    english: QApplication, there: World, libraries: Path, tmp_path: Path, scene: Scene, spoken: str
) -> None:
    with (
        fitting.elided() as shortened,
        played(english, there, scene, libraries, tmp_path / "x" / "library", theme="light", language=spoken) as stage,
    ):
        assert english.isRightToLeft() == (spoken == pseudo.MIRRORED)
        stage.rest(200)
        shortened.clear()  # before the first layout everything is short of room
        stage.picture()
        assert fitting.misfits() == []
    assert {text for text in shortened if text.startswith("[") and not text.startswith(IN_CELLS)} == set()


@pytest.mark.parametrize("text", ["Window", "{count} articles", "Backups (*.zip)", "Also: title: -word", "d MMMM yyyy"])
def test_the_long_language_keeps_what_is_filled_in(text: str) -> None:
    said = pseudo.long(text)
    if text != "d MMMM yyyy":
        assert len(said) >= len(text) * 1.3
        assert (said[0], said[-1]) == ("[", "]")
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    assert [name for _, name, _, _ in string.Formatter().parse(said) if name] == names
    assert ("(*.zip)" in said) == ("(*.zip)" in text)


def test_nothing_unfinished_is_shipped() -> None:
    for name in language.TRANSLATIONS:
        file = I18N / f"reader_{name}.ts"
        for message in ElementTree.parse(file).iter("message"):
            said = message.find("translation")
            assert said is not None
            assert said.get("type") is None, message.findtext("source")
            assert said.text, message.findtext("source")
    assert {file.stem for file in I18N.glob("*.ts")} == {f"reader_{name}" for name in language.TRANSLATIONS}
    assert {file.stem for file in I18N.glob("*.qm")} == {f"reader_{name}" for name in language.TRANSLATIONS}


def test_the_direction_goes_with_the_language(english: QApplication, tmp_path: Path) -> None:
    pseudo.speak(english, pseudo.MIRRORED, tmp_path)
    assert english.isRightToLeft()
    pseudo.speak(english, "zh_CN", tmp_path)
    assert not english.isRightToLeft()
    assert QCoreApplication.translate("Sidebar", "Today") == "今天"
