"""What answers about uploads hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from .models import Answer, FilmId

UploadId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$"), Field(description="An upload's id.")]


class UploadFacts(Answer):
    """A film that is sent in parts, or was sent a short time ago."""

    id: UploadId
    name: str
    offset: int = Field(description="Bytes that have arrived: where the next part begins.", ge=0)
    length: int = Field(description="Bytes that were announced.", ge=0)
    sha256: str = Field(description="Of the film's bytes, as it was announced; empty where it was not.")
    expires_at: datetime = Field(description="When it is removed if no further byte comes.")
    film: FilmId | None = Field(description="The film that it became; null until all has arrived.")
    known: bool = Field(description="Whether the library had the same bytes before.")
    problem: str = Field(description="Why it was refused; else empty.")


class UploadList(Answer):
    uploads: list[UploadFacts] = Field(description="Those that have not arrived whole, the one changed last first.")
