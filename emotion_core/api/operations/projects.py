"""Projects: versions of one film, in their order."""

from __future__ import annotations

from fastapi import APIRouter

from ...formatting import printable
from .. import models
from .shared import In, bearer, problems

router = APIRouter(tags=["projects"], dependencies=[bearer])


@router.get("/projects", responses=problems())
async def list_projects(shared: In) -> models.ProjectList:
    """List the projects, in the order in which they were added. `compare` takes two of one's films."""

    def find() -> models.ProjectList:
        return models.ProjectList(
            projects=[
                models.ProjectFacts(id=each.id, name=printable(each.name), films=list(each.films))
                for each in shared.library().projects()
            ]
        )

    return await shared.quick(find)
