"""What a test's own process must not do: reach for the network."""

from __future__ import annotations

FORBIDDEN = """
import socket, sys
called = []
def forbidden(*args, **kwargs):
    called.append(args)
    raise OSError("no network here")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = forbidden
"""
"""Run first in a process: every try to connect fails and stands in `called`."""
