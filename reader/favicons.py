"""The small picture of a source, from the source's own site and nobody else's.

It is looked for after a refresh, never because something is shown: at most once a week, by the links of the home page
and then at ``/favicon.ico``. Its bytes pass the checks of the picture proxy; drawing them is the window's business.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from reader.addresses import Origin, origin_of, site_of
from reader.errors import Cancelled, FetchError, PictureError
from reader.model import Source
from reader.picturecache import Entry, PictureCache
from reader.progress import Stop, never

if TYPE_CHECKING:
    from reader.net import Client, Response
    from reader.picturefile import PictureFile

log = logging.getLogger(__name__)

#: Sites change theirs every few years: neither a find nor a failure is asked again before this.
AGE = timedelta(days=7)
THREADS = 4
#: Some 15 kB each: enough for several thousand sources.
MAX_CACHE_BYTES = 64 * 2**20
MAX_PICTURE_BYTES = 2**20
_PAGE_BYTES = 2 * 2**20
_SECONDS = 10.0
#: Links of one page that are tried before /favicon.ico.
_MOST_LINKS = 3


class Favicons:
    """Finds and keeps the small pictures of sources. May be used by several threads at once.

    Args:
        client: the door to the network, made on first use.
        folder: may be deleted at any time.
        now: the clock, UTC.
    """

    def __init__(self, client: Callable[[], Client], folder: Path, now: Callable[[], datetime]) -> None:
        self._client, self._folder, self._now = client, folder, now
        self._cache = PictureCache(folder, MAX_CACHE_BYTES)

    def get(self, source: Source, *, offline: bool = True, cancelled: Stop = never) -> PictureFile | None:
        """The picture of a source, or None: then a letter stands for it.

        Args:
            offline: only what is kept; else it is looked for, if the last attempt is a week old.
        """
        if not offline and self._is_due(source):
            self._look(source, cancelled)
        return self._kept(source)

    def fetch(self, sources: Sequence[Source], *, limit: int = 50, cancelled: Stop = never) -> int:
        """Look for the pictures of ``limit`` sources whose last attempt is a week old.

        Returns:
            How many came.
        """
        due = [source for source in sources if self._is_due(source)][:limit]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="favicons") as pool:
            return sum(pool.map(lambda source: self._look(source, cancelled), due))

    def _kept(self, source: Source) -> PictureFile | None:
        from reader.picturefile import PictureFile

        kept = self._cache.get(source.address)
        if kept is None:
            return None
        entry, data = kept
        return PictureFile(entry.url, entry.media_type, entry.width, entry.height, entry.frames, data, from_cache=True)

    def _look(self, source: Source, cancelled: Stop) -> bool:
        """One attempt, noted whatever came of it; a cancelled one was none."""
        try:
            for address in self._places(source, cancelled):
                picture = self._picture_at(address, source, cancelled)
                if picture is not None:
                    entry = Entry(picture.url, picture.media_type, picture.width, picture.height, picture.frames)
                    self._cache.put(source.address, entry, picture.data, also=source.address)
                    return True
        except Cancelled:
            return False
        finally:
            if not cancelled():
                self._note(source)
        return False

    def _places(self, source: Source, cancelled: Stop) -> Iterator[str]:
        """Where the picture may be, all on the source's own site."""
        from reader.sources.discover import icons_in

        homes = [address for address in (source.home_url, source.address) if Origin.of(address)]
        if not homes:
            return
        home = homes[0] if homes[0] != source.address else urljoin(source.address, "/")
        try:
            page = self._ask(home, source, _PAGE_BYTES, cancelled)
        except Cancelled:
            raise
        except FetchError as error:
            log.info("no links of icons from %s: %s", home, error)
        else:
            yield from [link for link in icons_in(page.body, page.url) if is_own(link, source)][:_MOST_LINKS]
        yield from dict.fromkeys(urljoin(address, "/favicon.ico") for address in homes)

    def _picture_at(self, address: str, source: Source, cancelled: Stop) -> PictureFile | None:
        from reader.images import checked

        try:
            return checked(address, self._ask(address, source, MAX_PICTURE_BYTES, cancelled).body, "")
        except Cancelled:
            raise
        except (FetchError, PictureError):
            return None

    def _ask(self, address: str, source: Source, max_bytes: int, cancelled: Stop) -> Response:
        from reader.net import Limits

        return self._client().get(
            address,
            limits=Limits(max_bytes=max_bytes, total_s=_SECONDS, connect_s=_SECONDS),
            allow=origin_of(source),
            cancelled=cancelled,
            may_go=lambda hop: is_own(hop, source),
        )

    def _is_due(self, source: Source) -> bool:
        if source.kind != "feed":
            return False
        try:
            last = datetime.fromisoformat(self._stamp(source).read_text(encoding="ascii"))
            return not timedelta(0) <= self._now() - last < AGE
        except (OSError, ValueError, TypeError):
            return True

    def _note(self, source: Source) -> None:
        stamp = self._stamp(source)
        with contextlib.suppress(OSError):
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(self._now().isoformat(), encoding="ascii")

    def _stamp(self, source: Source) -> Path:
        name = hashlib.blake2b(source.address.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return self._folder / "asked" / name


def is_own(address: str, source: Source) -> bool:
    """Whether an address is on the site of a source: that of its home page or of its feed."""
    origin = Origin.of(address)
    own = {site_of(at.host) for at in map(Origin.of, (source.home_url, source.address)) if at}
    return origin is not None and site_of(origin.host) in own
