"""The Library page's part about models from the hub, which the tests run themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from streamlit.testing.v1 import AppTest

from emotion_core.expression.checkpoints import download
from emotion_core.expression.checkpoints.location import EMBEDDED_FOLDER, locate
from emotion_core.expression.checkpoints.names import REFERENCE
from emotion_core.library.library import Library
from tests import checkpoints
from tests.hub import Hub, running
from tests.test_download import REPOSITORIES, until
from tests.test_pages import buttons, library, opened, said

__all__ = ["library"]

OTHER = "someone/eight-faces"


@pytest.fixture
def hub(library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub for the downloads that a page starts, into the cache that the page looks at."""
    folder = checkpoints.tiny(tmp_path / "eight", "vit", ("anger", "contempt", "happy", "sad"))
    eight = {file.name: file.read_bytes() for file in folder.iterdir()}
    with running(Hub({**REPOSITORIES, OTHER: eight})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        yield hub


def bar(app: AppTest) -> str:
    """What the progress bar says."""
    (found,) = app.get("progress")
    return str(found.proto.text).replace("\\", "")


def named(app: AppTest, name: str) -> AppTest:
    return app.text_input(key="checkpoint").input(name).run()


def test_the_reference_is_offered_with_its_size(hub: Hub) -> None:
    """With no model named the reference is offered, and the hub is asked for nothing until the button is pressed."""
    app = opened()
    assert f"The reference model {REFERENCE} is not on this disk." in said(app)
    assert "Download it (343 MB)" in buttons(app)
    assert not hub.asked


@pytest.mark.parametrize("name", ["embedded", "a folder", "no id", "a/b/c"])
def test_what_is_no_hub_id_is_not_offered(hub: Hub, name: str) -> None:
    """The built-in model, a folder and a name that no hub has bring no download button."""
    app = named(opened(), str(EMBEDDED_FOLDER) if name == "a folder" else name)
    assert not [label for label in buttons(app) if label.startswith(("Download", "Check"))]


def test_any_hub_id_is_fetched_and_used(hub: Hub, library: Library) -> None:
    """A model named by its hub id can be fetched beside its name; then the next film is read with it."""
    app = opened()
    assert not app.expander[0].proto.expanded
    named(app, OTHER)
    assert app.expander[0].proto.expanded
    assert f"The model {OTHER} is not on this disk." in said(app)
    app.button(key="download-model").click().run()
    assert until(library.home, lambda told: told.state != "running").state == "done"
    app = named(opened(), OTHER)
    assert not app.error
    assert f"The model {OTHER} is on this disk. When it was last fetched or checked, every file was as" in said(app)
    assert app.expander[0].label.replace("\\", "") == f"The next film is read with the model {OTHER}"
    assert locate(OTHER).labels() == ("anger", "contempt", "happy", "sad")


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(hub: Hub, library: Library) -> None:
    """While it runs there are bytes and a cancel button, whichever model is named; cancelled, it can begin anew."""
    hub.pause_after = 11_000_000
    opened().button(key="download-model").click().run()
    until(library.home, lambda told: told.bytes > 1_000_000)
    app = named(opened(), "embedded")
    assert bar(app).startswith(f"Fetching {REFERENCE} · ")
    assert bar(app).endswith(" of 12.6 MB")
    assert "Cancel" in buttons(app)
    app.button(key="cancel-download").click().run()
    until(library.home, lambda told: told.state != "running")
    app = opened()
    assert f"The download of {REFERENCE} was stopped." in said(app)
    assert "Download it (343 MB)" in buttons(app)


def test_a_damaged_model_is_mended_on_the_page(hub: Hub, library: Library) -> None:
    """A model whose file was damaged on the disk is not called verified now, and is put right by its check button."""
    download.start(library.home, OTHER)
    assert until(library.home, lambda told: told.state != "running").state == "done"
    whole = locate(OTHER).weights_hash()
    checkpoints.flipped((locate(OTHER).folder / "model.safetensors").resolve())
    app = named(opened(), OTHER)
    assert "verified" not in said(app)
    app.button(key="check-model").click().run()
    assert until(library.home, lambda told: told.state != "running").state == "done"
    assert locate(OTHER).weights_hash() == whole


def test_a_refused_model_says_why_beside_its_name(hub: Hub, library: Library) -> None:
    """A model of cats and dogs is refused by its labels, and the reason stands on the page."""
    app = named(opened(), "some/animals")
    app.button(key="download-model").click().run()
    until(library.home, lambda told: told.state != "running")
    assert "its labels are cat, dog" in said(named(opened(), "some/animals"))


def test_a_folder_of_no_faces_is_refused_beside_its_name(library: Library, tmp_path: Path) -> None:
    """A folder whose labels are no expressions is refused when it is named, before any film."""
    app = named(opened(), str(checkpoints.vit(tmp_path / "pets", ("cat", "dog"))))
    assert len(app.error) == 1
    assert "its labels are cat, dog" in app.error[0].value
    assert "Try the sample cut" not in buttons(app)
