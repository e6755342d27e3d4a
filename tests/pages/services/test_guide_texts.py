"""Texts of docs/ as the Guide page shows them: links within the app, pictures by file."""

from __future__ import annotations

import re

from pages.services import guide_texts
from pages.services.guide_texts import Picture


def test_links_lead_within_the_app() -> None:
    """Links between pages keep their anchors, files elsewhere are named by path, and other addresses stay."""
    texts = {name: blocks_of(name) for name in guide_texts.titles()}
    targets = {target for text in texts.values() for target in re.findall(r"\]\(([^)]+)\)", text)}
    assert "?page=how-to-read-the-report#numbers" in targets
    pages = {target.split("#")[0].removeprefix("?page=") for target in targets if not target.startswith("https://")}
    assert pages <= set(texts)
    assert "(`emotion_core/expression/embedded/README.md`)" in texts["models"]


def test_pictures_are_files_of_the_docs() -> None:
    """Both screenshots stand in the guide, as files that exist."""
    pictures = [
        block for name in guide_texts.titles() for block in guide_texts.read(name).blocks if isinstance(block, Picture)
    ]
    assert {picture.path.name for picture in pictures} == {"film-page.png", "compare-page.png"}
    assert all(picture.path.is_file() and picture.caption for picture in pictures)


def blocks_of(name: str) -> str:
    """All Markdown of a page, without its pictures."""
    return "\n".join(block for block in guide_texts.read(name).blocks if isinstance(block, str))
