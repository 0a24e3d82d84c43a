"""Addresses and networks of trusted proxies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

_MAPPED_BITS: Final = 96
"""Of an IPv4 address written as an IPv6 one (`::ffff:192.0.2.1`), what stands before it."""


class ProxyAddresses:
    """Addresses and networks (`172.30.0.0/24`, `2001:db8::/32`) that are believed.

    Raises ValueError for what is neither: a proxy that never matches would be found out by nobody.
    """

    def __init__(self, given: Iterable[str]) -> None:
        networks = [_network(one) for one in given]

        @lru_cache(maxsize=1_024)
        def trusted(address: str) -> bool:
            try:
                caller = ip_address(address.partition("%")[0])  # an IPv6 scope says nothing of who it is
            except ValueError:
                return False
            if isinstance(caller, IPv6Address) and caller.ipv4_mapped is not None:
                caller = caller.ipv4_mapped
            return any(caller in network for network in networks)

        self._trusted = trusted

    def __contains__(self, address: str) -> bool:
        return self._trusted(address)

    def caller(self, environ: Mapping[str, Any]) -> str:
        """Who asks: the connection's address, or the one that a trusted proxy has added."""
        address: str = environ.get("REMOTE_ADDR", "")
        forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
        return forwarded.rpartition(",")[2].strip() or address if address in self else address


def _network(given: str) -> IPv4Network | IPv6Network:
    found = ip_network(given.strip(), strict=False)
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped is not None:
        bits = max(0, found.prefixlen - _MAPPED_BITS)
        return IPv4Network((found.network_address.ipv4_mapped, bits), strict=False)
    return found
