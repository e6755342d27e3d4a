"""Which films browsers play directly, and the reasons for the others."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from emotion_core.decoding import PlaybackFacts, isolated, read_playback_facts, unplayable_reason
from emotion_core.errors import NotAFilm, NotLookedAt, SettingsError
from emotion_core.media import container_kind
from tests.support import damaged_files
from tests.support.clips import BIKES, clip
from tests.support.films import INTERLACED, PAL, texture, write_film
from tests.support.sound_films import sounding

TEN_BIT = {"codec": "libx265", "pixel_format": "yuv420p10le", "options": {"x265-params": "log-level=none"}}

UNEVEN = [i * 40 + i // 3 * 80 for i in range(30)]
"""Every third frame stays three times as long."""
JITTER = [i * 1001 // 24 for i in range(30)]
"""24000/1001 frames a second, rounded to milliseconds."""
MILLISECOND = Fraction(1, 1000)
REORDERED = "its frames are of uneven length and out of order, of which browsers show the wrong ones"

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
    ("phone.mp4", {"pts": UNEVEN, "time_base": MILLISECOND, "b_frames": 0}, "MP4", ""),
    ("steady.mp4", {"pts": JITTER, "time_base": MILLISECOND}, "MP4", ""),
    ("screen.mp4", {"pts": UNEVEN, "time_base": MILLISECOND}, "MP4", REORDERED),
    ("screen.mov", {"pts": UNEVEN, "time_base": MILLISECOND}, "MOV", REORDERED),
    ("late.mp4", {"pts": range(5, 35), "time_base": 1 / PAL}, "MP4", "its clock does not begin with its first frame"),
]


@pytest.mark.parametrize(("name", "how", "container", "reason"), FILMS, ids=[film[0] for film in FILMS])
def test_the_reason_is_told(name: str, how: dict[str, Any], container: str, reason: str, tmp_path: Path) -> None:
    """Container, codec, fields and clock each decide, and the first obstacle is named."""
    path = write_film(tmp_path / name, texture(1, 30), **how)
    assert container_kind(path) == container
    assert unplayable_reason(read_playback_facts(path)) == reason


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
    assert unplayable_reason(read_playback_facts(sounding(tmp_path / f"film{suffix}", sound_codec=codec))) == reason


def test_an_edit_list_that_cuts_is_told(tmp_path: Path) -> None:
    """A film whose edit list begins within a group of pictures needs a copy."""
    path = write_film(tmp_path / "film.mp4", texture(1, 30), b_frames=0)
    content = bytearray(path.read_bytes())
    assert unplayable_reason(read_playback_facts(path)) == ""
    at = content.index(b"elst") + 12  # version, flags and count; then duration and media time of the first edit
    scale = struct.unpack(">I", content[content.index(b"mdhd") + 16 :][:4])[0]
    struct.pack_into(">i", content, at + 4, scale * 5 // 25)
    path.write_bytes(content)
    assert unplayable_reason(read_playback_facts(path)) == "browsers do not agree on its edit list"


def test_real_footage_plays() -> None:
    """A clip from the web plays directly."""
    assert unplayable_reason(read_playback_facts(clip(BIKES))) == ""


def test_another_process_finds_the_same(tmp_path: Path) -> None:
    """A child process finds the same facts; a file that is not a film is refused with its name."""
    path = write_film(tmp_path / "film.mkv", texture(1, 10))
    assert isolated.playback_facts(path, "one", "Mine.mkv") == read_playback_facts(path)
    with pytest.raises(NotAFilm, match=r"Mine\.mp4"):
        isolated.playback_facts(damaged_files.text(tmp_path / "text.mp4"), "none", "Mine.mp4")


PLAYS = PlaybackFacts(
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
    """The same rules apply to formats that no encoder here writes."""
    assert unplayable_reason(dataclasses.replace(PLAYS, **change)) == reason


@pytest.mark.parametrize("maker", [damaged_files.empty, damaged_files.text])
def test_a_file_of_no_kind_has_none(maker: Callable[[Path], Path], tmp_path: Path) -> None:
    """A file that is not a film has no container kind; its name does not matter."""
    assert container_kind(maker(tmp_path / "film.mp4")) == ""


def test_the_same_file_is_probed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of a file, also after a move, are remembered by its bytes; those of other bytes or tracks are not."""
    ran: list[str] = []

    def run(name: str, *words: str, **how: Any) -> bytes:
        ran.append(words[1])
        return read(name, *words, **how)

    read = isolated._run_reader
    monkeypatch.setattr(isolated, "_run_reader", run)
    path = write_film(tmp_path / "a.mp4", texture(1, 3))
    facts = isolated.probe(path, "one", "a.mp4")
    moved = path.rename(tmp_path / "b.mp4")
    assert isolated.probe(moved, "one", "b.mp4") == facts
    assert isolated.playback_facts(moved, "one", "b.mp4") == read_playback_facts(moved)
    assert ran == [str(path)]
    assert isolated.probe(moved, "another", "b.mp4") != facts
    assert ran == [str(path), str(moved)]
    with pytest.raises(SettingsError):
        isolated.probe(moved, "one", "b.mp4", 2)


def test_a_reader_that_is_interrupted_as_python_starts_says_nothing_of_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while Python itself starts ends it by exit code 1: neither a fault of the program nor of the film."""
    (tmp_path / "sitecustomize.py").write_text("raise KeyboardInterrupt\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    with pytest.raises(NotLookedAt, match=r"Film\.mp4 could not be looked at: the process that reads it was ended"):
        isolated.playback_facts(clip(BIKES), "content", "Film.mp4")
    assert not (tmp_path / "home").exists()
