"""Which films of a library a scan looks at for faces to take over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emotion_core.scan.reuse import MOST, FilmFacts, KnownFilm, likely_cuts

FILM = FilmFacts("Ferry v3.mp4", 600, (1920, 1080), ("h264",), 10**9)


def chosen(*others: FilmFacts) -> list[str]:
    known = [(facts, KnownFilm(f"{i:064}", facts.name, Path(str(i)))) for i, facts in enumerate(others)]
    return [film.name for film in likely_cuts(FILM, known)]


def test_films_of_like_name_or_length_are_looked_at() -> None:
    cut = replace(FILM, name="ferry_cut_02.mp4", seconds=400, bytes=7 * 10**8)
    long = replace(FILM, name="Reel.mp4", seconds=640)
    other = replace(FILM, name="Harbour.mp4", seconds=100, bytes=10**8)
    assert chosen(other, long, cut) == ["ferry_cut_02.mp4", "Reel.mp4"]


def test_versions_of_one_project_go_first_whatever_they_are_called() -> None:
    version = replace(FILM, name="Harbour.mp4", seconds=100, bytes=10**8, is_version=True)
    assert chosen(FILM, version) == ["Harbour.mp4", FILM.name]


def test_another_size_coding_or_quality_is_not() -> None:
    assert chosen(replace(FILM, size=(1280, 720)), replace(FILM, coding=("prores",)), replace(FILM, bytes=10**8)) == []


def test_few_are() -> None:
    assert len(chosen(*[FILM] * 9)) == MOST
