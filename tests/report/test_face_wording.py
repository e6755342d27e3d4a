"""The list of a film's corrections of faces."""

from __future__ import annotations

from emotion_core.analysis import analyse
from emotion_core.face_corrections import FaceAnchor, FaceCorrections, without_correction
from emotion_core.report import listed_corrections
from emotion_core.tracks.editing import leave_out, name, split
from tests.support.moving_faces import Moving, scan_of, shots_between, steady
from tests.support.scans import by_cuts

A, B = FaceAnchor(0, 0.25, 0.5), FaceAnchor(0, 0.75, 0.5)
CUT = 240


def test_an_entry_is_what_was_said_once() -> None:
    """A track that is left out is one entry, a name is one however many tracks have it; taking all back leaves none."""
    scan, _ = scan_of([Moving("a", steady(80), 1), Moving("b", steady(240), 2)], 40)
    shots = shots_between(scan, CUT)
    made = leave_out(scan, shots, FaceCorrections(), B, True)
    for frame in (0, CUT):
        made = name(scan, shots, made, A._replace(frame=frame), "Ada")
    made = split(scan, shots, made, A._replace(frame=120))
    made = FaceCorrections((*made.left_out, FaceAnchor(10**6, 0.5, 0.5)), made.joined, made.split, made.names)
    listed = listed_corrections(analyse(scan, by_cuts(CUT, faces=made)))
    assert [entry.text for entry in listed] == [
        "Name “Ada” of 3 tracks, the first at 00:00:00:00",
        "Face at 00:00:00:00 left out",
        "New track from the face at 00:00:04:20 on",
        "Face at 00:00:19:05 left out",  # past the film's end
    ]
    gone = tuple(FaceAnchor(frame, 0.02, 0.05) for frame in (10, 90, 170))  # of a track that is found no more
    once = FaceCorrections(left_out=gone, names=tuple((anchor, "Bo") for anchor in gone))
    analysis = analyse(scan, by_cuts(CUT, faces=once))
    assert [(entry.text, len(entry.corrections)) for entry in listed_corrections(analysis)] == [
        ("Face at 00:00:00:10 left out", 3),
        ("Name “Bo” of the face at 00:00:00:10", 3),
    ]
    (note,) = (note for note in analysis.notes if "without effect" in note)
    assert note.endswith("without effect: face at frame 10 left out, name “Bo” of the face at frame 10.")
    for entry in listed:
        for correction in entry.corrections:
            made = without_correction(made, correction)
    assert not made
