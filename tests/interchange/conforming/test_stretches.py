"""Stretches of footage that two cuts show."""

from __future__ import annotations

from fractions import Fraction

from emotion_core.interchange.conforming.stretches import Footage, FrameStretch, Stretch, mend


def test_what_the_alignment_leaves_open_is_mended() -> None:
    """Neighbours at one offset are one; edges two frames beside a cut of both films are at the cut."""
    found = [FrameStretch((0, 40), (0, 40)), FrameStretch((44, 98), (44, 98)), FrameStretch((202, 300), (102, 200))]
    mended = mend(found, (0, 100, 200, 300), (0, 100, 200), 6)
    assert mended == [FrameStretch((0, 100), (0, 100)), FrameStretch((200, 300), (100, 200))]


def test_replaced_footage_is_not_taken_for_what_is_beside_it() -> None:
    """Where only one film has a cut, an edge stays."""
    assert mend([FrameStretch((0, 98), (0, 98))], (0, 100, 300), (0, 97, 300), 6) == [FrameStretch((0, 98), (0, 98))]


def test_retimed_footage_is_linear() -> None:
    """At half the speed a second is two."""
    footage = Footage((Stretch((Fraction(0), Fraction(10)), (Fraction(5), Fraction(25)), speed=Fraction(2)),))
    assert footage.places(Fraction(3)) == (Fraction(11),)
    assert footage.labels(Fraction(1), Fraction(20)) == [(Fraction(7), Fraction(25))]
