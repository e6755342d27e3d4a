"""Which tests only `python -m tests --all` runs, as tests/by_name.toml names them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NAMES = Path(__file__).parent.parent / "by_name.toml"
MOST = 0.05
"""Greatest share of all tests."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that only the same changes can break."""

    why: str
    tests: tuple[str, ...]
    """Files, tests with all their parameters, or single ones, below tests/."""
    kept: tuple[str, ...]
    """Those of `tests` that every run has."""

    def __contains__(self, name: object) -> bool:
        entries = _entries(str(name))
        return not entries.isdisjoint(self.tests) and entries.isdisjoint(self.kept)


def groups(path: Path = NAMES) -> list[Group]:
    """All groups of the file."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Group(g["why"], tuple(g["tests"]), tuple(g.get("except", ()))) for g in read.values()]


def by_name(names: Iterable[str], of: list[Group]) -> set[str]:
    """Those of `names`, the ids of tests below tests/, that a group has."""
    return {name for name in names if any(name in group for group in of)}


def unknown(names: Iterable[str], of: list[Group]) -> list[str]:
    """The entries of groups that stand for none of `names`."""
    known = {entry for name in names for entry in _entries(name)}
    return [entry for group in of for entry in (*group.tests, *group.kept) if entry not in known]


def _entries(name: str) -> set[str]:
    """What stands for the test: its file, it with all its parameters, and it alone."""
    return {name.split("::", maxsplit=1)[0], name.split("[", maxsplit=1)[0], name}
