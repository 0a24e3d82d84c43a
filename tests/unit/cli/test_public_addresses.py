"""Addresses that a stranger names: only machines of the internet are called."""

from __future__ import annotations

import pytest
import urllib3

from cli.client.public_addresses import public_pool
from trace.errors import SignedLinksMalformed

TIMEOUT = urllib3.Timeout(connect=1, read=1)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.1"),
        *("[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "2130706433", "100.64.0.1"),
    ],
)
def test_an_address_inside_is_not_asked(host: str) -> None:
    with pytest.raises(SignedLinksMalformed):
        public_pool(f"http://{host}/latest/meta-data", TIMEOUT)


def test_an_address_of_the_internet_is_called_by_its_number() -> None:
    pool, path = public_pool("https://93.184.216.34:8443/x?y=1", TIMEOUT)
    assert (pool.host, pool.port, path) == ("93.184.216.34", 8443, "/x?y=1")
    assert isinstance(pool, urllib3.HTTPSConnectionPool)
    plain, root = public_pool("http://93.184.216.34", TIMEOUT)
    assert (plain.port, root) == (80, "/")
