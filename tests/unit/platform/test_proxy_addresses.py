"""Addresses and networks of trusted proxies."""

from __future__ import annotations

import pytest

from trace.platform.proxy_addresses import ProxyAddresses

GIVEN = ("172.30.0.2", "10.1.0.0/16", "10.200.3.4/16", "2001:db8::/32", "::ffff:192.0.2.0/120")


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("172.30.0.2", True),
        ("172.30.0.3", False),
        ("10.1.255.255", True),
        ("10.2.0.0", False),
        ("10.200.99.1", True),
        ("2001:db8:ffff::1", True),
        ("2001:db9::1", False),
        ("fe80::1%eth0", False),
        ("192.0.2.77", True),
        ("::ffff:192.0.2.77", True),
        ("::ffff:172.30.0.2", True),
        ("192.0.3.1", False),
        ("", False),
        ("unix:", False),
    ],
)
def test_an_address_is_trusted_by_its_network(address: str, trusted: bool) -> None:
    assert (address in ProxyAddresses(GIVEN)) is trusted


@pytest.mark.parametrize("given", ["proxy", "300.1.1.1", "10.0.0.0/33", "", "10.0.0.0-10.0.0.9"])
def test_what_could_never_match_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        ProxyAddresses([given])


def test_the_caller_is_whom_a_trusted_proxy_names() -> None:
    trusted = ProxyAddresses(GIVEN)
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}
    assert trusted.caller({"REMOTE_ADDR": "10.1.2.3", **forwarded}) == "198.51.100.7"
    assert trusted.caller({"REMOTE_ADDR": "10.1.2.3"}) == "10.1.2.3"
    assert trusted.caller({"REMOTE_ADDR": "203.0.113.1", **forwarded}) == "203.0.113.1"
