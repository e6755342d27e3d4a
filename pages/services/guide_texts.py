"""Texts of the Guide page: the Markdown files in docs/, in the order in which docs/README.md lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emotion_core.package_root import ROOT

FOLDER = ROOT / "docs"
INDEX = FOLDER / "README.md"

_ENTRY = re.compile(r"^- \[(?P<title>[^]]+)\]\((?P<name>[a-z-]+)\.md\)$", re.MULTILINE)
_PICTURE = re.compile(r"^!\[(?P<caption>[^]]*)\]\((?P<path>[^)]+)\)$", re.MULTILINE)
_LINK = re.compile(r"\[(?P<label>[^]]+)\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"\A# (?P<title>.+)\n+")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture between two passages of text."""

    path: Path
    caption: str


@dataclass(frozen=True, slots=True)
class Text:
    """One page of the guide: its heading, and its Markdown passages and pictures in their order."""

    title: str
    blocks: tuple[str | Picture, ...]


def titles() -> dict[str, str]:
    """Titles by page name, the file name without its suffix, in the guide's order."""
    return {entry["name"]: entry["title"] for entry in _ENTRY.finditer(INDEX.read_text(encoding="utf-8"))}


def read(name: str) -> Text:
    """Read the page called `name`, one of `titles()`; its links lead to pages of the guide."""
    source = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    heading = _HEADING.match(source)
    if heading is None:
        raise ValueError(f"docs/{name}.md begins with no heading.")
    return Text(heading["title"], tuple(_blocks(source[heading.end() :])))


def _blocks(source: str) -> Iterator[str | Picture]:
    start = 0
    for picture in _PICTURE.finditer(source):
        yield _LINK.sub(_in_app, source[start : picture.start()])
        yield Picture(FOLDER / picture["path"], picture["caption"])
        start = picture.end()
    yield _LINK.sub(_in_app, source[start:])


def _in_app(link: re.Match[str]) -> str:
    """Return the link as the app needs it: to a page of the guide by query parameter, to other files as their path."""
    target, _, anchor = link["target"].partition("#")
    if not target or "://" in target:
        return link[0]
    path = (FOLDER / target).resolve()
    if path.parent == FOLDER and path.suffix == ".md":
        return f"[{link['label']}](?page={path.stem}{'#' + anchor if anchor else ''})"
    return f"{link['label']} (`{path.relative_to(ROOT).as_posix()}`)"
