"""Sentences of the window that need data: errors, placeholders, reading times, counts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from reader.errors import HttpStatus, ParseError, PictureError, TimedOut, Unreachable
from reader.model import Article, Row, Source
from reader.sentences import Sentence, describe, recognise, recognise_detail, recognise_note
from reader.ui.viewer_words import Missing


def tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("", text, "", n)  # lupdate knows no context outside of a class


def sentence(error: BaseException) -> str:
    """An error in the user's language."""
    return _translated(describe(error))


def stored(text: str) -> str:
    """A source's error as the library keeps it, in the user's language."""
    said = recognise(text)
    return _translated(said) if said else text


def note(text: str) -> str:
    """What is said above an article, in the user's language."""
    said = recognise_note(text)
    return QCoreApplication.translate("notes", said.text).format(**said.values) if said else text


def _translated(said: Sentence) -> str:
    values = dict(said.values)
    known = recognise_detail(values.get("detail", ""))
    if known:
        values["detail"] = QCoreApplication.translate("details", known.text).format(**known.values)
    return QCoreApplication.translate("errors", said.text).format(**values)


def number(count: int) -> str:
    """ "1,240" """
    return QLocale().toString(count)


def articles(count: int) -> str:
    """ "248 articles" """
    if count == 0:
        return tr("No articles")
    number = QLocale().toString(count)
    return tr("1 article") if count == 1 else tr("{count} articles").format(count=number)


def reading_time(article: Article) -> str:
    return tr("{minutes} min").format(minutes=QLocale().toString(article.minutes))


def long_date(moment: datetime | None) -> str:
    """The day in full and the time, in the user's zone and locale."""
    if moment is None:
        return ""
    local = moment.astimezone()
    when = QDateTime(local.year, local.month, local.day, local.hour, local.minute, 0)
    locale = QLocale()
    day = locale.toString(when.date(), tr("d MMMM yyyy"))
    time = locale.toString(when.time(), QLocale.FormatType.ShortFormat)
    return tr("{day}, {time}").format(day=day, time=time)


def time_or_day(moment: datetime, now: datetime) -> str:
    """ "14:52" today, else "16 August", with the year when it is another one."""
    local, today = moment.astimezone(), now.astimezone()
    if local.date() == today.date():
        return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
    form = tr("d MMMM") if local.year == today.year else tr("d MMMM yyyy")
    return QLocale().toString(QDate(local.year, local.month, local.day), form)


def feed_format(name: str) -> str:
    """ "RSS", as people call it."""
    return {"rss": "RSS", "rss1": "RSS 1.0", "atom": "Atom", "atom03": "Atom 0.3", "json": "JSON Feed"}.get(name, name)


def advice(error: BaseException) -> str:
    """What a person can do when an address gave no feed; empty when the error says it all."""
    if isinstance(error, HttpStatus):
        if error.status in (401, 403):
            return tr("If it wants a login, write it before the host: https://name:password@host/.")
        if error.status in (404, 410):
            return tr("Look for a slip in the address, or give the site’s front page.")
        return tr("That is the server’s trouble; try again later.")
    if isinstance(error, TimedOut):
        return tr("Try again later.")
    if isinstance(error, Unreachable):
        return tr("Look for a slip in the address, and whether you are online.")
    if isinstance(error, ParseError):
        return tr("Give the address of the feed itself, or the site’s front page.")
    return ""


def source_title(source: Source | Row) -> str:
    """Titles that Inkstone itself gave are translated."""
    kind = source.kind if isinstance(source, Source) else source.source_kind
    title = source.title if isinstance(source, Source) else source.source_title
    if kind == "files" and title == "Opened files":
        return tr("Opened files")
    return tr("Kept") if kind == "kept" and title == "Kept" else title


def of_source(source: Source) -> Source:
    """A source with its title and error in the user's language: itself for nearly all (copying 1,000 took 20 ms)."""
    title, error = source_title(source), source.error and stored(source.error)
    return source if (title, error) == (source.title, source.error) else replace(source, title=title, error=error)


def source_titles(row: Row) -> str:
    """The source of a row, and the others that have the same article."""
    if not row.also_in:
        return source_title(row)
    return tr("{source}, also in {others}").format(source=source_title(row), others=", ".join(row.also_in))


def _kind(name: str) -> str:
    """What the sanitiser took out, in words."""
    return {
        "script": tr("script"),
        "style": tr("style sheet"),
        "frame": tr("frame"),
        "form": tr("form"),
        "object": tr("plug-in object"),
        "embed": tr("plug-in object"),
        "event-handler": tr("event handler"),
        "tracking-pixel": tr("tracking pixel"),
        "tracking-parameter": tr("tracking parameter"),
        "javascript-link": tr("script in a link"),
        "link-scheme": tr("link that cannot be followed"),
        "picture-scheme": tr("picture address that cannot be used"),
        "placeholder": tr("placeholder picture"),
        "comment": tr("comment"),
        "meta": tr("page instruction"),
        "link": tr("external resource"),
        "base": tr("page instruction"),
        "svg": tr("drawing"),
        "math": tr("formula markup"),
        "nesting": tr("too deep nesting"),
        "unreadable": tr("unreadable part"),
    }.get(name, name)


def removed(kinds: Sequence[tuple[str, int]]) -> str:
    """ "3 things removed: script, frame, tracking pixel"; empty when nothing was."""
    count = sum(number for _, number in kinds)
    if not count:
        return ""
    names = tr(", ").join(dict.fromkeys(_kind(name) for name, _ in kinds))
    if count == 1:
        return tr("1 thing removed: {kinds}").format(kinds=names)
    return tr("{count} things removed: {kinds}").format(count=QLocale().toString(count), kinds=names)


def removed_items(kinds: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Each kind with its number."""
    line = tr("{kind}: {count}")
    return tuple(line.format(kind=_kind(name), count=QLocale().toString(number)) for name, number in kinds)


def missing_picture(error: PictureError) -> Missing:
    """What the placeholder of a picture says."""
    titles = {
        "unreachable": tr("The picture’s server cannot be reached"),
        "refused": tr("The picture’s server refused it"),
        "missing": tr("The picture is no longer there"),
        "timeout": tr("The picture’s server took too long"),
        "too-large": tr("The picture is too large"),
        "not-a-picture": tr("What the server sent is not a picture"),
        "bomb": tr("The picture would unpack to an unreasonable size"),
        "blocked": tr("The picture’s address may not be contacted"),
        "offline": tr("Waiting for the network"),
    }
    whole = tr("The article is complete; only this picture is missing.")
    if error.kind == "refused":
        reason = both(tr("It answered {status}, without and with a referrer.").format(status=error.status), whole)
    elif error.kind == "offline":
        reason = tr("This picture was not stored before you went offline.")
    elif error.kind == "missing" and error.status:
        reason = both(tr("The server answered {status}.").format(status=error.status), whole)
    else:
        reason = whole
    said = Missing(
        title=titles.get(error.kind, tr("The picture cannot be shown")),
        reason=reason,
        host=host_of(error.url),
        retry=tr("Retry"),
        open=tr("Open in browser"),
        why=tr("Why?"),
        form="row" if error.kind == "offline" else "box",
        lang=QLocale().bcp47Name(),
    )
    if error.kind == "offline" and error.detail == "click":
        said = replace(
            said, title=tr("Picture not loaded"), reason="", retry=tr("Load picture"), open="", why="", form="load"
        )
    elif error.kind == "offline" and error.detail == "never":
        said = replace(said, title=tr("Picture not loaded"), reason="", retry="", open="", why="", form="quiet")
    return said


def both(first: str, second: str) -> str:
    """Two sentences; Chinese sets no space between them."""
    return tr("{first} {second}").format(first=first, second=second)


def host_of(url: str) -> str:
    """Whose an address is, as people know it: a host, or a file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or (parts.path.rsplit("/", 1)[-1] if parts.scheme == "file" else "")


def path_of(place: Path) -> str:
    """A folder as it is written by hand: "~" for the user's own, where that is understood."""
    home = Path.home()
    if sys.platform == "win32" or not place.is_relative_to(home):
        return str(place)
    return str("~" / place.relative_to(home))


def bytes_of(count: int) -> str:
    """ "240 kB" """
    if count < 1000:
        return tr("{count} bytes").format(count=QLocale().toString(count))
    digits = 0 if count < 1_000_000 else 1
    return QLocale().formattedDataSize(count, digits, QLocale.DataSizeFormat.DataSizeSIFormat)
