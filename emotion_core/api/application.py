"""The API's operations, its OpenAPI document, and the page of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.responses import Response

from .. import parsing
from ..errors import EmotionError
from . import document_page
from .models import ProblemDetail
from .operations import OPERATIONS, Shared
from .problems import Problem, problem_of

VERSION = "1"
MAX_BODY = 1_000_000
"""Bytes of a request's body, but for uploads."""
DESCRIPTION = (
    "What the faces on screen show, scene by scene: add films, analyse them, take numbers away. The words are those of "
    "the command line. An expression is what a face shows, never what anyone feels; a face that is not there is "
    "missing, neither zero nor neutral.\n\n"
    "Every request but those for this document needs `Authorization: Bearer TOKEN`, with a token of config.toml; one "
    "with the scope `read` takes GET only. An error is a problem detail (RFC 9457) that says what was given, what is "
    "allowed and what to try. GET may always be repeated."
)


def application(home: Path) -> FastAPI:
    """The ASGI application of the library in `home`."""
    app = FastAPI(
        title="Film emotion dashboard",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.shared = Shared(home)
    for router in OPERATIONS:
        app.include_router(router)
    document_page.add_to(app)
    app.openapi = partial(_document, app)  # type: ignore[method-assign]
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(EmotionError, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(Exception, _answer)
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schemas of problems, which operations name by reference."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        own = models_json_schema([(ProblemDetail, "serialization")], ref_template="#/components/schemas/{model}")[1]
        document["components"]["schemas"] |= own["$defs"]
        for operation in (each for methods in document["paths"].values() for each in methods.values()):
            for answer in operation["responses"].values():
                if answer["description"] == "Successful Response":  # FastAPI's
                    answer["description"] = "What was asked for."
        app.openapi_schema = document
    return app.openapi_schema


async def _answer(request: Request, error: Exception) -> Response:
    """An error as a problem. What nobody foresaw is logged by the mount."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, EmotionError):
        return problem_of(error).response()
    if isinstance(error, RequestValidationError):
        return _invalid(error).response()
    if isinstance(error, HTTPException):
        details = {
            404: "There is nothing at this address. See docs in /api/v1/docs.",
            405: "This address does not take this method. The header Allow names those that it takes.",
            413: f"The request's body has more than {MAX_BODY:,} bytes.",
        }
        headers = {"Allow": _methods(request)} if error.status_code == 405 else error.headers or {}
        return Problem(error.status_code, details.get(error.status_code, str(error.detail)), headers=headers).response()
    return Problem(500, "Something went wrong. The terminal that runs the app shows the details.").response()


def _methods(request: Request) -> str:
    """The methods that a request's address takes, for the header Allow. An operation each has a route of its own."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    routes = [route for router in OPERATIONS for route in router.routes if isinstance(route, APIRoute)]
    found = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return ", ".join(sorted(found or {"GET"}))


def _invalid(error: RequestValidationError) -> Problem:
    """What is wrong with each part of a request: where, what was given, and what is allowed."""
    found = []
    for each in error.errors():
        if each["loc"] == ("body",) and isinstance(each.get("input"), bytes):
            found.append({"where": "body", "what": "it came without the header Content-Type: application/json."})
            continue
        place = ".".join(str(part) for part in each["loc"])
        given = "" if each["type"] in ("missing", "json_invalid") else f"{parsing.quote(each.get('input'))}: "
        found.append({"where": place, "what": f"{given}{each['msg']}."})
    first = found[0] if found else {"where": "body", "what": "it cannot be read."}
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    return Problem(422, f"{first['where']}: {first['what']}{more}", errors=found)
