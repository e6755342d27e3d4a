"""Each package's public names stand in its `__init__.pyi`, and cost nothing until one is used."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repository import ROOT

PACKAGES = sorted(path.parent for path in (ROOT / "emotion_core").rglob("__init__.py"))
DOORS = [package for package in PACKAGES if (package / "__init__.pyi").exists()]
HEAVY = (
    "numpy",
    "cv2",
    "torch",
    "transformers",
    "openvino",
    "av",
    "pandas",
    "plotly",
    "huggingface_hub",
    "scenedetect",
)
"""Packages that start threads or take long to load: a process is confined before it loads one of them."""


def _dotted(package: Path) -> str:
    return ".".join(package.relative_to(ROOT).parts)


@pytest.mark.parametrize("package", DOORS, ids=map(_dotted, DOORS))
def test_every_public_name_is_there(package: Path) -> None:
    """What a package lists is what it has, and no name hides one of its modules."""
    listed = [
        (alias.name, alias.asname)
        for node in ast.parse((package / "__init__.pyi").read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert listed
    assert all(name == alias for name, alias in listed), "mypy re-exports `name as name` only"
    names = [name for name, _ in listed]
    assert len(names) == len(set(names))
    assert not {name for name in names if (package / f"{name}.py").exists() or (package / name).is_dir()}
    module = importlib.import_module(_dotted(package))
    assert all(getattr(module, name) is not None for name in names)
    assert sorted(module.__all__) == sorted(names)


def test_packages_load_nothing_heavy() -> None:
    """All packages together load none of HEAVY, nor a module of theirs."""
    program = f"import importlib, sys\nfor name in {[_dotted(package) for package in PACKAGES]}:\n" \
        "    importlib.import_module(name)\n" \
        f"print([name for name in {HEAVY} if name in sys.modules])"  # fmt: skip
    completed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert completed.stdout.strip() == "[]"
