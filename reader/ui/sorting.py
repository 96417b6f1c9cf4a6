"""In which order the list stands: newest or oldest first, by source, by title."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reader.model import Order

if TYPE_CHECKING:
    from reader.ui.commands import Commands
    from reader.ui.window import Window

#: The orders that are not by date; each has a command that is checked while it holds.
BY = ("by-source", "by-title")


def now(commands: Commands) -> str:
    """The order that holds: "newest", "oldest", "by-source" or "by-title"."""
    by = next((name for name in BY if commands[name].isChecked()), "")
    return by or ("oldest" if commands["oldest-first"].isChecked() else "newest")


def order(commands: Commands) -> Order:
    """The order that holds, as a query and the settings name it."""
    if commands["by-title"].isChecked():
        return "title"
    return "source" if commands["by-source"].isChecked() else "date"


def restore(commands: Commands, name: str) -> None:
    """Check the command of an order that the settings kept."""
    for each in BY:
        commands[each].setChecked(each == f"by-{name}")


def choose(window: Window, name: str) -> None:
    """Set the order, as ``now`` names it."""
    for each in BY:
        window.commands[each].setChecked(each == name)
    if name not in BY:
        window.commands["oldest-first"].setChecked(name == "oldest")
    window.listing.again()


def handlers(window: Window) -> dict[str, Callable[[], object]]:
    """What the commands of the order do: each again leads back to the order by date."""

    def by(name: str) -> Callable[[], object]:
        return lambda: choose(window, name if window.commands[name].isChecked() else _by_date(window.commands))

    return {"oldest-first": lambda: choose(window, _by_date(window.commands)), **{name: by(name) for name in BY}}


def _by_date(commands: Commands) -> str:
    return "oldest" if commands["oldest-first"].isChecked() else "newest"
