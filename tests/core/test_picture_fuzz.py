"""No damaged or hostile picture ends the program, fills the memory or holds it up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from reader.errors import PictureError
from reader.picturefile import checked

CHECKOUT = Path(__file__).resolve().parents[2]
#: Nothing that is shown is decoded larger than this in the window's own process.
GROWN_MB = 400
SLOWEST_MS = 3_000


def fuzz(seconds: float, folder: Path, seed: int) -> dict[str, Any]:
    """What a run of the fuzzer told; the picture that it died of stays in the folder."""
    log = folder / "log.txt"
    with log.open("wb") as errors:  # decoders tell every injury
        done = subprocess.run(
            [sys.executable, "-m", "tests.core.picture_fuzzer", str(seconds), str(seed)],
            cwd=CHECKOUT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "INKSTONE_FUZZ": str(folder)},
            stdout=subprocess.PIPE,
            stderr=errors,
            timeout=seconds + 120,
        )
    said = log.read_text(errors="replace")[-3000:]
    assert done.returncode == 0, f"{folder / 'fuzzed.bin'}: {done.returncode}\n{said}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_damaged_pictures_for_a_moment(tmp_path: Path) -> None:
    told = fuzz(3, tmp_path, seed=1)
    assert told["pictures"] > 200
    assert told["told"]["decoded"] > 10  # not everything is turned away
    assert told["told"]["not-a-picture"] > 10
    assert told["slowest_ms"] < SLOWEST_MS
    assert told["grown_mb"] < GROWN_MB


@pytest.mark.slow
def test_damaged_pictures_for_ten_minutes(tmp_path: Path) -> None:
    told = fuzz(600, tmp_path, seed=time.time_ns() % 1_000_000)
    print(told)
    assert told["slowest_ms"] < SLOWEST_MS
    assert told["grown_mb"] < GROWN_MB


#: What a reader must do with each picture of the generator: refuse it, or show it without harm.
SHOWN = {"png_ztxt_bomb.png": "image/png", "svg_xxe.svg": "image/svg+xml", "svg_huge.svg": "image/svg+xml"}
REFUSED = {
    "png_30000x30000_1bit.png": "bomb",
    "png_header_lies_60000.png": "bomb",
    "png_max_dims.png": "bomb",
    "gif_20000_frames_65535.gif": "bomb",
    "html_as.png": "not-a-picture",
    "truncated.jpg": "bomb",
}


@pytest.mark.slow  # the generator takes half a minute to compress its bombs
def test_the_hostile_pictures_of_the_generator(tools: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(tools / "gen_hostile.py"), str(tmp_path)], check=True, capture_output=True)
    found = {path.name: path.read_bytes() for path in (tmp_path / "img").iterdir()}
    assert set(found) == {*SHOWN, *REFUSED}
    for name, data in found.items():
        begun = time.monotonic()
        if name in SHOWN:
            file = checked(f"http://img.example/{name}", data, "")
            assert file.media_type == SHOWN[name]
            for bad in (b"script", b"foreignObject", b"127.0.0.1", b"ENTITY", b"passwd", b"iframe"):
                assert file.media_type != "image/svg+xml" or bad not in file.data, (name, bad)
        else:
            with pytest.raises(PictureError) as caught:
                checked(f"http://img.example/{name}", data, "")
            assert caught.value.kind == REFUSED[name], name
        assert time.monotonic() - begun < 1, name
