"""The API beside the app's other routes: it keeps nobody waiting, and its modules are loaded when they are needed."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from emotion_core.api import PREFIX
from emotion_core.library import Library
from tests.support import api, library_builder
from tests.support.app_server import free_port
from tests.support.repository import ROOT
from tests.support.waiting import until


def test_no_request_reads_a_disk_in_the_event_loop(tmp_path: Path) -> None:
    """Whatever is asked: the loop opens no file, and so answers pages meanwhile."""
    before, after = library_builder.recut(Library.open(tmp_path))
    api.configure(tmp_path)
    port = free_port()
    command = [sys.executable, "-m", "tests.support.requests_server", str(tmp_path), str(port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: status(port, "/standstill") == 200)
            film = f"films/{before.id}"
            for path in (
                "films", "folders", "projects", "openapi.json", "docs", "events?seconds=1",
                film, f"{film}/analysis", f"{film}/events", f"{film}/report.csv", f"{film}/export?to=html",
                f"{film}/screenings", f"compare?before={before.id}&after={after.id}",
            ):  # fmt: skip
                assert status(port, f"{PREFIX}/{path}") == 200, path
            assert status(port, f"{PREFIX}/{film}", method="DELETE") == 204
            assert status(port, f"{PREFIX}/uploads?name=a.mov", method="POST", body=b"no film") == 422
        finally:
            process.terminate()
        assert process.stderr is not None
        assert [line for line in process.stderr if "In the loop" in line] == []


def status(port: int, path: str, *, method: str = "GET", body: bytes | None = None) -> int:
    """The status of an answer; 0 before the server listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=body)
    request.add_header("Authorization", f"Bearer {api.WRITE}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_app_starts_without_fastapi() -> None:
    """It is imported by the first request that a token lets in."""
    program = (
        "import sys; import emotion_core.api.webhooks; from emotion_core.api import api_routes; "
        "from emotion_core.api.webhooks import send_webhooks; from pathlib import Path; "
        "api_routes(Path('.'), bool); send_webhooks(Path('.')); "
        "print([name for name in ('fastapi', 'pydantic', 'httpx2', 'standardwebhooks') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
