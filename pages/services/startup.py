"""What Streamlit does at its start that this app has no use for.

It reads the metadata of every installed distribution, four times each, to find those that bring web components: with
two hundred of them that is a quarter of the processor time until the server answers. All components of this app are in
`pages/components`, made of their files when they are imported.
"""

from __future__ import annotations

import contextlib
from importlib import import_module


def skip_component_search() -> None:
    """Let Streamlit find no components in installed distributions.

    Its function for that is not public: where a release has none of this name, it searches as it did.
    """
    with contextlib.suppress(ImportError):
        scanner = import_module("streamlit.components.v2.manifest_scanner")
        if hasattr(scanner, "scan_component_manifests"):
            scanner.scan_component_manifests = _nothing  # type: ignore[attr-defined]


def _nothing(max_workers: int | None = None) -> list[object]:
    """No manifests, whatever the number of threads."""
    del max_workers
    return []
