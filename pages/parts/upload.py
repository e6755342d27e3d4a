"""How films come in: the place where they are dropped in, and a row an upload.

The browser sends them to the app's own route piece by piece and goes on after whatever came between; they do not pass
through this page. It gives the browser its token, says how a film is to be analysed, and hears when one has arrived.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

from emotion_core import formatting
from emotion_core.errors import SettingsError
from emotion_core.incoming.quota import Space, space
from emotion_core.ingest.uploads import Uploads
from emotion_core.settings import ScanSettings, to_json
from emotion_core.web import tus_client

from . import links, opened, permits, problems, scripted

_TIGHT = 20_000_000_000
"""Bytes: a long film in an editing codec may not fit into less."""


_uploads = scripted.component(
    "film_uploads",
    html="upload.html",
    css=("bar.css", "upload.css"),
    js=("upload_server.js", "upload_one.js", "upload_queue.js", "upload_row.js", "upload.js"),
)


def show(settings: ScanSettings | None) -> None:
    """Where films can be dropped in, and what is under way; `settings` None keeps what is dropped in waiting.

    One that was in the library before is opened, if it came alone.
    """
    shelf = opened.library()
    room: dict[str, object] = {"words": "", "tight": False}
    with problems.told(), contextlib.suppress(SettingsError):  # said beside the settings
        room = _space(space(shelf.home))
    told = _uploads(
        key="uploads",
        data={
            "token": permits.token("upload"),
            "settings": None if settings is None else to_json(settings),
            "tus": {"address": tus_client.TUS_ADDRESS, "integrity": tus_client.TUS_INTEGRITY},
            "refused": [
                {"id": one.id, "filename": one.name, "message": one.why} for one in Uploads(shelf.home).refusals()
            ],
            "space": room,
        },
        on_arrived_change=_nothing,
        on_changed_change=_nothing,  # another window's upload has ended
        on_renew_change=partial(permits.forget, "upload"),
    )
    for film in told.get("arrived") or []:
        _arrived(film)


def _arrived(film: dict[str, Any]) -> None:
    film_id = str(film.get("film"))
    if film.get("known") and film.get("alone") and opened.state(film_id):
        name = opened.library().film(film_id).name
        links.to_film(film_id, f"These are the bytes of {name}, which was found in the library.")


def _space(now: Space) -> dict[str, object]:
    """How much more films may take; `tight` says that it matters to whoever has one at hand."""
    by_quota = now.quota is not None and now.quota - now.used < now.free
    within = f" of the {formatting.size(now.quota)} that the library may take" if by_quota and now.quota else ""
    return {"words": f"Room for {formatting.size(now.room)} more{within}.", "tight": now.room < _TIGHT}


def _nothing() -> None:
    """The page is drawn anew, no more."""
