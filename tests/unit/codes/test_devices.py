"""Names for devices: known again on one code, strangers on another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trace.codes.devices import DeviceNames

NAMES = DeviceNames(b"a secret of the platform, 32 by.")
OTHER = DeviceNames(b"another platform's secret, 32 by")


@given(st.binary(min_size=16, max_size=16))
def test_a_cookie_of_ours_is_read_back(device: bytes) -> None:
    assert NAMES.device_in(NAMES.cookie_of(device)) == device
    assert OTHER.device_in(NAMES.cookie_of(device)) is None


@given(st.text(max_size=80))
def test_any_other_text_is_no_device(text: str) -> None:
    assert NAMES.device_in(text) is None


@given(st.binary(min_size=16, max_size=16), st.integers(0, 37))
def test_a_changed_cookie_is_no_device(device: bytes, place: int) -> None:
    cookie = NAMES.cookie_of(device)
    changed = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
    found = NAMES.device_in(changed)
    assert found is None or found == device  # the last character may carry bits that base64 ignores


def test_a_device_has_another_name_on_every_code_and_platform() -> None:
    device = NAMES.new_device()
    one, other = "01/1/21/A", "01/1/21/B"
    names = {NAMES.name_on(one, device), NAMES.name_on(other, device), OTHER.name_on(one, device)}
    assert len(names) == 3
    assert NAMES.name_on("01/1/21/A", device) in names
    assert NAMES.new_device() != device


def test_the_secret_never_prints() -> None:
    assert "secret" not in repr(NAMES)
