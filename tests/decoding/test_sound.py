"""Band energies of a film's sound: at the times of the picture, with gaps that are gaps, and clear refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.decoding import BandEnergies, band_energies, isolated, read_band_energies
from emotion_core.decoding.sound import BANDS, SAMPLE_RATE
from emotion_core.errors import NoSound, NotAFilm
from tests.support.films import texture, write_film
from tests.support.hostile_files import sound_backwards, with_sound
from tests.support.sound_films import sounding

TONE = 0.1
"""Seconds of a tone."""


def loud_from(energies: BandEnergies) -> list[float]:
    """Seconds at which something loud begins: the levels rise to within 20 dB of the loudest."""
    levels = energies.levels.max(axis=1).astype(int)
    loud = np.concatenate([[False], levels > levels.max() - 40])
    return [float(row / 100) for row in np.flatnonzero(loud[1:] & ~loud[:-1])]


def sine(hertz: float, amplitude: float) -> NDArray[np.float32]:
    return np.asarray(amplitude * np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE), dtype=np.float32)


@pytest.mark.parametrize("hertz", [200, 1000, 3500])
def test_levels_are_decibels(hertz: float) -> None:
    """A sine of 0.6 is near -4.4 dB in one band and far weaker in distant ones; a tenth of it is 20 dB weaker."""
    full, tenth = (band_energies(sine(hertz, amplitude)).levels[50].astype(int) for amplitude in (0.6, 0.06))
    best = int(full.argmax())
    assert full[best] == pytest.approx(255 + 40 * np.log10(0.6), abs=8)
    assert full[best] - tenth[best] == pytest.approx(40, abs=2)
    assert full[(best + BANDS // 2) % BANDS] < full[best] - 100


def test_silence_is_not_missing() -> None:
    """Silent samples are known, with the least level; before and after the sound nothing is known."""
    energies = band_energies(np.zeros(SAMPLE_RATE, dtype=np.float32))
    assert set(energies.levels[2:].flatten().tolist()) == {1}
    assert not energies.known[:2].any()
    assert energies.seconds == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.mkv", "film.ts"])
def test_sound_is_at_the_pictures_time(name: str, tmp_path: Path) -> None:
    """Beeps are where the flashes are, whatever a container does with the samples that AAC puts first."""
    assert loud_from(read_band_energies(sounding(tmp_path / name), "")) == pytest.approx([0.4, 1.2], abs=0.03)


@pytest.mark.parametrize("starts", [0.3, -0.3])
def test_sound_that_begins_later_or_earlier(starts: float, tmp_path: Path) -> None:
    """Second 0 is the first picture; what is heard before it is left out, what is not there yet is unknown."""
    energies = read_band_energies(sounding(tmp_path / "film.mp4", sound_starts=starts), "")
    assert loud_from(energies) == pytest.approx([0.4, 1.2], abs=0.03)
    assert np.flatnonzero(energies.known)[0] / 100 == pytest.approx(max(0.0, starts), abs=0.03)


@pytest.mark.parametrize("rate", [48_000, 44_100, 8000, 4001])
def test_gaps_are_unknown(rate: int, tmp_path: Path) -> None:
    """Between the parts of a sound nothing is known, and each lies where it lay."""
    begins = [3.0, 3.6, 6.25]
    film = with_sound(
        tmp_path / "film.mkv", [(at, round(rate * TONE)) for at in begins], rate=rate, pictures=180, hertz=900
    )
    known = read_band_energies(film, "").known
    runs = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]]))).reshape(-1, 2) / 100
    assert runs[:, 0] == pytest.approx(begins, abs=0.03)
    assert runs[:, 1] == pytest.approx([at + TONE for at in begins], abs=0.03)


def test_a_clock_that_is_reset_or_runs_backwards(tmp_path: Path) -> None:
    """After a reset of a transport stream's clock sound goes on; what runs backwards is left out."""
    part = sounding(tmp_path / "part.ts").read_bytes()
    joined = tmp_path / "joined.ts"
    joined.write_bytes(part + part)
    assert loud_from(read_band_energies(joined, "")) == pytest.approx([0.4, 1.2, 2.4, 3.2], abs=0.12)
    with pytest.raises(NoSound, match="is silent"):  # a tone of 6,000 Hz, above the bands
        read_band_energies(sound_backwards(tmp_path / "film.mkv"), "")


@pytest.mark.parametrize(("rate", "layout"), [(1, "mono"), (3999, "mono"), (800_000, "mono"), (48_000, "64 channels")])
def test_sound_that_is_none_is_refused(rate: int, layout: str, tmp_path: Path) -> None:
    """An absurd rate, or more channels than can be mixed."""
    film = with_sound(tmp_path / "film.mkv", [(0, 1024)], rate=rate, layout=layout)
    with pytest.raises(NoSound, match=r"sound track of film\.mkv cannot be read\. Type the offset"):
        read_band_energies(film, "")


def test_films_without_sound_are_refused_by_their_name(tmp_path: Path) -> None:
    """No track, and silence alone, in the confined process, under the name that the user knows."""
    mute = write_film(tmp_path / "0123abc.mp4", texture(1, 10))
    with pytest.raises(NoSound, match=r"^Anna\.mp4 has no sound track\. Type the offset"):
        isolated.band_energies(mute, "", "Anna.mp4")
    silent = sounding(tmp_path / "silent.mp4", beeps=())
    with pytest.raises(NoSound, match=r"sound track of silent\.mp4 is silent"):
        read_band_energies(silent, "")
    (tmp_path / "none.mp4").write_bytes(bytes(100))
    with pytest.raises(NotAFilm):
        read_band_energies(tmp_path / "none.mp4", "")


def test_the_confined_process_answers_the_same(tmp_path: Path) -> None:
    """The levels come back whole."""
    film = sounding(tmp_path / "film.mp4")
    assert np.array_equal(isolated.band_energies(film, "", "film").levels, read_band_energies(film, "").levels)
