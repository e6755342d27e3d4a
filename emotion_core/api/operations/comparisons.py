"""Two analysed cuts compared: what became of each scene, in every format; see `compare` of the command line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ... import interchange
from ...export.changes import FORMATS, ChangesName, ComparedCuts, file_stem, write
from .. import models
from ..problems import Problem
from .reports import file_response, files
from .shared import In, analysed_film, bearer, problems

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
        films = analysed_film(library, before), analysed_film(library, after)
        if before == after:
            raise Problem(422, f"{films[0].name} was named twice. Name two different films.")
        from ...compare import align, check_comparable, pair
        from ...compare.change_list import list_changes

        earlier, later = library.analysis(before), library.analysis(after)
        check_comparable(earlier, later)
        shown = align(earlier.observations, later.observations)
        scenes = pair(earlier, later, shown)
        listed = list_changes(earlier, later, shown, scenes)
        names = films[0].name, films[1].name
        cuts = ComparedCuts.of(library, shown, scenes, listed, (earlier, later), names)
        contents = write(to, cuts, file_stem(names))
        name, content = interchange.pack_files(contents, file_stem(names))
        return file_response(content, name, FORMATS[to].mime if len(contents) == 1 else "application/zip")

    return await shared.slow(find)
