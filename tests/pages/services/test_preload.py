"""Loading of what pages need in the background."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.repository import ROOT

FIRST = "anyio.run(preload.load_for_first_page)"
FURTHER = "preload.load_for_further_pages(); preload.load_for_further_pages()"


@pytest.mark.parametrize(("load", "names"), [(FIRST, "_FIRST_PAGE"), (FURTHER, "_FURTHER_PAGES")])
def test_it_is_loaded_behind_the_page(load: str, names: str) -> None:
    """Nothing waits for it, and some time later all of it is there."""
    program = (
        "import anyio, sys, time\n"
        "from pages.services import preload\n"
        "assert 'pandas' not in sys.modules and 'numpy' not in sys.modules\n"
        f"{load}\n"
        "until = time.monotonic() + 60\n"
        f"while not all(name in sys.modules for name in preload.{names}) and time.monotonic() < until:\n"
        "    time.sleep(0.1)\n"
        f"print(sorted(set(preload.{names}) - set(sys.modules)))"
    )
    completed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert completed.stdout.strip() == "[]"
