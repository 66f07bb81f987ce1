"""Under which names a server answers: a page elsewhere may make a name of its own point here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

_NAMED = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and a port."""


@dataclass(frozen=True)
class Hosts:
    """The names by which a server may be called.

    Attributes:
        listening: The address it listens at, as its user gave it.
        told: Names that its user allows besides.
    """

    listening: str
    told: Collection[str] = ()

    def allows(self, named: str, server: str) -> bool:
        """Whether a request may call the server so.

        Args:
            named: The request's Host header.
            server: The address of this machine at which the request came in.
        """
        name = name_in(named)
        known = {self.listening.lower(), *(told.lower() for told in self.told)}
        if not name or _is_any(name):
            return False
        if is_loopback(name):
            return is_loopback(server)
        return name in known or _address(name) == _address(server) is not None


def name_in(named: str) -> str:
    """The name in a Host header, without its port and in small letters; empty if there is none."""
    found = _NAMED.fullmatch(named)
    return found["name"].strip("[]").lower() if found else ""


def is_name(text: str) -> bool:
    """Whether it is a machine's name or address and nothing else."""
    return _address(text) is not None or name_in(text) == text.lower() != ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, out of reach for others."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def shown(host: str, told: Collection[str]) -> str:
    """The name for the address that is printed: one that opens the page.

    Args:
        host: The address that is listened at.
        told: Names that are allowed besides.
    """
    if not _is_any(host):
        return host
    return next(iter(told), "") or _outward(host)


def _outward(host: str) -> str:
    """The address of this machine under which others reach it; nothing is sent to find it."""
    import socket

    six = ":" in host
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if six else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((elsewhere, 9))
        except OSError:  # no network: nobody else is there to open it
            return "::1" if six else "127.0.0.1"
        return str(probe.getsockname()[0])


def _is_any(host: str) -> bool:
    """Whether it stands for all addresses of this machine."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, as IPv4 where it is one written as IPv6; None for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
