"""Models from the hub on the Library page, with a hub that the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from streamlit.testing.v1 import AppTest

from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, REFERENCE, download, locate
from emotion_core.library import Library
from tests.support import checkpoints
from tests.support.downloads import wait_for_download
from tests.support.hub import CHECKPOINT, REPOSITORIES, Hub, running
from tests.support.pages import button_labels, library, open_page, page_text

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
    """The text of the progress bar."""
    (progress,) = app.get("progress")
    return str(progress.proto.text).replace("\\", "")


def named(app: AppTest, name: str) -> AppTest:
    return app.text_input(key="checkpoint").input(name).run()


def test_the_reference_is_offered_with_its_size(hub: Hub) -> None:
    """Without a model's name the reference is offered, and no request is made until the button is pressed."""
    app = open_page()
    assert f"The reference model {REFERENCE} is not on this disk." in page_text(app)
    assert "Download it (343 MB)" in button_labels(app)
    assert not hub.asked


@pytest.mark.parametrize("name", ["embedded", "a folder", "no id", "a/b/c"])
def test_what_is_no_hub_id_is_not_offered(hub: Hub, name: str) -> None:
    """The built-in model, a folder and a name that is no hub id show no download button."""
    app = named(open_page(), str(EMBEDDED_FOLDER) if name == "a folder" else name)
    assert not [label for label in button_labels(app) if label.startswith(("Download", "Check"))]


def test_any_hub_id_is_fetched_and_used(hub: Hub, library: Library) -> None:
    """A model named by its hub id can be downloaded, and then the next film is read with it."""
    app = open_page()
    assert not app.expander[0].proto.expanded
    named(app, OTHER)
    assert app.expander[0].proto.expanded
    assert f"The model {OTHER} is not on this disk." in page_text(app)
    app.button(key="download-model").click().run()
    assert wait_for_download(library.home, lambda state: state.state != "running").state == "done"
    app = named(open_page(), OTHER)
    assert not app.error
    assert f"The model {OTHER} is on this disk. When it was last fetched or checked, every file was as" in page_text(
        app
    )
    assert app.expander[0].label.replace("\\", "") == f"The next film is read with the model {OTHER}"
    assert locate(OTHER).labels() == ("anger", "contempt", "happy", "sad")


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(hub: Hub, library: Library) -> None:
    """A running download shows bytes and a cancel button for any model's name; after Cancel it can be started again."""
    hub.pause_after = 11_000_000
    open_page().button(key="download-model").click().run()
    wait_for_download(library.home, lambda state: state.progress.done > 1_000_000)
    app = named(open_page(), "embedded")
    assert bar(app).startswith(f"Fetching {REFERENCE} · ")
    assert bar(app).endswith(f" of {sum(map(len, CHECKPOINT.values())) / 1e6:.1f} MB")
    assert "Cancel" in button_labels(app)
    app.button(key="cancel-download").click().run()
    wait_for_download(library.home, lambda state: state.state != "running")
    app = open_page()
    assert f"The download of {REFERENCE} was stopped." in page_text(app)
    assert "Download it (343 MB)" in button_labels(app)


def test_a_damaged_model_is_mended_on_the_page(hub: Hub, library: Library) -> None:
    """A model damaged on the disk is not called verified, and its check button repairs it."""
    download.start(library.home, OTHER)
    assert wait_for_download(library.home, lambda state: state.state != "running").state == "done"
    whole = locate(OTHER).weights_hash()
    checkpoints.flipped((locate(OTHER).folder / "model.safetensors").resolve())
    app = named(open_page(), OTHER)
    assert "verified" not in page_text(app)
    app.button(key="check-model").click().run()
    assert wait_for_download(library.home, lambda state: state.state != "running").state == "done"
    assert locate(OTHER).weights_hash() == whole


def test_a_refused_model_says_why_beside_its_name(hub: Hub, library: Library) -> None:
    """A model of cats and dogs is refused by its labels, with the reason on the page."""
    app = named(open_page(), "some/animals")
    app.button(key="download-model").click().run()
    wait_for_download(library.home, lambda state: state.state != "running")
    assert "its labels are cat, dog" in page_text(named(open_page(), "some/animals"))


def test_a_folder_of_no_faces_is_refused_beside_its_name(library: Library, tmp_path: Path) -> None:
    """A folder whose labels are no expressions is refused as soon as it is named."""
    app = named(open_page(), str(checkpoints.vit(tmp_path / "pets", ("cat", "dog"))))
    assert len(app.error) == 1
    assert "its labels are cat, dog" in app.error[0].value
    assert "Try the sample cut" not in button_labels(app)
