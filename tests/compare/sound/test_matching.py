"""What sound adds to an alignment: replaced pictures are found by it, and replaced sound; never what is not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emotion_core.compare import Match, Matches, align
from emotion_core.compare.pictures import Steps
from emotion_core.compare.sound import Flags, match_sound
from emotion_core.observations import PRINTS_A_SECOND, SoundPrints
from tests.support.planted_footage import recoded, synthetic_takes
from tests.support.sounding_cuts import (
    Piece,
    chance_prints,
    changes_of,
    cut_of,
    joined,
    prints_of,
    recoded_prints,
)

RATE = 25.0
FRAMES = 150
"""Of a take: six seconds."""
TAKES = dict(enumerate(synthetic_takes(10, FRAMES, 1)))
SOUNDS = {take: chance_prints(FRAMES * PRINTS_A_SECOND // 25, take) for take in TAKES}
BEFORE = [Piece(take, 0, FRAMES) for take in range(6)]


def found(first: SoundPrints, second: SoundPrints, source: Steps) -> tuple[Matches, Flags]:
    """`how` and the steps with another sound, where the pictures gave `source`, into which is written."""
    how = np.where(source >= 0, np.uint8(Match.PICTURE), np.uint8(Match.NONE))
    flags = match_sound(source, how, round(len(first) / PRINTS_A_SECOND * RATE), RATE, first, second)
    return how, flags


def unmatched(prints: SoundPrints) -> Steps:
    return np.full(round(len(prints) / PRINTS_A_SECOND * RATE), -1, dtype=np.int64)


def test_sound_is_found_where_no_picture_is() -> None:
    """In another order, with a sixth of the bits changed: nearly every step at its place."""
    whole = chance_prints(60 * PRINTS_A_SECOND, 1)
    parts = [SoundPrints(whole.bits[a:b], whole.levels[a:b], whole.changes[a:b]) for a, b in ((800, 1200), (100, 500))]
    second = recoded_prints(joined(parts), 1 / 6, 2)
    source = unmatched(second)
    how, other = found(whole, second, source)
    truth = np.concatenate([np.arange(1000, 1500), np.arange(125, 625)])
    assert np.mean(source == truth) > 0.97
    assert set(how[source >= 0].tolist()) == {Match.SOUND}
    assert not other.any()


def test_other_films_silence_and_loops_are_not_found() -> None:
    """Nothing of another sound; nothing of silence or of what hardly changes; a loop has no single place."""
    first = chance_prints(60 * PRINTS_A_SECOND, 1)
    other = chance_prints(60 * PRINTS_A_SECOND, 2)
    silent = replace(first, levels=np.full(len(first), 1, dtype=np.uint8))
    steady = replace(first, changes=np.full(len(first), 2, dtype=np.uint8))
    loop = joined([chance_prints(4 * PRINTS_A_SECOND, 3)] * 15)
    for one, two in ((first, other), (silent, silent), (steady, steady), (loop, loop)):
        source = unmatched(two)
        how, flags = found(one, two, source)
        assert not how.any()
        assert not flags.any()
        assert (source == -1).all()


@pytest.mark.parametrize("lacks", [None, SoundPrints.none()])
def test_a_cut_without_sound_changes_nothing(lacks: SoundPrints | None) -> None:
    """Neither a scan of an earlier version nor a film without a sound track, first or second."""
    sound = prints_of(BEFORE, SOUNDS)
    plain = align(*(cut_of(BEFORE, TAKES, None).observations for _ in range(2)))
    for first, second in ((sound, lacks), (lacks, sound)):
        shared = align(cut_of(BEFORE, TAKES, first).observations, cut_of(BEFORE, TAKES, second).observations)
        np.testing.assert_array_equal(shared.source, plain.source)
        np.testing.assert_array_equal(shared.how, plain.how)
        assert not shared.other_sound.any()


def test_a_sound_that_ends_before_the_pictures_is_found() -> None:
    """Where the last pictures are others and the sound goes on, but not up to their end."""
    first = chance_prints(20 * PRINTS_A_SECOND, 1)
    second = SoundPrints(first.bits[:-3], first.levels[:-3], first.changes[:-3])
    source = unmatched(first)
    source[:300] = np.arange(300)
    how, _ = found(first, second, source)
    assert (how[300:490] == Match.SOUND).all()
    assert (source[300:490] == np.arange(300, 490)).all()


def test_replaced_pictures_and_sounds_are_listed() -> None:
    """By their kinds, and nothing else; the sound of another part of the film is another sound, too."""
    after = [
        BEFORE[0],
        Piece(6, 0, FRAMES, sound=1),
        BEFORE[2],
        Piece(3, 0, FRAMES, sound=7),
        BEFORE[4],
        Piece(5, 0, FRAMES, sound=0),
    ]
    copies = {take: recoded(layouts, take) for take, layouts in TAKES.items()}
    heard = recoded_prints(prints_of(after, SOUNDS), 0.15, 3)
    changes = changes_of(
        cut_of(BEFORE, TAKES, prints_of(BEFORE, SOUNDS)), cut_of(after, copies, heard)
    ).changes  # fmt: skip
    assert [(change.kind, change.treatments) for change in changes] == [
        ("unchanged", ()),
        ("picture replaced", ("sound only",)),
        ("unchanged", ()),
        ("sound replaced", ("other sound",)),
        ("unchanged", ()),
        ("sound replaced", ("other sound",)),
    ]


def test_a_sound_a_little_later_is_the_same() -> None:
    """Sound that lies up to a quarter of a second beside its picture is no other one; nor is one heard more softly."""
    sound = prints_of(BEFORE, SOUNDS)
    late = joined([chance_prints(4, 99), sound])
    late = SoundPrints(late.bits[:-4], late.levels[:-4] - np.uint8(40), late.changes[:-4])
    changes = changes_of(cut_of(BEFORE, TAKES, sound), cut_of(BEFORE, TAKES, recoded_prints(late, 0.1, 1))).changes
    assert {change.kind for change in changes} == {"unchanged"}


def test_a_part_with_another_picture_is_recut() -> None:
    """Of a scene of which the smaller part shows another picture to the same sound."""
    after = [*BEFORE]
    pictures = {**TAKES, 3: TAKES[3].copy()}
    pictures[3][:60] = TAKES[8][:60]
    sound = prints_of(BEFORE, SOUNDS)
    changes = changes_of(cut_of(BEFORE, TAKES, sound), cut_of(after, pictures, sound)).changes
    assert [change.kind for change in changes] == ["unchanged"] * 3 + ["recut"] + ["unchanged"] * 2
