"""The board of a film's people, and what is asked of it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from emotion_core.errors import CorrectionError
from emotion_core.face_corrections import FaceAnchor, plain_name
from emotion_core.formatting import count
from emotion_core.library import Film, correct_faces
from emotion_core.people import FilmPeople, Operation, Person, leave_out, merge_people, name_person, put_back, take_out

from ...components import people_board
from ...services import error_messages, page_cache


def show(film: Film) -> None:
    """The board; what is asked of it is a step of the film's history."""
    document = page_cache.people_document(film.id)
    people_board.show(film, document, page_cache.people_version(film.id), partial(_act, film.id))


def _act(film_id: str, act: people_board.Act) -> None:
    """Correct people as they were shown. A component's callback."""
    with error_messages.defer():
        operation, what = operation_of(page_cache.film_people(film_id), act)
        correct_faces(page_cache.library(), film_id, operation, what)


def operation_of(shown: FilmPeople, act: people_board.Act) -> tuple[Operation, str]:
    """What is asked, as an operation and its description for the history. Raises CorrectionError."""
    faces = count(len(act.anchors), "face")
    if not act.label and act.does != "put back":
        _check_without_person(shown, act.anchors)
    match act.does:
        case "name":
            who = act.label or faces
            anchors = act.anchors if not act.label else _anchors(_person(shown, act.label, act.anchors))
            name = plain_name(act.name) if act.name.strip() else ""
            return name_person(anchors, name), f"{who} named “{name}”" if name else f"{who} without a name"
        case "other":
            return (
                take_out(_person(shown, act.label, act.anchors), act.anchors, act.name),
                f"{faces} of {act.label} named “{plain_name(act.name)}”",
            )
        case "merge":
            one, other = _person(shown, act.label, act.anchors[:1]), _person(shown, act.other, act.anchors[1:])
            return merge_people(one, other), f"{one.label} and {other.label} made one"
        case "leave out":
            anchors = act.anchors
            if act.label and len(anchors) >= people_board.MOST_TRACKS:  # not all of them are in the browser
                anchors = _anchors(_person(shown, act.label, anchors))
            return leave_out(anchors), f"{act.label or faces} left out"
        case "put back":
            return put_back(act.anchors), f"{faces} put back"


def _anchors(person: Person) -> tuple[FaceAnchor, ...]:
    return tuple(track.anchor for track in person.tracks)


def _check_without_person(shown: FilmPeople, anchors: Sequence[FaceAnchor]) -> None:
    """Raises CorrectionError where faces that were shown without a person have got one in another window meanwhile."""
    for person in shown.people.people:
        if {*anchors} & {*_anchors(person)}:
            raise CorrectionError(
                f"The faces are not without a person any more: some are {person.label}'s.",
                "Look at the people as they are now, and try again.",
            )


def _person(shown: FilmPeople, label: str, anchors: Sequence[FaceAnchor]) -> Person:
    """The person with this label, if these faces are still theirs. Raises CorrectionError: in another window somebody
    may have become “Person 3” meanwhile.
    """
    person = shown.people.person(label)
    if person is None or not {*anchors} <= {*_anchors(person)}:
        raise CorrectionError(
            f"{label} is not who was shown any more.", "Look at the people as they are now, and try again."
        )
    return person
