"""Own routes answer this app's pages only."""

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
from emotion_core.server import hosts
from emotion_core.web import tokens
from emotion_core.web.guard import Guard, told

NAMES = ("127.0.0.1", "localhost", "::1")


def client(home: Path, user: str | None = None, *, sign_in: bool = False) -> TestClient:
    """A server with one guarded route, asked as 127.0.0.1:8501; with `sign_in`, `user` is who the cookies name."""
    guard = Guard(home, lambda host: hosts.allowed(host, NAMES), lambda: sign_in, lambda _: user)

    @told
    async def own(request: Request) -> Response:
        return PlainTextResponse(guard.token(request, "media").subject)

    app = Starlette(routes=[Route("/api/{token}", own), Route("/api", own)])
    return TestClient(app, base_url="http://127.0.0.1:8501")


def test_a_page_with_its_token_is_answered(tmp_path: Path) -> None:
    """With a token in the path, or as bearer, the route does its work; the key's file is its owner's alone."""
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
    """A right token does not help a request under another host, or from another origin."""
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
    """Whichever names server.allowedHosts has, wildcards among them, own routes answer where the pages do."""
    before = get_option("server.allowedHosts")
    set_option("server.allowedHosts", names)
    try:
        expected = {host: is_host_allowed(host) for host in HOSTS}
    finally:
        set_option("server.allowedHosts", before)
    assert {host: hosts.allowed(host, names) for host in HOSTS} == expected


def test_a_wildcard_means_what_lies_below_it() -> None:
    """`*.films.example` stands for a.films.example, neither for films.example nor for another name's end; no names
    stand for none.
    """
    for host, right in (("a.films.example:8501", True), ("films.example", False), ("evilfilms.example", False)):
        assert hosts.allowed(host, ["*.films.example"]) is right
    assert not hosts.allowed("localhost", [])


def test_tokens_are_of_one_purpose_one_library_and_one_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token of another purpose, of another library, changed by a letter, expired or absent is refused."""
    one, other = tmp_path / "one", tmp_path / "other"
    token = tokens.sign(one, "media", "film")
    assert client(one).get("/api").status_code == 403
    for wrong in (tokens.sign(one, "upload", "film"), tokens.sign(other, "media", "film"), "x" + token, token[:-1]):
        assert client(one).get(f"/api/{wrong}").status_code == 403
    monkeypatch.setattr(tokens, "HOURS", -1)
    refused = client(one).get(f"/api/{token}")
    assert (refused.status_code, "expired" in refused.text) == (403, True)


def test_signed_in_means_whom_the_token_was_given_to(tmp_path: Path) -> None:
    """Where signing in is on, nobody, and another than the token's user, is refused."""
    token = tokens.sign(tmp_path, "media", "film", "ann")
    assert client(tmp_path, "ann", sign_in=True).get(f"/api/{token}").text == "film"
    for user in (None, "", "bob"):
        assert client(tmp_path, user, sign_in=True).get(f"/api/{token}").status_code == 403


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """A token signed by one process is read by another; a key cut short is made anew."""
    token = tokens.sign(tmp_path, "upload", "", "ann")
    assert tokens.read(tmp_path, "upload", token) == tokens.Token("", "ann")
    (tmp_path / "links.key").write_bytes(b"short")
    with pytest.raises(AccessError):
        tokens.read(tmp_path, "upload", token)
