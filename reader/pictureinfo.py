"""What a file of a picture is, read from its first bytes: type, size, frames. Nothing is decoded, no name believed."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator

from reader.exif import lies_down
from reader.records import dataclass

#: A picture that is shown has fewer pixels: 100 megapixels take 400 MB when decoded.
MAX_PIXELS = 100_000_000
MAX_SIDE = 30_000
MAX_FRAMES = 2_000
#: Counting stops here: more frames than any picture that is shown may have.
_ENOUGH_FRAMES = 100_000
#: A GIF of 15 MB has some 60,000 sub-blocks; one of single bytes would keep the loop busy for seconds.
_MAX_BLOCKS = 400_000
#: A PNG or WebP of 15 MB has some thousand chunks; one of empty chunks would keep the loop busy for a second.
_MAX_CHUNKS = 50_000
_MAX_EXIF = 65_536
_PNG = b"\x89PNG\r\n\x1a\n"
_UNIT_PX = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "em": 16.0,
    "ex": 8.0,
}
_NOT_FILL = re.compile(rb"[^\xff]")
_LENGTH = re.compile(r"\s*([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][+-]?\d{1,2})?)\s*([a-z]{0,2})\s*\Z")
_ATTRIBUTE = re.compile(r"""[\s"'](width|height|viewBox)\s*=\s*(?:"([^"<]{0,200})"|'([^'<]{0,200})')""")


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """Width and height in pixels as it is shown, turned upright (SVG: CSS pixels); ``frames`` is 1 for a still one."""

    media_type: str
    width: int
    height: int
    frames: int = 1


def inspect(data: bytes) -> PictureInfo:
    """Recognise a picture that Chromium can show, by its content alone. A truncated one passes if its header is whole.

    Raises:
        ValueError: it is none; the message says what it seems to be.
    """
    try:
        info = _inspect(data)
    except (struct.error, IndexError):
        raise ValueError("the picture breaks off in its header") from None
    if info is None:
        raise ValueError(_other(data))
    if info.width < 1 or info.height < 1:
        raise ValueError("a picture without a size")
    return info


def _inspect(data: bytes) -> PictureInfo | None:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _gif(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        return _avif(data)
    if data[:4] == b"\0\0\1\0":
        return _ico(data)
    if data[:2] == b"BM":
        return _bmp(data)
    return _svg(data)


def _png(data: bytes) -> PictureInfo:
    if data[12:16] != b"IHDR":
        raise ValueError("a PNG without a header")
    width, height = struct.unpack_from(">II", data, 16)
    frames = declared = 0
    exif = b""
    at = 8
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data) or frames >= _ENOUGH_FRAMES:
            break
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind == b"acTL" and at + 12 <= len(data):
            (declared,) = struct.unpack_from(">I", data, at + 8)
        elif kind == b"eXIf":
            exif = data[at + 8 : at + 8 + min(length, _MAX_EXIF)]
        frames += kind == b"fcTL"
        at += 12 + length
    return _upright("image/png", width, height, max(1, frames, declared), exif)


def _upright(media_type: str, width: int, height: int, frames: int, exif: bytes) -> PictureInfo:
    return PictureInfo(media_type, *((height, width) if lies_down(exif) else (width, height)), frames)


def _jpeg(data: bytes) -> PictureInfo:
    at = 2
    exif = b""
    for _ in range(2000):  # segments; colour profiles and panoramas have some hundreds
        start = data.find(b"\xff", at, at + 65536)  # some writers leave rubbish between segments
        found = _NOT_FILL.search(data, start) if start >= 0 else None
        if found is None:
            raise IndexError
        marker, at = found[0][0], found.end()
        if marker in (0x01, *range(0xD0, 0xD8)):
            continue
        if marker in (0xD9, 0xDA):
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 3)
            return _upright("image/jpeg", width, height, 1, exif)
        (length,) = struct.unpack_from(">H", data, at)
        if marker == 0xE1 and not exif and data[at + 2 : at + 6] == b"Exif":
            exif = data[at + 2 : at + max(length, 2)]
        at += max(length, 2)
    raise ValueError("a JPEG without a size")


def _gif(data: bytes) -> PictureInfo:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _palette(flags)
    frames = blocks = 0
    while at < len(data) and frames < _ENOUGH_FRAMES:
        kind = data[at]
        if kind == 0x2C:
            if at + 10 > len(data):
                break
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
            # A frame may be larger than the screen that the header promises.
            width, height = max(width, left + wide), max(height, top + high)
            frames += 1
            at += 11 + _palette(flags)
        elif kind == 0x21:
            at += 2
        else:
            break  # 0x3B, the end, or damage: what was counted stands
        while at < len(data) and data[at]:
            at += 1 + data[at]
            blocks += 1
            if blocks > _MAX_BLOCKS:
                raise ValueError("a GIF of too many blocks")
        at += 1
    return PictureInfo("image/gif", width, height, max(1, frames))


def _palette(flags: int) -> int:
    return int(3 * 2 ** ((flags & 7) + 1)) if flags & 0x80 else 0


def _webp(data: bytes) -> PictureInfo:
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        if len(data) < 30:
            raise IndexError
        frames, exif = _webp_chunks(data)
        return _upright("image/webp", width, height, max(1, frames), exif)
    if kind == b"VP8L":
        signature, bits = struct.unpack_from("<BI", data, 20)
        if signature != 0x2F:
            raise ValueError("a damaged WebP")
        return PictureInfo("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("a damaged WebP")
        width, height = struct.unpack_from("<HH", data, 26)
        return PictureInfo("image/webp", width & 0x3FFF, height & 0x3FFF)
    raise ValueError("a damaged WebP")


def _webp_chunks(data: bytes) -> tuple[int, bytes]:
    """The number of frames, and the Exif block."""
    at, frames, exif = 30, 0, b""
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data) or frames >= _ENOUGH_FRAMES:
            break
        kind = data[at : at + 4]
        frames += kind == b"ANMF"
        (length,) = struct.unpack_from("<I", data, at + 4)
        if kind == b"EXIF":
            exif = data[at + 8 : at + 8 + min(length, _MAX_EXIF)]
        at += 8 + length + length % 2
    return frames, exif


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of the boxes of an ISO media file, at most 1,000 of one level."""
    for _ in range(1000):
        if start + 8 > end:
            return
        (length,) = struct.unpack_from(">I", data, start)
        head = 8
        if length == 1:
            if start + 16 > end:
                return
            (length,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        stop = end if length == 0 else min(start + length, end)
        if stop < start + head:
            return
        yield data[start + 4 : start + 8], start + head, stop
        start = stop


def _avif(data: bytes) -> PictureInfo:
    (length,) = struct.unpack_from(">I", data, 0)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(length, 400, len(data)), 4))}
    if not brands & {b"avif", b"avis"}:
        raise ValueError("a HEIF picture" if brands & {b"heic", b"heix", b"mif1", b"hevc"} else "a video")
    found = _Avif()
    found.walk(data, 0, len(data), 0)
    # Thumbnails and tiles have sizes of their own; the picture is the largest.
    width, height = max(found.sizes, key=lambda size: size[0] * size[1])
    if found.is_turned():
        width, height = height, width
    return PictureInfo("image/avif", width, height, found.frames if b"avis" in brands else 1)


class _Avif:
    """What the boxes of an AVIF say (ISO 14496-12 and 23008-12): sizes, frames, what belongs to the main picture."""

    def __init__(self) -> None:
        self.sizes = [(0, 0)]
        self.frames = 1
        self._main = 0
        self._properties: list[tuple[bytes, bytes]] = []
        self._of_main: list[int] = []

    def walk(self, data: bytes, start: int, end: int, depth: int) -> None:
        for kind, inner, stop in _boxes(data, start, end):
            if kind == b"ipco":
                self._properties = [(name, data[at : at + 12]) for name, at, _ in _boxes(data, inner, stop)]
            if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco") and depth < 8:
                self.walk(data, inner, stop, depth + 1)
            elif kind == b"meta" and depth < 8:
                self.walk(data, inner + 4, stop, depth + 1)
            elif kind == b"ispe" and inner + 12 <= stop:
                width, height = struct.unpack_from(">II", data, inner + 4)
                self.sizes.append((width, height))
            elif kind == b"stsz" and inner + 12 <= stop:
                self.frames = max(self.frames, struct.unpack_from(">I", data, inner + 8)[0])
            elif kind == b"pitm" and inner + 6 <= stop:
                self._main = _number(data, inner + 4, 4 if data[inner] else 2)
            elif kind == b"ipma":
                self._of_main = self._associated(data[inner:stop])

    def _associated(self, box: bytes) -> list[int]:
        """The properties of the main picture, counted from 1."""
        wide_item, wide_property = (4 if box[:1] > b"\0" else 2), 2 if box[3:4] and box[3] & 1 else 1
        at = 8
        for _ in range(min(_number(box, 4, 4), 1000)):
            item, count = _number(box, at, wide_item), _number(box, at + wide_item, 1)
            at += wide_item + 1
            found = [_number(box, at + n * wide_property, wide_property) for n in range(count)]
            if item == self._main:
                return [value & (0x7FFF if wide_property == 2 else 0x7F) for value in found]  # the top bit: essential
            at += count * wide_property
        return []

    def is_turned(self) -> bool:
        """Whether the main picture is shown turned by a quarter; a mirrored one keeps its size."""
        for number in self._of_main:
            if 0 < number <= len(self._properties):
                kind, body = self._properties[number - 1]
                if kind == b"irot":
                    return bool(body[:1] and body[0] & 1)
        return False


def _number(data: bytes, at: int, length: int) -> int:
    """A number that is written there, 0 behind the end."""
    return int.from_bytes(data[at : at + length], "big")


def _ico(data: bytes) -> PictureInfo | None:
    (count,) = struct.unpack_from("<H", data, 4)
    sizes: list[tuple[int, int]] = []
    for index in range(min(count, 256)):
        at = 6 + 16 * index
        if at + 16 > len(data):
            break
        length, offset = struct.unpack_from("<II", data, at + 8)
        if length == 0 or offset < 6 + 16 * count:
            return None
        sizes.append((data[at] or 256, data[at + 1] or 256))
        inside = data[offset : offset + 24]
        if inside.startswith(_PNG) and len(inside) == 24:
            sizes.append(struct.unpack_from(">II", inside, 16))
        elif len(inside) >= 12 and inside[:4] == b"\x28\0\0\0":
            width, height = struct.unpack_from("<ii", inside, 4)
            sizes.append((abs(width), abs(height) // 2))
    if not sizes:
        return None
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return PictureInfo("image/x-icon", width, height)


def _bmp(data: bytes) -> PictureInfo | None:
    (header,) = struct.unpack_from("<I", data, 14)
    if header == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    elif header in (16, 40, 52, 56, 64, 108, 124):
        width, height = struct.unpack_from("<ii", data, 18)
    else:
        return None
    return PictureInfo("image/bmp", abs(width), abs(height))


# ---------------------------------------------------------------------------------------------------- SVG, by its root


def root_tag(data: bytes) -> str:
    """The first start tag of an XML or HTML document, ``""`` when there is none near the beginning."""
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2], "utf-8")
    text = data[:65536].decode(encoding, "replace").removeprefix("\ufeff")
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text.startswith("<!--", at):
            end = text.find("-->", at)
            at = end + 3
        elif text.startswith("<?", at):
            end = text.find("?>", at)
            at = end + 2
        elif text.startswith("<!", at):
            end = text.find(">", at)
            opened = text.find("[", at)
            if 0 <= opened < end:
                end = text.find(">", max(text.find("]", opened), 0)) if "]" in text[opened:] else -1
            at = end + 1
        else:
            break
        if end < 0:
            return ""
    if not re.match(r"<[A-Za-z_]", text[at : at + 2]):
        return ""
    return text[at : text.find(">", at) + 1] if ">" in text[at:] else text[at:]


def _svg(data: bytes) -> PictureInfo | None:
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and not data[:200].lstrip(b"\xef\xbb\xbf \t\r\n\f").startswith(b"<"):
        return None
    tag = root_tag(data)
    if not re.match(r"<(?:[A-Za-z_][\w.-]*:)?svg[\s/>]", tag):
        return None
    found = {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(tag)}
    return PictureInfo("image/svg+xml", *svg_size(found.get("width"), found.get("height"), found.get("viewBox")))


def svg_size(width: str | None, height: str | None, view_box: str | None) -> tuple[int, int]:
    """The size of an SVG in CSS pixels, at most 4096 a side: no pixel is stored in it, so only the ratio matters."""
    wide, high = _length(width), _length(height)
    box = [_length(part) for part in re.split(r"[\s,]+", (view_box or "").strip())[:4]]
    ratio = box[2] / box[3] if len(box) == 4 and box[2] > 0 and box[3] > 0 else 0.0
    if ratio and not (wide and high):
        if wide or high:
            wide, high = wide or high * ratio, high or wide / ratio
        else:
            wide, high = box[2], box[3]
    wide, high = wide or 300.0, high or 150.0  # CSS 2.2, section 10.3.2
    scale = min(1.0, 4096 / max(wide, high))
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _length(text: str | None) -> float:
    found = _LENGTH.match(text.lower()) if text else None
    if found is None or found[2] not in _UNIT_PX:
        return 0.0
    value = float(found[1]) * _UNIT_PX[found[2]]
    return value if math.isfinite(value) and 0 < value < 1e12 else 0.0


# ------------------------------------------------------------------------------------------------- what it is instead


def _other(data: bytes) -> str:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\f\0").lower()
    if not data:
        return "nothing"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title", b"<meta", b"<div")):
        return "an HTML page"
    if start.startswith(b"<"):
        return "an XML or HTML document"
    if start.startswith(b"%pdf-"):
        return "a PDF document"
    if start.startswith((b"{", b"[")):
        return "a JSON document"
    if data.startswith((b"\x1a\x45\xdf\xa3", b"\0\0\1\xba", b"FLV", b"OggS")) or data[8:12] == b"AVI ":
        return "a video"
    if data.startswith((b"II*\0", b"MM\0*")):
        return "a TIFF picture"
    if data.startswith((b"\0\0\0\x0cJXL ", b"\xff\x0a")):
        return "a JPEG XL picture"
    return "no known kind of picture"
