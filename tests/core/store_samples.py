"""Small articles for the tests of the store."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from reader.model import Draft, Prepared

NOW = datetime(2026, 3, 14, 9, 26, 53, 589000, tzinfo=UTC)


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def prepared(guid: str, text: str = "Some words.", title: str = "", **draft: Any) -> Prepared:
    """An article as the worker hands it over; its address follows from its guid."""
    values = {"raw": f"<p>{text}</p>", "url": f"https://example.org/{guid}", "form": "html", **draft}
    return Prepared(
        draft=Draft(guid=guid, **values),
        title=title or f"Title of {guid}",
        summary=text[:300].replace("\n", " "),
        text=text,
        fingerprint=hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest(),
    )


def entry(one: Prepared, key: int | None = None) -> tuple[int | None, str, str, Prepared]:
    """What save() takes: the id follows from the guid, the canonical address is the address."""
    return key, "id-" + one.draft.guid, one.draft.url, one
