"""A viewer's camera beside the film: pictures go to this machine's own route, and expressions come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emotion_core.live import Session
from emotion_core.web import live_address, signed_link

from ...services import auth, page_cache
from ..component import component

_camera = component("live_camera", Path(__file__).parent, html="camera.html", css=("camera.css",), js="camera.js")


def show(session: Session, file: str | None, on_finished: Callable[[], None]) -> None:
    """The film's `file`, as proxies.Proxy.file, beside the camera of `session`; without a film the camera alone.

    `on_finished` is called when the viewer has finished, or the film has ended.
    """
    home, user = page_cache.library().home, auth.user_id()
    link = "" if file is None or session.film_id is None else signed_link(home, session.film_id, file, user)
    _camera(
        key=f"camera-{session.id}",
        data={
            "session": session.id,
            "socket": live_address(home, session.id, user),
            "video": link,
            "at": session.film_at,
        },
        on_finished_change=on_finished,
        on_expired_change=lambda: None,  # each run signs new addresses
    )
