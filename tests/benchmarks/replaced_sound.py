"""`python -m tests.benchmarks.replaced_sound [FILM ...]`: replaced sounds and pictures in re-cuts, found and false.

Takes are made of the films' layouts and sounds, and of pictures and sounds made by chance (speech, music, noises). Of
twelve of them, cut anywhere, a first cut is made, and a second, coded otherwise: in it pictures are replaced by others,
by black or by one that is held, sounds by others, by those of another scene and by silence, and scenes by new ones.
Told are the scenes with the right kind, and the steps found by sound alone or told to have another sound, with those
that are wrongly so. Then unrelated sounds, and noises, are matched with each other: nothing should be found.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from emotion_core.compare import Match, align, pair
from emotion_core.compare.change_list import list_changes
from emotion_core.compare.sound import match_sound
from emotion_core.decoding import Decoder, SoundTrack, prints_of_runs, read_sound_prints
from emotion_core.decoding.sound import SAMPLE_RATE, mono_runs
from emotion_core.observations import Layouts, SoundPrints
from tests.benchmarks.recuts import half, layouts
from tests.support.film_sounds import Samples, at_rate, film_sound, write_sound_film
from tests.support.films import read_film, write_film
from tests.support.planted_footage import recoded, synthetic_takes
from tests.support.sounding_cuts import Piece, cut_of

ROUNDS, SCENES, FRAMES, A_FRAME = 12, 12, 170, SAMPLE_RATE // 25
MADE = 30
"""Takes made by chance."""
CODINGS = (("aac", 44_100, "cut.mp4", 0.5), ("mp3", 22_050, "cut.mkv", 0.25), ("libopus", 48_000, "cut.mkv", 1.0))
KINDS = ("picture replaced", "black", "held", "sound replaced", "sound from elsewhere", "muted", "new")
TOLD = {
    "picture replaced": "picture replaced",
    "black": "picture replaced",
    "held": "picture replaced",
    "sound replaced": "sound replaced",
    "sound from elsewhere": "sound replaced",
    "muted": "sound replaced",
}
BLACK, HELD, SILENT = 10_000, 20_000, -1


def prints(samples: Samples) -> SoundPrints:
    return prints_of_runs([(0, samples)], Fraction(len(samples), SAMPLE_RATE))


def coded(samples: Samples, coding: tuple[str, int, str, float], folder: Path) -> SoundPrints:
    """The prints of a film whose sound is coded so, at that rate and level."""
    codec, rate, name, level = coding
    film = write_sound_film(folder / name, at_rate(np.float32(level) * samples, rate), rate=rate, codec=codec)
    with Decoder(film, "") as decoder:
        return read_sound_prints(film, decoder.media, lambda: None)


def takes_of(films: Sequence[Path], folder: Path) -> tuple[list[Layouts], list[Layouts], list[Samples]]:
    """Pictures of takes, their copies, and sounds."""
    pictures, copies, sounds = [], [], []
    for path in films:
        first = layouts(path)
        copy = layouts(write_film(folder / "copy.mp4", (half(p, i) for i, p in enumerate(read_film(path))), quality=32))
        for at in range(0, min(len(first), len(copy)) - FRAMES + 1, FRAMES):
            pictures.append(first[at : at + FRAMES])
            copies.append(copy[at : at + FRAMES])
        with SoundTrack(path, Fraction(0)) as track:
            heard = np.concatenate([np.zeros(0, np.float32), *(part for _, part in mono_runs(track.frames()))])
        length = FRAMES * A_FRAME
        sounds += [heard[at : at + length] for at in range(0, len(heard) - length + 1, length)]
    made = synthetic_takes(MADE, FRAMES, 7)
    sounds += [film_sound(FRAMES / 25, seed) for seed in range(len(pictures) + MADE - len(sounds))]
    return pictures + made, copies + [recoded(take, i) for i, take in enumerate(made)], sounds


def planted(count: int, seed: int) -> tuple[list[Piece], list[Piece], list[str]]:
    """Both cuts, and what was done to each scene."""
    random = np.random.default_rng(seed)
    takes = random.permutation(count).tolist()
    before, after, kinds = [], [], []
    for number in range(SCENES):
        first, last = (int(each) for each in (random.integers(0, 40), FRAMES - random.integers(0, 40)))
        piece, other = Piece(takes[number], first, last), takes[SCENES + number]
        kind = "unchanged" if number % 2 else str(random.choice(KINDS))
        picture = {"picture replaced": other, "new": other, "black": BLACK, "held": HELD + piece.picture}
        elsewhere = takes[(number + SCENES // 2) % SCENES]
        sound = {"sound replaced": other, "sound from elsewhere": elsewhere, "muted": SILENT, "new": other}
        before.append(piece)
        heard = sound.get(kind, piece.picture)
        after.append(Piece(picture.get(kind, piece.picture), first, last, sound=heard))
        kinds.append(kind)
    return before, after, kinds


def heard(pieces: Sequence[Piece], sounds: Callable[[int], Samples]) -> Samples:
    parts = (sounds(p.picture if p.sound is None else p.sound)[p.first * A_FRAME : p.last * A_FRAME] for p in pieces)
    return np.concatenate([*parts])


def main(films: Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False)] = None) -> None:
    """Print what was found, and what was wrong."""
    right: dict[str, list[bool]] = {}
    steps = np.zeros(6, dtype=np.int64)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures, copies, sounds = takes_of(films or [], folder)
        first_takes, second_takes = dict(enumerate(pictures)), dict(enumerate(copies))
        second_takes[BLACK] = np.full((FRAMES, 144), 16, dtype=np.uint8)
        second_takes |= {HELD + take: np.repeat(rows[60:61], FRAMES, axis=0) for take, rows in enumerate(copies)}
        silence = np.zeros(FRAMES * A_FRAME, dtype=np.float32)
        for seed in range(ROUNDS):
            before, after, kinds = planted(len(pictures), seed)
            first = heard(before, lambda take: sounds[take])
            second = heard(after, lambda take: silence if take == SILENT else sounds[take])
            one = cut_of(before, first_takes, prints(first))
            two = cut_of(after, second_takes, coded(second, CODINGS[seed % len(CODINGS)], folder))
            shared = align(one.observations, two.observations)
            changes = list_changes(one, two, shared, pair(one, two, shared)).changes
            rows = {(c.before.scene.number, c.after.scene.number): c.kind for c in changes if c.before and c.after}
            at = 0
            for number, (kind, piece) in enumerate(zip(kinds, after, strict=True), 1):
                told = rows.get((number, number), "replaced")
                right.setdefault(kind, []).append(told == TOLD.get(kind, "replaced" if kind == "new" else kind))
                part = slice(at, at := at + piece.last - piece.first)
                is_heard, is_other = shared.how[part] == Match.SOUND, shared.other_sound[part]
                in_place = np.abs(shared.source[part] - np.arange(part.start, part.stop)) <= 1
                alone, replaced = TOLD.get(kind) == "picture replaced", TOLD.get(kind) == "sound replaced"
                n = len(is_heard)
                steps += [
                    n * alone, (is_heard & in_place).sum() * alone, (is_heard & ~(in_place & alone)).sum(),
                    n * replaced, is_other.sum() * replaced, is_other.sum() * (not replaced),
                ]  # fmt: skip
    for kind, results in right.items():
        print(f"{kind:22} {np.mean(results):7.1%} of {len(results)} scenes told by their kind")
    print(f"pictures replaced: {steps[1] / steps[0]:.1%} of their steps found within one step; wrong {steps[2]}")
    print(f"sounds replaced: {steps[4] / steps[3]:.1%} of their steps told; of other steps {steps[5]}")
    unrelated(sounds)


def unrelated(sounds: Sequence[Samples], seconds: int = 120) -> None:
    """Match sounds of two minutes that share nothing, and noises."""
    rate, noise = 25.0, np.random.default_rng(1)
    parts = [film_sound(seconds, 500 + seed) for seed in range(8)]
    real = np.concatenate([np.zeros(0, np.float32), *sounds[: max(0, len(sounds) - MADE)]])
    parts += [real[at : at + seconds * SAMPLE_RATE] for at in range(0, len(real), seconds * SAMPLE_RATE)]
    parts += [noise.normal(0, 0.1, seconds * SAMPLE_RATE).astype(np.float32) for _ in range(2)]
    hum = np.sin(2 * np.pi * 440 * np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    parts += [hum * np.float32(0.2), hum * np.float32(0.1), np.zeros(seconds * SAMPLE_RATE, np.float32)]
    all_prints, found, steps, begun = [prints(part) for part in parts], 0, 0, time.process_time()
    for first, second in permutations(all_prints, 2):
        source = np.full(round(len(second) / 20 * rate), -1, dtype=np.int64)
        how = np.zeros(len(source), dtype=np.uint8)
        match_sound(source, how, round(len(first) / 20 * rate), rate, first, second)
        found, steps = found + int((how > 0).sum()), steps + len(how)
    pairs = len(parts) * (len(parts) - 1)
    print(f"{pairs} pairs of unrelated sounds: {found} of {steps} steps found, {time.process_time() - begun:.1f} s")


if __name__ == "__main__":
    typer.run(main)
