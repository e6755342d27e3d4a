"""A complete `.venv` is known as such; anything else is completed."""

from __future__ import annotations

from pathlib import Path

from emotion_core.install import environment


def _environment(folder: Path, entry: str = "version = 3.12.1") -> Path:
    python = environment.python_of(folder)
    python.parent.mkdir(parents=True)
    python.touch()
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\n{entry}\n")
    return folder


def test_the_version_is_read(tmp_path: Path) -> None:
    """As venv and as uv write it; None without an environment, or where its Python was removed."""
    folder = _environment(tmp_path / "a")
    assert environment.version_of(folder) == (3, 12)
    assert environment.version_of(_environment(tmp_path / "b", "version_info = 3.13.0")) == (3, 13)
    assert environment.version_of(_environment(tmp_path / "c", "")) is None
    assert environment.version_of(tmp_path / "missing") is None
    environment.python_of(folder).unlink()
    assert environment.version_of(folder) is None


def test_an_environment_is_complete_for_the_same_requirements(tmp_path: Path) -> None:
    """The tests' environment is complete for the app, not the other way; a changed pin makes both incomplete."""
    folder = _environment(tmp_path / ".venv")
    (tmp_path / "tests").mkdir()
    app, tests = tmp_path / "requirements.txt", tmp_path / "tests" / "requirements.txt"
    app.write_text("numpy==1\n")
    tests.write_text("pytest==1\n")
    assert not environment.is_complete(folder, [app])
    environment.write_record(folder, [app])
    assert environment.is_complete(folder, [app])
    assert not environment.is_complete(folder, [app, tests])
    environment.write_record(folder, [app, tests])
    assert environment.is_complete(folder, [app])
    app.write_text("numpy==2\n")
    assert not environment.is_complete(folder, [app])


def test_an_interrupted_installation_is_incomplete(tmp_path: Path) -> None:
    """The record goes before anything is installed; a damaged record counts as none."""
    folder = _environment(tmp_path / ".venv")
    requirements = tmp_path / "requirements.txt"
    requirements.touch()
    environment.write_record(folder, [requirements])
    environment.remove_record(folder)
    assert not environment.is_complete(folder, [requirements])
    (folder / environment.RECORD).write_text("[")
    assert not environment.is_complete(folder, [requirements])
    (folder / environment.RECORD).write_text("[]")
    assert not environment.is_complete(folder, [requirements])


def test_the_size_counts_all_files(tmp_path: Path) -> None:
    """Bytes of files in all folders below; a folder that is not there has none."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"12345")
    (tmp_path / "a" / "b" / "two").write_bytes(b"123")
    assert environment.size_of(tmp_path / "a") == 8
    assert environment.size_of(tmp_path / "none") == 0
