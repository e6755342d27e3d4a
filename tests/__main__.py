"""`python -m tests`: all tests, the browser's included, and beside them lint, types and imports.

`--all` adds the tests that tests/by_name.toml names, at most a twentieth of all: further forms of films, engines and
ways to a message, each with what can break it. Other arguments are for pytest.

Without arguments, the files of up to ALONE tests that fail run once more, alone: four workers on two cores stretch
every wait. Those that pass alone are named at the end and do not fail the run; each is a fault of a test, or of the
product, to be found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALONE = 3
"""As many failed tests are run once more; with more of them the cause is no busy machine."""
_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
"""Where pytest notes the tests that failed, as a JSON object by their names."""


def _checks() -> dict[str, list[str]]:
    """Commands that read the sources only, the longest first."""
    python = sys.executable
    return {
        "types": [python, "-m", "mypy"],
        "lint": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "imports": [str(Path(python).with_name("lint-imports"))],
        "scripts": [str(Path(python).with_name("oxlint")), "--deny-warnings", "pages", "tests"],
    }


def _failed_checks() -> Iterator[str]:
    """Run the checks one after the other, with each one's output in one piece; yield the names of those that fail."""
    for name, command in _checks().items():
        completed = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(f"\n== {name}\n{completed.stdout.decode(errors='replace')}", flush=True)
        if completed.returncode != 0:
            yield name


def _variables() -> dict[str, str]:
    """The environment of pytest."""
    # The tests start hundreds of processes: without bytecode on disk each compiles all modules that it imports. On two
    # cores threads that spin while they wait for each other take the processor from the other workers.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return variables | {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


def _pytest(*arguments: str) -> int:
    """Run pytest; return its exit status."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=_variables(), check=False).returncode


def _collected() -> bool:
    """Whether all tests can be collected; their bytecode is on disk then, which each worker would make for itself."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q"]
    completed = subprocess.run(command, cwd=ROOT, env=_variables(), check=False, capture_output=True)
    if completed.returncode != pytest.ExitCode.OK:
        print((completed.stdout + completed.stderr).decode(errors="replace"), flush=True)
    return completed.returncode == pytest.ExitCode.OK


def _tests(arguments: list[str]) -> int:
    """Run the tests; return pytest's exit status.

    Four workers, whatever the machine: the tests wait for child processes half of the time. A file's tests stay
    together, since they share films; conftest puts the files in order. A worker that crashes is replaced, so that its
    other tests run, too; the one that it ran has failed. After more than ALONE of them the run ends, and fails.
    """
    chosen = [] if "--all" in arguments else ["-m", "not by_name"]
    arguments = [argument for argument in arguments if argument != "--all"]
    if not arguments:
        _FAILED.unlink(missing_ok=True)
        if not _collected():
            return pytest.ExitCode.USAGE_ERROR
    workers = ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", str(ALONE)]
    status = _pytest(*workers, *chosen, *arguments)
    return status if arguments or status != pytest.ExitCode.TESTS_FAILED else _run_alone(chosen)


def _run_alone(chosen: list[str]) -> int:
    """Run the files of failed tests once more, alone, unless more than ALONE failed; return pytest's exit status.

    Whole files, since a test may need the films of those before it.
    """
    failed: list[str] = list(json.loads(_FAILED.read_text()))
    if len(failed) > ALONE:
        return pytest.ExitCode.TESTS_FAILED
    if not failed:
        print("crashed with its worker, passed in the one that replaced it: see above", flush=True)
        return pytest.ExitCode.OK
    print("\n== once more, alone: " + ", ".join(failed), flush=True)
    status = _pytest(*chosen, *sorted({name.split("::")[0] for name in failed}))
    if status == pytest.ExitCode.OK:
        print("failed beside others, passed alone: " + ", ".join(failed), flush=True)
    return status


def main() -> int:
    """Run all even where one fails, and name at the end those that did."""
    failed: list[str] = []
    checks = threading.Thread(target=lambda: failed.extend(_failed_checks()))
    checks.start()
    status = _tests(sys.argv[1:])
    checks.join()
    if status != 0:
        failed.append("tests")
    print("failed: " + ", ".join(failed) if failed else "all passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
