"""`python -m emotion_core people FILM`: who is on screen for how long, with which expression, and with whom."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import CorrectionError, SettingsError
from ...formatting import hms, in_one_line
from ...interchange import FORMATS, FormatName
from .text_columns import print_columns

if TYPE_CHECKING:
    from ...people import Arc, FilmPeople

_FORMATS = ", ".join(name for name, form in FORMATS.items() if not form.has_every_scene)

NO_FACE = "No face was found in this film."


def people(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write a row a person and scene here, as CSV.")
    ] = None,
    markers: Annotated[
        FormatName | None,
        typer.Option(help=f"Write each person's appearances as markers, a file a person: {_FORMATS}."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(readable=False, help="The folder for the markers; default: this one.")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help="Only this person, by name or as “Person 3”; may be said several times.")
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(help="Give a person another name, as “Person 3=Ann”; the name of another makes them one."),
    ] = None,
) -> None:
    """Show who is on screen in FILM, which was analysed before: how long, with which expression, and with whom."""
    from ...media import check_is_file, content_id

    check_is_file(film)
    if markers is not None and FORMATS[markers].has_every_scene:
        raise SettingsError(f"{markers} holds every scene, and no markers of people.", f"Choose one of {_FORMATS}.")
    if out is not None and markers is None:
        raise SettingsError("--out is the folder of markers, and none were asked for.", "Add --markers FORMAT.")
    from ...library import Library, correct_faces, outputs, people_of_film
    from ...people import name_person

    library = Library.existing()
    film_id = library.film(content_id(film)).id
    (csv_file,) = chosen = outputs.outputs_for(library, (film,), csv)
    context.with_resource(outputs.keep_standard_output_clear(chosen))
    shown = people_of_film(library, film_id)
    for text in rename or ():
        label, sign, name = text.partition("=")
        if not sign:
            raise CorrectionError(f"--rename was “{text}”.", "Write the person as shown, =, and the name.")
        anchors = [track.anchor for track in _arc(shown, label.strip()).person.tracks]
        correct_faces(library, film_id, name_person(anchors, name), f"{label.strip()} named “{name.strip()}”")
        shown = people_of_film(library, film_id)
    arcs = [_arc(shown, label) for label in person] if person else list(shown.arcs)
    if not arcs and (csv_file is not None or markers is not None):
        if not shown.unknown:
            raise SettingsError(NO_FACE, "Look at its report: export.")
        raise SettingsError("This film has no people yet.", "Name its faces on the page People.")
    if csv_file is not None:
        from ...export.people import scene_table

        csv_file.write(scene_table.csv(shown, arcs))
    if markers is not None:
        from ...export import marker_files

        contents = {k: v for arc in arcs for k, v in marker_files(shown, arc, film.name, markers).items()}
        folder = out or Path()
        for target, content in zip(
            outputs.outputs_for(library, (film,), *(folder / name for name in contents)), contents.values(), strict=True
        ):
            assert target is not None
            target.write(content)
            print(in_one_line(target.path))
    if csv_file is None and markers is None:
        _print(shown, arcs)


def _arc(shown: FilmPeople, label: str) -> Arc:
    found = shown.arc(label)
    if found is None:
        raise SettingsError(
            f"There is no person “{label}”.", _who_instead(label, [arc.person.label for arc in shown.arcs])
        )
    return found


def _who_instead(label: str, labels: list[str]) -> str:
    """The people whose labels are near one that nobody has; without any, those longest on screen."""
    written = {each.casefold(): each for each in labels}
    if near := get_close_matches(label.casefold(), written):
        return f"Did you mean {' or '.join(f'“{written[each]}”' for each in near)}?"
    return f"This film has {', '.join(labels[:10]) or 'nobody yet: name faces on the page People'}."


def _print(shown: FilmPeople, arcs: list[Arc]) -> None:
    from ...people import companions
    from ...report import wording

    heads = ("person", "on screen", "scenes", "expression", "with")
    rows = [
        (
            in_one_line(arc.person.label),
            hms(arc.person.seconds),
            f"{len(arc.scenes)} ({arc.first.emotion.scene.number}-{arc.last.emotion.scene.number})",
            wording.dominant_or_reason(shown.analysis, arc.whole),
            ", ".join(f"{other.label} {hms(seconds)}" for other, seconds in companions(shown.people, arc.person)[:3]),
        )
        for arc in arcs
    ]
    if rows:
        print_columns(heads, rows)
    else:
        print("No face has a name yet: name them on the page People." if shown.unknown else NO_FACE)
    if shown.unknown and len(arcs) == len(shown.arcs):
        seconds = sum(arc.person.seconds for arc in shown.unknown)
        print(f"And {len(shown.unknown):,} tracks of faces without a person, {hms(seconds)} together.")
