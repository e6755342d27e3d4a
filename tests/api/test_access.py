"""Who may use the API: tokens, scopes, hosts and origins, and how often a wrong token is looked at."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from emotion_core.api import PREFIX, access
from tests.support import api

FILMS = "films"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    api.configure(tmp_path)
    return tmp_path


def detail(answer: httpx.Response) -> str:
    """The message of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return str(answer.json()["detail"])


def test_without_a_token_in_config_toml_the_api_is_off(tmp_path: Path) -> None:
    """Everything below /api/v1 is refused, the document too, and the message says what turns the API on."""
    client = api.client(tmp_path)
    for path in (FILMS, "openapi.json", "docs"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "python -m emotion_core token" in detail(answer)


def test_a_configuration_that_cannot_be_read_lets_nobody_in(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The answer says where to look, not what the file says; the log has the error."""
    (home / "config.toml").write_text('api = "secret"')
    answer = api.client(home).get(FILMS)
    assert answer.status_code == 503
    assert "secret" not in detail(answer)
    assert "[api] is no table" in caplog.text


def test_a_token_reads_or_writes(home: Path) -> None:
    """One that may only read is refused every method that changes something."""
    assert api.client(home, api.READ).get(FILMS).status_code == 200
    assert api.client(home, api.WRITE).get(FILMS).status_code == 200
    for method in ("POST", "DELETE", "PUT", "PATCH"):
        answer = api.client(home, api.READ).request(method, FILMS)
        assert answer.status_code == 403
        assert "may only read" in detail(answer)
    assert api.client(home, api.WRITE).put(FILMS).status_code == 405


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic emotion_writes", "Bearer emotion_write", "Bearer ä"]
)
def test_what_is_no_token_is_refused_and_logged_without_it(
    home: Path, header: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No token, half a token, another scheme: 401, which says how to send one; no log line has what was sent."""
    with caplog.at_level(logging.WARNING):
        answer = api.client(home, None).get(FILMS, headers={b"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer TOKEN" in detail(answer)
    assert "Refused GET" in caplog.text
    assert "emotion_write" not in caplog.text


def test_a_token_in_the_address_is_none(home: Path) -> None:
    """Addresses end up in logs and histories."""
    assert api.client(home, None).get(FILMS, params={"token": api.WRITE}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Host": "evil.example"}, "This server is not “evil.example”"),
        ({"Origin": "https://evil.example"}, "Another site's page"),
        ({"Origin": "null"}, "Another site's page"),
        ({"Origin": "http://["}, "Another site's page"),
        ({"Sec-Fetch-Site": "cross-site"}, "Another site's page"),
    ],
)
def test_other_hosts_and_other_sites_are_refused(home: Path, headers: dict[str, str], words: str) -> None:
    """With a right token, too; the document and its page are not served to them either."""
    for path in (FILMS, "openapi.json"):
        answer = api.client(home).get(path, headers=headers)
        assert answer.status_code == 403
        assert words in detail(answer)


def test_the_apps_own_page_may_ask(home: Path) -> None:
    """The page of the document is of the same origin."""
    headers = {"Origin": f"http://{api.HOST}", "Sec-Fetch-Site": "same-origin"}
    assert api.client(home).get(FILMS, headers=headers).status_code == 200


def test_a_token_of_other_machines_is_refused(tmp_path: Path) -> None:
    """A token whose hosts config.toml names works from those alone; a network holds its addresses."""
    api.configure(tmp_path)
    file = tmp_path / "config.toml"
    file.write_text(file.read_text().replace('scope = "write"', 'scope = "write"\nhosts = ["192.0.2.0/24", "::1"]'))
    app = api.app(tmp_path)
    for address, status in (
        ("192.0.2.7", 200),
        ("::ffff:192.0.2.7", 200),
        ("::1", 200),
        ("198.51.100.1", 403),
        ("x", 403),
    ):
        client = TestClient(app, base_url=f"http://{api.HOST}{PREFIX}", client=(address, 1))
        answer = client.get(FILMS, headers={"Authorization": f"Bearer {api.WRITE}"})
        assert answer.status_code == status, address


def test_many_wrong_tokens_are_not_looked_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten wrong ones within a minute an address gets 429, and so does a right one that was not used there before;
    one that was goes on, and so do other addresses until many do so. A minute later all is as before.
    """
    app, now = api.app(home), [0.0]
    monkeypatch.setattr("emotion_core.api.access.monotonic", lambda: now[0])

    def get(token: str, address: str = "192.0.2.7") -> int:
        client = TestClient(app, base_url=f"http://{api.HOST}{PREFIX}", client=(address, 1))
        return client.get(FILMS, headers={"Authorization": f"Bearer {token}"}).status_code

    assert get(api.READ) == 200
    assert [get("wrong") for _ in range(access.MOST_FAILURES)] == [401] * access.MOST_FAILURES
    assert get("wrong") == 429
    assert get(api.WRITE) == 429
    assert get(api.READ) == 200
    assert get(api.WRITE, "192.0.2.8") == 200
    now[0] += access.WINDOW + 1
    assert get(api.WRITE) == 200
    for number in range(access.MOST_IN_ALL):
        get("wrong", f"198.51.100.{number}")
    assert get("wrong", "192.0.2.9") == 429, "from many addresses, too"
    assert get(api.READ) == get(api.WRITE) == 200
