"""The command: check, then install."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from pathlib import Path

from . import environment, operating_system, packages, preflight

ROOT = Path(__file__).parent.parent.parent

_VENV = ("-m", "venv", "--clear")


def main(arguments: list[str]) -> int:
    """Make or complete `.venv`; return the exit status: 1 with one line on standard error where that is impossible."""
    parser = argparse.ArgumentParser(prog="python3 -m emotion_core.install", description="Install into .venv.")
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    tests = parser.parse_args(arguments).tests
    requirements = [ROOT / "requirements.txt"] + ([ROOT / "tests" / "requirements.txt"] if tests else [])
    folder = ROOT / ".venv"
    missing = operating_system.missing_programs() if tests else []
    complete = environment.is_complete(folder, requirements)
    problem = operating_system.programs_problem(missing)
    if not complete:
        problem = _problem(folder, tests=tests) or problem
    if problem is not None:
        print(problem, file=sys.stderr)
        return 1
    status = operating_system.install_programs(missing)
    if not complete:
        status = status or _install(folder, requirements)
    return status or operating_system.install_browser(environment.python_of(folder), missing)


def _problem(folder: Path, *, tests: bool) -> str | None:
    """The first reason why the packages cannot be installed here."""
    return (
        preflight.python_problem(sys.version_info[:2])
        or preflight.build_problem()
        or preflight.platform_problem(platform.system(), platform.machine(), *operating_system.version())
        or preflight.venv_problem()
        or preflight.environment_problem(environment.version_of(folder))
        or preflight.disk_problem(ROOT, preflight.required_bytes(tests=tests), environment.size_of(folder))
    )


def _install(folder: Path, requirements: list[Path]) -> int:
    if environment.version_of(folder) is None:
        status = subprocess.run([sys.executable, *_VENV, str(folder)], check=False).returncode
        if status != 0:
            return status
    environment.remove_record(folder)
    status = packages.install(environment.python_of(folder), requirements)
    if status == 0:
        environment.write_record(folder, requirements)
    return status
