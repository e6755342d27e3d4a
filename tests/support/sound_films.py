"""Films with a flash and a beep at the same moments, to measure whether sound and picture stay in sync."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tests.support.films import PAL, Picture

RATE = 48_000
BEEP = 0.04
"""Seconds that each flash and beep lasts: a frame."""


def sounding(
    path: Path, *, beeps: tuple[float, ...] = (0.4, 1.2), seconds: float = 2.0, sound_starts: float = 0.0,
    codec: str = "libx264", pixel_format: str = "yuv420p", sound_codec: str = "aac", channels: str = "stereo",
) -> Path:  # fmt: skip
    """White frames and a tone at `beeps`, seconds of the picture, else black and silence; 25 frames a second.

    The sound track begins `sound_starts` seconds after the picture, or before it.
    """
    with av.open(str(path), "w") as container:
        picture = container.add_stream(codec, rate=PAL)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 160, 96, pixel_format
        sound = container.add_stream(sound_codec, rate=RATE, layout=channels)
        assert isinstance(sound, AudioStream)
        first = max(0.0, -sound_starts)  # of the picture: nothing may begin before the file's zero
        for index in range(int(seconds * PAL)):
            shown: Picture = np.full((96, 160, 3), 255 * _on(index / 25, beeps), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = index + round(first * 25), 1 / PAL
            container.mux(picture.encode(frame))
        times = np.arange(int((seconds - sound_starts) * RATE)) / RATE + sound_starts
        wave = np.sin(2 * np.pi * 1000 * times) * np.array([_on(t, beeps) for t in times]) * 0.8
        many = av.AudioLayout(channels).nb_channels
        for start in range(0, len(wave), 1024):
            part = (np.repeat(wave[start : start + 1024], many) * 32767).astype(np.int16)
            heard = av.AudioFrame.from_ndarray(part[None], format="s16", layout=channels)
            heard.sample_rate, heard.time_base = RATE, Fraction(1, RATE)
            heard.pts = start + round((first + sound_starts) * RATE)
            container.mux(sound.encode(heard))
        container.mux(picture.encode())
        container.mux(sound.encode())
    return path


def flashes(path: Path) -> list[float]:
    """Seconds from the first frame shown at which the picture turns white."""
    with av.open(str(path)) as container:
        frames = [(f.time or 0.0, f.to_ndarray(format="gray").mean() > 128) for f in container.decode(video=0)]
    return [at - frames[0][0] for (_, before), (at, now) in pairwise(frames) if now and not before]


def beeps_heard(path: Path) -> list[float]:
    """Seconds from the first frame shown at which a tone begins, to about a millisecond."""
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).time or 0.0
    with av.open(str(path)) as container:
        heard = [(f.time or 0.0, _first_channel(f), f.sample_rate) for f in container.decode(audio=0)]
    loud = max(np.abs(wave).max() for _, wave, _ in heard)
    begins: list[float] = []
    last = -1.0
    for start, wave, rate in heard:
        for sample in np.flatnonzero(np.abs(wave) > loud / 3):
            at = start + sample / rate - first
            if at - last > 0.02:
                begins.append(at)
            last = at
    return begins


def _first_channel(frame: av.AudioFrame) -> NDArray[np.float64]:
    wave = frame.to_ndarray().astype(float)
    return wave[0] if frame.format.is_planar else wave[0, :: frame.layout.nb_channels]


def _on(seconds: float, beeps: tuple[float, ...]) -> bool:
    return any(beep <= seconds + 1e-9 < beep + BEEP for beep in beeps)
