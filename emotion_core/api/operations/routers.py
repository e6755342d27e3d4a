"""All routers, in the order of the document."""

from __future__ import annotations

from . import analyses, comparisons, cut_lists, events, films, projects, reports, screenings, uploads

OPERATIONS = tuple(
    module.router
    for module in (films, uploads, analyses, events, reports, cut_lists, comparisons, screenings, projects)
)
