"""Two analysed cuts compared: what became of each scene, in every format; see `compare` of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from ... import interchange
from ...export.changes import FORMATS, ChangesName, ComparedCuts, file_stem, write
from .. import models
from ..problems import Problem
from .shared import In, analysed_film, bearer, file_response, files, problems

if TYPE_CHECKING:  # loaded with the first comparison
    from ...analysis import Analysis
    from ...compare import AlignmentMap, SceneChange
    from ...compare.change_list import ChangeList
    from ...library import Library

router = APIRouter(tags=["comparisons"], dependencies=[bearer])
_TYPES = (*dict.fromkeys(form.mime for form in FORMATS.values()), "application/zip")


_LIST = files(*_TYPES, what="The change list.")


@router.get("/compare", response_class=Response, responses={**_LIST, **problems(404, 409, 422)})
async def compare(
    shared: In,
    before: Annotated[models.FilmId, Query(description="A film that was analysed.")],
    after: Annotated[models.FilmId, Query(description="Another cut of it, analysed too.")],
    to: Annotated[ChangesName, Query(description="The format.")] = "json",
) -> Response:
    """What a re-cut changed: the statement (`summary`), and each scene's fate with its numbers.

    In another format than JSON it is a file to keep; an EDL of more events than one holds is a ZIP.
    """

    def find() -> Response:
        library = shared.library()
        earlier, later, shown, scenes, listed = compared(library, before, after)
        names = library.film(before).name, library.film(after).name
        cuts = ComparedCuts.of(library, shown, scenes, listed, (earlier, later), names)
        contents = write(to, cuts, file_stem(names))
        name, content = interchange.pack_files(contents, file_stem(names))
        return file_response(content, name, FORMATS[to].mime if len(contents) == 1 else "application/zip")

    return await shared.slow(find)


def compared(
    library: Library, before: str, after: str
) -> tuple[Analysis, Analysis, AlignmentMap, tuple[SceneChange, ...], ChangeList]:
    """Two analysed films, their footage that both show, the change of each scene, and what became of each.

    Raises Problem, ComparisonError.
    """
    films = analysed_film(library, before), analysed_film(library, after)
    if before == after:
        raise Problem(422, f"{films[0].name} was named twice. Name two different films.")
    from ...compare import check_comparable
    from ...library.projects import aligned, listed_changes, paired_scenes

    earlier, later = library.analysis(before), library.analysis(after)
    check_comparable(earlier, later)
    shown = aligned(library, earlier, later)
    scenes = paired_scenes(library, earlier, later, shown)
    return earlier, later, shown, scenes, listed_changes(library, earlier, later, shown, scenes)
