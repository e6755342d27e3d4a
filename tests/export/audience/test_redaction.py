"""Nobody is named in an export unless that is asked for, whatever text holds the name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.audience import AudienceSettings, Consent, Viewer, notice_text, settings_to_json
from emotion_core.export import FORMATS, ReportedFilm, ScreenedFilm, audience_archive, everything
from emotion_core.export.audience.redaction import Redaction
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.screenings import readings, recording

ANN, TELLER = "Quorabelle van Zorn", "Told by Xanthippe"
TYPED = f"{notice_text('camera', ANN)}\nAsk {ANN.upper()} for more."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A screening in which every text that a user can type about viewers holds a name."""
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    shown = library.add_screening(library.films()[0].id, f"Evening with {ANN} ({TELLER})")
    told = Consent(TYPED, "2026-08-03T10:00:00+02:00", TELLER)
    groups = {f"friends of {ANN}": f"{ANN}'s row", "row": ANN.lower(), TELLER: "yes"}
    library.add_live_viewer(shown.id, readings(400), consent=told, name=ANN, groups=groups)
    library.add_live_viewer(shown.id, readings(400, "sad"), consent=told, name="Viewer", groups={"row": "Viewer 1"})
    file = recording(library, tmp_path / f"{ANN}.mp4", [{(100.0, 100.0): "sad"}] * 8)
    library.add_recorded_viewer(shown.id, file.id, consent=told, groups={"row": "B"})
    lost = library.add_live_viewer(shown.id, readings(4), consent=told, name=f"{ANN} the younger")
    (library.home / "readings" / f"{lost.id}.npz").unlink()
    targets = {f"friends of {ANN}": {f"{ANN}'s row": 0.5, f"{ANN} herself": 0.5}}
    library.set_screening_settings(shown.id, settings_to_json(AudienceSettings(targets=targets)))
    library.set_ratings(
        shown.id, f"{ANN}.csv", f"viewer;rating;seen with\n{ANN};4;{ANN} and {TELLER}\nViewer;2;{ANN}\n{TELLER};1;\n"
    )
    return library


def test_no_export_names_anyone(library: Library) -> None:
    """Neither a table, a document, a track, a marker, a web page nor the ZIPs; groups stay apart."""
    (shown,) = library.screenings()
    files = dict(_files(library))
    assert {Path(name).suffix for name in files} >= {".csv", ".json", ".xml", ".html", ".vtt", ".edl", ".eaf"}
    for name, content in files.items():
        text = content.casefold()
        assert not any(word in text for word in ("quorabelle", "zorn", "xanthippe")), name
    document = files["audience-json"]
    assert '"Evening with Viewer 1 (Person 1)"' in document
    assert re.search(r'"row": "Viewer 1 \(\d\)"', document)  # another's group is called “Viewer 1”
    assert "This is done by (name left out).\\n" in document
    assert "Ask Viewer 1 for more." in document
    asked = ScreenedFilm.of(library, shown, names=True)
    assert (asked.screening, asked.summary.viewers[0].name) == (shown.name, ANN)


def _files(library: Library) -> Iterator[tuple[str, str]]:
    """Every export of the film and its screening, and what is in those that are archives, as text."""
    film, (shown,) = library.films()[0], library.screenings()
    reported, screened = ReportedFilm.of(library, film.id, film.name), ScreenedFilm.of(library, shown)
    for name, form in FORMATS.items():
        if form.of_people:
            continue  # the film has none
        yield from _texts(name, form.write(reported))
    yield from _texts("all.zip", everything(reported)[1])
    yield from _texts("audience.zip", audience_archive(screened)[1])


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    import pyarrow.parquet

    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for own in archive.namelist():
                yield from _texts(f"{name}: {own}", archive.read(own))
    elif content.startswith(b"PAR1"):
        table = pyarrow.parquet.read_table(io.BytesIO(content))
        about = b"\n".join((table.schema.metadata or {}).values()).decode()
        yield name, f"{table.schema.names} {table.to_pylist()} {about}"
    else:
        yield name, content.decode("utf-8-sig", "replace")


def _viewer(number: int, name: str) -> Viewer:
    return Viewer(str(number), "s", name, number, "live", None)


def test_a_name_is_a_whole_word_of_any_script() -> None:
    """Numbers and names that this program gives are no names; what it added to one is not part of it."""
    people = [_viewer(1, "Zoë"), _viewer(2, "李雷"), _viewer(3, "Weiß, seat 2"), _viewer(4, "A4"), _viewer(5, "Viewer")]
    redaction = Redaction(people)
    assert redaction.text("zoe\u0308 and Zoësday") == "Viewer 1 and Zoësday"
    assert redaction.text("和李雷一起") == "和Viewer 2一起"
    assert redaction.text("WEISS and weiß, Seat 2") == "Viewer 3 and Viewer 3"
    assert redaction.text("seat A4 of a viewer") == "seat A4 of a viewer"
    assert Redaction([replace(people[3], name="17")]).text("17 at 17:00") == "17 at 17:00"


def test_parts_of_a_name_are_sought_too() -> None:
    """As whole words, of three letters and more; what is no one's name alone stays, and a part that two people have
    says of neither.
    """
    people = [_viewer(1, "Anna Maria Schmidt"), _viewer(2, "Jo van Schmidt"), _viewer(3, "lena_kurz (2)")]
    told = Consent("notice", "2026-08-03T10:00:00+02:00", "Told and agreed, K. Weber")
    redaction = Redaction([*people[1:], replace(people[0], consent=told)])
    assert redaction.text("ANNA, friend of maria") == "Viewer 1, friend of Viewer 1"
    assert redaction.text("Schmidt's row; Schmidtchen") == "Viewer's row; Schmidtchen"
    assert redaction.text("Anna Maria Schmidt and anna_row") == "Viewer 1 and Viewer 1_row"
    assert redaction.text("Kurz knows Lena") == "Viewer 3 knows Viewer 3"
    assert redaction.text("Weber's van, Jo agreed; marias") == "Person 1's van, Jo agreed; marias"
    assert Redaction([_viewer(4, "Front row, left seat")]).text("row: front, left") == "row: front, left"
    assert Redaction([_viewer(4, "Woman, age 30, Weber")]).text("age; women of Weber") == "age; women of Viewer 4"
    assert Redaction([_viewer(5, "Maria"), people[0]]).text("Maria and Anna") == "Viewer 5 and Viewer 1"


def test_texts_that_differ_still_do() -> None:
    """Two names of one person, as groups, are two groups."""
    texts = Redaction([_viewer(1, "Zoë")]).texts(["Zoë", "ZOË", "Viewer 1"])
    assert sorted(texts.values()) == ["Viewer 1", "Viewer 1 (2)", "Viewer 1 (3)"]
