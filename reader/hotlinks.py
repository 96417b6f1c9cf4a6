"""Which Referer a picture's server wants: a table of known hosts, and what was learned. A part of ``reader.images``.

Two opposite protections exist: some hosts refuse a foreign Referer and take none, others refuse none and take theirs.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from reader.addresses import is_local_name, is_public, parse

Rung = Literal["none", "known", "own", "article"]

#: Host (and everything below it) -> the Referer that works there, "" for none.
KNOWN = {
    "sinaimg.cn": "https://weibo.com/",
    "f.video.weibocdn.com": "https://weibo.com/",
    "i.pximg.net": "https://www.pixiv.net/",
    "cdnfile.sspai.com": "https://sspai.com/",
    "cdninstagram.com": "https://www.instagram.com/",
    "xhscdn.com": "https://www.xiaohongshu.com/",
    "sp1.piokok.com": "https://www.piokok.com/",
    "appinn.com": "https://www.appinn.com/",
    "img.hellogithub.com": "https://hellogithub.com/",
    "parkablogs.com": "https://www.parkablogs.com/",
    "bjp.org.cn": "http://www.bjp.org.cn/",
    "moyu.im": "https://i.jandan.net/",
    "hdslb.com": "",
    "mmbiz.qpic.cn": "",
    "zhimg.com": "",
}
_KEPT_S = 30 * 86_400
_MAX_HOSTS = 5_000


def known(host: str) -> str | None:
    """The table's Referer for a host, None when it is not in it."""
    labels = host.split(".")
    for at in range(len(labels)):
        found = KNOWN.get(".".join(labels[at:]))
        if found is not None:
            return found
    return None


def referer_of(article_url: str, picture_url: str) -> str:
    """An article's address as a browser would send it: without user and fragment, never of a private page, never from
    https to http; ``""`` when it must not be sent.
    """
    try:
        article, picture = parse(article_url), parse(picture_url)
    except ValueError:
        return ""
    host = article.origin.host
    numeric = ":" in host or host.replace(".", "").isdigit()
    private = is_local_name(host) or (numeric and not is_public(host))
    if private or (article.origin.scheme == "https" and picture.origin.scheme == "http"):
        return ""
    return article.url


class Lessons:
    """What worked at which host, kept for 30 days in one small file. A damaged or unwritable file is an empty one.

    Args:
        now: the wall clock, seconds.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._learned: dict[str, tuple[Rung, float]] | None = None

    def ladder(self, picture_url: str, article_url: str) -> list[tuple[Rung, str]]:
        """The Referers to try for an address, best first, none twice."""
        address = parse(picture_url)
        host = address.origin.host
        listed = known(host)
        rungs: list[tuple[Rung, str]] = [] if listed is None else [("known", listed)]
        rungs += [("none", ""), ("own", f"{address.origin}/")]
        article = referer_of(article_url, picture_url)
        if article:
            rungs.append(("article", article))
        worked = self._worked(host)
        rungs.sort(key=lambda rung: rung[0] != worked)  # stable: only the lesson moves
        seen: set[str] = set()
        return [rung for rung in rungs if not (rung[1] in seen or seen.add(rung[1]))]  # type: ignore[func-returns-value]

    def learn(self, picture_url: str, rung: Rung, first: Rung) -> None:
        """Remember what worked, if it was not what was tried first."""
        if rung == first:
            return
        host = parse(picture_url).origin.host
        with self._lock:
            learned = {**self._read(), **(self._learned or {}), host: (rung, self._now())}
            newest = sorted(learned.items(), key=lambda item: item[1][1])[-_MAX_HOSTS:]
            self._learned = dict(newest)
            temporary = self._path.with_name(f"lessons-{secrets.token_hex(8)}.tmp")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_text(json.dumps(self._learned), encoding="utf-8")
                os.replace(temporary, self._path)
            except OSError:
                with contextlib.suppress(OSError):
                    temporary.unlink()

    def _worked(self, host: str) -> Rung | None:
        with self._lock:
            if self._learned is None:
                self._learned = self._read()
            rung, when = self._learned.get(host, (None, 0.0))
        return rung if -86_400 < self._now() - when < _KEPT_S else None

    def _read(self) -> dict[str, tuple[Rung, float]]:
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        learned: dict[str, tuple[Rung, float]] = {}
        for host, lesson in stored.items() if isinstance(stored, dict) else ():
            match lesson:
                case [("none" | "known" | "own" | "article") as rung, int() | float() as when]:
                    learned[host] = (rung, float(when))
        return learned
