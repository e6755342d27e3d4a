"""What is no film, or no whole one, ends in one clear message."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core import limits
from emotion_core.decoding import Decoder, FramePlace
from emotion_core.errors import DamagedFilm, EmotionError, MediaError, NotAFilm, ScanCancelled, error_from_fields
from emotion_core.media import content_id
from tests.support.damaged_files import (
    DAMAGED,
    NOT_FILMS,
    Maker,
    cut_short,
    cut_within_a_packet,
    folder,
    missing,
    scratched,
)
from tests.support.films import texture, write_film


def read_through(path: Path) -> int:
    """How many frames were read."""
    with Decoder(path, "content") as decoder:
        return sum(1 for _ in decoder.frames())


@pytest.mark.parametrize(("make", "name", "words"), NOT_FILMS, ids=[f"{m.__name__}, {n}" for m, n, _ in NOT_FILMS])
def test_what_is_no_film_is_refused(tmp_path: Path, make: Maker, name: str, words: str) -> None:
    """What is no film is refused with its name, what is wrong with it, and what to try."""
    path = make(tmp_path / name)
    with pytest.raises(NotAFilm) as refusal:
        read_through(path)
    assert name in refusal.value.problem
    assert words in refusal.value.problem
    assert refusal.value.advice


@pytest.mark.parametrize(("make", "name", "words"), DAMAGED, ids=[n for _, n, _ in DAMAGED])
def test_a_film_cut_short_is_called_damaged(tmp_path: Path, make: Maker, name: str, words: str) -> None:
    """A film that ends before it says it does is called damaged, with what it claims and what could be read."""
    with pytest.raises(DamagedFilm) as refusal:
        read_through(make(tmp_path / name))
    assert name in refusal.value.problem
    assert words in refusal.value.problem
    assert "could be read" in refusal.value.problem
    assert refusal.value.advice


@pytest.mark.parametrize("name", ["short.vob", "short.mpg"])
def test_a_programme_stream_cut_short_is_called_damaged(tmp_path: Path, name: str) -> None:
    """A programme stream, which says nowhere how long it is, is damaged where it ends amid a packet, and else whole."""
    path = cut_within_a_packet(tmp_path / name)
    with pytest.raises(DamagedFilm, match=rf"{name} breaks off within a packet, 1\.\d s into the film"):
        read_through(path)
    assert read_through(path.with_name(f"whole{path.suffix}")) == 60


def test_frames_before_the_damage_are_still_read(tmp_path: Path) -> None:
    """The frames of a damaged film that can be decoded are handed out before it is called damaged."""
    read: list[int] = []
    with Decoder(cut_short(tmp_path / "a.mp4"), "content") as decoder, pytest.raises(DamagedFilm):
        read.extend(frame.index for frame in decoder.frames())
    assert read[:12] == list(range(12))
    assert len(read) < 48


def test_a_hole_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    """A hole in the middle of a film loses frames there, which are counted; its end is still read."""
    last = 0
    with Decoder(scratched(tmp_path / "a.mp4"), "content") as decoder:
        for frame in decoder.frames():
            last = frame.ticks
        assert decoder.damaged > 0
        assert last * decoder.media.time_base == 59 / decoder.media.rate


def test_a_film_still_in_its_place_after_failure(tmp_path: Path) -> None:
    """A film that was refused is not held open: it can be replaced and then read."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"")
    with pytest.raises(NotAFilm):
        read_through(path)
    assert read_through(write_film(path, texture(1, 7))) == 7


def test_a_frame_that_is_gone_is_called_so(tmp_path: Path) -> None:
    """A frame that a replaced film does not have is called damage, and no other frame is handed out for it."""
    path = write_film(tmp_path / "a.mp4", texture(1, 10))
    with Decoder(path, "content") as decoder:
        for ticks in (5 * 512 + 1, 10 * 512):
            with pytest.raises(DamagedFilm, match="Frame 7"):
                decoder.seek_frame(FramePlace.from_ticks(7, ticks))


def test_a_picture_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of more pixels than are read is refused before a frame is decoded, with its size."""
    path = write_film(tmp_path / "a.mp4", texture(1, 3))
    monkeypatch.setattr(limits, "PIXELS", 160 * 96 - 1)
    with pytest.raises(MediaError, match="160 x 96"):
        Decoder(path, "content")


@pytest.mark.parametrize("make", [folder, missing])
def test_bytes_that_cannot_be_read_have_no_content_id(tmp_path: Path, make: Maker) -> None:
    """A path that is no readable file is refused with the path and what to check."""
    with pytest.raises(NotAFilm, match=r"cannot be read: .*\. (Check|Give) the path"):
        content_id(make(tmp_path / "a.mp4"))


def test_one_frame_is_a_film(tmp_path: Path) -> None:
    """A film of one frame is read like any other."""
    assert read_through(write_film(tmp_path / "a.mp4", texture(1, 1))) == 1


def test_errors_keep_their_class_across_processes() -> None:
    """An error named in another process is of that class again here; a name that is none becomes the root."""
    again = error_from_fields("DamagedFilm", "It breaks off.", "Copy it again.")
    assert type(again) is DamagedFilm
    assert str(again) == "It breaks off. Copy it again."
    assert type(error_from_fields("ScanCancelled", "x", "")) is ScanCancelled
    for other in ("SystemExit", "annotations", "named"):
        assert type(error_from_fields(other, "x", "")) is EmotionError
