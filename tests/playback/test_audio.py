"""Sound of proxies: in sync with the film, and bounded in memory for any declared times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.playback import transcode
from tests.support.hostile_files import sound_backwards, with_sound
from tests.support.repository import ROOT
from tests.support.sound_films import beeps_heard, flashes, sounding

WITHIN = 300
"""Seconds after which a proxy of a test film has hung."""
MOST_MEGABYTES = 300
"""Bound of the memory for a small film, which takes 80 MB."""
HOUR = 3600
PICTURE = 1.92
"""Default length of the picture of with_sound, in seconds."""
FRAME = 1024 / 48_000
"""Length of an AAC frame, in seconds; sound ends on one."""

PEAK = """
import sys
from pathlib import Path
from emotion_core.playback import transcode
transcode.write(Path(sys.argv[1]), "", Path(sys.argv[2]), lambda *_: None)
status = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def create_proxy(film: Path) -> Path:
    """Create the proxy of a film."""
    transcode.write(film, "", film.with_name("proxy.mp4"), lambda *_: None)
    return film.with_name("proxy.mp4")


def made_within(film: Path) -> Path:
    """Create the proxy in another process and check its memory."""
    target = film.with_name("proxy.mp4")
    if not sys.platform.startswith("linux"):
        return create_proxy(film)
    result = subprocess.run(
        [sys.executable, "-c", PEAK, str(film), str(target)],
        capture_output=True, text=True, check=True, timeout=WITHIN, cwd=ROOT,
    )  # fmt: skip
    assert int(result.stdout) / 1000 < MOST_MEGABYTES
    return target


def heard(copy: Path) -> NDArray[np.float32]:
    """All samples of a proxy's first channel."""
    with av.open(str(copy)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def seconds(copy: Path) -> float:
    """Length of a proxy's sound, in seconds."""
    return len(heard(copy)) / 48_000


@pytest.mark.parametrize("hours", [2, 20])
def test_sound_hours_after_the_picture_is_not_waited_for(hours: int, tmp_path: Path) -> None:
    """Silence fills the time up to the end of the picture only, without memory for the rest."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(hours * HOUR, 1024)]))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert not heard(copy).any()


def test_sound_that_jumps_by_hours_is_heard_up_to_there(tmp_path: Path) -> None:
    """Sound beside the picture is kept; sound hours later takes no memory."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(0.4, 4800), (2 * HOUR, 4800)]))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.4], abs=0.004)


def test_a_film_whose_sound_is_one_packet(tmp_path: Path) -> None:
    """A long packet is read in parts, up to the end of the picture."""
    copy = made_within(with_sound(tmp_path / "film.mkv", [(0.5, 8000 * 300)], rate=8000))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.5], abs=0.004)
    assert np.abs(heard(copy)[48_000:86_400]).reshape(-1, 480).max(axis=1).min() > 0.3  # no part is lost


@pytest.mark.parametrize("rate", [48_000, 44_100, 8000])
def test_sound_after_a_gap_lies_where_it_lay(rate: int, tmp_path: Path) -> None:
    """Sound with a late begin, a short and a long pause stays in sync with the picture."""
    begins = [3.0, 3.6, 6.25, 6.9]
    film = with_sound(tmp_path / "film.mkv", [(at, rate // 10) for at in begins], rate=rate, pictures=180)
    copy = create_proxy(film)
    assert beeps_heard(film) == pytest.approx(begins, abs=0.002)
    assert beeps_heard(copy) == pytest.approx(begins, abs=0.004)
    assert seconds(copy) == pytest.approx(7.0, abs=2 * FRAME)


def test_sound_long_before_the_picture_is_left_out(tmp_path: Path) -> None:
    """If the picture begins hours after the sound, the proxy has only the sound beside the picture."""
    film = with_sound(tmp_path / "film.mkv", [(0, 4800), (2 * HOUR + 0.8, 4800)], starts=2 * HOUR)
    assert beeps_heard(made_within(film)) == pytest.approx([0.8], abs=0.004)


def test_sound_whose_clock_runs_backwards_ends(tmp_path: Path) -> None:
    """Sound whose times run backwards is left out."""
    copy = made_within(sound_backwards(tmp_path / "film.mkv"))
    assert seconds(copy) == pytest.approx(PICTURE, abs=2 * FRAME)
    assert beeps_heard(copy) == pytest.approx([0.0], abs=0.004)


def test_joined_recordings_are_heard_to_the_end(tmp_path: Path) -> None:
    """After a reset of a transport stream's clock sound stays in sync with the picture."""
    part = sounding(tmp_path / "part.ts").read_bytes()
    film = tmp_path / "film.ts"
    film.write_bytes(part + part)
    copy = create_proxy(film)
    assert flashes(copy) == pytest.approx([0.4, 1.2, 2.4, 3.2], abs=0.001)
    assert beeps_heard(copy) == pytest.approx([0.4, 1.2, 2.4, 3.2], abs=0.12)


@pytest.mark.parametrize(("rate", "layout"), [(1, "mono"), (3999, "mono"), (800_000, "mono"), (48_000, "64 channels")])
def test_sound_that_is_none_is_left_out(rate: int, layout: str, tmp_path: Path) -> None:
    """A film with an absurd sample rate, or too many channels to mix, gets a proxy without sound."""
    film = with_sound(tmp_path / "film.mkv", [(0, 1024)], rate=rate, layout=layout)
    with av.open(str(made_within(film))) as container:
        assert [stream.type for stream in container.streams] == ["video"]
