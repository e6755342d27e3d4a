"""Who may use the API: tokens of config.toml, on an allowed host, never from another site's page.

The token comes in the header `Authorization: Bearer TOKEN` and nowhere else: addresses end up in logs.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope as AsgiScope

from .. import parsing
from ..errors import EmotionError
from ..storage import Configuration
from ..storage.configuration import ApiAccess, ApiToken
from .problems import Problem

MOST_FAILURES, WINDOW = 10, 60.0
"""Wrong tokens that one address may send within so many seconds; then they are no longer looked at."""
MOST_IN_ALL = 100
"""Wrong tokens of all addresses within WINDOW: whoever is on this machine may send as any address (X-Forwarded-For)."""
MOST_ADDRESSES = 1000
"""Addresses of which failures, and accepted tokens, are remembered."""
MAX_TOKEN = 512
"""Characters of a token that are looked at; those that the command makes have 51."""
STILL_ALLOWED = "emotion_core.api.still_allowed"
"""Key in a request's ASGI scope: an async function that raises Problem once the request's token holds no more."""
READING = frozenset({"GET", "HEAD"})
"""Methods for which a token that may only read suffices."""
PUBLIC = frozenset({"/openapi.json", "/docs", "/"})
"""Paths that need no token, and those below /docs/: the document, and the page of it, which a browser opens."""

_LOG = logging.getLogger(__name__)
_OFF = (
    "The HTTP API is off: config.toml names no token. The owner of this machine makes one with "
    "`python -m emotion_core token NAME --scope read` and adds the lines that it prints."
)


class Gate:
    """The checks that every request below the API passes before anything else. Threads may share it."""

    def __init__(self, home: Path, is_host_allowed: Callable[[str | None], bool]) -> None:
        self._home, self._is_host_allowed = home, is_host_allowed
        self._failures = _Failures()

    def check(self, scope: AsgiScope, path: str) -> ApiToken | None:
        """Check a request for `path`, which begins below the API's prefix; its token, None where it needs none.

        Reads config.toml. Raises Problem.
        """
        headers, address = Headers(scope=scope), _address(scope)
        access = self._access()
        try:
            self._check_origin(headers)
            if path in PUBLIC or path.startswith("/docs/"):
                return None
            return self._check_token(access, headers, address, str(scope["method"]))
        except Problem as problem:
            if problem.status != 429:
                _LOG.warning("Refused %s %s of %s: %s", scope["method"], parsing.quote(path), address, problem.detail)
            raise

    def check_again(self, token: ApiToken) -> None:
        """Check that config.toml still has a token as it had it when a request that goes on began. Raises Problem."""
        if token not in self._access().tokens:
            _LOG.warning("Ended a request of the token “%s”: config.toml has it no more, or otherwise.", token.name)
            raise Problem(
                401, "The owner of this library has changed or taken back the token meanwhile. Ask anew.",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip

    def _access(self) -> ApiAccess:
        try:
            access = Configuration.load(self._home).api
        except EmotionError as error:
            _LOG.error("The HTTP API refuses everything: %s", error)
            raise Problem(503, "config.toml of this library cannot be used; the app's log says why.") from error
        if not access.tokens:
            raise Problem(403, _OFF)
        return access

    def _check_origin(self, headers: Headers) -> None:
        host, origin = headers.get("host"), headers.get("origin")
        if not self._is_host_allowed(host):
            raise Problem(
                403,
                f"This server is not {parsing.quote(host or '')}. Its owner names its hosts in server.allowedHosts.",
            )
        site = headers.get("sec-fetch-site", "same-origin")
        if (origin is not None and _host_of(origin) != host) or site not in ("same-origin", "none"):
            raise Problem(403, "Another site's page asked for this. Only programs and this app's own pages may.")

    def _check_token(self, access: ApiAccess, headers: Headers, address: str, method: str) -> ApiToken:
        scheme, _, text = headers.get("authorization", "").partition(" ")
        digest = hashlib.sha256(text.strip()[:MAX_TOKEN].encode("latin-1", "replace")).hexdigest()
        if self._failures.is_over(address, digest):
            raise Problem(
                429, f"Too many wrong tokens came within a minute. Wait, and send the right one from {address}.",
                headers={"Retry-After": str(int(WINDOW))},
            )  # fmt: skip
        token = _matching(access, digest) if scheme.lower() == "bearer" and text else None
        if token is None:
            self._failures.add(address)
            given = "a token that this library does not know" if text else "no token"
            raise Problem(
                401, f"The request has {given}. Send one of config.toml as “Authorization: Bearer TOKEN”.",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        if token.hosts and not _is_within(token, address):
            raise Problem(403, f"The token “{token.name}” may not be used from {address}. config.toml names its hosts.")
        self._failures.accept(address, digest)
        if token.scope == "read" and method not in READING:
            raise Problem(403, f"The token “{token.name}” may only read. This needs one with the scope write.")
        return token


class _Failures:
    """Wrong tokens by the address that sent them. A token that was right from there is not held up by wrong ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: deque[float] = deque(maxlen=MOST_IN_ALL)
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._accepted: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_over(self, address: str, digest: str) -> bool:
        with self._lock:
            if (address, digest) in self._accepted:
                return False
            now = monotonic()
            for times in (self._all, self._times.get(address, deque())):
                while times and times[0] < now - WINDOW:
                    times.popleft()
            return len(self._all) >= MOST_IN_ALL or len(self._times.get(address, ())) >= MOST_FAILURES

    def add(self, address: str) -> None:
        with self._lock:
            times = self._times.setdefault(address, deque(maxlen=MOST_FAILURES))
            self._times.move_to_end(address)
            times.append(monotonic())
            self._all.append(times[-1])
            if len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)

    def accept(self, address: str, digest: str) -> None:
        with self._lock:
            self._accepted[address, digest] = None
            self._accepted.move_to_end((address, digest))
            if len(self._accepted) > MOST_ADDRESSES:
                self._accepted.popitem(last=False)


def _matching(access: ApiAccess, digest: str) -> ApiToken | None:
    """The token with this SHA-256. Every token is compared, in a time that does not tell how much was right."""
    found = None
    for token in access.tokens:
        if hmac.compare_digest(token.sha256, digest):
            found = token
    return found


def _is_within(token: ApiToken, address: str) -> bool:
    try:
        own = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = own.ipv4_mapped if isinstance(own, ipaddress.IPv6Address) else None
    return any((mapped or own) in network for network in token.hosts)


def _address(scope: AsgiScope) -> str:
    """The client's address as the server gives it; “an unknown address” where that is none."""
    client = scope.get("client")
    try:
        return str(ipaddress.ip_address(client[0])) if client else "an unknown address"
    except ValueError:
        return "an unknown address"


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
