"""Tests lie as the packages do, so that a module's tests are found by its name."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.support.repository import ROOT

TESTS = ROOT / "tests"
APART = {"end_to_end", "browser", "faults", "golden", "benchmarks"}
"""Folders of tests that cross packages, or that compare what leaves the app."""
MOST_MODULES = 12
"""Modules that a package may have, besides `__init__` and `__main__`."""
MOST_LINES = 250
"""Lines that a module of JavaScript may have."""
TEST_FILES = sorted(TESTS.rglob("test_*.py"))


def _names(folder: Path) -> set[str]:
    """Names that a test in the mirror of `folder` may bear: its modules, its packages and its own."""
    return {path.stem for path in folder.iterdir() if path.suffix in (".py", ".js") or path.is_dir()} | {folder.name}


def _mirrored(relative: Path) -> Path:
    """The folder that a test's folder mirrors: in `pages` or in `emotion_core`."""
    return (ROOT if relative.parts[:1] == ("pages",) else ROOT / "emotion_core") / relative


@pytest.mark.parametrize("file", TEST_FILES, ids=[str(file.relative_to(TESTS)) for file in TEST_FILES])
def test_a_test_file_bears_the_name_of_what_it_tests(file: Path) -> None:
    """`tests/P/test_M.py` or `tests/P/test_M_more.py` tests the module or package M of P."""
    relative = file.relative_to(TESTS).parent
    if relative.parts and relative.parts[0] in APART:
        return
    subject = file.stem.removeprefix("test_")
    mirrored = _mirrored(relative)
    assert mirrored.is_dir(), f"no package {mirrored.relative_to(ROOT)}"
    names = _names(mirrored) | (
        _names(ROOT) | {"architecture", "doors", "layout", "readme"} if not relative.parts else set()
    )
    assert any(subject == name or subject.startswith(f"{name}_") for name in names), f"no module {subject} there"


def test_no_module_imports_a_test() -> None:
    """What tests share is in `tests/support`."""
    imports = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in _imported(node)
        if module.startswith("tests.") and any(part.startswith("test_") for part in module.split("."))
    ]
    assert imports == []


def _imported(node: ast.AST) -> list[str]:
    """Modules that an import statement may load: with `from a import b` both a and a.b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _modules() -> list[Path]:
    """Every module of the product but `__init__` and `__main__`."""
    files = [*(ROOT / "emotion_core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return sorted(file for file in files if not file.stem.startswith("__"))


def _has_namesake(module: Path) -> bool:
    """Whether a test file bears the module's name."""
    relative = module.parent.relative_to(ROOT)
    folder = TESTS.joinpath(*relative.parts[relative.parts[0] == "emotion_core" :])
    return any(
        file.stem == f"test_{module.stem}" or file.stem.startswith(f"test_{module.stem}_")
        for file in folder.glob("test_*.py")
    )


def test_every_module_leads_to_a_test() -> None:
    """A module has a test file of its name, or `tests/covered_elsewhere.toml` names the file to look into."""
    table: dict[str, dict[str, str]] = tomllib.loads((TESTS / "covered_elsewhere.toml").read_text(encoding="utf-8"))
    elsewhere = {f"{package}.{name}": file for package, names in table.items() for name, file in names.items()}
    assert [file for file in elsewhere.values() if not (TESTS / file).is_file()] == []
    without = {
        ".".join(module.relative_to(ROOT).with_suffix("").parts) for module in _modules() if not _has_namesake(module)
    }
    assert sorted(without - elsewhere.keys()) == [], "add a test file, or an entry in covered_elsewhere.toml"
    assert sorted(elsewhere.keys() - without) == [], "has a test file of its name, or is gone"


def test_no_package_outgrows_a_glance() -> None:
    """A package has at most MOST_MODULES modules of its own; what belongs together goes into a package within it."""
    counts = Counter(str(module.parent.relative_to(ROOT)) for module in _modules())
    large = {package: count for package, count in counts.items() if count > MOST_MODULES}
    assert large == {}, f"more than {MOST_MODULES} modules: move some that belong together into a package within"


def test_no_script_outgrows_a_few_screens() -> None:
    """A module of JavaScript has at most MOST_LINES lines: one noun each, as in Python."""
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / "pages").rglob("*.js")}
    long = {str(file.relative_to(ROOT)): count for file, count in lines.items() if count > MOST_LINES}
    assert long == {}, f"more than {MOST_LINES} lines: move a noun of them into a module of its own"
