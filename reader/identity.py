"""Which article is the same article: pure, used by feeds and folders alike.

The ladder, best evidence first. A rung is climbed by all drafts of the document before the next one is tried:

1. **GUID**: what the source itself calls the article. It does not count against the plain word of the others: when the
   link and the title of the stored article are those of another draft, the GUIDs are numbers of places in a list.
2. **Canonical link**: GUIDs that change at every fetch, feeds that moved from RSS to Atom. The address of a home page
   names no article and does not count; http and https are the same.
3. **Title and text**: links that change as well (session tokens), files that were renamed. Between articles that have
   a link of their own it counts only when the text is long enough to be nobody else's, or the date is the same too:
   "Open thread" with the one line "Discuss." is a new article each week.
4. **Name**: of files that came and went at the same time, one of each name, when title or date are the same.
5. **Twins**: drafts that are equal on rungs 1 to 3 (a feed that lists one entry twice) are paired in order; of files
   those of the same text.

A value of rungs 1 to 3 counts only if one draft of the document and one stored article have it: when every entry of a
feed has the same GUID, that GUID says nothing. Each stored article is matched at most once. Dates, tracking parameters
and markup are no evidence against: they change while the article stays the same. Articles that were removed are matched
like stored ones, so that what is gone neither comes back nor lends its GUID to another.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from reader.model import Known, Prepared

_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21"}

#: Query parameters that only say who sent the reader. Each is documented by the service that adds it.
_TRACKING = frozenset(
    {
        *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid"),
        *("mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "oly_anon_id", "oly_enc_id", "vero_id"),
        *("spm", "scm", "share_token", "share_source", "share_medium", "vd_source", "xtor", "at_medium", "at_campaign"),
    }
)
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "matomo_")
#: ``from`` names the sender only when it is a word: ``from=rss``, but not ``from=2021-03-04`` or ``from=en&to=fr``.
_SENDER_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*\Z")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")

#: Fewer characters than this are too few to say "the same text" of articles with links of their own.
_TELLING_CHARACTERS = 80


def canonical_url(url: str) -> str:
    """The address without what does not change where it leads.

    Scheme and host in small letters, no default port, no tracking parameters, no empty query; fragments, unknown
    parameters and their order stay. What is not a hierarchical address comes back stripped; it never raises.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if not parts.scheme or not parts.netloc:
        return url
    path = parts.path or "/"
    path = _ESCAPE.sub(lambda found: found[0].upper(), path)
    query = _without_tracking(parts.query)
    return SplitResult(parts.scheme, _authority(parts, port), path, query, parts.fragment).geturl()


def _authority(parts: SplitResult, port: int | None) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        with contextlib.suppress(UnicodeError):  # a host that no resolver would take stays as it is written
            host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    if port is not None and str(port) != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    login, at, _ = parts.netloc.rpartition("@")
    return login + at + host


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    pairs = query.split("&")
    names = {pair.partition("=")[0].lower() for pair in pairs}

    def tracks(pair: str) -> bool:
        name, _, value = pair.partition("=")
        name = name.lower()
        if name == "from":
            return "to" not in names and bool(_SENDER_WORD.match(value))
        return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)

    return "&".join(pair for pair in pairs if pair and not tracks(pair))


def article_id(source_address: str, guid_or_url_or_fp: str, n: int = 0) -> str:
    """The public, opaque id of an article: computed once, when it is first stored, and kept from then on.

    Args:
        source_address: of the source that gave it first.
        guid_or_url_or_fp: the best name that the article has, in this order.
        n: counts up while the id is taken (entries of one feed that share a GUID).

    Returns:
        26 characters, a-z and 2-7: base32 of 16 bytes of BLAKE2b.
    """
    digest = hashlib.blake2b(digest_size=16, person=b"inkstone.article")
    for part in (source_address, guid_or_url_or_fp, str(n)):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))  # so that no two triples run into one another
        digest.update(data)
    return base64.b32encode(digest.digest()).decode("ascii").rstrip("=").lower()


def match(
    known: Sequence[Known], drafts: Sequence[Prepared], moved: Mapping[str, str] = MappingProxyType({})
) -> list[int | None]:
    """For each draft the key of the stored article that it is, or None for a new one.

    Args:
        known: stored and removed articles of the same source. For a folder, leave out those whose file is unchanged: a
            copy of a file is a new article, while a renamed file is the one that went.
        drafts: all articles of the fetched document.
        moved: GUIDs of files that came -> GUIDs of files that went and have the same name in another folder.
    """
    by_guid = _pairs(known, drafts, lambda stored: stored.guid, lambda draft: draft.draft.guid)
    titles = {stored.key: _folded(stored.title) for stored in known}
    renamed = [index for index, key in by_guid.items() if _folded(drafts[index].title) != titles[key]]
    if len(by_guid) == len(drafts) and not renamed:
        return [by_guid[index] for index in range(len(drafts))]  # nearly always, and 20 times faster than the rest
    by_link = _pairs(known, drafts, lambda stored: _link(stored.url), lambda draft: _link(draft.draft.url))
    by_text = _pairs(known, drafts, lambda stored: _text(stored.title, stored), lambda draft: _text(draft.title, draft))
    by_date = _pairs(
        known,
        drafts,
        lambda stored: _dated(stored.published, stored.title, stored),
        lambda draft: _dated(draft.draft.published, draft.title, draft),
    )
    refuted = _refuted(renamed, titles, drafts, by_guid, by_link)
    texts = {index: key for index, key in by_text.items() if _is_telling(drafts[index])} | by_date
    by_name = _renamed(known, drafts, moved)
    found: list[int | None] = [None] * len(drafts)
    taken: set[int] = set()
    for pairs in ({index: key for index, key in by_guid.items() if index not in refuted}, by_link, texts, by_name):
        for index, key in pairs.items():
            if found[index] is None and key not in taken:
                found[index] = key
                taken.add(key)
    _pair_twins(known, drafts, found, taken)
    return found


def _pairs(
    known: Sequence[Known],
    drafts: Sequence[Prepared],
    of_known: Callable[[Known], Hashable],
    of_draft: Callable[[Prepared], Hashable],
) -> dict[int, int]:
    """Drafts (by index) and stored articles (by key) that alone have the same value; an empty value is none."""
    keys: defaultdict[Hashable, list[int]] = defaultdict(list)
    for stored in known:
        keys[of_known(stored)].append(stored.key)
    indexes: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, draft in enumerate(drafts):
        indexes[of_draft(draft)].append(index)
    return {
        having[0]: keys[value][0]
        for value, having in indexes.items()
        if value and len(having) == 1 and len(keys.get(value, ())) == 1
    }


def _renamed(known: Sequence[Known], drafts: Sequence[Prepared], moved: Mapping[str, str]) -> dict[int, int]:
    """Drafts (by index) and the stored articles whose file had the same name, and title or date."""
    by_guid = {stored.guid: stored for stored in known}
    found = {}
    for index, draft in enumerate(drafts):
        came_from = moved.get(draft.draft.guid)
        stored = by_guid.get(came_from) if came_from is not None else None
        if stored is None:
            continue
        same_date = stored.published is not None and _date(stored.published) == _date(draft.draft.published)
        if same_date or _folded(stored.title) == _folded(draft.title):
            found[index] = stored.key
    return found


def _refuted(
    renamed: Sequence[int],
    titles: Mapping[int, str],
    drafts: Sequence[Prepared],
    by_guid: Mapping[int, int],
    by_link: Mapping[int, int],
) -> set[int]:
    """Of the drafts with another title than their GUID's article: those that link and title say are another one."""
    index_by_link = {key: index for index, key in by_link.items()}
    refuted = set()
    for index in renamed:
        key = by_guid[index]
        other_key, other_index = by_link.get(index, key), index_by_link.get(key, index)
        is_another = other_key != key and titles[other_key] == _folded(drafts[index].title)
        if is_another or (other_index != index and _folded(drafts[other_index].title) == titles[key]):
            refuted.add(index)
    return refuted


def _pair_twins(known: Sequence[Known], drafts: Sequence[Prepared], found: list[int | None], taken: set[int]) -> None:
    if None not in found:
        return
    files = drafts[0].draft.form == "file"

    def name(guid: str) -> str:
        return "" if files else guid

    keys: defaultdict[Hashable, list[int]] = defaultdict(list)
    for stored in sorted(known, key=lambda stored: (stored.key < 0, stored.key), reverse=True):
        if stored.key not in taken:
            keys[(name(stored.guid), _link(stored.url), *_text(stored.title, stored))].append(stored.key)
    for index, draft in enumerate(drafts):
        if found[index] is None:
            twins = keys.get((name(draft.draft.guid), _link(draft.draft.url), *_text(draft.title, draft)))
            if twins:
                found[index] = twins.pop()


def _link(url: str) -> str:
    """The canonical link without its scheme; empty when it cannot name one article."""
    if not url:
        return ""
    canonical = canonical_url(url)
    scheme, separator, rest = canonical.partition("://")
    if not separator:
        return canonical
    if rest.endswith("/") and rest.count("/") == 1 and scheme in ("http", "https"):
        return ""  # a home page
    return rest if scheme in ("http", "https") else canonical


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _text(title: str, of: Known | Prepared) -> tuple[str, bytes]:
    return _folded(title), of.fingerprint


def _dated(date: datetime | None, title: str, of: Known | Prepared) -> Hashable:
    """Title, text and date together, to the millisecond that the store keeps; None without a date."""
    return (*_text(title, of), _date(date)) if date else None


def _date(date: datetime | None) -> int | None:
    return int(date.timestamp() * 1000) if date else None


def _is_telling(draft: Prepared) -> bool:
    """Whether title and text alone can say which article it is."""
    return draft.draft.form == "file" or not _link(draft.draft.url) or len(draft.text) >= _TELLING_CHARACTERS
