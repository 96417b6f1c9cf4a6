"""What is measured: generated feeds, and a library that holds them.

Made once below ``out/bench/`` (``INKSTONE_BENCH`` names another folder) and used again;
remove them to have them made anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from benchmarks import limits, ownfeeds

if TYPE_CHECKING:
    from reader.net import Client, Response


#: The address that generated feeds bear; a server may stand at another port, see ``load``.
PORT = 8947


def feeds(count: int, items: int) -> Path:
    """A folder with ``feeds/*.xml`` and ``urls.txt``: by ``gen_feeds.py`` where that is, else by our own generator."""
    tool = limits.tool("gen_feeds.py")
    made = limits.kept() / f"feeds-{count}x{items}{'' if tool else '-own'}"
    if not (made / "urls.txt").is_file():
        part = made.with_name(f"{made.name}.{os.getpid()}.part")
        if tool is None:
            ownfeeds.write(part, count, items, PORT)
        else:
            sizes = ["--feeds", str(count), "--items", str(items), "--port", str(PORT)]
            subprocess.run([sys.executable, str(tool), str(part), *sizes], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(made, ignore_errors=True)
        part.rename(made)
    return made


def files(folder: Path) -> list[Path]:
    """The feed files, in order."""
    return sorted((folder / "feeds").glob("*.xml"))


def addresses(folder: Path) -> list[str]:
    """The feeds' addresses, in the order of ``files``."""
    return (folder / "urls.txt").read_text(encoding="utf-8").split()


class _Files:
    """Gives the generated files for their addresses, so that a library can be filled with no server."""

    def __init__(self, folder: Path) -> None:
        self._files = dict(zip(addresses(folder), files(folder), strict=True))

    def get(self, url: str, **_: Any) -> Response:
        from reader.net import Response

        return Response(
            url=url,
            status=200,
            headers=MappingProxyType({}),
            body=self._files[url].read_bytes(),
            content_type="application/xml; charset=utf-8",
        )

    def close(self) -> None:
        """Nothing is open."""


def library(count: int, items: int) -> Path:
    """The folder of a library with ``count * items`` articles: parsed by our parser, stored through ``Library``."""
    from reader.library import Library
    from reader.model import Failed
    from reader.paths import in_folder

    source = feeds(count, items)
    made = limits.kept() / f"library-{source.name.removeprefix('feeds-')}"
    if not made.is_dir():
        part = made.with_name(f"{made.name}.{os.getpid()}.part")
        print(f"  making a library of {count * items:,} articles in {made.name} ...", file=sys.stderr, flush=True)
        with Library(in_folder(part), client=cast("Client", _Files(source))) as filled:
            with filled.store.together():
                sources = [filled.store.add_source("feed", address, "") for address in addresses(source)]
            for outcome in filled.refresh(sources):
                if isinstance(outcome, Failed):
                    raise outcome.error
        part.rename(made)
    return made


@contextmanager
def copy(of: Path) -> Iterator[Path]:
    """A copy to work on: opening articles marks them as read."""
    with TemporaryDirectory(prefix="inkstone-bench-") as folder:
        target = Path(folder) / "library"
        shutil.copytree(of, target)
        yield target
