"""`python -m tests.benchmarks.sound [--minutes 120]`: what finding a film in a recording by sound costs, and its error.

A film's sound is made from a seed: speech, music and noises. Recordings of it are made with noise, echo, a telephone's
band, another clock and a cut start. Printed are, of each, the greatest error anywhere in the film, the confidence, the
seconds and the peak of memory that aligning takes; and what reading a film's sound takes in the confined process.
Unrelated sounds follow, with the greatest confidence of any two.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from emotion_core.audience import align_by_sound
from emotion_core.audience.alignment import SEARCHED_DRIFT
from emotion_core.audience.alignment.features import sound_features
from emotion_core.audience.alignment.search import find_line
from emotion_core.decoding import BandEnergies, band_energies, isolated
from emotion_core.decoding.sound import SAMPLE_RATE
from emotion_core.errors import AlignmentError
from tests.benchmarks.watched import machine
from tests.support.film_sounds import Samples, at_rate, film_sound, recorded, write_sound_film

ROOM: dict[str, Any] = {"echo": 0.6, "telephone": True}
CASES: list[tuple[str, float, float, dict[str, Any]]] = [
    # how it is called, offset, drift, how it is recorded
    ("20 dB", 3.217, 0.0, {"snr": 20}),
    ("10 dB, room, clock 200 millionths fast", 31.5, 2e-4, {"snr": 10, **ROOM}),
    ("0 dB, room, 200 millionths slow, begins late", -64.435, -2e-4, {"snr": 0, **ROOM}),
    ("-6 dB, room, 200 millionths fast", 12.5, 2e-4, {"snr": -6, **ROOM}),
    ("-9 dB, room", 12.5, 0.0, {"snr": -9, **ROOM}),
    ("3 dB, room, 24 as 23.976 frames", 12.5, 1e-3, {"snr": 3, **ROOM}),
]
PART = 120
"""Seconds of a recording that are made at once."""
WRITTEN = 1200
"""Seconds of the film that are written to a file, and read."""
UNRELATED = 28
"""Unrelated sounds, each compared with each."""


def main(
    minutes: Annotated[float, typer.Option(help="Length of the film.")] = 120.0,
    seed: Annotated[int, typer.Option(help="Of film and recordings.")] = 1,
) -> None:
    """Print a line a case."""
    seconds = minutes * 60
    film = np.concatenate([film_sound(min(600, seconds - at), seed * 1000 + at) for at in range(0, int(seconds), 600)])
    print(f"Film of {minutes:g} minutes, on {machine()}:\n")
    with tempfile.TemporaryDirectory() as folder:
        part = at_rate(film[: WRITTEN * SAMPLE_RATE], 48_000)
        path = write_sound_film(Path(folder) / "film.mp4", part, rate=48_000)
        begun = time.perf_counter()
        energies = isolated.band_energies(path, "", path.name)
        print(
            f"{len(part) / 48_000 / 60:g} minutes of it, AAC in MP4, are read in {time.perf_counter() - begun:.1f} s."
        )
    energies = band_energies(film)
    print(f"Its levels take {energies.levels.nbytes / 1e6:.1f} MB.\n")
    print("| recording | greatest error, ms | confidence | s | peak MB |\n| --- | --- | --- | --- | --- |")
    for name, offset, drift, how in CASES:
        heard = long_recording(film, offset, drift, **how)
        begun = time.process_time()
        try:
            found = align_by_sound(energies, heard)
        except AlignmentError as error:
            print(f"| {name} | refused: {error.problem} | | {time.process_time() - begun:.1f} | |", flush=True)
            continue
        took = time.process_time() - begun
        tracemalloc.start()
        align_by_sound(energies, heard)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        at = np.array([max(0.0, -offset), seconds])
        worst = 1000 * np.abs(found.recording_seconds(at) - at * (1 + drift) - offset).max()
        print(f"| {name} | {worst:.1f} | {found.confidence:.2f} | {took:.1f} | {peak:.0f} |", flush=True)
    print(f"\nGreatest confidence of two unrelated sounds: {unrelated(seed):.2f}")


def long_recording(film: Samples, offset: float, drift: float, **how: Any) -> BandEnergies:
    """A recording of the whole film, made in parts, since a transform of all takes gigabytes."""
    parts = []
    length = int(offset + len(film) / SAMPLE_RATE * (1 + drift))
    for at in range(0, length, PART):
        first = max(0, int((at - offset) / (1 + drift)) - 2)
        last = max(first + 1, int((at + PART - offset) / (1 + drift)) + 2)
        piece = film[first * SAMPLE_RATE : last * SAMPLE_RATE]
        begins = offset + first * (1 + drift) - at
        seconds = float(min(PART, length - at))
        if len(piece):
            parts.append(recorded(piece, begins=begins, drift=drift, seconds=seconds, seed=at, **how))
    return band_energies(np.concatenate(parts))


def unrelated(seed: int) -> float:
    """The greatest confidence of any two of UNRELATED sounds of 12 to 400 seconds."""
    random = np.random.default_rng(seed)
    sounds = [
        sound_features(band_energies(film_sound(float(random.uniform(12, 400)), 100_000 + seed * 1000 + number)).levels)
        for number in range(UNRELATED)
    ]
    pairs = (sorted(pair, key=lambda sound: len(sound.rows)) for pair in combinations(sounds, 2))
    lines = (find_line(short, long, SEARCHED_DRIFT) for short, long in pairs)
    return max(line.confidence for line in lines if line is not None)


if __name__ == "__main__":
    typer.run(main)
