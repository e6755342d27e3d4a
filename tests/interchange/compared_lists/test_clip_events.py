"""The second list as a timeline of the first one's footage."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emotion_core.interchange.compared_lists import (
    SourceClip,
    SourceList,
    compare_lists,
    event_words,
    timeline_events,
)


def listed(*clips: tuple[str, int, int, int], rewound: bool = False) -> SourceList:
    """Clips end to end: source, its range, and the length on the timeline."""
    at, placed = 0, []
    for source, first, last, frames in clips:
        placed.append(SourceClip(source, source, first, last, at, at + frames, is_reversed=rewound))
        at += frames
    return SourceList("list", tuple(placed), Fraction(25))


def places(before: SourceList, after: SourceList) -> list[tuple[int, int, tuple[int, int] | None]]:
    return [(each.record_in, each.record_out, each.place) for each in timeline_events(compare_lists(before, after))]


def test_each_frame_has_the_same_source_frame_in_both_lists() -> None:
    """Of two lists cut by chance, each frame with a place shows there what it shows."""
    draw = np.random.default_rng(7)
    for _ in range(40):
        both = []
        for _ in range(2):
            starts, lengths = draw.integers(0, 60, 8).tolist(), draw.integers(5, 40, 8).tolist()
            sources = draw.choice(list("abcde"), 8).tolist()
            both.append(listed(*((s, a, a + n, n) for s, a, n in zip(sources, starts, lengths, strict=True))))
        shown = [
            [(clip.source, frame) for clip in each.clips for frame in range(clip.source_in, clip.source_out)]
            for each in both
        ]
        at = 0
        for event in timeline_events(compare_lists(*both)):
            assert event.record_in == at
            at = event.record_out
            if event.place is not None:
                assert shown[0][slice(*event.place)] == shown[1][event.record_in : event.record_out]
        assert at == len(shown[1])


def test_what_a_clip_gained_is_new() -> None:
    """At its head and at its tail; a clip of the first list that was split has its parts."""
    before = listed(("a", 10, 60, 50), ("b", 0, 100, 100))
    after = listed(("a", 0, 70, 70), ("b", 0, 40, 40), ("b", 50, 100, 50))
    assert places(before, after) == [
        (0, 10, None),
        (10, 60, (0, 50)),
        (60, 70, None),
        (70, 110, (50, 90)),
        (110, 160, (100, 150)),
    ]
    words = [event_words(before, event) for event in timeline_events(compare_lists(before, after))]
    assert words[0] == "a: extended; this part is new; head +10 frames, tail +10 frames; 00:00:00:00 in the first list"
    assert words[3] == "b: split; tail −60 frames; 00:00:02:00 in the first list"


def test_a_clip_at_another_speed_has_it() -> None:
    """Half as fast as in the first list, and shorter at its end."""
    (event,) = timeline_events(compare_lists(listed(("a", 0, 100, 50)), listed(("a", 0, 80, 80))))
    assert (event.record_in, event.record_out, event.place, event.speed) == (0, 80, (0, 40), Fraction(1, 2))


def test_a_clip_that_runs_backwards_begins_with_its_last_frames() -> None:
    """Ten frames of its head, which are the source's last, were cut off; run forward, it is another clip's footage."""
    before, after = listed(("a", 0, 50, 50), rewound=True), listed(("a", 0, 40, 40), rewound=True)
    (change,) = compare_lists(before, after)
    assert (change.kind, change.head, change.tail) == ("trimmed", 10, 0)
    assert places(before, after) == [(0, 40, (10, 50))]
    forward = listed(("a", 0, 40, 40))
    assert [each.kind for each in compare_lists(before, forward)] == ["retimed"]
    assert places(before, forward) == [(0, 40, None)]
