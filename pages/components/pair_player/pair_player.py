"""Two cuts' players in step: either leads, the other shows the same footage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_core.labels import colour
from emotion_core.library import Film
from emotion_core.playback import proxies
from emotion_core.timecode import nominal_rate
from emotion_core.web import expect_pictures, signed_link, wait_for_pictures

from ...services import auth, page_cache, route_tokens
from ..component import component
from ..player import wait_for_copy

if TYPE_CHECKING:  # the players are drawn before an analysis is read
    from emotion_core.analysis import Analysis
    from emotion_core.compare import AlignmentMap

PATIENCE = 2.5
"""Seconds."""
_pair = component(
    "pair_player", Path(__file__).parent, html="pair_player.html", css=("../transport.css", "pair_player.css"),
    js="pair_player.js",
)  # fmt: skip


def show(films: tuple[Film, Film], analyses: tuple[Analysis, Analysis], shared: AlignmentMap) -> bool:
    """Both players, and the bands of shared footage below; while a film has no copy to play, its progress or error.

    Says whether they are there.
    """
    from emotion_core.compare import map_frames

    first, second = (analysis.observations for analysis in analyses)
    segments = [[*each.before, *each.after, int(each.is_moved)] for each in map_frames(shared, first, second)]
    version = "-".join(page_cache.numbers_version(film.id) for film in films)
    return _show(films, analyses, segments, version)


def show_before(films: tuple[Film, Film]) -> bool:
    """As `show`, before the films are compared: both play, neither follows the other."""
    expect_pictures(film.id for film in films)
    return _show(films, (None, None), None, "")


def let_pictures_come(films: tuple[Film, Film]) -> None:
    """Wait until both players have their first pictures, at most PATIENCE: to compare long films takes the machine."""
    wait_for_pictures((film.id for film in films), PATIENCE)


def _show(
    films: tuple[Film, Film],
    analyses: tuple[Analysis | None, Analysis | None],
    segments: list[list[int]] | None,
    version: str,
) -> bool:
    with ThreadPoolExecutor(2) as both:  # a film that was never played is read first
        files = [proxy.file for proxy in both.map(partial(proxies.request, page_cache.library()), films)]
    missing = [film for film, file in zip(films, files, strict=True) if file is None]
    for film in missing:
        wait_for_copy(film)
    if missing:
        return False
    labels = () if analyses[0] is None else analyses[0].labels
    _pair(
        key=f"pair-{films[0].id}-{films[1].id}",
        data={
            "sides": [_side(film, file, analysis) for film, file, analysis in zip(films, files, analyses, strict=True)],
            "version": version,
            "colours": [colour(label, labels) for label in labels],
            "segments": segments,
        },
        on_expired_change=partial(_forget_links, films),
    )
    return True


def _forget_links(films: tuple[Film, Film]) -> None:
    for film in films:
        route_tokens.forget_film_link(film.id)


def _side(film: Film, file: str | None, analysis: Analysis | None) -> dict[str, Any]:
    home, scan = page_cache.library().home, page_cache.scan_id(film.id)
    media = page_cache.library().store(scan).media or film.media if analysis is None else analysis.observations.media
    return {
        "film": film.id,
        "file": file,
        "video": signed_link(home, film.id, str(file), auth.user_id()),
        "frames": signed_link(home, film.id, "frames", auth.user_id()),
        "state": scan,
        "rate": float(media.rate),
        "rate_over": media.rate.numerator,
        "rate_under": media.rate.denominator,
        "base": nominal_rate(media.rate),
        "start": media.start_frame,
        "drop": media.drop_frame,
        "scenes": [] if analysis is None else _scenes(analysis),
    }


def _scenes(analysis: Analysis) -> list[list[int | None]]:
    """Of each scene its first frame, one past its last, the number of its dominant expression, and 1 if that is not
    clear.
    """
    from emotion_core.analysis import certainty_of

    return [
        [
            row.scene.frame_in,
            row.scene.frame_out,
            None if row.dominant is None else analysis.labels.index(row.dominant),
            int(row.dominant is not None and certainty_of(analysis, row) != "clear"),
        ]
        for row in analysis.scenes
    ]
