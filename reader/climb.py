"""One walk up the ladder: a picture is asked for, step by step, until it comes or nothing is left to try. A part of
``reader.images``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from reader import ladder
from reader.addresses import Origin
from reader.attempts import CAME, PARTIAL, Attempt
from reader.errors import Blocked, Cancelled, FetchError, HttpStatus, PictureError, TimedOut, TooLarge, Unreachable
from reader.hotlinks import referers
from reader.ladder import Try, host_of
from reader.lessons import Lessons
from reader.localpictures import MAX_BYTES
from reader.model import Picture
from reader.net import Client, Limits, Response
from reader.picturefile import PictureFile, checked
from reader.records import dataclass

#: For one picture, all its addresses and Referers together.
TOTAL_S = 20.0
#: One address may not use it all up while there are others: each server has its share, within these bounds.
ADDRESS_S, SHARE_S = 12.0, 5.0
CONNECT_S = 5.0
LEAST_S = 0.5
# No AVIF: Qt cannot read it for the list, and servers that negotiate send something else.
_ACCEPT = "image/webp,image/apng,image/svg+xml,image/*;q=0.9,*/*;q=0.5"
#: An HTML page (or a word in JSON, or nothing) in the place of a picture is how many servers refuse.
_REFUSING = frozenset({"an HTML page", "an XML or HTML document", "a JSON document", "nothing"})
#: Says nothing of the other pictures of a server.
_OF_ONE_PICTURE = frozenset({"the connection broke off", "the answer's compression is broken"})
#: Failures that say something of the whole host, not of the one picture.
_OF_A_HOST = frozenset({"refused", "unreachable", "timeout", "not-a-picture", "blocked"})
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Climbed:
    """What a walk brought: a file or an error.

    Attributes:
        headers: of the answer that was the picture.
        pause_s: the server asked to be left in peace for so long.
    """

    attempts: tuple[Attempt, ...] = ()
    file: PictureFile | None = None
    error: PictureError | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one step brought; ``silent``: the server did not answer at all, ``down``: and will not answer others."""

    attempt: Attempt
    file: PictureFile | None = None
    error: PictureError | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    silent: bool = False
    down: bool = False


class Climber:
    """Asks for pictures. May be used by many threads at once.

    Args:
        template: the proxy that the user chose, ``""`` for none.
    """

    def __init__(self, client: Client, lessons: Lessons, template: Callable[[], str]) -> None:
        self._client, self._lessons, self._template = client, lessons, template

    def climb(
        self,
        picture: Picture,
        article_url: str,
        allow: Origin | None,
        *,
        anew: bool = False,
        cancelled: Callable[[], bool] | None = None,
    ) -> Climbed:
        """Ask for a picture at its web addresses.

        Args:
            article_url: a Referer to try when the server wants one.
            allow: the one origin that may be a private address.
            anew: ask also who refused or did not answer a moment ago.
            cancelled: nobody wants it any more; see ``Client.get``.

        Raises:
            Cancelled: then nothing is learned of the server that was being asked.
        """
        host = host_of(picture.url)
        # What stands where the feed stands is reached as the feed is, and may be private: no proxy is told of it.
        own = allow is not None and Origin.of(picture.url) == allow
        template = "" if own else self._template()
        waiting = ladder.steps(picture.url, picture.alternates, article_url, template, self._lessons.of)
        if not anew:
            waiting = [step for step in waiting if not self._lessons.is_down(step.via)]
        if not waiting:
            detail = "its server did not answer a moment ago"
            return Climbed(error=PictureError(url=picture.url, kind="unreachable", detail=detail))
        most = ladder.FEW_ATTEMPTS if self._lessons.refuses(host) and not anew else ladder.MOST_ATTEMPTS
        deadline = time.monotonic() + TOTAL_S
        tried: list[tuple[Try, _Answer]] = []
        while waiting and len(tried) < most:
            left_s = deadline - time.monotonic()
            if tried and left_s < LEAST_S:
                break
            step = waiting.pop(0)
            servers = len({step.via, *(other.via for other in waiting)})
            if len(tried) + 1 < most and servers > 1:
                left_s = min(left_s, ADDRESS_S, max(left_s / servers, SHARE_S))
            answer = self._ask(step, allow, max(left_s, LEAST_S), cancelled)
            tried.append((step, answer))
            if answer.file is not None and not answer.file.partial:
                self._learn(picture.url, article_url, tried)
                break
            if answer.down:
                self._lessons.note_down(step.via)
            waiting = ladder.after(waiting, step, _judged(answer), silent=answer.silent)
        return self._result(picture.url, tried)

    def _result(self, url: str, tried: list[tuple[Try, _Answer]]) -> Climbed:
        attempts = tuple(answer.attempt for _, answer in tried)
        for _, answer in reversed(tried):
            if answer.file is not None:  # whole, or the best that came
                return Climbed(attempts, replace(answer.file, attempts=attempts), headers=answer.headers)
        if any(step.kind == ladder.ITSELF and _judged(answer) == "refused" for step, answer in tried):
            self._lessons.note_refusal(host_of(url))
        errors = [answer.error for step, answer in sorted(tried, key=lambda item: item[0].kind != ladder.ITSELF)]
        pause_s = max(answer.pause_s for _, answer in tried)
        return Climbed(attempts, error=next(error for error in errors if error is not None), pause_s=pause_s)

    def _learn(self, url: str, article_url: str, tried: list[tuple[Try, _Answer]]) -> None:
        step = tried[-1][0]
        host = host_of(url)
        self._lessons.note_up(host, step.via)
        own = [answer.attempt.outcome for each, answer in tried[:-1] if each.kind == ladder.ITSELF]
        if step.kind == ladder.ITSELF and step.rung == referers(url, article_url)[0][0]:
            self._lessons.forget(host)
        elif step.kind == ladder.ITSELF or all(outcome in _OF_A_HOST for outcome in own):
            self._lessons.learn(host, step.kind, step.via, step.rung)

    def _ask(self, step: Try, allow: Origin | None, left_s: float, cancelled: Callable[[], bool] | None) -> _Answer:
        """One request."""
        headers = {"Accept": _ACCEPT, **({"Referer": step.referer} if step.referer else {})}
        limits = Limits(max_bytes=MAX_BYTES, total_s=left_s, connect_s=min(CONNECT_S, left_s / 2), partial=True)
        # The right to a private address is that of the address itself; a redirect from elsewhere does not have it.
        own = allow if allow is not None and Origin.of(step.url) == allow else None
        begun = time.monotonic()
        attempt = Attempt(step.url, step.referer)
        try:
            answer = self._client.get(step.url, limits=limits, headers=headers, allow=own, cancelled=cancelled)
        except Cancelled:
            raise  # it says nothing of the server
        except FetchError as error:
            return _failed(replace(attempt, milliseconds=_since(begun)), error, left_s)
        kind = answer.content_type.partition(";")[0].strip().lower()[:100]
        attempt = replace(
            attempt, status=answer.status, media_type=kind, bytes=len(answer.body), milliseconds=_since(begun)
        )
        return _looked_at(attempt, answer, late=attempt.milliseconds > left_s * 900)


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _looked_at(attempt: Attempt, answer: Response, *, late: bool) -> _Answer:
    """Whether an answer is a picture, or the part of one; ``late``: it was still coming when the time was over."""
    silent = late and not answer.complete
    try:
        file = checked(attempt.url, answer.body, attempt.referer, complete=answer.complete)
    except PictureError as error:
        if not answer.complete and error.kind != "bomb":  # too little came
            kind, detail = ("timeout", "") if late else ("unreachable", "the connection broke off")
            error = PictureError(url=attempt.url, kind=kind, detail=detail)
        return _Answer(replace(attempt, outcome=error.kind, detail=error.detail), error=error, silent=silent)
    outcome = CAME if answer.complete else PARTIAL
    attempt = replace(attempt, media_type=file.media_type, outcome=outcome)
    return _Answer(attempt, file=file, headers=answer.headers, silent=silent)


def _failed(attempt: Attempt, error: FetchError, left_s: float) -> _Answer:
    kind, detail, status, pause_s, silent, down = "unreachable", str(getattr(error, "detail", "")), 0, 0.0, True, False
    match error:
        case HttpStatus():
            status, detail, pause_s = error.status, error.reason, error.retry_after_s or 0.0
            kind = "missing" if status in (404, 410) else "unreachable" if status >= 500 else "refused"
            silent = status == _TOO_MANY_REQUESTS
        case Blocked():
            kind = "blocked"
        case TooLarge():
            kind, silent = "too-large", False
        case TimedOut():
            kind, down = "timeout", error.seconds < left_s  # it did not even connect
        case Unreachable():
            down = silent = detail not in _OF_ONE_PICTURE
    trouble = PictureError(url=attempt.url, kind=kind, detail=detail, status=status)
    attempt = replace(attempt, status=status, outcome=kind, detail=detail)
    return _Answer(attempt, error=trouble, pause_s=pause_s, silent=silent, down=down)


def _judged(answer: _Answer) -> str:
    """The kind of a failure, where a page in the place of a picture counts as a refusal."""
    outcome = answer.attempt.outcome
    return "refused" if outcome == "not-a-picture" and answer.attempt.detail in _REFUSING else outcome
