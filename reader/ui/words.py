"""Sentences of the window that need data: errors, placeholders, reading times, counts."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from reader.errors import PictureError
from reader.model import Article, Row, Source
from reader.sentences import describe
from reader.ui.viewer_words import Missing


def tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Words", text, "", n)


def sentence(error: BaseException) -> str:
    """An error in the user's language."""
    said = describe(error)
    return QCoreApplication.translate("errors", said.text).format(**said.values)


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
    return f"{day}, {locale.toString(when.time(), QLocale.FormatType.ShortFormat)}"


def time_or_day(moment: datetime, now: datetime) -> str:
    """ "14:52" today, else "16 August", with the year when it is another one."""
    local, today = moment.astimezone(), now.astimezone()
    if local.date() == today.date():
        return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
    form = tr("d MMMM") if local.year == today.year else tr("d MMMM yyyy")
    return QLocale().toString(QDate(local.year, local.month, local.day), form)


def source_title(source: Source | Row) -> str:
    """Titles that Inkstone itself gave are translated."""
    kind = source.kind if isinstance(source, Source) else source.source_kind
    title = source.title if isinstance(source, Source) else source.source_title
    if kind == "files" and title == "Opened files":
        return tr("Opened files")
    return tr("Kept") if kind == "kept" and title == "Kept" else title


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
        reason = tr("It answered {status}, without and with a referrer.").format(status=error.status) + " " + whole
    elif error.kind == "offline":
        reason = tr("This picture was not stored before you went offline.")
    elif error.kind == "missing" and error.status:
        reason = tr("The server answered {status}.").format(status=error.status) + " " + whole
    else:
        reason = whole
    host = _host(error.url)
    return Missing(
        title=titles.get(error.kind, tr("The picture cannot be shown")),
        reason=reason,
        host=host,
        retry=tr("Retry"),
        open=tr("Open in browser"),
        waiting=error.kind == "offline",
        language=QLocale().bcp47Name(),
    )


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or (parts.path.rsplit("/", 1)[-1] if parts.scheme == "file" else "")
