"""Claps are offered with their times, the strongest first."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import claps
from emotion_core.decoding import band_energies
from emotion_core.decoding.sound import SAMPLE_RATE
from tests.support.film_sounds import film_sound


def test_claps_in_talk_are_found_first() -> None:
    """Two claps are the strongest onsets of a passage with speech and music, and placed within 20 ms."""
    sound = film_sound(40, 4) * np.float32(0.1)
    random = np.random.default_rng(1)
    for at in (7.35, 29.02):
        clap = random.normal(0, 0.5, 400) * np.exp(-np.arange(400) / 80)
        sound[round(at * SAMPLE_RATE) : round(at * SAMPLE_RATE) + 400] += clap.astype(np.float32)
    found = claps(band_energies(sound))
    assert sorted(clap.second for clap in found[:2]) == pytest.approx([7.35, 29.02], abs=0.02)
    assert [clap.strength for clap in found] == sorted((clap.strength for clap in found), reverse=True)


def test_steady_sound_and_silence_have_none() -> None:
    """Nothing is offered where nothing is sudden, nor where sound begins after a gap."""
    noise = np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE).astype(np.float32)
    assert claps(band_energies(noise)) == ()
    assert claps(band_energies(noise * 0)) == ()
    assert claps(band_energies(noise[:100])) == ()
