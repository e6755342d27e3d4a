"""XML of editing tools, read so that a hostile file neither opens others nor grows: no entities, and bounds."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from ....errors import CutListError
from ..content import Content

MOST_ELEMENTS = 1_000_000
DEEPEST = 200
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)


def root_name(content: Content) -> str:
    """The name of a document's root element; empty where the text is no XML."""
    head = content.head.lstrip()
    if not head.startswith("<"):
        return ""
    match = _ROOT.search(_BEFORE_ROOT.sub("", head))
    return match[1] if match else ""


def parsed(content: Content, called: str) -> Element:
    """The root element of a document, for messages `called` so. Raises CutListError."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Bounded(), forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content.raw)
        root: Element = parser.close()
    except CutListError:
        raise
    except DefusedXmlException as error:
        raise CutListError(f"The {called} declares entities, which no list needs.", "Export it anew.") from error
    except (ParseError, LookupError, ValueError) as error:
        raise CutListError(f"The {called} is no whole XML: {error}.", "Export it anew.") from error
    return root


def text(element: Element | None, path: str) -> str:
    """The text of the element at `path` below another, on one line; empty where there is none."""
    found = None if element is None else element.find(path)
    return "" if found is None else " ".join((found.text or "").split())


class _Bounded(TreeBuilder):
    """A tree that does not grow beyond what a film's list has."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise CutListError("The list's XML is nested too deeply or too large to be read.", "Export less at once.")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)
