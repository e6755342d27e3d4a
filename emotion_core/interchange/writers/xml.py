"""XML documents as editing tools expect them: with a document type, indented, in UTF-8."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring


def add_text(parent: Element, name: str, content: str) -> None:
    """Add an element with text to `parent`."""
    SubElement(parent, name).text = content


def encode_document(root: Element) -> bytes:
    """Encode the document with this root; the document type is the root's name."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root.tag}>\n{tostring(root, "unicode")}\n'.encode()
