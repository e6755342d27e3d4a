"""`[[api.tokens]]` of config.toml: who may use the HTTP API, and for what. Without a token the API is off.

[[api.tokens]]
name = "ingest"                       # shown in the log; another one each
sha256 = "9f86d081884c7d65…"          # of the token; `python -m emotion_core token NAME` makes both
scope = "write"                       # or "read"
hosts = ["10.0.0.0/24", "192.0.2.7"]  # addresses of the machines that may use it; absent: all
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from .table import Table

if TYPE_CHECKING:  # most libraries name no network
    import ipaddress

    Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

Scope = Literal["read", "write"]
"""What a token allows: to ask, or to change too."""
SCOPES: tuple[Scope, ...] = get_args(Scope)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One who may use the API. The token itself is stored nowhere."""

    name: str
    """1 to 64 letters, digits, “.”, “_” and “-”."""
    sha256: str = field(repr=False)
    """SHA-256 of the token's UTF-8 bytes, 64 hexadecimal digits in lower case."""
    scope: Scope
    hosts: tuple[Network, ...] = ()
    """Addresses of clients that may use it; empty: all."""

    @classmethod
    def from_table(cls, table: Table) -> ApiToken:
        """The token of a table. Raises SettingsError."""
        name, sha256 = table.required_text("name"), table.required_text("sha256").lower()
        scope = table.required_text("scope")
        hosts = table.texts("hosts")
        table.raise_if_unknown()
        if not _NAME.fullmatch(name):
            raise table.error(f"the name “{name}” is none.", "Take 1 to 64 letters, digits, “.”, “_” and “-”.")
        if not _SHA256.fullmatch(sha256):
            raise table.error(
                f"sha256 of “{name}” has {len(sha256)} characters, or others than hexadecimal digits.",
                f"It has 64 of them: `python -m emotion_core token {name}` prints the line.",
            )
        if scope not in SCOPES:
            raise table.error(f"the scope of “{name}” was “{scope}”.", f"There are {' and '.join(SCOPES)}.")
        return cls(name, sha256, scope, tuple(_network(table, text) for text in hosts))


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """The table `[api]`."""

    tokens: tuple[ApiToken, ...] = ()
    """Names differ. Empty: the API is off."""

    @classmethod
    def from_table(cls, table: Table) -> ApiAccess:
        """The tokens of a table. Raises SettingsError."""
        tokens = tuple(map(ApiToken.from_table, table.tables("tokens", "api.tokens", has_secrets=True)))
        table.raise_if_unknown()
        names = [token.name for token in tokens]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise table.error(f"two tokens have the name “{doubled[0]}”.", "Name each one differently.")
        return cls(tokens)


def _network(table: Table, text: str) -> Network:
    import ipaddress

    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise table.error(
            f"hosts names “{text}”.", "Write addresses such as 192.0.2.7, or networks such as 10.0.0.0/24."
        ) from error
