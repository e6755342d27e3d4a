"""All routers, in the order of the document."""

from __future__ import annotations

from . import analyses, comparisons, cut_lists, events, films, projects, queue, reports, screenings, uploads

OPERATIONS = tuple(
    module.router
    for module in (films, uploads, analyses, queue, events, reports, cut_lists, comparisons, screenings, projects)
)
