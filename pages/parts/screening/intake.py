"""Recordings taken in as viewers of a screening: notice and consent first."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from emotion_core import audience, formatting
from emotion_core.audience import Alignment, Consent, Screening
from emotion_core.errors import AccessError, EmotionError
from emotion_core.incoming import InTime
from emotion_core.ingest import (
    Listing,
    add_recording,
    allowed_folders,
    begin_recording,
    search_by_sound,
)
from emotion_core.library import Film
from emotion_core.storage import CONFIGURATION, Configuration

from ...components import uploads
from ...services import error_messages, markdown, page_cache, routes
from ..keep_viewer import parse_groups

_WAYS: dict[InTime, str] = {
    "sound": "By the film's sound in it",
    "typed": "The film begins at second …",
    "start": "Later, by marks",
}


def show(film: Film, screening: Screening) -> None:
    """The notice, the recordings that can be taken in, and what is true of all of them."""
    st.markdown("**1. The viewers must know.** With each recording its viewers' consent to this is stored:")
    told = markdown.escape(audience.notice_text("recording")).replace("\n", "  \n")
    st.markdown(f"> {told.replace(chr(10), chr(10) + '> ')}")
    agreed = st.checkbox(
        "The viewers of these recordings were told this and agreed.", key=f"intake-agreed-{screening.id}"
    )
    by = st.text_input("Who confirms it: a name or initials", max_chars=100, key="intake-by")
    groups = st.text_input(
        "Groups of all of them", max_chars=1000, placeholder="age: 18-29, row: A", key="intake-groups",
        help="A name, a colon and a value each, with commas between. They can be changed for each viewer below.",
    )  # fmt: skip
    st.markdown("**2. In time with the film**")
    in_time, second = _in_time()
    st.markdown("**3. Recordings**, each of one viewer, or of a room:")
    _drop_zone(screening, by if agreed else "", groups, in_time, second)
    folder, library_films = _candidates(), [each for each in page_cache.library().films() if each.id != film.id]
    if not folder and not library_films:
        st.caption(f"Recordings can also be read where they lie: name their folder under “folders” in {CONFIGURATION}.")
        return
    names = markdown.unique_names(library_films)
    with st.form(f"intake-{screening.id}", border=False):
        st.markdown("Or those that are on this machine already:")
        paths = list(folder)
        files = (
            st.multiselect(
                "From the folders of this machine, read where they lie",
                paths,
                key="intake-files",
                format_func=lambda path: folder[path],
            )
            if folder
            else []
        )
        films = (
            st.multiselect(
                "From the library",
                [each.id for each in library_films],
                key="intake-films",
                format_func=lambda film_id: names[film_id],
                help="A film of the library stays one, with its pictures, until it is deleted there. From a folder no "
                "picture of a viewer is kept.",
            )
            if library_films
            else []
        )
        pressed = st.form_submit_button("Take them in", type="primary", icon=":material/group_add:")
    if not pressed:
        return
    if not agreed or not (files or films):
        st.warning(
            "Confirm that the viewers were told and agreed." if not agreed else "Choose at least one recording.",
            icon=":material/warning:",
        )
        return
    with error_messages.show():
        consent = audience.consent_to_notice("recording", by)
        alignment = Alignment(second, method="typed") if in_time == "typed" else None
        sources: list[Path | str] = [*map(Path, files), *films]
        _take_in(screening, sources, consent, parse_groups(groups), in_time, alignment)


def _in_time() -> tuple[InTime, float]:
    """How the recordings' time becomes the film's, and the second of a given offset."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way: InTime = st.radio(
            "In time with the film", list(_WAYS), format_func=_WAYS.__getitem__, horizontal=True, key="intake-how",
            label_visibility="collapsed",
            help="Where the sound is not heard well enough, a recording is kept, and is aligned by marks or a second.",
        )  # fmt: skip
        second = 0.0
        if way == "typed":
            second = st.number_input("Second of the recording", value=0.0, step=0.1, key="intake-second")
    if way == "start":
        st.caption("Until then its viewer does not count: choose the viewer under Viewers, and give marks or a second.")
    return way, second


def _drop_zone(screening: Screening, by: str, groups: str, in_time: InTime, second: float) -> None:
    """The place for recordings that are dropped in; it takes none before `by` says who confirms the consent."""
    consent, parsed = None, {}
    with error_messages.show():
        if by.strip():
            parsed = parse_groups(groups)
            consent = lasting_consent(screening.id, by)
    with error_messages.show():
        if consent is None:
            st.session_state.pop(_consent_key(screening.id), None)
        uploads.show_recordings(screening.id, consent, parsed, in_time, second)


def lasting_consent(screening_id: str, given_by: str) -> Consent:
    """The consent to the notice since it was confirmed: the same in each run of the page. Raises SettingsError."""
    key = _consent_key(screening_id)
    known: Consent | None = st.session_state.get(key)
    now = audience.consent_to_notice("recording", given_by)
    if known is None or (known.notice, known.given_by) != (now.notice, now.given_by):
        st.session_state[key] = known = now
    return known


def _consent_key(screening_id: str) -> str:
    return f"consent-{screening_id}"


def _candidates() -> dict[str, str]:
    """Lines of the films below the allowed folders, by path."""
    try:
        configuration = Configuration.load(page_cache.library().home)
    except EmotionError:
        return {}  # the Library's page shows that error
    if not configuration.folders:
        return {}
    listing = _listing(configuration, str(configuration.folders))
    return {str(each.path): f"{each.name} · {formatting.size(each.bytes)}" for each in listing.films}


@st.cache_resource(ttl=20, max_entries=2, show_spinner="Looking through the folders …")
def _listing(_configuration: Configuration, named: str) -> Listing:
    return allowed_folders.list_films(_configuration)


def _take_in(
    screening: Screening,
    sources: list[Path | str],
    consent: Consent,
    groups: dict[str, str],
    in_time: InTime,
    alignment: Alignment | None,
) -> None:
    """Take recordings in, a path or a film of the library each; what cannot be taken in is told, the others stay."""
    library, taken, trouble = page_cache.library(), list[str](), list[str]()
    bar = st.progress(0.0)
    for number, source in enumerate(sources):
        name = source.name if isinstance(source, Path) else library.film(source).name
        bar.progress(number / len(sources), markdown.escape(f"Taking in {name} …"))
        try:
            taken.append(add(screening, source, consent, groups, alignment).id)
            if in_time == "start":
                library.await_alignment(taken[-1])
        except EmotionError as error:
            trouble.append(f"{name}: {error}")
    if in_time == "sound":
        search_by_sound(library, taken)
    if trouble:
        st.session_state["problem"] = " ".join(trouble)
    if taken:
        words = formatting.count(len(taken), "recording")
        routes.set_notice(f"{words} taken in. Each is read in the background; the list of viewers below says how far.")
    st.rerun()


def add(
    screening: Screening, source: Path | str, consent: Consent, groups: dict[str, str], alignment: Alignment | None
) -> audience.Viewer:
    """Take one recording in. Raises EmotionError, also for a path that is in no allowed folder."""
    library = page_cache.library()
    if isinstance(source, Path):
        path = allowed_folders.allowed(Configuration.load(library.home), source)
        if path is None:
            raise AccessError(
                f"{source.name} is no film below the folders that may be opened, or is gone.", "Choose another one."
            )
        return add_recording(
            library, screening.id, path, consent=consent, groups=groups, alignment=alignment, name=path.stem
        )
    film = library.film(source)
    viewer = library.add_recorded_viewer(screening.id, film.id, consent=consent, groups=groups, alignment=alignment)
    begin_recording(library, film)
    return viewer
