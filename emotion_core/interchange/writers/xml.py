"""XML documents as editing tools take them: named by a document type, indented, in UTF-8."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring


def text(parent: Element, name: str, content: str) -> None:
    """A new element with text in `parent`."""
    SubElement(parent, name).text = content


def document(root: Element) -> bytes:
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root.tag}>\n{tostring(root, "unicode")}\n'.encode()
