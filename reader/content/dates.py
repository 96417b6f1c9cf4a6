"""Dates as feeds and front matter write them: one reader for all of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from reader.patterns import later

#: Nothing on the web is older; a smaller year is a mistake (0001-01-01 is .NET's "no date", 1970 a zero epoch).
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

#: Longer texts are no dates; dateutil would read them word by word.
_MAX_CHARS = 120

#: Zones that ``email.utils`` does not know (it knows UT, GMT, Z and the US names), in minutes east of Greenwich.
_ZONES = {
    "UTC": 0, "UT": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120,
    "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "IST": 330, "PKT": 300, "ICT": 420, "WIB": 420, "HKT": 480, "SGT": 480,
    "AWST": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180,
    "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip

_EPOCH = later(r"^-?\d{9,14}(?:\.\d{1,9})?$")
_DIGITS = later(r"[०-९০-৯٠-٩۰-۹０-９]")
_ISO_ODD = later(
    r"""^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?
        (?:[T\s,]*(上午|下午|午前|午後)?\s*(\d{1,2})[:：时時](\d{1,2})(?:[:：分](\d{1,2})(?:[.,](\d{1,9}))?秒?|分)?\s*(am|pm)?)?
        \s*(Z|UTC|GMT|[A-Z]{3,4}|(?:UTC|GMT)?\s*[+-]\d{1,2}:?(?:\d{2})?)?
        (?:\s*\(.*\)|\s*\[.*\]|\s+[A-Z]{3,4})?$""",
    re.VERBOSE | re.IGNORECASE,
)
#: A year: four digits, or the last of three groups (22.08.22).
_YEAR = later(r"(?:^|\D)(?:19|20)\d{2}(?:\D|$)|\d{1,2}\D{1,9}\d{1,2}\D\d{2}(?:\D|$)")
_MONTH_WORD = later(r"[^\W\d_]{3,}|\bde\b")
#: Month names by their first four letters where the English ones do not do: fr, de, es, pt, it, ru.
_MONTHS = {
    "janv": "Jan", "févr": "Feb", "mars": "Mar", "avri": "Apr", "mai": "May", "juin": "Jun", "juil": "Jul",
    "août": "Aug", "aout": "Aug", "déce": "Dec", "janu": "Jan", "febr": "Feb", "märz": "Mar", "juni": "Jun",
    "juli": "Jul", "okto": "Oct", "deze": "Dec", "ener": "Jan", "abri": "Apr", "mayo": "May", "agos": "Aug",
    "octu": "Oct", "dici": "Dec", "feve": "Feb", "març": "Mar", "maio": "May", "junh": "Jun", "julh": "Jul",
    "sete": "Sep", "outu": "Oct", "genn": "Jan", "magg": "May", "giug": "Jun", "lugl": "Jul", "sett": "Sep",
    "otto": "Oct", "янва": "Jan", "февр": "Feb", "март": "Mar", "апре": "Apr", "мая": "May", "июня": "Jun",
    "июля": "Jul", "авгу": "Aug", "сент": "Sep", "октя": "Oct", "нояб": "Nov", "дека": "Dec", "de": " ",
}  # fmt: skip

_COMPACT = later(r"^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z)?)?$")
_ISO_LOOKS = later(r"^\d{4}-\d{2}-\d{2}(?:$|[T ]\d{2})")
_RFC_LOOKS = later(r"[A-Za-z]{3}|\d\s+\d")
_HAS_DATE = later(r"\d")


def parse_date(text: str, *, now: datetime | None = None) -> datetime | None:
    """Reads a date in any form seen in the wild.

    A date without a zone is in the machine's own zone, as the program that wrote it meant it; a date without a time is
    that day's midnight there.

    Args:
        text: RFC 822, ISO 8601, 2022/8/22, 2022年8月22日, seconds or milliseconds since 1970, or what dateutil reads.
        now: what "the future" is measured from.

    Returns:
        Aware and in UTC; None when it is no date, before 1990, or more than a day in the future.
    """
    text = _clean(text)
    if not text:
        return None
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    for reader in (_iso, _epoch, _named_zone, _rfc822, _numbers, _dateutil):
        try:
            found = reader(text)
            if found is None:
                continue
            found = (found if found.tzinfo else found.astimezone()).astimezone(UTC)
        except (ValueError, OverflowError, OSError, TypeError, ArithmeticError):
            continue
        return found if EARLIEST <= found <= latest else None
    return None


def _clean(text: str) -> str:
    if not text or len(text) > _MAX_CHARS or not _HAS_DATE.search(text):
        return ""
    text = " ".join(text.replace("\u202f", " ").split()).strip("'\"")
    return _DIGITS.sub(lambda match: str(int(match.group())), text)


def _iso(text: str) -> datetime | None:
    # 3.11's fromisoformat also takes 2022-W34 and bare digits (20220822), which the later readers judge better.
    return datetime.fromisoformat(text) if _ISO_LOOKS.match(text) else None


def _named_zone(text: str) -> datetime | None:
    """``2022-08-22 13:29 Asia/Shanghai``, as Jekyll's ``timezone`` users write it."""
    words = text.rsplit(" ", 1)
    if len(words) != 2 or not re.fullmatch(r"[A-Z][A-Za-z_]+/[A-Za-z_/]+", words[1]):
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    found = _numbers(words[0]) or _iso(words[0])
    try:
        return found.replace(tzinfo=ZoneInfo(words[1])) if found else None
    except ZoneInfoNotFoundError:
        return found


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.match(text):
        return None
    digits = len(text.split(".")[0].lstrip("-"))
    if digits in (12, 14) and text.startswith(("19", "20")):
        return None  # 202208221329 is a date written without separators
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if digits > 11 else seconds, UTC)


def _rfc822(text: str) -> datetime | None:
    if not _RFC_LOOKS.search(text):
        return None
    # JavaScript's Date.toString(): "... 13:05:00 GMT+0800 (China Standard Time)".
    text = re.sub(r"\b(?:GMT|UTC)(?=[+-]\d)|\s*\([^()]*\)$", "", text)
    read = parsedate_tz(text)
    if read is None:
        return None
    year, month, day, hour, minute, second = read[:6]
    if not (1000 <= year <= 9999):
        return None
    offset = read[9]
    zone: tzinfo | None = None
    name = text.rsplit(" ", 1)[-1].strip("()").upper()
    if name in _ZONES:
        zone = timezone(timedelta(minutes=_ZONES[name]))
    elif offset is not None and ("+" in text or re.search(r"-\d{2}:?\d{2}\b", text)):
        zone = timezone(timedelta(seconds=offset))
    elif offset is not None and name.isalpha():
        zone = UTC  # an unknown zone name: RFC 2822 section 4.3 says read it as -0000
    days = 1 if hour == 24 and minute == second == 0 else 0
    return datetime(year, month, day, 0 if days else hour, minute, min(second, 59), tzinfo=zone) + timedelta(days=days)


def _numbers(text: str) -> datetime | None:
    compact = _COMPACT.match(text)
    if compact:
        parts = [int(part) if part else 0 for part in compact.groups()[:6]]
        return datetime(*parts[:6], tzinfo=UTC if compact.group(7) else None)  # type: ignore[arg-type, misc]
    match = _ISO_ODD.match(text)
    if not match:
        return None
    year, month, day, half, hour, minute, second, fraction, meridian, zone = match.groups()
    hours = int(hour or 0)
    days = 1 if hours == 24 and not int(minute or 0) else 0
    hours -= 24 * days
    late = (half in ("下午", "午後")) or (meridian or "").lower() == "pm"
    early = (half in ("上午", "午前")) or (meridian or "").lower() == "am"
    if late and hours < 12:
        hours += 12
    elif early and hours == 12:
        hours = 0
    micros = int((fraction or "0").ljust(6, "0")[:6])
    clock = (hours, int(minute or 0), min(int(second or 0), 59), micros)
    return datetime(int(year), int(month), int(day or 1), *clock, tzinfo=_zone(zone)) + timedelta(days=days)


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    name = name.upper().replace(" ", "")
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]))
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name)
    if not offset:
        return UTC
    minutes = int(offset.group(2)) * 60 + int(offset.group(3) or 0)
    return timezone(timedelta(minutes=-minutes if offset.group(1) == "-" else minutes))


def _dateutil(text: str) -> datetime | None:
    if not _YEAR.search(text) or len(text) > 60:
        return None  # "Chapter 3", "12:30:45" and "May 5" name no day of a year
    text = _MONTH_WORD.sub(lambda match: _MONTHS.get(match.group().lower()[:4], match.group()), text)
    from dateutil import parser  # type: ignore[import-untyped, unused-ignore]  # late: 20 ms that most runs never need

    offsets = {name: minutes * 60 for name, minutes in _ZONES.items()}
    # RuntimeWarning-free: every unknown zone name would warn, so they are mapped to none.
    midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    found = parser.parse(
        text, default=midnight, tzinfos=lambda name, offset: offset if offset is not None else offsets.get(name, 0)
    )
    return found if isinstance(found, datetime) else None
