"""Pictures of a viewer's camera: a WebSocket at /api/live/TOKEN; the token's subject is the session's id.

The page sends binary messages, each a picture: the length of its stamp (4 bytes, big-endian), the stamp (JSON, as
live.Stamp), and a JPEG. Text messages are events: JSON with `event`, `clock` and `film`. The server answers with JSON:
`opening` (what the model's opening does, in words) until the model is open, then once `labels`, their `colours`, the
`engine`, and the `size` that it reads at, in words or empty; and what Session.read returns for each picture that was
read. A picture that comes while one is read replaces the one that waits: there is no queue. `problem` is one clear
message: after it the session is over and its readings stay.

A picture is only ever in memory: it goes on to the confined live reader, undecoded.
"""

from __future__ import annotations

import contextlib
import json
import logging
import struct
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.status import WS_1000_NORMAL_CLOSURE
from starlette.websockets import WebSocket, WebSocketDisconnect

from .. import labels
from ..errors import EmotionError, MediaError
from . import tokens
from .guard import Guard

if TYPE_CHECKING:  # imported with the first session: the first page of all is shown without NumPy
    from ..live import Session, Stamp

PATH = "/api/live"
GONE, REPLACED = 4404, 4409
"""Close codes, beside guard.REFUSED: the session was discarded, another window goes on with it."""
CONNECTION_SECONDS = 60.0
"""Seconds until a page has to connect again: access is checked at the start of a connection, and may be withdrawn."""
SWEEP_INTERVAL = 10.0
_LENGTH = struct.Struct(">I")
_MOST_AT_ONCE = 64
"""Threads of pictures: one a session at most; they take turns at the reader."""


def live_address(home: Path, session_id: str, user: str = "") -> str:
    """The path of a session's WebSocket; it expires. Raises LibraryError where the library's key cannot be stored."""
    return f"{PATH}/{tokens.sign(home, 'live', session_id, user)}"


def routes(guard: Guard) -> list[BaseRoute]:
    """The WebSocket's route, for the app's server."""
    threads = anyio.CapacityLimiter(_MOST_AT_ONCE)

    async def listen(socket: WebSocket) -> None:
        token = await guard.admitted(socket, "live")
        if token is None:
            return
        from ..live import sessions_of

        session = sessions_of(guard.home).find(token.subject, token.user)
        if session is None:
            await socket.close(GONE)
            return
        await _Connection(socket, session, threads).serve()

    return [WebSocketRoute(f"{PATH}/{{token}}", listen)]


def maintain_live(home: Path) -> Callable[[], Awaitable[None]]:
    """A task for the app's lifespan: it discards sessions that were left, and ends the reader with the app."""

    def act(name: str) -> None:
        if module := sys.modules.get("emotion_core.live.sessions"):  # else there was no session yet
            getattr(module.sessions_of(home), name)()

    async def maintain() -> None:
        try:
            while True:
                await anyio.sleep(SWEEP_INTERVAL)
                await anyio.to_thread.run_sync(act, "sweep")
        finally:
            act("close")

    return maintain


class _Connection:
    """One page's connection."""

    def __init__(self, socket: WebSocket, session: Session, threads: anyio.CapacityLimiter) -> None:
        self._socket, self._session, self._threads = socket, session, threads
        self._number = session.connect()
        self._newest: bytes | None = None
        """The picture that waits."""
        self._came = anyio.Event()

    async def serve(self) -> None:
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._receive, tasks.cancel_scope)
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the latter: closed while it was sent
                    await self._answer()
                tasks.cancel_scope.cancel()
        finally:
            self._session.disconnect(self._number)

    async def _receive(self, serving: anyio.CancelScope) -> None:
        """Keep the newest picture, and note events."""
        while (message := await self._socket.receive())["type"] != "websocket.disconnect":
            if message.get("bytes") is not None:
                self._newest = message["bytes"]
                self._came.set()
            else:
                self._note(message.get("text") or "")
        serving.cancel()

    def _note(self, text: str) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            event = json.loads(text)
            self._session.note(str(event["event"]), float(event["clock"]), float(event["film"]))

    async def _answer(self) -> None:
        try:
            await self._open()
            with anyio.move_on_after(CONNECTION_SECONDS):
                while self._session.connection == self._number:
                    await self._came.wait()
                    self._came = anyio.Event()
                    picture, self._newest = self._newest, None
                    if picture is not None:
                        with anyio.CancelScope(shield=True):  # a picture that was taken is answered
                            await self._read(picture)
        except EmotionError as error:
            self._session.trouble = str(error)
            await self._send({"problem": str(error)})
        except (WebSocketDisconnect, RuntimeError):
            raise
        except Exception:
            logging.getLogger(__name__).exception("A live session failed.")  # without the picture
            self._session.trouble = "Something went wrong while faces were read."
            await self._send({"problem": f"{self._session.trouble} The readings so far are kept."})
        is_replaced = self._session.connection != self._number
        await self._socket.close(REPLACED if is_replaced else WS_1000_NORMAL_CLOSURE)

    async def _open(self) -> None:
        """Open the model, and say meanwhile what that does."""
        done = anyio.Event()

        async def say() -> None:
            while not done.is_set():
                await self._send({"opening": self._session.reader.activity})
                with anyio.move_on_after(1):
                    await done.wait()

        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(say)
                try:
                    opened = await anyio.to_thread.run_sync(self._session.open, limiter=self._threads)
                finally:
                    done.set()
        except* (EmotionError, WebSocketDisconnect, RuntimeError) as group:
            raise _first(group) from None
        names = opened.checkpoint.labels
        colours = [labels.colour(name, names) for name in names]
        size = "" if opened.size is None else opened.size.in_words
        await self._send({"labels": names, "colours": colours, "engine": opened.engine.name, "size": size})

    async def _read(self, message: bytes) -> None:
        try:
            stamp, jpeg = _parts(message)
            answer = await anyio.to_thread.run_sync(self._session.read, stamp, jpeg, limiter=self._threads)
        except MediaError as error:  # this picture alone
            answer = {"number": -1, "left_out": str(error)}
        await self._send(answer)

    async def _send(self, words: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(words))


def _parts(message: bytes) -> tuple[Stamp, bytes]:
    """The stamp and the picture of a message. Raises MediaError or SettingsError."""
    from ..live import Stamp

    try:
        (length,) = _LENGTH.unpack_from(message)
        stamp = json.loads(message[_LENGTH.size : _LENGTH.size + length])
    except (struct.error, ValueError) as error:
        raise MediaError("A picture came without its stamp.", "It is left out.") from error
    if not isinstance(stamp, dict):
        raise MediaError("A picture came without its stamp.", "It is left out.")
    return Stamp.from_json(stamp), message[_LENGTH.size + length :]


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
