"""What a refresh brought, as a notification tells it: of which sources, when, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from PySide6.QtCore import QLocale

from reader.model import Outcome, Row, Source, Updated
from reader.records import dataclass
from reader.settings import Settings
from reader.ui.words import tr

_TITLES = 3


@dataclass(frozen=True, slots=True)
class News:
    """One notification.

    Attributes:
        article: the key of the article that a click opens; -1: the list of what is unread.
    """

    title: str
    text: str
    article: int = -1


def told(settings: Settings, source: Source) -> bool:
    """Whether news of a source are wanted. What a first refresh brings is not news."""
    return source.succeeded is not None and is_chosen(settings, source)


def is_chosen(settings: Settings, source: Source) -> bool:
    """Whether the user wants to be told of a source."""
    return settings.notify == "all" or (settings.notify == "chosen" and source.id in settings.notify_sources)


def chosen(settings: Settings, source: str, wanted: bool, everyone: Iterable[str]) -> dict[str, Any]:
    """The settings that change when news of one source are wanted, or no longer.

    Args:
        source: its id.
        everyone: the ids of all sources, of which "all" means each.
    """
    before = {"all": set(everyone), "chosen": set(settings.notify_sources)}.get(settings.notify, set())
    after = before | {source} if wanted else before - {source}
    return {"notify": "chosen" if after else "off", "notify_sources": tuple(sorted(after))}


def is_quiet(settings: Settings, now: time) -> bool:
    """Whether it is the time of the day when nothing shall be shown; it may reach over midnight."""
    if not settings.quiet_from or not settings.quiet_until or settings.quiet_from == settings.quiet_until:
        return False
    begin, end = time.fromisoformat(settings.quiet_from), time.fromisoformat(settings.quiet_until)
    return begin <= now < end if begin < end else now >= begin or now < end


def wanted(settings: Settings, outcomes: Sequence[Outcome]) -> list[Updated]:
    """The outcomes that a notification tells of."""
    return [each for each in outcomes if isinstance(each, Updated) and each.new and told(settings, each.source)]


def compose(newest: Sequence[Row]) -> News | None:
    """One notification for all; None when what came was read, muted or removed meanwhile.

    Args:
        newest: the unread ones among the new articles, the newest first; as many as are to be counted.
    """
    if not newest:
        return None
    if len(newest) == 1:
        return News(newest[0].title or tr("Untitled"), newest[0].source_title, newest[0].key)
    number = QLocale().toString(len(newest))
    sources = len({row.source_key for row in newest})
    if sources == 1:
        title = tr("{count} new articles in {source}").format(count=number, source=newest[0].source_title)
    else:
        title = tr("{count} new articles in {sources} sources").format(count=number, sources=sources)
    return News(title, "\n".join(row.title for row in newest[:_TITLES]))
