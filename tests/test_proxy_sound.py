"""A proxy's sound lies where the film's does, whatever the film says of its sound, and takes no more for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.playback import transcode
from tests.hostile import sound_backwards, with_sound
from tests.sounding import beeps_heard, flashes, sounding
from tests.traced import ROOT

WITHIN = 300
"""Seconds after which a proxy of a test film has hung."""
MOST_MEGABYTES = 300
"""Of memory for a small film; it takes 80."""
HOUR = 3600
PICTURE = 1.92
"""Seconds that the picture of with_sound lasts if nothing else is said."""
FRAME = 1024 / 48_000
"""Seconds of AAC's frame: sound ends on one."""

PEAK = """
import sys
from pathlib import Path
from emotion_core.playback import transcode
transcode.write(Path(sys.argv[1]), "", Path(sys.argv[2]), lambda *_: None)
status = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def made(film: Path) -> Path:
    """The proxy of a film."""
    transcode.write(film, "", film.with_name("proxy.mp4"), lambda *_: None)
    return film.with_name("proxy.mp4")


def made_within(film: Path) -> Path:
    """The same, by a process of its own whose memory is looked at."""
    target = film.with_name("proxy.mp4")
    if not sys.platform.startswith("linux"):
        return made(film)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(film), str(target)],
        capture_output=True, text=True, check=True, timeout=WITHIN, cwd=ROOT,
    )  # fmt: skip
    assert int(done.stdout) / 1000 < MOST_MEGABYTES
    return target


def heard(copy: Path) -> NDArray[np.float32]:
    """All samples of its first channel."""
    with av.open(str(copy)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def seconds(copy: Path) -> float:
    """How long its sound lasts."""
    return len(heard(copy)) / 48_000


@pytest.mark.parametrize("hours", [2, 20])
def test_sound_hours_after_the_picture_is_not_waited_for(hours: int, tmp_path: Path) -> None:
    """The silence before it is made up to where the picture ends, and no memory is taken for the rest."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(hours * HOUR, 1024)]))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert not heard(copy).any()


def test_sound_that_jumps_by_hours_is_heard_up_to_there(tmp_path: Path) -> None:
    """What lies within the picture is there, what lies hours later takes no memory."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(0.4, 4800), (2 * HOUR, 4800)]))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.4], abs=0.004)


def test_a_film_whose_sound_is_one_packet(tmp_path: Path) -> None:
    """It is taken in part by part, up to where the picture ends."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(0.5, 8000 * 300)], rate=8000))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.5], abs=0.004)
    assert np.abs(heard(copy)[48_000:86_400]).reshape(-1, 480).max(axis=1).min() > 0.3  # no part is lost


@pytest.mark.parametrize("rate", [48_000, 44_100, 8000])
def test_sound_after_a_gap_lies_where_it_lay(rate: int, tmp_path: Path) -> None:
    """Where sound begins late, pauses for a moment, and for seconds, each part is heard at the picture's time."""
    begins = [3.0, 3.6, 6.25, 6.9]
    film = with_sound(tmp_path / "film.mkv", [(at, rate // 10) for at in begins], rate=rate, pictures=180)
    copy = made(film)
    assert beeps_heard(film) == pytest.approx(begins, abs=0.002)
    assert beeps_heard(copy) == pytest.approx(begins, abs=0.004)
    assert seconds(copy) == pytest.approx(7.0, abs=2 * FRAME)


def test_sound_long_before_the_picture_is_left_out(tmp_path: Path) -> None:
    """Where the picture begins hours after the sound, only what is heard beside it is in the copy."""
    film = with_sound(tmp_path / "film.mkv", [(0, 4800), (2 * HOUR + 0.8, 4800)], starts=2 * HOUR)
    assert beeps_heard(made_within(film)) == pytest.approx([0.8], abs=0.004)


def test_sound_whose_clock_runs_backwards_ends(tmp_path: Path) -> None:
    """What it says of an earlier time is left out."""
    copy = made_within(sound_backwards(tmp_path / "film.mkv"))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.0], abs=0.004)


def test_joined_recordings_are_heard_to_the_end(tmp_path: Path) -> None:
    """Where the clock of a transport stream is set back, sound goes on with the picture."""
    part = sounding(tmp_path / "part.ts").read_bytes()
    film = tmp_path / "film.ts"
    film.write_bytes(part + part)
    copy = made(film)
    assert flashes(copy) == pytest.approx([0.4, 1.2, 2.4, 3.2], abs=0.001)
    assert beeps_heard(copy) == pytest.approx([0.4, 1.2, 2.4, 3.2], abs=0.12)


@pytest.mark.parametrize(("rate", "layout"), [(1, "mono"), (3999, "mono"), (800_000, "mono"), (48_000, "64 channels")])
def test_sound_that_is_none_is_left_out(rate: int, layout: str, tmp_path: Path) -> None:
    """A film with an absurd sample rate, or more channels than can be mixed, has a copy without sound."""
    film = with_sound(tmp_path / "film.mkv", [(0, 1024)], rate=rate, layout=layout)
    with av.open(str(made_within(film))) as container:
        assert [stream.type for stream in container.streams] == ["video"]
