"""Pictures are recognised by their bytes, whatever they are called and however they lie."""

from __future__ import annotations

import base64
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.pictureinfo import PictureInfo, inspect, svg_size
from tests.site import JPEG, WEBP, gif, png


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + b"\0\0\0\0"


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def apng(declared: int, frames: int) -> bytes:
    whole = png(6, 5)
    control = chunk(b"acTL", struct.pack(">II", declared, 0))
    return whole[:33] + control + chunk(b"fcTL", b"\0" * 26) * frames + whole[33:]


def webp(*, frames: int = 0, lossless: bool = False) -> bytes:
    if lossless:
        body = b"VP8L" + struct.pack("<IBI", 5, 0x2F, (299 | 199 << 14)) + b"\0"
    else:
        body = b"VP8X" + struct.pack("<II", 10, 0x02) + (299).to_bytes(3, "little") + (199).to_bytes(3, "little")
        body += (b"ANMF" + struct.pack("<I", 16) + b"\0" * 16) * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def avif(*sizes: tuple[int, int], brand: bytes = b"avif", samples: int = 0) -> bytes:
    ispe = b"".join(box(b"ispe", struct.pack(">III", 0, *size)) for size in sizes)
    meta = box(b"meta", b"\0\0\0\0" + box(b"iprp", box(b"ipco", ispe)))
    table = box(b"stsz", struct.pack(">III", 0, 0, samples))
    movie = box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table)))))
    return box(b"ftyp", brand + b"\0\0\0\0mif1miaf") + meta + (movie if samples else b"") + box(b"mdat", b"\0" * 9)


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IIIIii", 100, 0, 54, 40, width, height) + b"\0" * 28


def ico(*, inside: bytes = b"\0" * 40, side: int = 16, count: int = 1) -> bytes:
    entry = struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(inside), 6 + 16 * count)
    return b"\0\0\1\0" + struct.pack("<H", count) + entry * count + inside


def jpeg_with_thumbnail() -> bytes:
    """The size stands behind an APP1 segment that holds a whole other JPEG, and some fill bytes."""
    inner = JPEG.replace(struct.pack(">HH", 12, 16), struct.pack(">HH", 120, 160))
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(inner) + 2) + inner + b"\xff\xff\xff" + JPEG[3:]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(300, 200), PictureInfo("image/png", 300, 200)),
        (apng(3, 3), PictureInfo("image/png", 6, 5, 3)),
        (apng(1, 9), PictureInfo("image/png", 6, 5, 9)),
        (gif(7, 8), PictureInfo("image/gif", 7, 8)),
        (gif(7, 8, frames=12), PictureInfo("image/gif", 7, 8, 12)),
        (JPEG, PictureInfo("image/jpeg", 16, 12)),
        (jpeg_with_thumbnail(), PictureInfo("image/jpeg", 16, 12)),
        (WEBP, PictureInfo("image/webp", 16, 12)),
        (webp(lossless=True), PictureInfo("image/webp", 300, 200)),
        (webp(), PictureInfo("image/webp", 300, 200)),
        (webp(frames=5), PictureInfo("image/webp", 300, 200, 5)),
        (avif((64, 48), (1600, 1200), (512, 512)), PictureInfo("image/avif", 1600, 1200)),
        (avif((64, 48), brand=b"avis", samples=24), PictureInfo("image/avif", 64, 48, 24)),
        (bmp(31, -17), PictureInfo("image/bmp", 31, 17)),
        (b"BM" + struct.pack("<IIIIHH", 100, 0, 26, 12, 9, 8), PictureInfo("image/bmp", 9, 8)),
        (ico(), PictureInfo("image/x-icon", 16, 16)),
        (ico(side=0), PictureInfo("image/x-icon", 256, 256)),
        (ico(side=0, inside=png(512, 512)), PictureInfo("image/x-icon", 512, 512)),
    ],
    ids=lambda value: value.media_type if isinstance(value, PictureInfo) else "",
)
def test_each_kind(data: bytes, expected: PictureInfo) -> None:
    assert inspect(data) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', (30, 20)),
        (
            '\ufeff<?xml version="1.0"?>\n<!-- > --><!DOCTYPE svg [<!ENTITY a "b">]><svg width="1in" height="2cm">',
            (96, 76),
        ),
        ("<svg viewBox='0 0 40 10'>", (40, 10)),
        ("<svg width='100' viewBox='0,0,40,10'>", (100, 25)),
        ("<svg width='100%' height='100%' viewBox='0 0 8 6'>", (8, 6)),
        ("<svg viewBox='0 0 100000 50000'>", (4096, 2048)),
        ("<svg data-width='5' width='-3' height='x'>", (300, 150)),
        ("<s:svg xmlns:s='http://www.w3.org/2000/svg' width='3' height='4'/>", (3, 4)),
    ],
)  # fmt: skip
def test_svg(text: str, size: tuple[int, int]) -> None:
    info = inspect(text.encode())
    assert (info.media_type, info.width, info.height, info.frames) == ("image/svg+xml", *size, 1)
    assert inspect("\ufeff".encode("utf-16-le") + text.removeprefix("\ufeff").encode("utf-16-le")) == info


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "nothing"),
        (b"  <!DOCTYPE html><html><body><svg width='3' height='4'/>", "HTML"),
        (b"<html><img>", "HTML"),
        (b"<!-- c --><rss/>", "XML"),
        (b"<svgfoo>", "XML"),
        (b"\x1a\x45\xdf\xa3webm", "video"),
        (box(b"ftyp", b"isom\0\0\0\0isommp42"), "video"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "HEIF"),
        (b"%PDF-1.7", "PDF"),
        (b'{"error": 403}', "JSON"),
        (b"II*\0", "TIFF"),
        (b"BMW is a car and no picture", "no known"),
        (b"\0\0\1\0\0\0", "no known"),
        (b"\0\0\1\0\1\0" + b"\0" * 40, "no known"),
        (b"just text", "no known"),
        (png(0, 5), "size"),
        (b"\xff\xd8\xff\xd9", "size"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "breaks off"),
        (png()[:20], "breaks off"),
        (b"GIF89a\x01", "breaks off"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        inspect(data)


PLACES_OF_EXIF = "jpeg", "png", "webp"


def exif(value: int, *, big: bool = True, tag: int = 0x0112, kind: int = 3) -> bytes:
    order, mark = (">", b"MM\0*") if big else ("<", b"II*\0")
    fields = struct.pack(f"{order}HHIHH", 0x010F, 2, 1, 0, 0) + struct.pack(f"{order}HHIHH", tag, kind, 1, value, 0)
    return mark + struct.pack(f"{order}IH", 8, 2) + fields


def with_exif(place: str, block: bytes) -> bytes:
    """A picture of 16 x 12 that says how it was held."""
    if place == "jpeg":
        segment = b"Exif\0\0" + block
        return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + JPEG[2:]
    if place == "png":
        return png(16, 12)[:-12] + chunk(b"eXIf", block) + png()[-12:]  # behind the pixels, where it may stand too
    body = b"VP8X" + struct.pack("<II", 10, 0x08) + (15).to_bytes(3, "little") + (11).to_bytes(3, "little")
    body += b"EXIF" + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize("place", PLACES_OF_EXIF)
@pytest.mark.parametrize("big", [True, False])
def test_a_picture_has_the_size_that_is_seen(place: str, big: bool) -> None:
    for value in range(10):
        info = inspect(with_exif(place, exif(value, big=big)))
        assert (info.width, info.height) == ((12, 16) if 5 <= value <= 8 else (16, 12)), value


@pytest.mark.parametrize("place", PLACES_OF_EXIF)
def test_damaged_exif_leaves_a_picture_as_it_is(place: str) -> None:
    whole = exif(6)
    damaged = [whole[:length] for length in range(len(whole) - 3)]
    damaged += [exif(6, kind=4), exif(6, tag=0x0111), b"", b"XX" + whole, b"MM\0*\xff\xff\xff\xff"]
    damaged += [whole[:8] + b"\xff\xff"]
    for block in damaged:
        info = inspect(with_exif(place, block))
        assert (info.width, info.height) == (16, 12), block


def turned_avif(*properties: tuple[bytes, bytes], of: int = 1, wide: bool = False) -> bytes:
    """An AVIF of 64 x 48 whose item ``of`` has all properties; the main picture is item 1."""
    ipco = box(b"ipco", box(b"ispe", struct.pack(">III", 0, 64, 48)) + b"".join(box(*each) for each in properties))
    numbers = range(1, len(properties) + 2)
    item = struct.pack(">IB" if wide else ">HB", of, len(numbers))
    links = b"".join(struct.pack(">H", 0x8000 | n) if wide else bytes([0x80 | n]) for n in numbers)
    ipma = box(b"ipma", (b"\1\0\0\1" if wide else b"\0\0\0\0") + struct.pack(">I", 1) + item + links)
    pitm = box(b"pitm", b"\0\0\0\0" + struct.pack(">H", 1))
    meta = box(b"meta", b"\0\0\0\0" + pitm + box(b"iprp", ipco + ipma))
    return box(b"ftyp", b"avif\0\0\0\0mif1miaf") + meta + box(b"mdat", b"\0" * 9)


@pytest.mark.parametrize("wide", [True, False])
def test_avif_is_turned_and_mirrored_by_its_properties(wide: bool) -> None:
    for angle in range(4):
        info = inspect(turned_avif((b"irot", bytes([angle])), (b"imir", b"\1"), wide=wide))
        assert (info.width, info.height) == ((48, 64) if angle in (1, 3) else (64, 48)), angle
    assert inspect(turned_avif((b"imir", b"\0"), wide=wide)).width == 64
    assert inspect(turned_avif((b"irot", b"\1"), of=2, wide=wide)).width == 64  # another item's
    assert inspect(turned_avif((b"irot", b""), wide=wide)).width == 64


@pytest.mark.parametrize("data", [png(300, 200)[:40], gif(300, 200)[:20], JPEG[:320], WEBP[:32], webp(frames=5)[:40]])
def test_a_truncated_picture_passes_by_its_header(data: bytes) -> None:
    assert inspect(data).width in (16, 300)


def test_a_frame_larger_than_its_gif_counts() -> None:
    small = bytearray(gif(4, 3))
    small[6:10] = struct.pack("<HH", 1, 1)
    at = small.index(b"\x2c\0\0\0\0", 13 + 384)
    small[at + 5 : at + 9] = struct.pack("<HH", 60_000, 60_000)
    assert (inspect(bytes(small)).width, inspect(bytes(small)).height) == (60_000, 60_000)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + b"\0" * 7 + b"\x21\xfe" + b"\x01a" * 7_000_000,
        b"GIF89a" + b"\0" * 7 + (b"\x2c" + b"\1\0" * 4 + b"\0\x02\0") * 1_200_000,
        png(4, 3)[:33] + chunk(b"acTL", struct.pack(">II", 5, 0)) + chunk(b"fcTL") * 1_000_000,
        b"\xff\xd8\xff" + b"\xff\x01" * 7_000_000,
        b"\xff\xd8" + b"\xff" * 14_000_000,
        b"\xff\xd8\xff\xe0\0\2" + b"\0" * 14_000_000,
        webp() + b"ANMF\0\0\0\0" * 1_800_000,
        box(b"ftyp", b"avif\0\0\0\0") + box(b"free") * 1_800_000,
        b"<!---->" * 2_000_000,
        b" " * 14_000_000,
        b"<svg " + b"width=" * 2_000_000,
    ],
    ids=[
        "gif blocks",
        "gif frames",
        "png",
        "jpeg markers",
        "jpeg fill",
        "jpeg rubbish",
        "webp",
        "avif",
        "comments",
        "spaces",
        "svg",
    ],
)
def test_hostile_files_are_judged_at_once(data: bytes) -> None:
    started = time.process_time()
    try:
        info = inspect(data)
    except ValueError:
        pass
    else:
        assert info.frames > 2000 or info.frames == 1
    assert time.process_time() - started < 1.0


SEEDS = [
    png(9, 9), apng(2, 2), gif(9, 9, frames=2), JPEG, WEBP, webp(frames=2), webp(lossless=True), avif((9, 9)),
    bmp(9, 9), ico(), b"<svg width='9' height='9'/>",
]  # fmt: skip


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=8),
    st.integers(0, 700),
)
def test_damage_never_raises_anything_else(seed: bytes, bytes_: list[tuple[int, int]], length: int) -> None:
    data = bytearray(seed)
    for at, value in bytes_:
        data[at % len(data)] = value
    for candidate in (bytes(data), bytes(data[: length % len(data)])):
        try:
            info = inspect(candidate)
        except ValueError:
            continue
        assert info.width > 0
        assert info.height > 0
        assert info.frames > 0


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_svg_sizes_are_always_drawable(width: str, height: str, box_: str) -> None:
    wide, high = svg_size(width, height, box_)
    assert 1 <= wide <= 4096
    assert 1 <= high <= 4096


def test_a_tiny_real_ico_of_a_browser() -> None:
    data = base64.b64decode("AAABAAEAEAwAAAEAIABYAwAAFgAAACgAAAAQAAAAGAAAAAEAIAAAAAAAMAMAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert inspect(data) == PictureInfo("image/x-icon", 16, 12)
