"""Versions compared by one server, and by the next one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from emotion_core.library import Library, editing
from tests.support import library_builder

COMPARING = """
import hashlib, json, sys
from pathlib import Path
from emotion_core import compare
from emotion_core.compare import change_list
from emotion_core.library import Library
from emotion_core.library.projects import compare_versions

computed = []

def counted(module, name):
    real = getattr(module, name)
    def counting(*given):
        computed.append(name)
        return real(*given)
    setattr(module, name, counting)

for module, name in ((compare, "shares_footage"), (compare, "align"), (compare, "pair"), (change_list, "list_changes")):
    counted(module, name)
told = compare_versions(Library.open(Path(sys.argv[1])), sys.argv[2:])
links = [
    (link.rate, link.source.tobytes(), link.changes, link.warnings,
     [(number, layouts.tobytes()) for some in (link.lost, link.come) for number, layouts in some.items()])
    for link in told.links
]
print(json.dumps([computed, hashlib.sha256(repr((told.histories, told.versions, links)).encode()).hexdigest()]))
"""


def test_a_server_that_starts_again_compares_nothing_anew(tmp_path: Path) -> None:
    """All steps come from disk, and say the same; after a correction the scenes are matched again, the footage not."""
    library = Library.open(tmp_path)
    before, after = library_builder.recut(library)

    def compared() -> Any:
        words = [sys.executable, "-c", COMPARING, str(tmp_path), before.id, after.id]
        done = subprocess.run(words, capture_output=True, check=True, text=True)
        return json.loads(done.stdout)

    computed, first = compared()
    assert computed == ["shares_footage", "align", "pair", "list_changes"]
    assert compared() == [[], first]
    scene = library.analysis(after.id).scenes[1].scene
    editing.correct(library, after.id, editing.rename(scene, "another name"), "a name")
    computed, renamed = compared()
    assert computed == ["pair", "list_changes"]
    assert renamed != first
    assert compared() == [[], renamed]
