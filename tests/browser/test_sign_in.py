"""Signing in through an issuer on this machine: who may see pages and use the app's own routes, and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, expect

from emotion_core.library import Library
from emotion_core.web import guard, media_routes, progress_socket, tokens
from tests.browser import issuer
from tests.support.app_server import free_port, serving
from tests.support.clips import CARPHONE, clip

ANN = {"sub": "1", "email": "ann*lee*@films.example", "email_verified": True, "name": "Ann"}
BOB = {"sub": "2", "email": "bob@films.example", "email_verified": True, "name": "Bob"}
UNVERIFIED = {"sub": "3", "email": "ann*lee*@films.example", "email_verified": False, "name": "Mallory"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The app's."""
    return Library.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def signing_in(library: Library) -> Iterator[tuple[str, issuer.Issuer]]:
    """The app's address, and the issuer that signs people in to it; the library is for Ann only."""
    home, port = library.home, free_port()
    (home / "config.toml").write_text('people = ["Ann*Lee*@films.example"]\n')
    with issuer.running() as who:
        secrets = home / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            f'cookie_secret = "{"k" * 40}"\nclient_id = "{issuer.CLIENT}"\nclient_secret = "{issuer.SECRET}"\n'
            f'server_metadata_url = "{who.address}/.well-known/openid-configuration"\n'
        )
        with serving(home, f"--secrets.files={secrets}", port=port) as address:
            yield address, who


def identity(who: issuer.Issuer, person: dict[str, object]) -> str:
    """Whom tokens for `person` name."""
    return f"{who.address} {person['sub']}"


def signed_in(page: Page, address: str, who: issuer.Issuer) -> None:
    """Ann is, in this window."""
    who.person = ANN
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def signed_out(page: Page) -> None:
    """Ann is, in this window."""
    page.get_by_test_id("stTopNav").get_by_role("link", name="Sign out ann*lee*@\u2060films.example").click()
    leaves(page)


def leaves(page: Page) -> None:
    """Press the button that signs out: the page says so at once, the cookie goes when the window was sent round once.

    A window that is closed on its way may hang.
    """
    with page.expect_event("load"):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def get(page: Page, link: str, headers: dict[str, str] | None = None) -> APIResponse:
    """The answer to a request with the window's cookies.

    The request is repeated if its connection is reset: the server closes a connection after a few idle seconds, and the
    client may send on it before it hears of that. Browsers repeat such requests too.
    """
    return page.request.get(link, headers=headers, max_retries=3)


def uploads(page: Page, address: str, library: Library, user: str) -> APIResponse:
    """The list of uploads, asked for with the window's cookies and a right token that names `user`."""
    token = tokens.sign(library.home, "upload", user=user)
    return get(page, f"{address}/api/uploads", headers={"Authorization": f"Bearer {token}"})


def hears(page: Page, library: Library, user: str) -> str:
    """What listening to how analyses go comes to, with the window's cookies and a right token that names `user`."""
    script = """(path) => new Promise((resolve) => {
        const socket = new WebSocket(location.origin.replace("http", "ws") + path);
        socket.onmessage = () => resolve("heard");
        socket.onclose = ({ code }) => resolve(`${code}`);
    })"""
    return str(page.evaluate(script, f"{progress_socket.PATH}/{tokens.sign(library.home, 'analyses', user=user)}"))


def film(page: Page, address: str, library: Library, user: str) -> APIResponse:
    """A film's first bytes, by a right link that names `user`."""
    link = media_routes.signed_link(library.home, library.refer_to(clip(CARPHONE)).id, "original", user)
    return get(page, address + link, headers={"Range": "bytes=0-99"})


def test_nobody_sees_a_page_before_signing_in(page: Page, signing_in: tuple[str, issuer.Issuer]) -> None:
    """Every address shows a button to sign in and nothing else: no menu, no place to drop a film in."""
    for path in ("", "/film", "/compare", "/live", "/engines", "/guide"):
        page.goto(signing_in[0] + path)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.get_by_test_id("stTopNav")).to_have_count(0)
        expect(page.locator("input[type=file]")).to_have_count(0)


def test_links_are_for_those_who_are_signed_in(
    page: Page, signing_in: tuple[str, issuer.Issuer], library: Library, tmp_path: Path
) -> None:
    """Without signing in, valid tokens that name Ann, or no person, open neither the uploads nor a film. Signed in, Ann
    sees the library, the page sends files and is answered; links that name her open, ones that name others do not.
    After signing out she sees nothing of the library, and what opened does not any more.
    """
    address, who = signing_in
    ann = identity(who, ANN)
    page.goto(address)
    for user in (ann, ""):
        assert hears(page, library, user) == str(guard.REFUSED)
        for ask in (uploads, film):
            answer = ask(page, address, library, user)
            assert (answer.status, answer.text()) == (403, "You are not signed in. Sign in on the app's page.")
    signed_in(page, address, who)
    wrong = tmp_path / "shopping.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.locator(".uploads .row")).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    answer = uploads(page, address, library, ann)
    assert (answer.status, answer.json()) == (200, [])
    answer = film(page, address, library, ann)
    assert (answer.status, answer.body()) == (206, clip(CARPHONE).read_bytes()[:100])
    link = address + media_routes.signed_link(library.home, library.refer_to(clip(CARPHONE)).id, "original", ann)
    assert get(page, link).status == 200
    assert hears(page, library, ann) == "heard"
    for other in (identity(who, BOB), ""):
        assert uploads(page, address, library, other).status == 403
        assert film(page, address, library, other).status == 403
    signed_out(page)
    assert get(page, link).status == 403
    assert uploads(page, address, library, ann).status == 403
    assert hears(page, library, ann) == str(guard.REFUSED)


@pytest.mark.parametrize("person", [BOB, UNVERIFIED], ids=["another", "an address nobody verified"])
def test_others_are_told_that_it_is_not_for_them(
    page: Page, signing_in: tuple[str, issuer.Issuer], person: dict[str, object]
) -> None:
    """Whom the issuer knows but config.toml does not name, and who only claims Ann's address, stays outside."""
    address, who = signing_in
    who.person = person
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("not among the people this library is for")).to_be_visible()
    expect(page.get_by_test_id("stTopNav")).to_have_count(0)
    leaves(page)
