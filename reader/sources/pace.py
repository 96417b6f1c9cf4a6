"""How often an XML feed asks to be read: RSS's ``ttl``, ``skipHours`` and ``skipDays``, and the Syndication module."""

from __future__ import annotations

from typing import Any

from reader.patterns import later
from reader.sources.xmlnodes import Nodes, first_text, text

_DAY_S = 86_400
_PERIODS_S = {
    "hourly": 3_600,
    "daily": _DAY_S,
    "weekly": 7 * _DAY_S,
    "monthly": 30 * _DAY_S,
    "yearly": 365 * _DAY_S,
}
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
_MAX_S = 365 * _DAY_S
_NUMBER = later(r"\d{1,9}(?:\.\d{1,9})?\Z")


def pause_s(parts: dict[str, list[Any]], nodes: Nodes) -> int:
    """Seconds between two refreshes, the longest pause that the feed asks for in any of its ways; 0 for none.

    Args:
        parts: the children of the channel by name.
    """
    ttl_s = _number(first_text(parts.get("ttl"))) * 60
    return min(int(max(ttl_s, _updated_every_s(parts), _skipping_s(parts, nodes))), _MAX_S)


def _number(written: str) -> float:
    return float(written) if _NUMBER.match(written) and written.isascii() else 0.0


def _updated_every_s(parts: dict[str, list[Any]]) -> float:
    """``sy:updatePeriod`` parted by ``sy:updateFrequency``; daily and 1 when the other is there alone."""
    period = first_text(parts.get("sy:updateperiod")).lower()
    frequency = _number(first_text(parts.get("sy:updatefrequency")))
    if not period and not frequency:
        return 0.0
    return _PERIODS_S.get(period or "daily", 0) / max(frequency, 1.0)


def _skipping_s(parts: dict[str, list[Any]], nodes: Nodes) -> float:
    """As if read once in each hour of the week that is not to be skipped: a pause cannot say which hours."""
    hours = {int(_number(each)) % 24 for each in _listed(parts, "skiphours", "hour", nodes) if _NUMBER.match(each)}
    days = {each.lower() for each in _listed(parts, "skipdays", "day", nodes)} & _DAYS
    allowed = (24 - len(hours)) * (7 - len(days))
    return 7 * _DAY_S / allowed if allowed and (hours or days) else 0.0


def _listed(parts: dict[str, list[Any]], name: str, inside: str, nodes: Nodes) -> list[str]:
    return [text(each) for holder in parts.get(name, ()) for each in nodes.children(holder).get(inside, ())]
