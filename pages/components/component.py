"""Web components of Streamlit (components v2), made of the files in a component's folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import streamlit as st

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_UNSUPPORTED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
"""Lines that are a comment: Streamlit sends a component's script with every run that mounts it."""
_DEFAULT = "export default "


def component(name: str, folder: Path, *, html: str, css: tuple[str, ...], js: str) -> Any:
    """Register a component with the text of its files; `js` is the ES module with its default export.

    The result mounts it, with `data` of JSON types, which the script receives as the one item of a list: of a dict
    Streamlit asks of each value whether it is a data frame, and loads pandas for that, before the first page is shown.
    """
    mount = st.components.v2.component(
        name,
        html=(folder / html).read_text(encoding="utf-8"),
        css="\n".join((folder / file).read_text(encoding="utf-8") for file in css),
        js=bundle(folder / js),
    )

    def mount_with(*, data: dict[str, Any], **settings: Any) -> Any:
        return mount(data=[data], **settings)

    return mount_with


def bundle(entry: Path) -> str:
    """Join an ES module and the modules that it imports into one.

    Streamlit imports a component's script from a blob, where relative imports do not resolve. Each imported module
    becomes a function that is called once, so that its own names stay its own. Lines of comments are left out.
    Supported are `import { a, b as c } from "./file.js";` and `export` before a function, class or const; the entry has
    one default export. Raises ValueError for any other import or export, and for modules that import each other in a
    circle.
    """
    parts: list[str] = []
    _add(entry.resolve(), parts, {}, ())
    return "\n".join(parts)


def _add(file: Path, parts: list[str], names: dict[Path, str], importers: tuple[Path, ...]) -> None:
    """Append the modules that `file` imports, then `file`; `names` holds the variable of each module added."""
    if file in importers:
        raise ValueError(f"{file.name} imports itself, by way of {importers[-1].name}.")
    code = _COMMENT.sub("", file.read_text(encoding="utf-8"))
    for _, path in _IMPORT.findall(code):
        imported = (file.parent / path).resolve()
        if imported not in names:
            _add(imported, parts, names, (*importers, file))
    code = _IMPORT.sub(
        lambda match: f"const {{{match[1].replace(' as ', ': ')}}} = {names[(file.parent / match[2]).resolve()]};", code
    )
    exports = _EXPORT.findall(code)
    code = _EXPORT.sub("", code)
    for statement in _UNSUPPORTED.findall(code):
        if importers or not statement.startswith(_DEFAULT):
            raise ValueError(f"{file.name} cannot be bundled: {statement}")
    names[file] = f"module{len(names)}"
    if importers:
        code = f"const {names[file]} = (() => {{\n{code}\nreturn {{ {', '.join(exports)} }};\n}})();"
    parts.append(code)
