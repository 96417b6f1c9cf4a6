"""Damages pictures of every kind, and looks whether the proxy and the list's decoder bear it: a program of its own.

``python -m tests.core.picture_fuzzer SECONDS [SEED]`` prints one JSON line. A crash, more memory than allowed, or an
exception that is not ``PictureError`` ends it with another status than 0; the picture is then in ``fuzzed.bin`` of the
folder that ``INKSTONE_FUZZ`` names, if it names one.
"""

from __future__ import annotations

import io
import json
import os
import random
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter

from reader.errors import PictureError
from reader.picturefile import checked
from reader.ui.decoding import square
from tests.core.test_pictureinfo import apng, exif, turned_avif, webp, with_exif
from tests.site import JPEG, WEBP, gif, png

#: As the window bounds what a decoder may allocate.
DECODER_MB = 256
#: Everything that this process may take, Qt's libraries included.
MEMORY_BYTES = 3 * 2**30
SVG = (
    b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'red'>]>"
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'>"
    b"<style>path{fill:&a;} .b{background:url(data:image/png;base64,AA)}</style><g id='g'><path d='M0 0h4v4z'/></g>"
    b"<use href='#g'/><image href='data:image/png;base64,iVBORw0KGgo='/><text x='1'>word</text></svg>"
)
_NUMBERS = (0, 1, 2, 7, 8, 127, 128, 254, 255, 256, 32767, 32768, 65535, 65536, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


def painted(form: str, side: int = 64, quality: int = -1) -> bytes:
    """A picture with something on it, as Qt's own encoder writes it."""
    image = QImage(side, side * 3 // 4, QImage.Format.Format_RGB32)
    for y in range(image.height()):
        for x in range(image.width()):
            image.setPixelColor(x, y, QColor(x * 4 % 256, y * 5 % 256, x * y % 256))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(form.encode()))
    writer.setQuality(quality)
    assert writer.write(image), writer.errorString()
    return bytes(buffer.data().data())


def samples() -> list[bytes]:
    """Whole pictures of each kind, real and laid out by hand."""
    made = [painted("png"), painted("jpeg"), painted("jpeg", 200, 30), painted("bmp", 32), painted("ico", 32)]
    if b"webp" in [bytes(form.data()) for form in QImageWriter.supportedImageFormats()]:
        made += [painted("webp"), painted("webp", 64, 100)]
    by_hand = [JPEG, WEBP, png(16, 12), gif(20, 15), gif(20, 15, frames=4), apng(3, 3), webp(frames=3)]
    turned = [with_exif(place, exif(6)) for place in ("jpeg", "png", "webp")] + [turned_avif((b"irot", b"\1"))]
    return [*made, *by_hand, *turned, SVG, SVG.replace(b"svg", b"SVG")]


def damaged(rng: random.Random, pictures: list[bytes]) -> bytes:
    """One of the pictures with one to eight injuries."""
    data = bytearray(rng.choice(pictures))
    ways: list[Callable[[random.Random, bytearray, list[bytes]], None]] = [
        _byte,
        _byte,
        _number,
        _number,
        _cut,
        _copy,
        _end,
        _splice,
    ]
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        if data:
            rng.choice(ways)(rng, data, pictures)
    return mended(bytes(data)) if data.startswith(b"\x89PNG") and rng.random() < 0.7 else bytes(data)


def mended(data: bytes) -> bytes:
    """A PNG with right checksums: with wrong ones its decoder would look no further."""
    made, at = bytearray(data), 8
    while at + 12 <= len(made):
        (length,) = struct.unpack_from(">I", made, at)
        end = at + 8 + length
        if end + 4 > len(made):
            break
        struct.pack_into(">I", made, end, zlib.crc32(made[at + 4 : end]))
        at = end + 4
    return bytes(made)


def _byte(rng: random.Random, data: bytearray, _: list[bytes]) -> None:
    data[_near(rng, data)] = rng.choice((0, 1, 255, rng.randrange(256)))


def _number(rng: random.Random, data: bytearray, _: list[bytes]) -> None:
    form = rng.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    at = _near(rng, data)
    if at + size <= len(data):
        data[at : at + size] = struct.pack(form, rng.choice(_NUMBERS) % 256**size)


def _cut(rng: random.Random, data: bytearray, _: list[bytes]) -> None:
    at = _near(rng, data)
    del data[at : at + rng.choice((1, 2, 4, 16, 100))]


def _copy(rng: random.Random, data: bytearray, _: list[bytes]) -> None:
    at = _near(rng, data)
    part = data[at : at + rng.choice((4, 12, 40, 400))]
    data[at:at] = part * rng.choice((1, 1, 2, 50))


def _end(rng: random.Random, data: bytearray, _: list[bytes]) -> None:
    del data[rng.randrange(len(data)) :]


def _splice(rng: random.Random, data: bytearray, pictures: list[bytes]) -> None:
    other = rng.choice(pictures)
    data[_near(rng, data) :] = other[rng.randrange(len(other)) :]


def _near(rng: random.Random, data: bytearray) -> int:
    """A place in the data, more often near the beginning, where the headers are."""
    return rng.randrange(min(len(data), rng.choice((16, 64, 256, len(data)))))


def bound_memory() -> None:
    """More than this, and the process ends with an error."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def peak_mb() -> float:
    """The most memory that this process ever had; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _note(file: BinaryIO, data: bytes) -> None:
    """Leave the picture where it is found when this process ends: one file, since a new one for each takes 1 ms."""
    file.seek(0)
    file.write(data)
    file.truncate()
    file.flush()


def main(seconds: float, seed: int) -> None:
    """Fuzz, and keep the picture under test where the environment says."""
    folder = os.environ.get("INKSTONE_FUZZ")
    with Path(folder, "fuzzed.bin").open("wb") if folder else io.BytesIO() as last:
        fuzz(seconds, seed, last)


def fuzz(seconds: float, seed: int, last: BinaryIO) -> None:
    """Damage, check and decode until the time is over."""
    bound_memory()
    qInstallMessageHandler(lambda *_: None)  # decoders tell every injury
    QImageReader.setAllocationLimit(DECODER_MB)
    rng = random.Random(seed)
    pictures = samples()
    told: Counter[str] = Counter()
    slowest = 0.0
    before_mb = peak_mb()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = damaged(rng, pictures)
        _note(last, data)
        begun = time.monotonic()
        try:
            file = checked("http://img.example/a", data, "", complete=rng.random() < 0.7)
        except PictureError as error:
            told[error.kind] += 1
        else:
            told[file.media_type] += 1
            told["decoded"] += not square(file, 96).isNull()
        slowest = max(slowest, time.monotonic() - begun)
    facts = {"pictures": sum(told.values()) - told["decoded"], "slowest_ms": round(slowest * 1000), "seed": seed}
    print(json.dumps({**facts, "peak_mb": round(peak_mb()), "grown_mb": round(peak_mb() - before_mb), "told": told}))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
