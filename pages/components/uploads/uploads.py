"""The drop zone for films, with a row for each upload.

The browser uploads to the app's own route in pieces, and resumes after interruptions; the bytes do not pass through
this page. The page provides the token and the settings of the analyses, and learns which films have arrived.
"""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

from emotion_core import formatting
from emotion_core.errors import SettingsError
from emotion_core.incoming import StorageBudget, storage_budget
from emotion_core.ingest import Uploads
from emotion_core.settings import ScanSettings, to_json
from emotion_core.web import TUS_ADDRESS, TUS_INTEGRITY

from ...services import error_messages, page_cache, route_tokens, routes
from ..component import component

_TIGHT = 20_000_000_000
"""Bytes; a long film in an editing codec may need more."""

_uploads = component(
    "film_uploads",
    Path(__file__).parent,
    html="uploads.html",
    css=("../bar.css", "uploads.css"),
    js="uploads.js",
)


def show(settings: ScanSettings | None) -> None:
    """Show the drop zone and the uploads under way; with `settings` None, uploads wait.

    A film that arrives alone, and was in the library before, is opened.
    """
    library = page_cache.library()
    space: dict[str, object] = {"words": "", "tight": False}
    with error_messages.show(), contextlib.suppress(SettingsError):  # the settings' form shows that error
        space = _space(storage_budget(library.home))
    state = _uploads(
        key="uploads",
        data={
            "token": route_tokens.token("upload"),
            "settings": None if settings is None else to_json(settings),
            "tus": {"address": TUS_ADDRESS, "integrity": TUS_INTEGRITY},
            "refused": [
                {"id": upload.id, "filename": upload.name, "message": upload.why}
                for upload in Uploads(library.home).refusals()
            ],
            "space": space,
        },
        on_arrived_change=_run_again,
        on_changed_change=_run_again,  # an upload of another window has ended
        on_renew_change=partial(route_tokens.forget, "upload"),
    )
    for film in state.get("arrived") or []:
        _open_if_existing(film)


def _open_if_existing(film: dict[str, Any]) -> None:
    film_id = str(film.get("film"))
    if film.get("known") and film.get("alone") and page_cache.version(film_id):
        name = page_cache.library().film(film_id).name
        routes.open_film(film_id, f"These are the bytes of {name}, which was found in the library.")


def _space(budget: StorageBudget) -> dict[str, object]:
    """The room left for films, in words, and whether it may be too little for one."""
    by_quota = budget.quota is not None and budget.quota - budget.used < budget.free
    within = f" of the {formatting.size(budget.quota)} that the library may take" if by_quota and budget.quota else ""
    return {"words": f"Room for {formatting.size(budget.room)} more{within}.", "tight": budget.room < _TIGHT}


def _run_again() -> None:
    """Do nothing: the page runs again because it has this callback."""
