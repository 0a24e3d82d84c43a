"""What of an address counts against a limit: of IPv6 the network that one customer has, not its hosts."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_OF_ONE_CUSTOMER: Final = 64


def counted_address(address: str) -> str:
    """An IPv4 address, also where it came dressed as IPv6; of IPv6 the /64; other texts as they are."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _OF_ONE_CUSTOMER), strict=False).network_address) + f"/{_OF_ONE_CUSTOMER}"
