"""Rules of the code that import-linter cannot state: what only one module may name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_core.package_root import PACKAGE, ROOT
from emotion_core.storage import Home, layout
from emotion_core.system import processes

HERE = Path("/library")


def modules() -> list[Path]:
    return [*sorted(PACKAGE.rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py")), ROOT / "app.py"]


def layout_names() -> set[str]:
    """Names of all files and folders directly below a library's folder."""
    home = Home(HERE)
    properties = [getattr(home, name) for name, member in vars(Home).items() if isinstance(member, property)]
    paths = [path for path in properties if isinstance(path, Path)]
    return {path.relative_to(HERE).parts[0] for path in (*paths, *home.own_folders, *home.own_files)}


def joined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each literal that is joined to a path with `/`, and of the first part of each f-string path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
            yield node.lineno, str(node.right.value)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            folder, slash, _ = str(node.values[0].value).partition("/")
            if slash:
                yield node.lineno, folder


@pytest.mark.parametrize(
    ("program", "name"),
    [('home / "films" / film_id', "films"), ('f"incoming/{name}"', "incoming"), ('home / "links.key"', "links.key")],
)
def test_a_literal_of_the_layout_is_found(program: str, name: str) -> None:
    """The rule below sees each way in which the code used to spell a place of the library."""
    assert name in layout_names()
    assert name in {text for _, text in joined(ast.parse(program))}


def test_only_the_layout_spells_places_of_the_library() -> None:
    """No module but storage.layout joins a file or folder name of the library to a path."""
    spelled = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in modules()
        if file != Path(layout.__file__)
        for line, text in joined(ast.parse(file.read_text()))
        if text in layout_names()
    ]
    assert spelled == []


STARTERS = ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "exec", "spawn", "startfile")
"""Functions of `os`, or how they begin, that start a process without `subprocess`, on which import-linter looks."""


def starters(tree: ast.AST) -> Iterator[str]:
    """Functions of a module that start a process by themselves."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = node.value.id, node.attr
            if (module == "os" and name.startswith(STARTERS)) or (
                module == "asyncio" and name.startswith("create_subprocess")
            ):
                yield f"{module}.{name}"


def test_no_module_starts_a_process_past_spawn() -> None:
    """Only system.processes starts processes; import-linter sees `subprocess`, and this what `os` and asyncio have."""
    assert [*starters(ast.parse("os.execv(a, b)"))] == ["os.execv"]
    found = {file: lines for file in modules() if (lines := [*starters(ast.parse(file.read_text()))])}
    assert found == {Path(processes.__file__): ["os.fork"]}
