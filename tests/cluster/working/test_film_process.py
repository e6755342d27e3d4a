"""The processes of a worker that read films, and what they leave behind. Films end to end: test_range_reader."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from emotion_core.cluster.leases import Lease
from emotion_core.cluster.working import film_process
from emotion_core.cluster.working.film_process import Machine, RangeProcess
from emotion_core.errors import DiskFull
from emotion_core.settings import ScanSettings, to_json
from tests.support.reader_identity import OWNER


def test_a_server_is_taken_back_where_no_process_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk at the begin of a film leaves the inference server to the next one."""
    server, taken_back = object(), list[object]()
    servers = SimpleNamespace(
        lend_for=lambda *_, **__: server, take_back=lambda given, *, ended_well: taken_back.append((given, ended_well))
    )
    machine = Machine(tmp_path, cast("Any", servers), cast("Any", None), cast("Any", None))
    fields = OWNER.to_json()
    reader = {"checkpoint": fields["checkpoint"], "engine": fields["engine"]}
    asked = {"plan": {}, "reader": reader, "settings": to_json(ScanSettings()), "content": "ab" * 32}

    def full(*_: object, **__: object) -> None:
        raise DiskFull("The disk is full.", "")

    monkeypatch.setattr(film_process, "_started", full)
    with pytest.raises(DiskFull):
        RangeProcess(Lease("scan", 0, UUID(int=1), (), asked, 1), tmp_path / "film", tmp_path / "work", machine)
    assert taken_back == [(server, True)]
