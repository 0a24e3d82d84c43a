"""Connections to addresses that a stranger has named: to the public internet alone."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

import urllib3

from trace.errors import SignedLinksMalformed


def public_pool(address: str, timeout: urllib3.Timeout) -> tuple[urllib3.HTTPConnectionPool, str]:
    """A pool to the machine behind `address`, and the path to ask it for.

    Every number of a name is looked at, and one of those is called: leading elsewhere later gains nothing.

    Raises `SignedLinksMalformed` for loopback, private, link-local and other addresses that are nobody's.
    """
    at = urlsplit(address)
    host, secure = at.hostname or "", at.scheme == "https"
    try:
        port = at.port or (443 if secure else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise SignedLinksMalformed(reason=f"{host}: no such host") from None
    numbers = [str(one[4][0]) for one in found]
    if not numbers or not all(ip_address(number.partition("%")[0]).is_global for number in numbers):
        raise SignedLinksMalformed(reason=f"{host}: not on the internet")
    path = urlunsplit(("", "", at.path or "/", at.query, ""))
    if not secure:
        return urllib3.HTTPConnectionPool(numbers[0], port, retries=False, timeout=timeout), path
    pool = urllib3.HTTPSConnectionPool(
        numbers[0], port, retries=False, timeout=timeout, server_hostname=host, assert_hostname=host
    )
    return pool, path
