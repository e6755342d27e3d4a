"""Signing in through an issuer on this machine: who may see pages and use the app's own routes, and who may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import issuer
from tests.browser.conftest import free_port, serving

ANN = {"sub": "1", "email": "ann@films.example", "email_verified": True, "name": "Ann"}
BOB = {"sub": "2", "email": "bob@films.example", "email_verified": True, "name": "Bob"}
UNVERIFIED = {"sub": "3", "email": "ann@films.example", "email_verified": False, "name": "Mallory"}


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, issuer.Issuer]]:
    """The app's address, and the issuer that signs people in to it; the library is for Ann only."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    (home / "config.toml").write_text('people = ["Ann@films.example"]\n')
    with issuer.running() as who:
        secrets = home / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            f'cookie_secret = "{"k" * 40}"\nclient_id = "{issuer.CLIENT}"\nclient_secret = "{issuer.SECRET}"\n'
            f'server_metadata_url = "{who.address}/.well-known/openid-configuration"\n'
        )
        with serving(home, f"--secrets.files={secrets}", port=port) as address:
            yield address, who


def test_nobody_sees_a_page_before_signing_in(page: Page, signing_in: tuple[str, issuer.Issuer]) -> None:
    """Every address shows a button to sign in and nothing else: no menu, no place to drop a film in."""
    for path in ("", "/film", "/compare", "/engines"):
        page.goto(signing_in[0] + path)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.get_by_test_id("stTopNav")).to_have_count(0)
        expect(page.locator("input[type=file]")).to_have_count(0)


def test_one_of_the_people_signs_in_and_out(page: Page, signing_in: tuple[str, issuer.Issuer]) -> None:
    """Ann signs in, sees the library, and after signing out sees nothing of it."""
    address, who = signing_in
    who.person = ANN
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    page.get_by_test_id("stTopNav").get_by_role("link", name="Sign out ann@films.example").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


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
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
