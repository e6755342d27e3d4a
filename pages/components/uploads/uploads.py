"""The drop zone for films, or for recordings of a screening's viewers, with a row for each upload.

The browser uploads to the app's own route in pieces, and resumes after interruptions; the bytes do not pass through
this page. The page provides the token and the settings of the analyses, and learns which films have arrived.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_core import formatting
from emotion_core.errors import SettingsError
from emotion_core.incoming import InTime, StorageBudget, storage_budget
from emotion_core.ingest import Refusal, Uploads
from emotion_core.settings import ScanSettings, to_json
from emotion_core.web import TUS_ADDRESS, TUS_INTEGRITY

from ...services import error_messages, page_cache, route_tokens, routes
from ..component import component

if TYPE_CHECKING:  # the first page of all is shown without NumPy
    from emotion_core.audience import Consent

_TIGHT = 20_000_000_000
"""Bytes; a long film in an editing codec may need more."""

_uploads = component(
    "film_uploads",
    Path(__file__).parent,
    html="uploads.html",
    css=("../bar.css", "uploads.css"),
    js="uploads.js",
)

_RECORDINGS = {
    "invitation": "Drop in recordings of viewers",
    "formats": "A film file of each viewer's face. Each becomes a viewer of this screening as soon as it is here.",
    "choose": "Choose recordings",
}


def show(settings: ScanSettings | None) -> None:
    """Show the drop zone for films and the uploads under way; with `settings` None, uploads wait.

    A film that arrives alone, and was in the library before, is opened.
    """
    home = page_cache.library().home
    screenings = {screening.id for screening in page_cache.library().screenings()}
    state = _mount(
        "uploads",
        [each for each in Uploads(home).refusals() if _screening(each) not in screenings],
        settings=None if settings is None else to_json(settings),
        screening=None,
    )
    for film in state.get("arrived") or []:
        _open_if_existing(film)


def show_recordings(
    screening_id: str,
    consent: Consent | None,
    groups: Mapping[str, str] | None = None,
    in_time: InTime = "sound",
    offset: float = 0.0,
) -> None:
    """Show the drop zone for recordings of a screening's viewers, and those under way; without `consent` it takes none.

    Consent, groups and how they are in time with the film are stored with each file as they are when it is dropped in.
    """
    viewer = None
    if consent is not None:
        told = {"notice": consent.notice, "given_at": consent.given_at, "given_by": consent.given_by}
        viewer = {"screening": screening_id, **told, "groups": dict(groups or {}), "in_time": in_time, "offset": offset}
    _mount(
        f"recording-uploads-{screening_id}",
        [each for each in Uploads(page_cache.library().home).refusals() if _screening(each) == screening_id],
        screening=screening_id,
        viewer=viewer,
        words=_RECORDINGS if viewer else {**_RECORDINGS, "formats": "Confirm first that the viewers were told."},
    )


def _screening(refusal: Refusal) -> str | None:
    return None if refusal.recording is None else refusal.recording.screening_id


def _mount(key: str, refusals: list[Refusal], **data: object) -> Any:
    """The component with what it shows in all places; returns its state."""
    space: dict[str, object] = {"words": "", "tight": False}
    with error_messages.show(), contextlib.suppress(SettingsError):  # the settings' form shows that error
        space = _space(storage_budget(page_cache.library().home))
    refused = [{"id": each.id, "filename": each.name, "message": each.why} for each in refusals]
    return _uploads(
        key=key,
        data={
            "token": route_tokens.token("upload"),
            "tus": {"address": TUS_ADDRESS, "integrity": TUS_INTEGRITY},
            "refused": refused,
            "space": space,
            **data,
        },
        on_arrived_change=_run_again,
        on_changed_change=_run_again,  # an upload of another window has ended
        on_renew_change=partial(route_tokens.forget, "upload"),
    )


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
