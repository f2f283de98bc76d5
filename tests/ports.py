"""Ports of this machine for servers under test."""

from __future__ import annotations

import socket


def bound(port: int = 0) -> socket.socket:
    """Holds a port of 127.0.0.1 until it is closed, so that no other test gets it; 0 takes any that is free."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held


def port_of(held: socket.socket) -> int:
    port: int = held.getsockname()[1]
    return port


def free_port() -> int:
    """For a program that has to be told its port. Another may take it first: only where it starts at once."""
    with bound() as held:
        return port_of(held)
