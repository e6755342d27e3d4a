"""What a library's runner gets ready, and when it reads the library's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.jobs import runner, supervisor
from emotion_core.jobs.supervisor import CLUSTER_DATABASE
from emotion_core.storage import Configuration


def test_of_a_cluster_only_the_owner_is_got_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where config.toml or `serve --cluster` names one; where the file cannot be read, a worker is, which says so."""
    asked: list[str] = []
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: asked.append("worker"))
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: asked.append("owner"))
    runner.create(tmp_path).prepare()
    (tmp_path / "config.toml").write_text("[cluster")
    runner.create(tmp_path).prepare()
    (tmp_path / "config.toml").write_text('[cluster]\ndatabase = "postgresql://a@b/c"\nstore = "/mnt/exchange"\n')
    (tmp_path / "config.toml").chmod(0o600)
    runner.create(tmp_path).prepare()
    (tmp_path / "config.toml").unlink()
    monkeypatch.setenv(CLUSTER_DATABASE, "postgresql://a@b/c")
    runner.create(tmp_path).prepare()
    assert asked == ["worker", "worker", "owner", "owner"]


def test_events_are_read_without_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask for them every other second, of each job."""

    def refused(_: Path) -> Configuration:
        raise AssertionError("config.toml was read.")

    monkeypatch.setattr(Configuration, "load", refused)
    assert runner.create(tmp_path).events("job") == []
