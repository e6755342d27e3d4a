"""The joining of a web component's modules into the one that Streamlit loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.components.component import bundle
from tests.support.node import node
from tests.support.repository import ROOT

COMPONENTS = ROOT / "pages" / "components"
ENTRIES = sorted(
    str(file.relative_to(COMPONENTS))
    for file in COMPONENTS.rglob("*.js")
    if "\nexport default mounted(" in file.read_text(encoding="utf-8")
)

MAIN = """
import { shout, greeting as word } from "./shout.js";
import { name } from "./deeper/name.js";
const greeting = "own";
export default function () {
  return [shout(word), name, greeting];
}
"""
SHOUT = """
// Loud words.
import {
  name,
} from "./deeper/name.js";
const mark = "!";
export const greeting = `hello ${name}`;
/**
 * In capitals.
 */
export function shout(text) {
  // The mark last.
  return text.toUpperCase() + mark;
}
"""
NAME = "export const name = `film ${(globalThis.loaded = (globalThis.loaded ?? 0) + 1)}`;\n"


def write(folder: Path, **files: str) -> Path:
    """Modules by their names; returns the one called main."""
    (folder / "deeper").mkdir()
    for name, text in files.items():
        (folder / f"{name.replace('__', '/')}.js").write_text(text)
    return folder / "main.js"


def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    """Imports of several lines, under another name and from another folder; a module used twice is evaluated once, and
    equal names of two modules stay apart. Comments are not sent.
    """
    text = bundle(write(tmp_path, main=MAIN, shout=SHOUT, deeper__name=NAME))
    (tmp_path / "bundle.mjs").write_text(text)
    assert not [comment for comment in ("Loud", "capitals", "mark last") if comment in text]
    script = f"import main from {(tmp_path / 'bundle.mjs').as_uri()!r}; console.log(main().join('|'));"
    assert node("--input-type=module", "--eval", script) == "HELLO FILM 1!|film 1|own\n"


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_component_becomes_one_module(entry: str, tmp_path: Path) -> None:
    """What Streamlit gets of each component parses, imports nothing and exports one function."""
    text = bundle(COMPONENTS / entry)
    (tmp_path / "bundle.mjs").write_text(text)
    node("--check", str(tmp_path / "bundle.mjs"))
    statements = [line for line in text.splitlines() if line.startswith(("import", "export"))]
    assert len(statements) == 1
    assert statements[0].startswith("export default mounted(")


REFUSED = {
    "a package": ('import { a } from "package";', "cannot be bundled: import"),
    "a default import": ('import a from "./shout.js";', "cannot be bundled: import"),
    "a variable that changes": ("export let a = 1;", "cannot be bundled: export let"),
    "a list of exports": ("const a = 1;\nexport { a };", "cannot be bundled: export {"),
    "a circle": ('import { a } from "./main.js";\nexport const b = a;', "imports itself"),
    "two default exports": ("export default function () {}", "cannot be bundled: export default"),
}


@pytest.mark.parametrize(("module", "message"), REFUSED.values(), ids=REFUSED)
def test_what_a_bundle_cannot_hold_is_refused(module: str, message: str, tmp_path: Path) -> None:
    """Other forms of import and export, and a circle, end with their statement's line instead of a broken script."""
    main = write(tmp_path, main='import { b } from "./other.js";\nexport default function () { b(); }', other=module)
    with pytest.raises(ValueError, match=message):
        bundle(main)
