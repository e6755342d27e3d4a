"""The HTTP API of a library, with a token of each scope."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.api import PREFIX, api_routes

READ, WRITE = "emotion_reads", "emotion_writes"
HOST = "localhost"


def configure(home: Path, *lines: str) -> None:
    """Write config.toml: `lines`, and both tokens."""
    tables = (
        f'[[api.tokens]]\nname = "{scope}r"\nsha256 = "{hashlib.sha256(token.encode()).hexdigest()}"\n'
        f'scope = "{scope}"\n'
        for scope, token in (("read", READ), ("write", WRITE))
    )
    (home / "config.toml").write_text("\n".join((*lines, *tables)))


def app(home: Path) -> Starlette:
    """The API alone, as the app mounts it; it is addressed as localhost."""
    return Starlette(routes=api_routes(home, lambda host: (host or "").partition(":")[0] == HOST))


def client(home: Path, token: str | None = WRITE) -> TestClient:
    """A client in this process; addresses are below /api/v1."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return TestClient(app(home), base_url=f"http://{HOST}{PREFIX}", headers=headers)
