"""Short dates for lists: the time today, the word yesterday, day and month this year, else with the year."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date as Day
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from reader.patterns import later
from reader.ui.dategroups import Group

_TOKENS = later(r"d{1,2}(?!d)|M{1,4}|y{2,4}")
_WEEKDAY = later(r"d{3,4}")
_QUOTED = later(r"\s*'[^']*'\s*")


def _part(long_format: str, wanted: str, *, whole: bool = False) -> str:
    """The stretch of a long date format from the first to the last of the wanted letters, months shortened.

    Qt gives no format of day and month alone; the order and the signs of the long one are right in every locale.

    Args:
        whole: the months are not shortened.
    """
    plain = _WEEKDAY.sub("", _QUOTED.sub(" ", long_format))  # the short form does without "16 de ago"
    places = [match for match in _TOKENS.finditer(plain) if match.group()[0] in wanted]
    if not places:
        return "d MMM"
    end = places[-1].end()
    # The sign that belongs to the figure: 8月16日, 8월 16일.
    end += 1 if plain[end : end + 1] in {"日", "일", "月", "월", "年", "년"} else 0
    part = plain[places[0].start() : end]
    return part if whole else part.replace("MMMM", "MMM")


def _qdate(day: Day) -> QDate:
    return QDate(day.year, day.month, day.day)


def _capital(name: str) -> str:
    """A heading begins with a capital also where names of days do not ("lundi")."""
    return name[:1].upper() + name[1:]


class Dates:
    """Words for dates in the user's locale and time zone.

    Args:
        now: an aware datetime; asked at each call, so that a list stays right over midnight.
        locale: the user's own by default.
    """

    def __init__(self, now: Callable[[], datetime], locale: QLocale | None = None) -> None:
        self._now = now
        self._locale = locale or QLocale()
        long_format = self._locale.dateFormat(QLocale.FormatType.LongFormat)
        self._day = _part(long_format, "dM")
        self._full = _part(long_format, "dMy")
        self._month = _part(long_format, "My", whole=True)
        self._year = _part(long_format, "y")
        self._kept: OrderedDict[tuple[datetime, int], str] = OrderedDict()

    def short(self, date: datetime | None) -> str:
        """The date of a row of the list; ``""`` for None."""
        if date is None:
            return ""
        today = self._now().astimezone().date()
        key = (date, today.toordinal())
        word = self._kept.get(key)
        if word is None:
            word = self._word(date.astimezone(), today)
            self._kept[key] = word
            if len(self._kept) > 2000:
                self._kept.popitem(last=False)
        return word

    def group(self, group: Group) -> str:
        """What stands above a group of days: "Today", "Monday", "March", "2019"."""
        begin = group.begin
        match group.kind:
            case "later":
                return QCoreApplication.translate("Dates", "Later")
            case "today":
                return QCoreApplication.translate("Dates", "Today")
            case "yesterday":
                return QCoreApplication.translate("Dates", "Yesterday")
            case "last-week":
                return QCoreApplication.translate("Dates", "Last week")
            case "weekday":
                return _capital(self._locale.standaloneDayName(begin.isoweekday()))
            case "month" if begin.year == self._now().astimezone().year:
                return _capital(self._locale.standaloneMonthName(begin.month))
            case "month":
                return _capital(self._locale.toString(_qdate(begin), self._month))
            case _:
                return self._locale.toString(_qdate(begin), self._year)

    def _word(self, local: datetime, today: Day) -> str:
        day = local.date()
        if day == today:
            time = QTime(local.hour, local.minute)
            return self._locale.toString(time, self._locale.timeFormat(QLocale.FormatType.ShortFormat))
        if day + timedelta(days=1) == today:
            return QCoreApplication.translate("Dates", "Yesterday")
        return self._locale.toString(_qdate(day), self._day if day.year == today.year else self._full)
