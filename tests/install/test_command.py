"""`python3 -m emotion_core.install` says in one line why it cannot succeed, before anything is downloaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.install import command, environment, operating_system, packages, preflight
from tests.support.repository import ROOT

SOURCES = [ROOT / "emotion_core" / "__init__.py", *sorted((ROOT / "emotion_core" / "install").glob("*.py"))]


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout without `.venv`, in which any installation is an error."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "requirements.txt").write_text("numpy==1\n")
    (tmp_path / "tests" / "requirements.txt").write_text("pytest==1\n")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "install", lambda *_: pytest.fail("It began to install."))
    monkeypatch.setattr(operating_system, "install_programs", len)
    monkeypatch.setattr(operating_system, "missing_programs", list)
    return tmp_path


@pytest.mark.parametrize(
    "check",
    ["python_problem", "build_problem", "platform_problem", "venv_problem", "environment_problem", "disk_problem"],
)
def test_each_check_stops_it(
    check: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on standard error, exit status 1, and no `.venv`."""
    monkeypatch.setattr(preflight, check, lambda *_: "This cannot be.")
    assert command.main([]) == 1
    assert capsys.readouterr() == ("", "This cannot be.\n")
    assert not (checkout / ".venv").exists()


def test_missing_programs_stop_only_the_tests(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be installed is named with --tests; without, it is not looked for."""
    monkeypatch.setattr(operating_system, "missing_programs", lambda: ["strace"])
    monkeypatch.setattr(operating_system, "is_debian", lambda: False)
    assert command.main(["--tests"]) == 1
    assert capsys.readouterr().err == "The tests need strace, which this machine lacks: install them first.\n"
    monkeypatch.setattr(preflight, "disk_problem", lambda *_: "No space.")
    assert command.main([]) == 1
    assert capsys.readouterr().err == "No space.\n"


def test_it_installs_once(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new `.venv` is made and recorded; with the same requirements nothing is installed again."""
    installed: list[list[str]] = []

    def install(_: Path, files: list[Path]) -> int:
        installed.append([file.relative_to(checkout).as_posix() for file in files])
        return 0

    monkeypatch.setattr(command, "_VENV", (*command._VENV, "--without-pip"))
    monkeypatch.setattr(packages, "install", install)
    monkeypatch.setattr(preflight, "disk_problem", lambda *_: None)
    assert [command.main(["--tests"]), command.main(["--tests"]), command.main([])] == [0, 0, 0]
    assert installed == [["requirements.txt", "tests/requirements.txt"]]
    python = environment.python_of(checkout / ".venv")
    assert subprocess.run([str(python), "-c", ""], check=False).returncode == 0
    (checkout / "requirements.txt").write_text("numpy==2\n")
    assert command.main([]) == 0
    assert installed[1:] == [["requirements.txt"]]


def test_a_failed_installation_is_not_recorded(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer's exit status is the command's, and the next start installs."""
    monkeypatch.setattr(preflight, "disk_problem", lambda *_: None)
    monkeypatch.setattr(packages, "install", lambda *_: 2)
    python = environment.python_of(checkout / ".venv")
    python.parent.mkdir(parents=True)
    python.touch()
    (checkout / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    assert command.main([]) == 2
    assert not environment.is_complete(checkout / ".venv", [checkout / "requirements.txt"])


def test_an_old_python_is_refused_by_the_real_command(tmp_path: Path) -> None:
    """The module starts without third-party packages, and says so in one line."""
    (tmp_path / "requirements.txt").touch()
    program = (
        "import pathlib, sys\nfrom emotion_core.install import command\n"
        "command.ROOT = pathlib.Path(sys.argv[1])\n"  # the checkout's own .venv is complete where the tests run in it
        "sys.version_info = (3, 10, 4, 'final', 0)\nsys.exit(command.main([]))"
    )
    completed = subprocess.run(
        [sys.executable, "-S", "-c", program, str(tmp_path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert completed.returncode == 1
    assert completed.stderr.startswith("Python 3.10 cannot run this: it needs 3.11, 3.12 or 3.13. ")
    assert completed.stderr.count("\n") == 1


@pytest.mark.parametrize("path", SOURCES, ids=[path.name for path in SOURCES])
def test_python_3_8_reads_it(path: Path) -> None:
    """No newer syntax, and nothing imported when it is loaded but the standard library and its own modules."""
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    for node in tree.body:
        if isinstance(node, ast.Import):
            assert all(alias.name.split(".")[0] in sys.stdlib_module_names for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert str(node.module).split(".")[0] in sys.stdlib_module_names
