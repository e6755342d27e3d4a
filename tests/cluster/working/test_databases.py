"""The connections of a worker: kept for the next thread, unless an error closed them."""

from __future__ import annotations

import contextlib

import pytest

from emotion_core.cluster.working.databases import Databases


def test_a_connection_is_kept() -> None:
    """For one thread at a time."""
    with contextlib.closing(Databases("postgresql://nowhere/films")) as databases:
        with databases.one() as first, databases.one() as second:
            assert first is not second
        with databases.one() as again:
            assert again in (first, second)
        with pytest.raises(ZeroDivisionError), databases.one() as broken:
            raise ZeroDivisionError
        with databases.one() as other:
            assert other is not broken
