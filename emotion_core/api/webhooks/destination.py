"""One message to one address: resolved once, checked, and connected to as checked.

A name may resolve to an address of this machine or its network. Unless config.toml says `private` of a webhook, such an
address is refused, and the connection goes to the very address that was checked. Redirects are not followed, no proxy
is used, and of the answer only the status is read.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from functools import partial

import anyio
import httpx2
from anyio import to_thread

from ...storage.configuration import Webhook

for _name in ("httpx2", "httpcore2"):  # they log addresses and headers
    logging.getLogger(_name).setLevel(logging.WARNING)

ATTEMPT = 10.0
"""Seconds for one attempt in all: name, connection, message and the answer's status. A receiver that takes or gives a
byte now and then gets no more.
"""
_BUSY = (408, 425, 429)
"""Statuses below 500 of a receiver that takes nothing at the moment."""
_EMBEDDING = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""IPv6 networks whose addresses stand for others."""
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
"""Private by RFC 3513; ipaddress takes it for global."""


class NotSent(Exception):
    """A message that did not arrive; the text has neither the address nor the secret."""

    def __init__(self, why: str, *, is_away: bool = True) -> None:
        """`is_away`: the receiver is not there, or in trouble. Else it may take another message."""
        super().__init__(why)
        self.is_away = is_away


def send(webhook: Webhook, body: bytes, headers: dict[str, str]) -> None:
    """Send a message. Raises NotSent unless it was answered with a status from 200 to 299 within ATTEMPT seconds."""
    try:
        status = anyio.run(_status, webhook, body, headers)
    except TimeoutError as error:
        raise NotSent(f"it was not answered within {ATTEMPT:g} s") from error
    except httpx2.InvalidURL as error:
        raise NotSent("its address cannot be read") from error
    except httpx2.HTTPError as error:
        raise NotSent(f"{type(error).__name__} while it was sent") from error
    if not 200 <= status < 300:
        raise NotSent(f"the answer was {status}", is_away=status in _BUSY or status >= 500)


async def _status(webhook: Webhook, body: bytes, headers: dict[str, str]) -> int:
    """Send a message; the answer's status."""
    with anyio.fail_after(ATTEMPT):
        url = httpx2.URL(webhook.url)
        address = await _checked_address(webhook, url.host, url.port or (443 if url.scheme == "https" else 80))
        async with (
            httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=ATTEMPT) as client,
            client.stream(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers={**headers, "Host": url.netloc.decode("ascii").rpartition("@")[2]},
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            return answer.status_code


async def _checked_address(webhook: Webhook, host: str, port: int) -> str:
    """The first address of a host. Raises NotSent where one of them is private and the webhook is not."""
    resolve = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await to_thread.run_sync(resolve, abandon_on_cancel=True)
    except (OSError, UnicodeError) as error:
        raise NotSent("the host's name cannot be resolved") from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses:
        raise NotSent("the host has no address")
    if not webhook.private and not all(is_public(address) for address in addresses):
        raise NotSent("the host has an address of this machine or its network, and private is not true in config.toml")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet."""
    try:
        own = ipaddress.ip_address(address)
    except ValueError:  # with a zone: link-local
        return False
    return own.is_global and not own.is_multicast and not any(own in each for each in (*_EMBEDDING, _SITE_LOCAL))
