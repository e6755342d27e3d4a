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


def test_of_many_stretches_each_moment_has_its_own() -> None:
    """A film in stretches of a second, every third left out, the first ones shown again at the end."""
    second = Fraction(1)
    kept = [Fraction(at) for at in range(300) if at % 3]
    lies = [Stretch((at, at + second), (Fraction(i), i + second)) for i, at in enumerate(kept)]
    again = [Stretch(each.before, (each.after[0] + 200, each.after[1] + 200), is_moved=True) for each in lies[:50]]
    footage = Footage((*again, *lies))
    for i, at in enumerate(kept):
        places = (i, i + 200) if i < 50 else (i,)
        assert footage.places(at) == tuple(map(Fraction, places))
    assert footage.places(Fraction(3)) == footage.places(Fraction(300)) == ()
    assert footage.kept(Fraction(0), Fraction(300)) == 200
    assert footage.labels(Fraction(0), Fraction(300)) == [(Fraction(0), Fraction(200))]
