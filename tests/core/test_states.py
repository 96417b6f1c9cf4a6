"""The page that lists the states of the program is true."""

from __future__ import annotations

import pytest

from tests.conftest import CHECKOUT
from tests.states.__main__ import page
from tests.states.scenes import SCENES

SCREENSHOTS = CHECKOUT / "docs" / "screenshots"


def test_the_page_of_states_is_made_from_the_scenes() -> None:
    assert (CHECKOUT / "docs" / "states.md").read_text(encoding="utf-8") == page()
    assert len({scene.name for scene in SCENES}) == len(SCENES) >= 20


@pytest.mark.parametrize("look", ["light-en", "dark-zh-Hans"])
def test_each_state_has_its_picture(look: str) -> None:
    assert [each.name for each in SCENES if not (SCREENSHOTS / f"{each.name}-{look}.png").is_file()] == []
