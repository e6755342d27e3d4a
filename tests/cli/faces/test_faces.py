"""The command `faces`."""

from __future__ import annotations

import pytest

from emotion_core.library import Library
from tests.support import terminal
from tests.support.clips import CARPHONE, clip

FILM = str(clip(CARPHONE))


def test_faces_are_listed_and_corrected(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the places that the list prints: named, left out, counted, split, joined, and each step taken back."""

    def told(*words: str) -> list[str]:
        assert terminal.run(monkeypatch, "faces", FILM, *words) == 0, capsys.readouterr().err
        return capsys.readouterr().out.splitlines()

    def listed(*words: str) -> list[list[str]]:
        return [line.split() for line in told(*words) if line[:1].isdigit()]

    rows = listed()
    assert [row[0] for row in rows] == ["1", "1", "3", "3"]
    assert all(len(row) == 4 for row in rows)
    face, cut = (next(row[2] for row in rows if row[0] == "1" and row[3] == faces) for faces in ("3", "1"))
    assert [listed("--name", f"{face}=Ann")[0][place] for place in (0, 4)] == ["1", "Ann"]
    assert [row[4:] for row in listed("--leave-out", cut, "--scene", "1")] == [["Ann"], ["left", "out"]]
    assert "Correction 1: Face at 00:00:00:05 left out" in told()
    assert [row[4:] for row in listed("--count", cut, "--scene", "1")] == [["Ann"], []]
    later = f"15,{face.split(',', 1)[1]}"
    assert len(listed("--split", later, "--scene", "1")) == 3
    (split,) = (line for line in told() if "New track" in line)
    assert len(listed("--remove", split.split(":")[0].split()[-1], "--scene", "1")) == 2
    assert split not in told()
    assert split in told("--undo")
    assert len(listed("--join", f"{face}={later}", "--scene", "1")) == 2
    assert len(listed("--undo", "--scene", "1")) == 3
    assert len(listed("--redo", "--scene", "1")) == 2
    assert told("--weigh", "screen time")[-1] == "A scene's shares are a mean of its screen time, not its faces."
    assert library.report_settings(library.films()[0].id).faces_weigh == "screen time"
    corrections = ["Correction 1: Name “Ann” of the face at 00:00:00:05"]
    assert told("--weigh", "faces")[-1:] == corrections
    assert told("--scene", "2") == ["No face was found in this scene.", *corrections]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--leave-out", "5"), "names no face. Write FRAME,X,Y"),
        (("--leave-out", "5,a,b"), "names no face"),
        (("--leave-out", "5,0.99,0.99"), "There is no face at that place of frame 5"),
        (("--name", "5,0.5,0.5"), "then =, and the name"),
        (("--join", "5,0.5,0.5"), "the other face"),
        (("--name", "5,0.5,0.5=A", "--undo"), "one at a time"),
        (("--remove", "9"), "There is no correction 9. No face of this film was corrected"),
        (("--scene", "4"), "There is no scene 4"),
        (("--redo",), "nothing to redo"),
        (("--weigh", "people"), "choose one of faces, screen time, tracks"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    """With what to do instead."""
    assert terminal.run(monkeypatch, "faces", FILM, *words) != 0
    assert said in capsys.readouterr().err
