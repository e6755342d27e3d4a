"""The command `versions`: list, order and compare the versions of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import SettingsError
from ...formatting import count, hms, in_one_line

if TYPE_CHECKING:
    from ...library import Library, Project
    from ...library.projects import ComparedVersions


def versions(
    context: typer.Context,
    project: Annotated[
        str | None, typer.Argument(help="The project's name; without one, all projects are listed.")
    ] = None,
    add: Annotated[
        list[Path] | None,
        typer.Option(readable=False, help="Make this film its last version; a new name makes a new project."),
    ] = None,
    remove: Annotated[
        list[Path] | None, typer.Option(readable=False, help="Take this film out of the project; the film stays.")
    ] = None,
    move: Annotated[list[str] | None, typer.Option(help="Give a version another number, as “3=1”.")] = None,
    rename: Annotated[str | None, typer.Option(help="Give the project another name.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last change of the project.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Redo what was undone.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the project; its films stay.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Compare the versions, and print what became of each scene.")
    ] = False,
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Compare the versions, and write each scene's history here.")
    ] = None,
) -> None:
    """List the versions of a project in their order, change them, and tell each scene's history over them."""
    from ...library import Library, outputs

    library = Library.existing()
    (csv_file,) = targets = outputs.outputs_for(library, (*(add or ()), *(remove or ())), csv)
    context.with_resource(outputs.keep_standard_output_clear(targets))
    if project is None:
        if add or remove or move or rename or undo or redo or delete or history or csv:
            raise SettingsError("No project was named.", "Write its name behind `versions`.")
        _print_projects(library)
        return
    found = _change(library, project, add or [], remove or [], move or [], rename)
    if undo or redo:
        step = library.undo_project if undo else library.redo_project
        if not step(found.id):
            raise SettingsError(
                f"Nothing of “{found.name}” can be {'undone' if undo else 'redone'}.", "It is as it was."
            )
    if delete:
        library.delete_project(found.id)
        print(in_one_line(f"The project {found.name} was deleted; its films stay in the library."))
        return
    found = library.project(found.id)
    if not history and csv_file is None:
        _print_versions(library, found)
        return
    compared = _compared(library, found)
    for sentence in (*compared.left_out, *compared.warnings):
        print(f"Note: {in_one_line(sentence)}")
    if csv_file is not None:
        from ...compare.versions import history_table
        from ...report import csv_bytes

        csv_file.write(csv_bytes(history_table(compared.versions, compared.histories, compared.numbers)))
    if history:
        _print_history(compared)


def _change(
    library: Library, name: str, add: list[Path], remove: list[Path], move: list[str], rename: str | None
) -> Project:
    """The project after what was asked. Raises SettingsError, LibraryError."""
    from ...media import check_is_file, content_id

    for film in (*add, *remove):
        check_is_file(film)
    moves = [_places(text) for text in move]
    adding, removing = ([library.film(content_id(film)).id for film in films] for films in (add, remove))
    found = library.project_named(name)
    if found is None:
        if not adding:
            names = ", ".join(f"“{each.name}”" for each in library.projects()) or "none yet: make one with --add FILM"
            raise SettingsError(f"There is no project “{name}”.", f"Projects: {names}.")
        found, adding = library.add_project(name, adding), []
    for film_id in removing:
        library.remove_version(found.id, film_id)
    for film_id in adding:
        library.add_version(found.id, film_id)
    films = library.project(found.id).films
    for text, places in zip(move, moves, strict=True):
        if not all(1 <= each <= len(films) for each in places):
            raise SettingsError(f"--move was “{text}”.", f"The versions are 1 to {len(films)}.")
    for old, new in moves:
        library.move_version(found.id, library.project(found.id).films[old - 1], new)
    if rename is not None:
        library.rename_project(found.id, rename)
    return library.project(found.id)


def _places(text: str) -> tuple[int, int]:
    """A version's number and its new one, of “3=1”. Raises SettingsError."""
    numbers = text.split("=")
    if len(numbers) != 2 or not all(each.strip().isdecimal() for each in numbers):
        raise SettingsError(f"--move was “{text}”.", "Write a version's number, =, and its new number, as 3=1.")
    return int(numbers[0]), int(numbers[1])


def _print_projects(library: Library) -> None:
    projects = library.projects()
    for project in projects:
        print(in_one_line(f"{project.name}: {count(len(project.films), 'version')}"))
    if not projects:
        print("There is no project yet. Make one: versions NAME --add FILM")


def _print_versions(library: Library, project: Project) -> None:
    for number, film_id in enumerate(project.films, start=1):
        film = library.film(film_id)
        state = "" if library.newest_scan(film_id) is not None else ", not analysed yet"
        print(in_one_line(f"{number}  {film.name}  {hms(film.media.duration)}{state}"))
    if not project.films:
        print(in_one_line(f"{project.name} has no version yet. Add one: --add FILM"))


def _compared(library: Library, project: Project) -> ComparedVersions:
    from ...library.projects import compare_versions
    from ..progress import progress

    with progress(transient=True) as bar:
        task = bar.add_task(in_one_line(project.name), total=None, note="")

        def tell(done: int, of: int, sentence: str) -> None:
            bar.update(task, completed=done, total=of, note=sentence)

        return compare_versions(library, project.films, tell)


def _print_history(compared: ComparedVersions) -> None:
    from ...compare.versions import history_sentence, history_words, scene_numbers

    numbered = zip(compared.histories, scene_numbers(compared.histories), strict=True)
    changed = [(each, number) for each, number in numbered if each.has_changed]
    for each, number in changed:
        last = each.last
        name = f" {last.scene.name}" if last is not None and last.scene.name else ""
        print(in_one_line(f"{number.rjust(4)}{name}  {history_words(each, compared.numbers)}"))
    if compared.histories:
        print(history_sentence(compared.histories, len(compared.versions)))
