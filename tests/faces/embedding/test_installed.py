"""The network's package is optional: without it, or with another file, one sentence says what to do."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from emotion_core.errors import EngineError
from emotion_core.faces.embedding import PACKAGE, installed, is_installed, not_installed
from tests.support.dlib_file import random_network
from tests.support.repository import ROOT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models of an installed package that fails when it is imported."""
    models = tmp_path / "face_recognition_models" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    return models


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the package as requirements.txt does."""
    monkeypatch.setattr(installed, "_MODULE", "no_such_package")
    assert not is_installed()
    with pytest.raises(EngineError) as error:
        installed.installed_weights()
    assert str(error.value) == str(not_installed())
    assert PACKAGE in str(error.value)
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert any(line.startswith(f"{PACKAGE} ") and "extra ==" in line.split("#")[0] for line in lines)


def test_the_network_of_the_package_is_read_without_importing_it(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own code is never run."""
    assert not is_installed()
    truth = random_network()
    (package / "dlib_face_recognition_resnet_model_v1.dat").write_bytes(truth.content)
    assert is_installed()
    monkeypatch.setattr(installed, "SHA256", hashlib.sha256(truth.content).hexdigest())
    assert (installed.installed_weights().projection == truth.projection).all()
    assert "face_recognition_models" not in sys.modules


def test_another_file_is_refused(package: Path) -> None:
    """A file whose bytes are not those of the named version is not used, even where it can be read."""
    (package / "dlib_face_recognition_resnet_model_v1.dat").write_bytes(random_network().content)
    with pytest.raises(EngineError, match=r"is damaged, or of another version\. Install it again"):
        installed.installed_weights()
