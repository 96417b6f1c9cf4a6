"""Which way up a picture is, as its camera noted it (Exif 2.32, section 4.6.4). A part of ``reader.images``."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_SHORT = 3
#: Cameras write some dozens of fields.
_MOST_FIELDS = 1_000
_HEAD = b"Exif\0\0"


def orientation(block: bytes) -> int:
    """The orientation of an Exif block, 1 to 8; 1 (upright) when it says nothing or nonsense.

    Args:
        block: a TIFF header and what follows, with or without ``Exif`` before it.
    """
    block = block.removeprefix(_HEAD)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, at)
        for field in range(min(count, _MOST_FIELDS)):
            tag, kind, number, value = struct.unpack_from(f"{order}HHIH", block, at + 2 + 12 * field)
            if tag == _ORIENTATION and kind == _SHORT and number == 1 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        pass
    return 1


def lies_down(block: bytes) -> bool:
    """Whether a picture is shown turned by a quarter, so that its width is what its header calls its height."""
    return orientation(block) >= 5
