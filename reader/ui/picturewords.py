"""What is known of a picture, in words: for the picture doctor, and as a text to send to somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QLocale

from reader.addresses import is_local_name, is_public, starred
from reader.attempts import CAME, PARTIAL, Attempt, PictureReport
from reader.lessons import Lesson
from reader.model import Picture
from reader.ui import words
from reader.ui.picturenames import name_of

_NAME_OF_HOST = re.compile(r"[a-z]", re.IGNORECASE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)  # lupdate knows no context outside of a class


def title(picture: Picture) -> str:
    """What a picture is called in a list."""
    return name_of(picture.url) or picture.alt[:80] or _tr("Picture")


def state(report: PictureReport) -> str:
    """In one short sentence, whether it is there, and why not."""
    if report.error is not None:
        return words.missing_picture(report.error).title
    if report.cached:
        return _tr("Held on this computer")
    if not report.picture.url.startswith(("http://", "https://")):
        return _tr("A part of the article or of its folder")
    return _tr("Not asked for yet")


def outcome(attempt: Attempt) -> str:
    """What came of one attempt."""
    return {
        CAME: _tr("The picture came"),
        PARTIAL: _tr("A part of the picture came"),
        "unreachable": _tr("No answer"),
        "refused": _tr("Refused"),
        "missing": _tr("Not there"),
        "timeout": _tr("Took too long"),
        "too-large": _tr("Too large"),
        "not-a-picture": _tr("Not a picture"),
        "bomb": _tr("Would unpack to an unreasonable size"),
        "blocked": _tr("An address that may not be contacted"),
    }.get(attempt.outcome, attempt.outcome)


def numbers(attempt: Attempt) -> str:
    """ "403 · text/html · 1 kB · 45 ms" """
    number = QLocale().toString
    parts = [str(attempt.status) if attempt.status else "", attempt.media_type]
    parts += [words.bytes_of(attempt.bytes) if attempt.bytes else "", f"{number(attempt.milliseconds)} ms"]
    return " · ".join(part for part in parts if part)


def referer(address: str) -> str:
    """Which Referer was sent."""
    return _tr("Referrer: {address}").format(address=address) if address else _tr("No referrer")


def held(report: PictureReport) -> str:
    """What is held of a picture; empty when nothing is."""
    if not report.cached:
        return ""
    number = QLocale().toString
    size = f"{number(report.width)} × {number(report.height)}"
    said = " · ".join((size, report.media_type, words.bytes_of(report.bytes)))
    bookmarked = _tr("kept with the bookmark")
    return f"{said} · {bookmarked}" if report.pinned else said


def learned(lesson: Lesson | None) -> str:
    """What was learned about the host."""
    if lesson is None:
        return _tr("Nothing yet")
    rungs = {
        "none": _tr("no referrer works"),
        "known": _tr("the referrer of the table works"),
        "own": _tr("the picture’s own site as referrer works"),
        "article": _tr("the article’s address as referrer works"),
    }
    ways = {"itself": "", "scheme": _tr("by the other scheme"), "template": _tr("through your picture proxy")}
    way = ways.get(lesson.kind, _tr("at another address of it"))
    return " · ".join(part for part in (lesson.host, rungs.get(lesson.rung, lesson.rung), way) if part)


def moment(seconds: float, now: datetime) -> str:
    """A time of today, or a day."""
    return words.time_or_day(datetime.fromtimestamp(seconds, UTC), now)


# A text to be sent to somebody


def public(url: str) -> str:
    """An address that may be shown to a stranger: secrets starred, what is on this machine or network not named."""
    if url[:5].lower() == "data:":
        return url[:40].partition(",")[0] + ",…"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "(no address)"
    if parts.scheme == "file":
        return "(a file of the article’s folder)"
    by_number = bool(host) and (":" in host or not _NAME_OF_HOST.search(host))
    if not host or (not is_public(host) if by_number else is_local_name(host) or "." not in host):
        return f"{parts.scheme}://(a private address)/"
    return starred(url)


def details(reports: Sequence[PictureReport]) -> str:
    """The reports as plain English text, for whoever looks after a blank picture."""
    return "\n\n".join("\n".join(_lines(report)) for report in reports) + "\n"


def _lines(report: PictureReport) -> list[str]:
    lines = [f"picture: {public(report.picture.url)}"]
    lines += [f"  other address: {public(url)}" for url in report.picture.alternates]
    if report.cached:
        lines.append(f"  held: {report.media_type}, {report.width} x {report.height}, {report.bytes} bytes")
        lines.append(f"  from: {public(report.address)}")
    if report.error is not None:
        error = report.error
        lines.append(f"  missing: {error.kind} {error.status or ''} {starred(error.detail)}".rstrip())
    if report.learned is not None:
        lines.append(f"  learned: {report.learned.kind}, referrer {report.learned.rung}")
    for n, attempt in enumerate(report.attempts, 1):
        sent = public(attempt.referer) if attempt.referer else "none"
        lines.append(f"  attempt {n}: {public(attempt.url)}")
        lines.append(
            f"    referrer {sent}; status {attempt.status}; {attempt.media_type or 'no type'}; {attempt.bytes} bytes; "
            f"{attempt.milliseconds} ms; {attempt.outcome} {starred(attempt.detail)}".rstrip()
        )
    return lines
