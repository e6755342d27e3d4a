"""Access to the app's own routes: this app's pages only."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.config import get_option, set_option
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from emotion_core.errors import AccessError
from emotion_core.server import is_allowed_host
from emotion_core.web import tokens
from emotion_core.web.guard import Guard, with_error_responses

NAMES = ("127.0.0.1", "localhost", "::1")


def client(home: Path, user: str | None = None, *, sign_in: bool = False) -> TestClient:
    """A server with one guarded route, addressed as 127.0.0.1:8501; with `sign_in`, `user` is the cookies' user."""
    guard = Guard(home, lambda host: is_allowed_host(host, NAMES), lambda: sign_in, lambda _: user)

    @with_error_responses
    async def own(request: Request) -> Response:
        return PlainTextResponse(guard.token(request, "media").subject)

    app = Starlette(routes=[Route("/api/{token}", own), Route("/api", own)])
    return TestClient(app, base_url="http://127.0.0.1:8501")


def test_a_page_with_its_token_is_answered(tmp_path: Path) -> None:
    """The route responds to a token in the path or as bearer; only its owner can read the key's file."""
    token = tokens.sign(tmp_path, "media", "film")
    asking = client(tmp_path)
    assert asking.get(f"/api/{token}").text == "film"
    assert asking.get("/api", headers={"authorization": f"Bearer {token}"}).text == "film"
    assert asking.get(f"/api/{token}", headers={"origin": "http://127.0.0.1:8501"}).status_code == 200
    assert (tmp_path / "links.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example:8501"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "user@127.0.0.1"},
        {"host": "127.0.0.1:port"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_other_sites_are_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    """A valid token does not help a request under another host, or from another origin."""
    token = tokens.sign(tmp_path, "media", "film")
    assert client(tmp_path).get(f"/api/{token}", headers=headers).status_code == 403


HOSTS = (
    "films.example", "FILMS.example.", "a.films.example", "a.b.films.example:8501", ".films.example", "xfilms.example",
    "films.example.evil", "[::1]:8501", "::1", "localhost", "localhost:no", "user@localhost", "localhost/path",
    "localhost?a", "localhost#a", "", None,
)  # fmt: skip


@pytest.mark.parametrize(
    "names", [["*.films.example"], ["*.Films.example.", " LOCALHOST "], ["films.example", "::1"], ["*"], ["*."]]
)
def test_hosts_are_read_as_streamlit_reads_them(names: list[str]) -> None:
    """For all names in server.allowedHosts, wildcards included, own routes respond where the pages do."""
    before = get_option("server.allowedHosts")
    set_option("server.allowedHosts", names)
    try:
        expected = {host: is_host_allowed(host) for host in HOSTS}
    finally:
        set_option("server.allowedHosts", before)
    assert {host: is_allowed_host(host, names) for host in HOSTS} == expected


def test_a_wildcard_means_what_lies_below_it() -> None:
    """`*.films.example` allows a.films.example, but neither films.example nor a name that ends alike; an empty list
    allows none.
    """
    for host, right in (("a.films.example:8501", True), ("films.example", False), ("evilfilms.example", False)):
        assert is_allowed_host(host, ["*.films.example"]) is right
    assert not is_allowed_host("localhost", [])


def test_tokens_are_of_one_purpose_one_library_and_one_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token of another purpose or library, a changed, expired or missing one is refused."""
    one, other = tmp_path / "one", tmp_path / "other"
    token = tokens.sign(one, "media", "film")
    assert client(one).get("/api").status_code == 403
    for wrong in (tokens.sign(one, "upload", "film"), tokens.sign(other, "media", "film"), "x" + token, token[:-1]):
        assert client(one).get(f"/api/{wrong}").status_code == 403
    monkeypatch.setattr(tokens, "HOURS", -1)
    refused = client(one).get(f"/api/{token}")
    assert (refused.status_code, "expired" in refused.text) == (403, True)


def test_signed_in_means_whom_the_token_was_given_to(tmp_path: Path) -> None:
    """Where people sign in, a request of no one or of another than the token's user is refused."""
    token = tokens.sign(tmp_path, "media", "film", "ann")
    assert client(tmp_path, "ann", sign_in=True).get(f"/api/{token}").text == "film"
    for user in (None, "", "bob"):
        assert client(tmp_path, user, sign_in=True).get(f"/api/{token}").status_code == 403


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """A token signed by one process is accepted by another; a truncated key is replaced."""
    token = tokens.sign(tmp_path, "upload", "", "ann")
    assert tokens.verify(tmp_path, "upload", token) == tokens.Token("", "ann")
    (tmp_path / "links.key").write_bytes(b"short")
    with pytest.raises(AccessError):
        tokens.verify(tmp_path, "upload", token)
