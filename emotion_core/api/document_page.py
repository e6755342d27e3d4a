"""The OpenAPI document as a page: Swagger UI, served by the app, so that nothing is loaded from another host.

The bundled Swagger UI 4.15.5 reads OpenAPI 3.0, and FastAPI writes 3.1: the page is given the document in the older
form. Programs get openapi.json.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from .problems import Problem

FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


def add_to(app: FastAPI) -> None:
    """Add the page, its files and the document for it. None of them is in the document."""

    async def page(request: Request) -> Response:
        below = f"{request.scope.get('root_path', '')}/docs"
        return get_swagger_ui_html(
            openapi_url=f"{below}/openapi-3.0.json",
            title=app.title,
            swagger_js_url=f"{below}/swagger-ui-bundle.js",
            swagger_css_url=f"{below}/swagger-ui.css",
            swagger_favicon_url=f"{below}/favicon-32x32.png",
            swagger_ui_parameters={"validatorUrl": None, "persistAuthorization": False},
        )

    async def document(request: Request) -> Response:
        older = in_openapi_3_0(app.openapi())
        return JSONResponse({**older, "servers": [{"url": request.scope.get("root_path") or "/"}]})

    async def file(request: Request) -> Response:
        from swagger_ui_bundle import swagger_ui_path

        name = request.path_params["name"]
        if name not in FILES:
            raise Problem(404, "The page has no such file.")
        return FileResponse(swagger_ui_path / name, media_type=FILES[name])

    async def root(request: Request) -> Response:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")

    app.add_route("/", root, include_in_schema=False)
    app.add_route("/docs", page, include_in_schema=False)
    app.add_route("/docs/openapi-3.0.json", document, include_in_schema=False)
    app.add_route("/docs/{name}", file, include_in_schema=False)


def in_openapi_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3.1 document in the words of 3.0: nullable, enum and example for null, const and examples."""
    return {**_older(document), "openapi": "3.0.3"}


def _older(value: Any) -> Any:
    if isinstance(value, list):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    old = {key: _older(item) for key, item in value.items() if key not in ("const", "contentMediaType")}
    if "const" in value:
        old["enum"] = [value["const"]]
    if isinstance(value.get("examples"), list):
        old["example"] = old.pop("examples")[0]
    choices = value.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [_older(choice) for choice in choices if choice != {"type": "null"}]
        del old["anyOf"]
        old |= {"nullable": True, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}
    return old
