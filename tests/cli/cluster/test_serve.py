"""`serve` and `worker`: what they refuse before anything starts."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from emotion_core.cli.main import app
from emotion_core.errors import ClusterError
from emotion_core.jobs.supervisor import CLUSTER_DATABASE, CLUSTER_STORE
from tests.support.postgres import free_port


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name in (CLUSTER_DATABASE, CLUSTER_STORE):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))


def refusal(*words: str) -> str:
    """The message with which a command ends."""
    result = CliRunner().invoke(app, list(words))
    assert isinstance(result.exception, ClusterError)
    return str(result.exception)


def test_a_worker_needs_a_cluster() -> None:
    """Without a database the message says how to name one."""
    assert "--cluster postgresql://USER@HOST/NAME" in refusal("worker")


def test_a_database_that_is_not_there_is_told_at_the_start() -> None:
    """Neither the app nor a worker starts where nobody answers, and no message has the password."""
    url = f"postgresql://me:s3cret@127.0.0.1:{free_port()}/films"
    for words in (["serve", "--cluster", url, "--store", "/mnt/x"], ["worker", "--cluster", url]):
        message = refusal(*words)
        assert "cannot be reached" in message
        assert "s3cret" not in message


def test_a_cluster_needs_an_exchange() -> None:
    """A database alone is refused, and so is a relative folder."""
    assert "--store" in refusal("serve", "--cluster", "postgresql://me@localhost/films")
    assert "whole path" in refusal("serve", "--cluster", "postgresql://me@localhost/films", "--store", "here")
