"""Which films browsers play as they are, and what is said of the others."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emotion_core.decoding import isolated
from emotion_core.decoding.browser_support import Tracks, kind, tracks, why_not
from emotion_core.errors import NotAFilm
from tests import broken
from tests.clips import BIKES, clip
from tests.films import INTERLACED, PAL, texture, write_film
from tests.sounding import sounding

TEN_BIT = {"codec": "libx265", "pixel_format": "yuv420p10le", "options": {"x265-params": "log-level=none"}}

FILMS: list[tuple[str, dict[str, Any], str, str]] = [
    # its name, how it is written, its container, why it does not play: nothing if it does
    ("plain.mp4", {}, "MP4", ""),
    ("plain.mov", {}, "MOV", ""),
    ("turned.mp4", {"rotation": 90}, "MP4", ""),
    ("web.webm", {"codec": "libvpx-vp9"}, "WebM", ""),
    ("eight.webm", {"codec": "libvpx"}, "WebM", ""),
    ("new.mp4", {"codec": "libsvtav1"}, "MP4", ""),
    ("edit.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le"}, "MOV", "ProRes does not play in browsers"),
    ("tape.mxf", {"codec": "mpeg2video"}, "MXF", "MPEG-2 does not play in browsers"),
    ("phone.mp4", TEN_BIT, "MP4", "HEVC does not play in every browser"),
    ("old.avi", {"codec": "mpeg4", "b_frames": 0}, "AVI", "MPEG-4 part 2 does not play in browsers"),
    ("plain.mkv", {}, "Matroska", "Matroska files do not play in every browser"),
    ("plain.ts", {}, "MPEG-TS", "MPEG-TS files do not play in every browser"),
    ("disc.vob", {"codec": "mpeg2video"}, "MPEG-PS", "MPEG-2 does not play in browsers"),
    ("deep.mp4", {"pixel_format": "yuv420p10le"}, "MP4", "H.264 with 10-bit pictures does not play in every browser"),
    ("rich.mp4", {"pixel_format": "yuv422p"}, "MP4", "H.264 with 4:2:2 colour does not play in every browser"),
    ("fields.mp4", {"options": INTERLACED}, "MP4", "browsers show interlaced pictures combed"),
    ("late.mp4", {"pts": range(5, 35), "time_base": 1 / PAL}, "MP4", "its clock does not begin with its first frame"),
]


@pytest.mark.parametrize(("name", "how", "container", "reason"), FILMS, ids=[film[0] for film in FILMS])
def test_the_reason_is_told(name: str, how: dict[str, Any], container: str, reason: str, tmp_path: Path) -> None:
    """Container, picture, fields and clock each decide, and the first that is in the way is named."""
    path = write_film(tmp_path / name, texture(1, 30), **how)
    assert kind(path) == container
    assert why_not(tracks(path)) == reason


@pytest.mark.parametrize(
    ("suffix", "codec", "reason"),
    [
        (".mp4", "aac", ""),
        (".mp4", "libmp3lame", ""),
        (".mov", "pcm_s16le", "PCM sound in MOV does not play in every browser"),
        (".mp4", "ac3", "AC-3 sound in MP4 does not play in every browser"),
    ],
)
def test_sound_decides_too(suffix: str, codec: str, reason: str, tmp_path: Path) -> None:
    """An H.264 film whose sound browsers cannot play needs a copy."""
    assert why_not(tracks(sounding(tmp_path / f"film{suffix}", sound_codec=codec))) == reason


def test_an_edit_list_that_cuts_is_told(tmp_path: Path) -> None:
    """A film whose edit list begins in the middle of a group of pictures is not left to the browsers' judgement."""
    path = write_film(tmp_path / "film.mp4", texture(1, 30), b_frames=0)
    content = bytearray(path.read_bytes())
    assert why_not(tracks(path)) == ""
    at = content.index(b"elst") + 12  # version, flags and count; then duration and media time of the first edit
    scale = struct.unpack(">I", content[content.index(b"mdhd") + 16 :][:4])[0]
    struct.pack_into(">i", content, at + 4, scale * 5 // 25)
    path.write_bytes(content)
    assert why_not(tracks(path)) == "browsers do not agree on its edit list"


def test_real_footage_plays() -> None:
    """A clip as the web has them plays as it is."""
    assert why_not(tracks(clip(BIKES))) == ""


def test_another_process_finds_the_same(tmp_path: Path) -> None:
    """What a child process reads of a film is what is read here, and a film that is none is refused by its name."""
    path = write_film(tmp_path / "film.mkv", texture(1, 10))
    assert isolated.play_tracks(path, "Mine.mkv") == tracks(path)
    with pytest.raises(NotAFilm, match=r"Mine\.mp4"):
        isolated.play_tracks(broken.text(tmp_path / "text.mp4"), "Mine.mp4")


PLAYS = Tracks(
    container="MP4", codec="h264", pixel_format="yuv420p", progressive=True, from_zero=True, edited=False, sounds=()
)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"container": "WebM"}, "H.264 in WebM does not play in every browser"),
        ({"codec": "dnxhd", "container": "MXF"}, "DNxHD or DNxHR does not play in browsers"),
        ({"container": "WebM", "codec": "vp9", "sounds": ("opus", "vorbis")}, ""),
        ({"sounds": ("aac", "unknown")}, "unknown sound in MP4 does not play in every browser"),
        ({"codec": "vp9", "pixel_format": "yuv420p12le"}, "VP9 with 12-bit pictures does not play in every browser"),
    ],
)
def test_other_kinds_are_judged(change: dict[str, Any], reason: str) -> None:
    """Kinds that no encoder here writes are judged by the same rules."""
    assert why_not(dataclasses.replace(PLAYS, **change)) == reason


@pytest.mark.parametrize("maker", [broken.empty, broken.text])
def test_a_file_of_no_kind_has_none(maker: Callable[[Path], Path], tmp_path: Path) -> None:
    """Of a file that is no film nothing is guessed, whatever its name says."""
    assert kind(maker(tmp_path / "film.mp4")) == ""
