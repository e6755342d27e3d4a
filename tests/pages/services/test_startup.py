"""What Streamlit's start leaves out for this app."""

from __future__ import annotations

import subprocess
import sys

from streamlit.components.v2 import manifest_scanner

from tests.support.repository import ROOT


def test_streamlit_looks_through_no_installed_distributions() -> None:
    """Its own start calls what is replaced: a release that calls another function fails here."""
    program = (
        "import importlib.metadata\n"
        "from pages.services import startup\n"
        "from streamlit.components.v2.component_manager import BidiComponentManager\n"
        "startup.skip_component_search()\n"
        "def fail(*_, **__): raise SystemExit('searched')\n"
        "importlib.metadata.distributions = fail\n"
        "BidiComponentManager().discover_and_register_components(start_file_watching=False)\n"
        "print('started')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "started"
    assert "Failed" not in done.stderr


def test_what_is_replaced_is_there() -> None:
    """The name that the guard looks for is one of the installed release."""
    assert callable(manifest_scanner.scan_component_manifests)
