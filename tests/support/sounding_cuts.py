"""Cuts of takes with sound, as layouts and fingerprints alone: pictures and sounds of takes are combined at will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import ChangeList, list_changes
from emotion_core.observations import PRINTS_A_SECOND, Layouts, SoundPrints
from tests.support.scans import PAL, by_cuts, logits_of, media, observations

_FACE = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))


@dataclass(frozen=True, slots=True)
class Piece:
    """A scene: frames `first` to before `last` of the picture of a take, and of the sound of the same or another."""

    picture: int
    first: int
    last: int
    sound: int | None = None
    """Take of the sound; None for that of the picture."""


def chance_prints(rows: int, seed: int) -> SoundPrints:
    """Fingerprints of a sound that is heard all along."""
    bits = np.random.default_rng(seed).integers(0, 2**32, rows, dtype=np.uint32)
    return SoundPrints(bits, np.full(rows, 220, dtype=np.uint8), np.full(rows, 30, dtype=np.uint8))


def recoded_prints(prints: SoundPrints, share: float, seed: int) -> SoundPrints:
    """As after another coding: a share of the bits differs."""
    flips = np.random.default_rng(seed).random((len(prints), 32)) < share
    mask = np.packbits(flips, axis=1, bitorder="little").view("<u4").reshape(-1).astype(np.uint32)
    return replace(prints, bits=prints.bits ^ mask)


def joined(parts: Sequence[SoundPrints]) -> SoundPrints:
    """Prints one after another."""
    return SoundPrints(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("bits", "levels", "changes")))


def cut_of(pieces: Sequence[Piece], takes: Mapping[int, Layouts], sound: SoundPrints | None) -> Analysis:
    """The analysis of a cut, with a face on each tenth frame; a scene a piece."""
    layouts = np.concatenate([takes[piece.picture][piece.first : piece.last] for piece in pieces])
    film = media(duration=Fraction(len(layouts)) / PAL)
    seen = observations({frame: [_FACE] for frame in range(0, len(layouts), 10)}, frames=len(layouts), film=film)
    seen = replace(seen, scores=replace(seen.scores, layout=layouts), sound=sound)
    starts = np.cumsum([piece.last - piece.first for piece in pieces[:-1]]).tolist()
    return analyse(seen, by_cuts(*starts))


def prints_of(pieces: Sequence[Piece], sounds: Mapping[int, SoundPrints]) -> SoundPrints:
    """The prints of a cut, of those of whole takes; pieces begin and end on rows."""
    parts = []
    for piece in pieces:
        whole = sounds[piece.picture if piece.sound is None else piece.sound]
        first, last = (round(frame / PAL * PRINTS_A_SECOND) for frame in (piece.first, piece.last))
        parts.append(SoundPrints(*(getattr(whole, name)[first:last] for name in ("bits", "levels", "changes"))))
    return joined(parts)


def changes_of(before: Analysis, after: Analysis) -> ChangeList:
    """What became of each scene."""
    shared = align(before.observations, after.observations)
    return list_changes(before, after, shared, pair(before, after, shared))
