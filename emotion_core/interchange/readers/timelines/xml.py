"""XML of editing tools, parsed so that a hostile file can neither open other files nor grow: no entities, and
limits.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from ....errors import CutListError
from ..content import Content

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 200
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)


def root_name(content: Content) -> str:
    """Name of a document's root element; empty where the text is no XML."""
    head = content.head.lstrip()
    if not head.startswith("<"):
        return ""
    match = _ROOT.search(_BEFORE_ROOT.sub("", head))
    return match[1] if match else ""


def parse(content: Content, format_name: str) -> Element:
    """Root element of a document; `format_name` is for messages. Raises CutListError."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content.raw)
        root: Element = parser.close()
    except CutListError:
        raise
    except DefusedXmlException as error:
        raise CutListError(f"The {format_name} declares entities, which no list needs.", "Export it anew.") from error
    except (ParseError, LookupError, ValueError) as error:
        raise CutListError(f"The {format_name} is no whole XML: {error}.", "Export it anew.") from error
    return root


def text_at(element: Element | None, path: str) -> str:
    """Text of the element at `path` below `element`, on one line; empty where there is none."""
    child = None if element is None else element.find(path)
    return "" if child is None else " ".join((child.text or "").split())


class _BoundedBuilder(TreeBuilder):
    """Builds a tree up to a limit that no film's list reaches."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise CutListError("The list's XML is nested too deeply or too large to be read.", "Export less at once.")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)
