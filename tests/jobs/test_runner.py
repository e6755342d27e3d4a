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


def test_the_configuration_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is changed: pages ask for a runner every other second, of each job."""
    read: list[Path] = []
    load = Configuration.load

    def counted(home: Path) -> Configuration:
        read.append(home)
        return load(home)

    monkeypatch.setattr(Configuration, "load", counted)
    file = tmp_path / "config.toml"
    for text in ("quota_gb = 1\n", '[cluster]\ndatabase = "postgresql://a@b/c"\nstore = "/mnt/exchange"\n'):
        file.write_text(text)
        file.chmod(0o600)
        made = {type(runner.create(tmp_path)) for _ in range(3)}
        assert made == {runner.ClusterRunner if "cluster" in text else runner.LocalRunner}
    assert len(read) == 2
