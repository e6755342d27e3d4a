"""Two cuts' players in step: either leads, the other shows the same footage."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from emotion_core.analysis import Analysis, certainty_of
from emotion_core.compare import AlignmentMap, map_frames
from emotion_core.labels import colour
from emotion_core.library import Film
from emotion_core.playback import proxies
from emotion_core.timecode import nominal_rate
from emotion_core.web import signed_link

from ...services import auth, page_cache, route_tokens
from ..component import component
from ..player import wait_for_copy

_pair = component(
    "pair_player", Path(__file__).parent, html="pair_player.html", css=("../transport.css", "pair_player.css"),
    js="pair_player.js",
)  # fmt: skip


def show(films: tuple[Film, Film], analyses: tuple[Analysis, Analysis], shared: AlignmentMap) -> bool:
    """Both players, and the bands of shared footage below; while a film has no copy to play, its progress or error.

    Says whether they are there.
    """
    files = [proxies.request(page_cache.library(), film).file for film in films]
    missing = [film for film, file in zip(films, files, strict=True) if file is None]
    for film in missing:
        wait_for_copy(film)
    if missing:
        return False
    labels = analyses[0].labels
    first, second = (analysis.observations for analysis in analyses)
    _pair(
        key=f"pair-{films[0].id}-{films[1].id}",
        data={
            "sides": [_side(film, file, analysis) for film, file, analysis in zip(films, files, analyses, strict=True)],
            "version": "-".join(page_cache.numbers_version(film.id) for film in films),
            "colours": [colour(label, labels) for label in labels],
            "segments": [
                [*segment.before, *segment.after, int(segment.is_moved)]
                for segment in map_frames(shared, first, second)
            ],
        },
        on_expired_change=partial(_forget_links, films),
    )
    return True


def _forget_links(films: tuple[Film, Film]) -> None:
    for film in films:
        route_tokens.forget_film_link(film.id)


def _side(film: Film, file: str | None, analysis: Analysis) -> dict[str, Any]:
    home, media = page_cache.library().home, analysis.observations.media
    return {
        "film": film.id,
        "file": file,
        "video": signed_link(home, film.id, str(file), auth.user_id()),
        "frames": signed_link(home, film.id, "frames", auth.user_id()),
        "state": page_cache.scan_id(film.id),
        "rate": float(media.rate),
        "rate_over": media.rate.numerator,
        "rate_under": media.rate.denominator,
        "base": nominal_rate(media.rate),
        "start": media.start_frame,
        "drop": media.drop_frame,
        "scenes": [
            [
                row.scene.frame_in,
                row.scene.frame_out,
                None if row.dominant is None else analysis.labels.index(row.dominant),
                int(row.dominant is not None and certainty_of(analysis, row) != "clear"),
            ]
            for row in analysis.scenes
        ],
    }
