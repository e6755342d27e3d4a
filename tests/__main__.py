"""`python -m tests`: lint, types, imports, then all tests, the browser's included. What follows is for pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run all even where one fails, and say at the end which did."""
    here = Path(__file__).parent.parent
    python = sys.executable
    steps = {
        "lint": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy"],
        "imports": [str(Path(sys.executable).with_name("lint-imports"))],
        # Three at once, whatever the machine: they wait for processes of theirs half of the time. A file's tests stay
        # together, since they share films; the files' order is conftest's. A worker that crashes ends its share.
        "tests": [
            python, "-m", "pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder",
            "--max-worker-restart", "0", *sys.argv[1:],
        ],
    }  # fmt: skip
    failed = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=here, check=False).returncode != 0:
            failed.append(name)
    print("failed: " + ", ".join(failed) if failed else "all passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
