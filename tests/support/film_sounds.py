"""Sound as films have it, made from a seed, and recordings of it as a device in a room makes them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from emotion_core.decoding.sound import SAMPLE_RATE

Samples = NDArray[np.float32]


def film_sound(seconds: float, seed: int) -> Samples:
    """Mono samples, -1 to 1: speech with pauses, music in chords on a beat, and single noises, each in passages."""
    random, rate = np.random.default_rng(seed), SAMPLE_RATE
    sound = np.zeros(round(seconds * rate), dtype=np.float32)
    for write, loudness in ((_speak, 0.3), (_play, 0.15), (_knock, 0.5)):
        at = 0.0
        while at < seconds:
            length = random.uniform(4, 12)
            if random.random() < 0.7:
                part = sound[round(at * rate) : round((at + length) * rate)]
                write(part, rate, loudness * random.uniform(0.4, 1), random)
            at += length
    sound += random.normal(0, 1e-3, len(sound)).astype(np.float32)
    return np.clip(sound, -1, 1)


def at_rate(sound: Samples, rate: int) -> Samples:
    """`sound` at another rate than SAMPLE_RATE."""
    times = np.arange(int(len(sound) * rate / SAMPLE_RATE)) * (SAMPLE_RATE / rate)
    return np.asarray(np.interp(times, np.arange(len(sound)), sound), dtype=np.float32)


def looped_sound(seconds: float, loop: float, seed: int) -> Samples:
    """One passage again and again."""
    passage = film_sound(loop, seed)
    return np.resize(passage, round(seconds * SAMPLE_RATE))


def recorded(
    sound: Samples, *, begins: float = 0.0, seconds: float | None = None, drift: float = 0.0, snr: float = 20.0,
    echo: float = 0.0, telephone: bool = False, gain: float = 0.1, seed: int = 1,
) -> Samples:  # fmt: skip
    """A recording of a film's `sound`, `seconds` long, in which the film begins at second `begins`, perhaps negative.

    `drift` as in Alignment. `snr`, decibels, is that of the whole against a room's noise, which also fills what lies
    outside the film; `echo` the seconds in which a room's reverberation falls by 60 dB.
    """
    random, rate = np.random.default_rng(seed), SAMPLE_RATE
    length = seconds if seconds is not None else begins + len(sound) / rate * (1 + drift)
    times = (np.arange(round(length * rate)) / rate - begins) / (1 + drift) * rate
    heard = np.interp(times, np.arange(len(sound)), sound, left=0, right=0).astype(np.float32)
    if echo:
        tail = random.normal(0, 1, round(echo * rate)) * 10 ** (-3 * np.arange(round(echo * rate)) / (echo * rate))
        tail *= 0.7 / np.sqrt((tail**2).sum())  # reverberation 3 dB weaker than the direct sound
        tail[0] = 1
        heard = _filtered(heard, np.fft.rfft(tail, _length(len(heard) + len(tail))))
    spectrum = 1 / np.sqrt(1 + np.fft.rfftfreq(_length(len(heard)), 1 / rate) / 300)  # rooms rumble
    noise = _filtered(random.normal(0, 1, len(heard)), spectrum)
    heard += noise * np.float32(np.sqrt((heard**2).mean() / (noise**2).mean()) * 10 ** (-snr / 20))
    if telephone:
        hertz = np.fft.rfftfreq(_length(len(heard)), 1 / rate)
        heard = _filtered(heard, 1 / (1 + (300 / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / 3000) ** 6))
    return np.asarray(heard * gain, dtype=np.float32)


def _length(samples: int) -> int:
    return 1 << int(samples).bit_length()


def _filtered(sound: NDArray[np.floating], spectrum: NDArray[np.inexact]) -> Samples:
    length = (len(spectrum) - 1) * 2
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, length) * spectrum, length)[: len(sound)], dtype=np.float32)


def _add(part: Samples, at: int, piece: NDArray[np.floating]) -> None:
    piece = piece[: max(0, len(part) - at)]
    part[at : at + len(piece)] += piece.astype(np.float32)


def _speak(part: Samples, rate: int, loudness: float, random: np.random.Generator) -> None:
    """Syllables: a buzz of 90 to 220 Hz through two formants, or a hiss, with pauses between phrases."""
    at, pitch = 0, random.uniform(90, 220)
    while at < len(part):
        if random.random() < 0.12:
            at += round(random.uniform(0.3, 1.2) * rate)
        length = round(random.uniform(0.08, 0.3) * rate)
        times = np.arange(length) / rate
        if random.random() < 0.25:
            piece = np.diff(random.normal(0, 0.5, length + 1))
        else:
            pitch = float(np.clip(pitch * random.uniform(0.9, 1.1), 80, 260))
            formants = random.uniform(300, 800), random.uniform(900, 2500)
            harmonics = np.arange(pitch, 3500, pitch)
            strength = sum(1 / (1 + ((harmonics - formant) / 120) ** 2) for formant in formants)
            piece = (np.sin(2 * np.pi * harmonics[:, None] * times) * np.reshape(strength, (-1, 1))).sum(axis=0)
        _add(part, at, piece * np.hanning(length) ** 0.5 * loudness * random.uniform(0.3, 1))
        at += length


def _play(part: Samples, rate: int, loudness: float, random: np.random.Generator) -> None:
    """Chords of three decaying notes on a steady beat."""
    beat = round(random.uniform(0.35, 0.8) * rate)
    for at in range(0, len(part), beat):
        times = np.arange(3 * beat) / rate
        root = 110 * 2 ** (random.integers(0, 24) / 12)
        for interval in (0, random.choice([3, 4]), 7):
            hertz = root * 2 ** (interval / 12)
            tone = sum(np.sin(2 * np.pi * hertz * n * times) / n for n in (1, 2, 3) if hertz * n < rate / 2)
            _add(part, at, tone * np.exp(-times * 3) * loudness)


def _knock(part: Samples, rate: int, loudness: float, random: np.random.Generator) -> None:
    """Doors and steps: short noises now and then."""
    for _ in range(random.integers(1, 6)):
        length = round(random.uniform(0.02, 0.3) * rate)
        piece = random.normal(0, 1, length) * np.exp(-np.arange(length) / length * 5)
        _add(part, int(random.integers(len(part) + 1)), piece * loudness)


def write_sound_film(
    path: Path, samples: Samples, *, rate: int = SAMPLE_RATE, codec: str = "aac", starts: float = 0.0,
    tail: float = 0.0,
) -> Path:  # fmt: skip
    """A film of grey pictures, five a second, with mono `samples` that begin `starts` seconds after the picture and go
    on for `tail` seconds after its end.
    """
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=5, options={"preset": "ultrafast", "bf": "0"})
        sound = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(picture, VideoStream)
        assert isinstance(sound, AudioStream)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        for index in range(round((starts + len(samples) / rate - tail) * 5)):
            shown = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 100, dtype=np.uint8), format="rgb24")
            shown.pts, shown.time_base = index, Fraction(1, 5)
            container.mux(picture.encode(shown))
        container.mux(picture.encode())
        for first in range(0, len(samples), 1024):
            part = np.clip(samples[None, first : first + 1024] * 32767, -32768, 32767).astype(np.int16)
            heard = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
            heard.sample_rate, heard.time_base, heard.pts = rate, Fraction(1, rate), first + round(starts * rate)
            container.mux(sound.encode(heard))
        container.mux(sound.encode())
    return path
