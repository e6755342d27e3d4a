"""Which runner a library has."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.jobs import runner
from emotion_core.jobs.supervisor import CLUSTER_DATABASE


def test_a_library_of_a_cluster_has_its_runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster's where config.toml or `serve --cluster` names one, else that of this machine; also where the file
    cannot be read, which the work itself then says.
    """
    assert type(runner.create(tmp_path)) is runner.LocalRunner
    (tmp_path / "config.toml").write_text("[cluster")
    assert type(runner.create(tmp_path)) is runner.LocalRunner
    (tmp_path / "config.toml").write_text('[cluster]\ndatabase = "postgresql://a@b/c"\nstore = "/mnt/exchange"\n')
    (tmp_path / "config.toml").chmod(0o600)
    assert type(runner.create(tmp_path)) is runner.ClusterRunner
    (tmp_path / "config.toml").unlink()
    monkeypatch.setenv(CLUSTER_DATABASE, "postgresql://a@b/c")
    assert type(runner.create(tmp_path)) is runner.ClusterRunner
