"""The file of dlib's network in the package face_recognition_models, which the user may install.

The package is not imported: it imports pkg_resources, which new versions of setuptools lack, and only its file is
needed.
"""

from __future__ import annotations

import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

from ...errors import EngineError
from .network_file import NetworkWeights, read_network

PACKAGE = "face_recognition_models==0.3.0"
"""As pip installs it: 100 MB, in the public domain (CC0)."""
SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
"""Of the network's file: with other weights embeddings could not be compared."""
_MODULE, _FILE = "face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat"


def network_path() -> Path | None:
    """The file of the network in its package; None without the package."""
    spec = find_spec(_MODULE)  # does not import it
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], _FILE)


def is_installed() -> bool:
    """Whether the network lies on this machine."""
    file = network_path()
    return file is not None and file.is_file()


def not_installed() -> EngineError:
    """The error that says how to install the network."""
    return EngineError(
        "The network that tells people apart is not installed.",
        f"Run {Path(sys.executable).name} -m pip install {PACKAGE} (100 MB, public domain) in the app's environment.",
    )


def installed_weights() -> NetworkWeights:
    """The installed network. Raises EngineError where there is none, or its file is another one or damaged."""
    file = network_path()
    if file is None or not file.is_file():
        raise not_installed()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EngineError(f"{file} cannot be read ({error.strerror}).", _again()) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise EngineError(f"{file} is damaged, or of another version.", _again())
    return read_network(content)


def _again() -> str:
    return f"Install it again: {Path(sys.executable).name} -m pip install --force-reinstall {PACKAGE}."
