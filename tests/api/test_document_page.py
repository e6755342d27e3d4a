"""The page of the document: served whole by the app, and in words that its Swagger UI reads."""

from __future__ import annotations

import re
from pathlib import Path

from emotion_core.api import PREFIX
from emotion_core.api.document_page import in_openapi_3_0
from tests.support import api


def test_the_page_loads_nothing_from_another_host(tmp_path: Path) -> None:
    """Each script, style and document that it names is below the API, there without a token, and of the right type."""
    api.configure(tmp_path)
    client = api.client(tmp_path, None)
    page = client.get("docs").text
    addresses = re.findall(r"""(?:href|src)="([^"]*)"|url: '([^']*)'""", page)
    found = [first or second for first, second in addresses]
    assert len(found) == 4
    for address in found:
        assert address.startswith(f"{PREFIX}/docs/")
        answer = client.get(address.removeprefix(f"{PREFIX}/"))
        assert answer.status_code == 200
        assert len(answer.content) > 100
    assert client.get("docs/swagger-ui.js").status_code == 404
    assert client.get("", follow_redirects=False).headers["location"] == f"{PREFIX}/docs"


def test_a_document_is_told_in_older_words() -> None:
    """Null, const and examples have other names in OpenAPI 3.0."""
    newer = {
        "openapi": "3.1.0",
        "a": [{"anyOf": [{"type": "string", "examples": ["x", "y"]}, {"type": "null"}], "title": "A"}],
        "b": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        "c": {"const": "about:blank"},
    }
    assert in_openapi_3_0(newer) == {
        "openapi": "3.0.3",
        "a": [{"type": "string", "example": "x", "nullable": True, "title": "A"}],
        "b": {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
        "c": {"enum": ["about:blank"]},
    }
