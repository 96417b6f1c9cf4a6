"""The bands above groups of days in the list: found in the read lane, shown at once where the rows are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Day
from datetime import datetime

from PySide6.QtCore import QLocale, QObject, QTimer

from reader.library import Library
from reader.ui.articles import ArticleModel, ArticleView
from reader.ui.dategroups import Group, group_of, starts
from reader.ui.lanes import Lanes, Ticket, patient

#: So often is looked whether another day has begun; a timer until midnight would oversleep with the computer.
_DAY_MS = 20_000
#: How far a group's first row is looked for around where it should be, in a list that was renewed.
_NEAR = 300


class Grouping(QObject):
    """Gives the view its bands whenever the list, or the day, is another one.

    Args:
        dated: whether the list stands in the order of its dates.
    """

    def __init__(
        self,
        library: Library,
        lanes: Lanes,
        model: ArticleModel,
        view: ArticleView,
        dated: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._lanes, self._model, self._view, self._dated = library, lanes, model, view, dated
        self._ticket: Ticket | None = None
        self._known: list[tuple[int, int, str]] = []  # place, key, words
        self._today = self._day()
        model.modelReset.connect(self._listed)
        self._watch = QTimer(self, interval=_DAY_MS)
        self._watch.timeout.connect(self._look)
        self._watch.start()

    def _day(self) -> Day:
        return self._library.now().astimezone().date()

    def _group(self, today: Day) -> Callable[[Day], Group]:
        first = QLocale().firstDayOfWeek().value - 1
        return lambda day: group_of(day, today, first)

    def _look(self) -> None:
        if self._day() != self._today:
            self.renew()
            self._view.viewport().update()  # the dates in the rows as well

    def renew(self) -> None:
        """Find the groups anew: the day is another one."""
        self._today = self._day()
        self._find()

    def _listed(self) -> None:
        self._today = self._day()
        if not self._dated():
            self._cancel()
            self._show([])
            return
        first = self._first_screen()
        self._show(self._moved(first) if self._model.renewed else first)
        self._find()

    def _first_screen(self) -> list[tuple[int, int, str]]:
        """The groups among the first rows, which came together with the list."""
        model, count = self._model, 0
        while count < model.rowCount() and model.row_at(count) is not None:
            count += 1

        def day_of(n: int) -> Day | None:
            row = model.row_at(n)
            return _day_of(row.date) if row is not None else None

        found = starts(count, day_of, self._group(self._today))
        return [(place, model.key_at(place), self._model.dates.group(group)) for place, group in found]

    def _moved(self, first: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """The groups as they were, at the places that their first rows have in the renewed list: nothing jumps."""
        found, shift, words = list(first), 0, {each[2] for each in first}
        for place, key, text in self._known:
            near = self._model.place_near(key, place + shift, _NEAR)
            if near >= 0 and text not in words:
                shift = near - place
                found.append((near, key, text))
        return found

    def _find(self) -> None:
        self._cancel()
        if not self._dated():
            return
        keys, group, dated = self._model.keys, self._group(self._today), self._library.store.dated

        def work() -> list[tuple[int, Group]]:
            return starts(len(keys), lambda n: _day_of(dated(keys[n])), group)

        def found(groups: list[tuple[int, Group]]) -> None:
            if keys is self._model.keys:
                self._show([(place, keys[place], self._model.dates.group(each)) for place, each in groups])

        # Without bands the list is as good as before: no word about it.
        self._ticket = self._lanes.read.run(patient(work), found, lambda error: None)

    def _cancel(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _show(self, groups: list[tuple[int, int, str]]) -> None:
        self._known = groups
        self._view.set_bands({place: text for place, _, text in groups})


def _day_of(moment: datetime | None) -> Day | None:
    """The day of the user's own calendar."""
    try:
        return moment.astimezone().date() if moment is not None else None
    except OverflowError:  # the first and the last day that there are, in another zone
        return None
