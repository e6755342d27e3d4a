"""Fingerprints of a film's sound: alike after coding, at other levels and rates; unlike between sounds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.decoding import Decoder, prints_of_runs, read_sound_prints
from emotion_core.decoding.sound import SAMPLE_RATE
from emotion_core.observations import PRINTS_A_SECOND, SoundPrints
from tests.support.film_sounds import Samples, at_rate, film_sound, write_sound_film
from tests.support.films import texture, write_film

SECONDS = 20
SOUND = film_sound(SECONDS, 3)


def of(samples: Samples, block: int = 65_536) -> SoundPrints:
    runs = ((at, samples[at : at + block]) for at in range(0, len(samples), block))
    return prints_of_runs(runs, Fraction(len(samples), SAMPLE_RATE))


def read(path: Path) -> SoundPrints:
    with Decoder(path, "") as decoder:
        return read_sound_prints(path, decoder.media, lambda: None)


def errors(first: SoundPrints, second: SoundPrints) -> float:
    """Share of bits that differ, where both have sound that changes."""
    rows = min(len(first), len(second))
    alive = (np.minimum(first.changes[:rows], second.changes[:rows]) > 5) & (first.levels[:rows] > 120)
    return float(np.bitwise_count(first.bits[:rows] ^ second.bits[:rows])[alive].mean() / 32)


@pytest.mark.parametrize(("codec", "rate", "name"), [("aac", 48_000, "film.mp4"), ("mp3", 22_050, "film.mkv")])
def test_coding_and_level_change_few_bits(codec: str, rate: int, name: str, tmp_path: Path) -> None:
    """Of a sound coded at another rate and a third as loud, a seventh of the bits at most differs; else half."""
    path = write_sound_film(tmp_path / name, at_rate(np.float32(1 / 3) * SOUND, rate), rate=rate, codec=codec)
    assert errors(of(SOUND), read(path)) < 0.15
    assert errors(of(film_sound(SECONDS, 4)), read(path)) == pytest.approx(0.5, abs=0.04)
    assert read(path).bits.tolist() == read(path).bits.tolist()


def test_blocks_make_no_difference() -> None:
    whole, parts = of(SOUND), of(SOUND, 777)
    np.testing.assert_array_equal(whole.bits, parts.bits)
    np.testing.assert_array_equal(whole.levels, parts.levels)
    np.testing.assert_array_equal(whole.changes, parts.changes)


def test_silence_and_a_tone_do_not_change() -> None:
    """Levels are decibels of full scale; rows without sound all through their window are unknown."""
    tone = np.sin(2 * np.pi * 500 * np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    silent, steady = of(np.zeros(4 * SAMPLE_RATE, dtype=np.float32)), of(tone)
    assert not silent.known[0]
    assert set(silent.levels[silent.known].tolist()) == {1}
    assert silent.changes.max() == 0
    assert set(steady.levels[steady.known].tolist()) == {255 - 6}
    assert np.median(steady.changes) <= 3


def test_gaps_and_sound_that_begins_late_are_unknown() -> None:
    """Nothing is known where the track has no sound, nor after the last picture."""
    runs = [(SAMPLE_RATE * 2, SOUND[: SAMPLE_RATE * 3]), (SAMPLE_RATE * 8, SOUND[: SAMPLE_RATE * 9])]
    prints = prints_of_runs(runs, Fraction(10))
    known = np.flatnonzero(np.diff(prints.known.astype(int))) / PRINTS_A_SECOND
    assert known == pytest.approx([2.2, 4.8, 8.2], abs=0.1)
    assert len(prints) == 10 * PRINTS_A_SECOND


def test_a_film_without_sound(tmp_path: Path) -> None:
    assert len(read(write_film(tmp_path / "mute.mp4", texture(1, 20)))) == 0
