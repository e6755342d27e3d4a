"""A recording is placed by the film's sound in it within 40 ms, or refused with a reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core.audience import LEAST_CONFIDENCE, Alignment, align_by_sound
from emotion_core.decoding import BandEnergies, band_energies, read_band_energies
from emotion_core.decoding.sound import SAMPLE_RATE
from emotion_core.errors import AlignmentError
from tests.support.film_sounds import Samples, at_rate, film_sound, looped_sound, recorded, write_sound_film

LENGTH = 100.0
WITHIN = 0.04
"""Seconds by which a recording may be off, anywhere in the film."""
ROOM: dict[str, Any] = {"echo": 0.6, "telephone": True}


@cache
def film() -> Samples:
    return film_sound(LENGTH, 5)


@cache
def film_energies() -> BandEnergies:
    return band_energies(film())


def aligned(recording: Samples) -> Alignment:
    return align_by_sound(film_energies(), band_energies(recording))


def worst(found: Alignment, offset: float, drift: float, seconds: tuple[float, ...] = (0.0, LENGTH)) -> float:
    """Greatest error of the recording's seconds at `seconds` of the film."""
    at = np.array(seconds)
    return float(np.abs(found.recording_seconds(at) - at * (1 + drift) - offset).max())


@pytest.mark.parametrize(
    ("offset", "drift", "how"),
    [
        (3.217, 0.0, {"snr": 20}),
        (0.0, 0.0, {"snr": 0, **ROOM}),
        (3.217, 2e-4, {"snr": 10, **ROOM}),
        (-4.435, -2e-4, {"snr": 0, "gain": 0.002}),
        (12.5, 2e-4, {"snr": -3, "echo": 0.6}),
        (-40.008, 0.0, {"snr": 0, "seconds": 35.0}),  # of the middle
        (61.3, -2e-4, {"snr": 5, "seconds": 240.0, **ROOM}),  # longer than the film at both ends
        (5.0, 0.001, {"snr": 10}),  # 24 frames a second shown at 23.976
    ],
)
def test_a_recording_of_the_film_is_placed(offset: float, drift: float, how: dict[str, Any]) -> None:
    """With noise, echo, a small microphone, drift, cut and longer: within 40 ms where it shows the film."""
    found = aligned(recorded(film(), begins=offset, drift=drift, **how))
    shown = (max(0.0, -offset), min(LENGTH, how.get("seconds", 1e9) - offset))
    assert worst(found, offset, drift, shown) < WITHIN
    if drift == 0:
        assert abs(found.offset - offset) < WITHIN  # where the film begins, which a part may not show
    assert found.method == "sound"
    assert found.confidence is not None
    assert LEAST_CONFIDENCE <= found.confidence <= 1


def test_drift_is_told_from_scatter() -> None:
    """200 millionths are found within a seventh of themselves in 200 seconds; without drift it is exactly 0."""
    long = film_sound(200, 8)
    found = [
        align_by_sound(band_energies(long), band_energies(recorded(long, begins=2.0, drift=drift, snr=3)))
        for drift in (2e-4, 0.0)
    ]
    assert found[0].drift == pytest.approx(2e-4, abs=3e-5)
    assert found[1].drift == 0


def test_noisier_recordings_are_less_certain() -> None:
    """Confidence falls with the noise."""
    quiet, loud = (aligned(recorded(film(), snr=snr, **ROOM)).confidence for snr in (20, -9))
    assert quiet is not None
    assert loud is not None
    assert quiet > loud


@pytest.mark.parametrize(("name", "codec", "rate"), [("phone.mp4", "aac", 44_100), ("camera.mkv", "pcm_s16le", 16_000)])
def test_files_of_other_rates_and_containers(name: str, codec: str, rate: int, tmp_path: Path) -> None:
    """From the film's file and the recording's, whose sound begins late, to the alignment."""
    sound = film_sound(30, 3)
    shown = write_sound_film(tmp_path / "film.mov", at_rate(sound, 48_000), rate=48_000)
    heard = at_rate(recorded(sound, begins=-6.2, snr=5, echo=0.4), rate)
    recording = write_sound_film(tmp_path / name, heard, rate=rate, codec=codec, starts=1.5)
    found = align_by_sound(read_band_energies(shown, ""), read_band_energies(recording, ""))
    assert worst(found, -4.7, 0.0, (6.2, 30.0)) < WITHIN


def test_another_film_and_noise_are_refused() -> None:
    """Nothing that was not heard is found."""
    noise = np.random.default_rng(1).normal(0, 0.1, 60 * SAMPLE_RATE).astype(np.float32)
    for other in (recorded(film_sound(80, 6)), film_sound(25, 7), noise):
        with pytest.raises(AlignmentError, match=r"not found in the recording: confidence 0\.[01].*type the offset"):
            aligned(other)


def test_silence_is_refused() -> None:
    """A recording in which nothing is heard."""
    with pytest.raises(AlignmentError, match="no passage with sound that changes"):
        aligned(np.zeros(60 * SAMPLE_RATE, dtype=np.float32))


@pytest.mark.parametrize("seconds", [0, 6])
def test_too_short_a_sound_is_refused(seconds: int) -> None:
    """Film and recording are named."""
    short = band_energies(film()[: seconds * SAMPLE_RATE])
    with pytest.raises(AlignmentError, match=r"The recording has \d\.\d seconds of sound"):
        align_by_sound(film_energies(), short)
    with pytest.raises(AlignmentError, match=r"The film has \d\.\d seconds of sound"):
        align_by_sound(short, film_energies())


def test_sound_that_repeats_itself_is_refused() -> None:
    """A loop of music fits everywhere, and a film that was shown twice fits twice."""
    loop = looped_sound(80, 4, 3)
    for recording in (recorded(loop), recorded(loop, begins=-20, seconds=40)):
        with pytest.raises(AlignmentError, match="several places alike, since their sound repeats itself, or at none"):
            align_by_sound(band_energies(loop), band_energies(recording))
    with pytest.raises(AlignmentError, match="several places alike"):
        aligned(np.concatenate([film(), film()]))


@pytest.mark.parametrize("at", [30, 70])
def test_a_recording_that_was_stopped_is_refused_with_the_place(at: int) -> None:
    """The film was paused for 20 seconds: where, and by how much."""
    heard = recorded(film())
    pause = np.random.default_rng(2).normal(0, 1e-3, 20 * SAMPLE_RATE).astype(np.float32)
    paused = np.concatenate([heard[: at * SAMPLE_RATE], pause, heard[at * SAMPLE_RATE :]])
    with pytest.raises(AlignmentError, match=r"film paused: about \d:\d\d into the film both part by 20\.\d s"):
        aligned(paused)
