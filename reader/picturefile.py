"""A picture's bytes, checked. A part of ``reader.images``."""

from __future__ import annotations

from dataclasses import field

from reader.attempts import Attempt
from reader.errors import PictureError
from reader.pictureinfo import MAX_FRAMES, MAX_PIXELS, MAX_SIDE, inspect
from reader.records import dataclass

#: What is left of these when they break off can be shown: they are painted from the top, or frame by frame.
_PAINTED_FROM_THE_TOP = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})
#: Less of a picture is its header and a line or two.
_LEAST_PART = 1024


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture's bytes, checked.

    Attributes:
        url: the address that worked.
        media_type: by content.
        width, height: pixels, as it is shown (turned upright); frames: 1 for a still picture.
        from_cache: no request was made.
        referer: the one that worked, ``""`` for none.
        partial: it broke off; what came is shown.
        attempts: what it took to get it, when that was.
    """

    url: str
    media_type: str
    width: int
    height: int
    frames: int
    data: bytes
    from_cache: bool = False
    referer: str = ""
    partial: bool = False
    attempts: tuple[Attempt, ...] = field(default=(), compare=False)


def checked(url: str, data: bytes, referer: str, *, complete: bool = True) -> PictureFile:
    """Bytes as a picture.

    Args:
        complete: they are all that the server has; else only kinds that can be shown in part are taken.

    Raises:
        PictureError: not-a-picture, bomb, or unreachable for one that broke off and cannot be shown in part.
    """
    try:
        info = inspect(data)
        if info.media_type == "image/svg+xml" and complete:
            from reader.svg import inert

            data = inert(data)
            info = inspect(data)
    except ValueError as error:
        raise PictureError(url=url, kind="not-a-picture", detail=str(error)) from None
    if info.width * info.height > MAX_PIXELS or max(info.width, info.height) > MAX_SIDE or info.frames > MAX_FRAMES:
        size = f"{info.width} x {info.height} pixels, {info.frames} frames"
        raise PictureError(url=url, kind="bomb", detail=size)
    if not complete and (info.media_type not in _PAINTED_FROM_THE_TOP or len(data) < _LEAST_PART):
        raise PictureError(url=url, kind="unreachable", detail="the picture broke off")
    return PictureFile(
        url, info.media_type, info.width, info.height, info.frames, data, referer=referer, partial=not complete
    )
