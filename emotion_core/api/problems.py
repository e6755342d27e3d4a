"""Errors as problem details (RFC 9457): what was given, what is allowed, what to try."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import Response

from .. import errors
from ..errors import EmotionError
from ..formatting import printable

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self, status: int, detail: str, *, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] = {}
    ) -> None:
        """`errors` are what is wrong with parts of a request, each with `where` and `what`."""
        self.status, self.detail = status, printable(detail)
        self.errors, self.headers = errors, headers
        super().__init__(self.detail)

    def response(self) -> Response:
        """The answer. Non-ASCII characters are escaped: JSON may hold what UTF-8 cannot encode."""
        content: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": [dict(each) for each in self.errors],
        }
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(json.dumps(content) + "\n", self.status, headers, MEDIA_TYPE)


STATUS: tuple[tuple[type[EmotionError], int], ...] = (
    (errors.DiskFull, 507),
    (errors.QuotaReached, 507),
    (errors.LibraryBusy, 503),
    (errors.OutOfDescriptors, 503),
    (errors.OutOfMemory, 503),
    (errors.AccessError, 403),
    (errors.NotPermitted, 403),
    (errors.UploadGone, 404),
    (errors.ScreeningGone, 404),
    (errors.UploadBusy, 409),
    (errors.UploadTooLong, 413),
    (errors.UploadError, 409),
    (errors.MediaError, 422),
    (errors.SettingsError, 422),
    (errors.CheckpointError, 422),
    (errors.EngineError, 422),
    (errors.EmotionError, 409),
)
"""The status of an error's answer, by the first class that it is of. 409: the library's state is in the way."""


def problem_of(error: EmotionError) -> Problem:
    """An error of the library as a problem."""
    return Problem(next(status for kind, status in STATUS if isinstance(error, kind)), str(error))
