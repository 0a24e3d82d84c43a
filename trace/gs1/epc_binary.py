"""EPC binary strings (Tag Data Standard 2.3) as a path segment: `/eh<hex>`, `/ex<base64url>`.

A reader of RFID tags sends what it read; a conformant resolver answers as for the Digital Link that the tag
stands for. Three families: partitioned (`…-96` and longer: company prefix and reference as integers), `+`
(digits as nibbles, the serial with its own encoding) and `++` (as `+`, then a host name, which is left out).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from trace.errors.gs1 import DigitalLinkMalformed
from trace.gs1.digital_link import DigitalLink, parse_uri
from trace.identity.check_digit import gs1_mod_10

_SEGMENT: Final = re.compile(r"eh(?P<hex>[0-9a-fA-F]{4,256})|ex(?P<base64>[A-Za-z0-9_-]{3,172})")
_STEM: Final = "https://id.gs1.org"
_PREFIX_BITS: Final = (40, 37, 34, 30, 27, 24, 20)
_WORD: Final = 16


class _Unreadable(Exception):
    pass


class _Bits:
    """The bits still to read, most significant first."""

    def __init__(self, value: int, size: int) -> None:
        self._value, self.left = value, size

    def take(self, count: int) -> int:
        if count > self.left:
            raise _Unreadable
        self.left -= count
        return self._value >> self.left & ((1 << count) - 1)

    def digits(self, count: int) -> str:
        """Nibbles, one a digit."""
        return "".join(self.digit() for _ in range(count))

    def digit(self) -> str:
        nibble = self.take(4)
        if nibble > 9:
            raise _Unreadable
        return str(nibble)

    def number(self, bits: int, digits: int) -> str:
        """An integer of `digits` digits, leading zeros and all."""
        value = self.take(bits)
        if value >= 10**digits:
            raise _Unreadable
        return str(value).zfill(digits) if digits else ""

    def ascii(self, characters: int) -> str:
        """Seven bits a character, ended by NULs that fill the field."""
        codes = [self.take(7) for _ in range(characters)]
        text = "".join(map(chr, codes)).rstrip("\0")
        if not text or "\0" in text:
            raise _Unreadable
        return text

    def end(self) -> None:
        """Less than a word of zeros may follow."""
        if self.left >= _WORD or self.take(self.left):
            raise _Unreadable


def is_epc_binary(segment: str) -> bool:
    """Whether a path segment claims to be one (so that a wrong one is refused rather than looked up)."""
    return segment[:2] in {"eh", "ex"}


def read_epc_binary(segment: str) -> DigitalLink:
    """The link that a segment stands for; raises `DigitalLinkMalformed` or what its elements raise."""
    try:
        path = _path(segment)
    except _Unreadable:
        raise DigitalLinkMalformed(uri=segment[:200], reason="epc-binary") from None
    return parse_uri(_STEM + path)


def _path(segment: str) -> str:
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        raise _Unreadable
    bits = _from_hex(match["hex"]) if match["hex"] is not None else _from_base64(match["base64"])
    read = _SCHEMES.get(bits.take(8))
    if read is None:
        raise _Unreadable
    path = read(bits)
    bits.end()
    return path


def _from_hex(text: str) -> _Bits:
    return _Bits(int(text, 16), 4 * len(text))


def _from_base64(text: str) -> _Bits:
    try:
        raw = base64.urlsafe_b64decode(text + "A" * (-len(text) % 4))
    except binascii.Error:
        raise _Unreadable from None
    size = 6 * len(text)
    return _Bits(int.from_bytes(raw) >> (8 * len(raw) - size), size)


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


def _with_check(body: str) -> str:
    return body + gs1_mod_10(body)


# Partitioned schemes ------------------------------------------------------------------------------------


def _partitioned(bits: _Bits, reference_bits: int, reference_digits: int) -> tuple[str, str]:
    """Filter, partition, company prefix and reference; the last two share their bits and digits."""
    bits.take(3)
    partition = bits.take(3)
    if partition >= len(_PREFIX_BITS):
        raise _Unreadable
    prefix = bits.number(_PREFIX_BITS[partition], 12 - partition)
    given = reference_bits + _PREFIX_BITS[0] - _PREFIX_BITS[partition]
    return prefix, bits.number(given, reference_digits + partition)


def _trade_item(bits: _Bits) -> str:
    prefix, reference = _partitioned(bits, 4, 1)
    return _with_check(reference[0] + prefix + reference[1:])


def _thirteen(bits: _Bits) -> str:
    """GLN, asset type, document type, coupon: prefix and reference make twelve digits."""
    prefix, reference = _partitioned(bits, 1, 0)
    return _with_check(prefix + reference)


def _asset_type(bits: _Bits) -> str:
    prefix, reference = _partitioned(bits, 4, 0)
    return "0" + _with_check(prefix + reference)


def _sgtin(bits: _Bits, serial: Callable[[_Bits], str]) -> str:
    return f"/01/{_trade_item(bits)}/21/{_escaped(serial(bits))}"


def _itip(bits: _Bits, serial: Callable[[_Bits], str]) -> str:
    item = _trade_item(bits)
    pieces = bits.number(7, 2) + bits.number(7, 2)
    return f"/8006/{item}{pieces}/21/{_escaped(serial(bits))}"


def _sscc_96(bits: _Bits) -> str:
    prefix, reference = _partitioned(bits, 18, 5)
    bits.take(24)
    return "/00/" + _with_check(reference[0] + prefix + reference[1:])


def _gsrn_96(key: str) -> Callable[[_Bits], str]:
    def read(bits: _Bits) -> str:
        prefix, reference = _partitioned(bits, 18, 5)
        bits.take(24)
        return f"/{key}/" + _with_check(prefix + reference)

    return read


def _sgln(bits: _Bits, extension: Callable[[_Bits], str]) -> str:
    place = _thirteen(bits)
    more = extension(bits)
    return f"/414/{place}" + ("" if more == "0" else f"/254/{_escaped(more)}")


def _joined(key: str, base: Callable[[_Bits], str], serial: Callable[[_Bits], str]) -> Callable[[_Bits], str]:
    def read(bits: _Bits) -> str:
        return f"/{key}/{base(bits)}{_escaped(serial(bits))}"

    return read


def _prefix_alone(bits: _Bits) -> tuple[str, int]:
    """Filter, partition and prefix where the reference is no fixed number of digits."""
    bits.take(3)
    partition = bits.take(3)
    if partition >= len(_PREFIX_BITS):
        raise _Unreadable
    return bits.number(_PREFIX_BITS[partition], 12 - partition), partition


def _giai_96(bits: _Bits) -> str:
    prefix, partition = _prefix_alone(bits)
    return f"/8004/{prefix}{bits.take(82 - _PREFIX_BITS[partition])}"


def _giai_202(bits: _Bits) -> str:
    prefix, partition = _prefix_alone(bits)
    size = 188 - _PREFIX_BITS[partition]
    reference = bits.ascii(size // 7)
    bits.take(size % 7)
    return f"/8004/{prefix}{_escaped(reference)}"


def _cpi_96(bits: _Bits) -> str:
    prefix, partition = _prefix_alone(bits)
    reference = bits.take(51 - _PREFIX_BITS[partition])
    return f"/8010/{prefix}{reference}/8011/{bits.take(31)}"


def _cpi_var(bits: _Bits) -> str:
    """Six bits a character: the upper half of ASCII's printable set folded; six zeros end it."""
    prefix, _ = _prefix_alone(bits)
    reference = ""
    while code := bits.take(6):
        reference += chr(code if code >= 0x20 else code + 0x40)
    return f"/8010/{prefix}{_escaped(reference)}/8011/{bits.take(40)}"


def _coupon_serial(bits: _Bits) -> str:
    """Digits behind a one, so that leading zeros last."""
    return str(bits.take(41))[1:]


def _integer(size: int) -> Callable[[_Bits], str]:
    return lambda bits: str(bits.take(size))


def _string(characters: int) -> Callable[[_Bits], str]:
    return lambda bits: bits.ascii(characters)


# `+` schemes --------------------------------------------------------------------------------------------

_FILE_SAFE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CODE_40: Final = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
_DATES: Final = ("11", "13", "15", "16", "17", "7006", "7007")


def _bits_for(digits: int) -> int:
    largest: int = 10**digits - 1
    return largest.bit_length()


def _serial(bits: _Bits) -> str:
    """Three bits name the encoding, five the length in characters."""
    encoding, length = bits.take(3), bits.take(5)
    if not length:
        raise _Unreadable
    if encoding == 0:
        return bits.number(_bits_for(length), length)
    if encoding in {1, 2}:
        text = "".join(f"{bits.take(4):X}" for _ in range(length))
        return text if encoding == 1 else text.lower()
    if encoding == 3:
        return "".join(_FILE_SAFE[bits.take(6)] for _ in range(length))
    if encoding == 4:
        return bits.ascii(length)
    if encoding == 5:
        return _code_40(bits, length)
    raise _Unreadable


def _code_40(bits: _Bits, length: int) -> str:
    text = ""
    for _ in range(-(-length // 3)):
        value = bits.take(16) - 1
        if not 0 <= value < 40**3:
            raise _Unreadable
        text += _CODE_40[value // 1600] + _CODE_40[value // 40 % 40] + _CODE_40[value % 40]
    return text[:length]


def _short_number(bits: _Bits) -> str:
    """Digits with a length of four bits."""
    length = bits.take(4)
    return bits.number(_bits_for(length), length) if length else ""


def _prefix_then_text(bits: _Bits) -> str:
    """Digits as nibbles; F ends them, E says that an encoded text follows."""
    text = ""
    while (nibble := bits.take(4)) < 10:
        text += str(nibble)
    if nibble == 0xE:
        return text + _serial(bits)
    if nibble == 0xF:
        return text
    raise _Unreadable


def _plus(key: str, digits: int, qualifier: str | None = None) -> Callable[[_Bits], str]:
    """Filter, the key's digits, and a serial: behind its own AI, or glued to the key."""

    def read(bits: _Bits) -> str:
        bits.take(4)
        value = bits.digits(digits)
        if qualifier is None:
            return f"/{key}/{value}"
        serial = _short_number(bits) if key == "255" else _serial(bits)
        if qualifier == "":
            return f"/{key}/{value}{_escaped(serial)}"
        bare = qualifier == "254" and serial == "0"
        return f"/{key}/{value}" + ("" if bare else f"/{qualifier}/{_escaped(serial)}")

    return read


def _dated(bits: _Bits) -> str:
    """Filter, which date, the date in 7 + 4 + 5 bits, GTIN, serial."""
    bits.take(4)
    which = bits.take(4)
    if which >= len(_DATES):
        raise _Unreadable
    day = f"{bits.take(7):02}{bits.take(4):02}{bits.take(5):02}"
    return f"/01/{bits.digits(14)}/21/{_escaped(_serial(bits))}?{_DATES[which]}={day}"


def _giai_plus(bits: _Bits) -> str:
    bits.take(4)
    return "/8004/" + _escaped(_prefix_then_text(bits))


def _cpi_plus(bits: _Bits) -> str:
    bits.take(4)
    part = _prefix_then_text(bits)
    return f"/8010/{_escaped(part)}/8011/{_short_number(bits)}"


def _named(read: Callable[[_Bits], str]) -> Callable[[_Bits], str]:
    """A `++` scheme: after the same content, the name of a host, seven bits a character."""

    def with_host(bits: _Bits) -> str:
        path = read(bits)
        bits.take(1)
        for _ in range(bits.take(6)):
            bits.take(7)
        return path

    return with_host


_GTIN, _ITIP = _plus("01", 14, "21"), _plus("8006", 18, "21")
_GLN, _GRAI = _plus("414", 13, "254"), _plus("8003", 14, "")
_GDTI, _GCN = _plus("253", 13, ""), _plus("255", 13, "")
_PROVIDER, _RECIPIENT = _plus("8017", 18), _plus("8018", 18)

_SCHEMES: Final[dict[int, Callable[[_Bits], str]]] = {
    0x2C: _joined("253", _thirteen, _integer(41)),
    0x2D: _gsrn_96("8018"),
    0x2E: _gsrn_96("8017"),
    0x30: lambda bits: _sgtin(bits, _integer(38)),
    0x31: _sscc_96,
    0x32: lambda bits: _sgln(bits, _integer(41)),
    0x33: _joined("8003", _asset_type, _integer(38)),
    0x34: _giai_96,
    0x36: lambda bits: _sgtin(bits, _string(20)),
    0x37: _joined("8003", _asset_type, _string(16)),
    0x38: _giai_202,
    0x39: lambda bits: _sgln(bits, _string(20)),
    0x3C: _cpi_96,
    0x3D: _cpi_var,
    0x3E: _joined("253", _thirteen, _string(17)),
    0x3F: _joined("255", _thirteen, _coupon_serial),
    0x40: lambda bits: _itip(bits, _integer(38)),
    0x41: lambda bits: _itip(bits, _string(20)),
    0xE6: _named(_cpi_plus),
    0xE7: _named(_RECIPIENT),
    0xE8: _named(_PROVIDER),
    0xE9: _named(_GLN),
    0xEA: _named(_GDTI),
    0xEB: _named(_GRAI),
    0xEC: _named(_GCN),
    0xEE: _named(_giai_plus),
    0xF0: _cpi_plus,
    0xF1: _GRAI,
    0xF2: _GLN,
    0xF3: _ITIP,
    0xF4: _RECIPIENT,
    0xF5: _PROVIDER,
    0xF6: _GDTI,
    0xF7: _GTIN,
    0xF8: _GCN,
    0xF9: _plus("00", 18),
    0xFA: _giai_plus,
    0xFB: _dated,
    0xFC: _named(_dated),
    0xFD: _named(_GTIN),
}
"""Header -> how the rest is read; a header that is not here (reserved, no GS1 key) is refused."""
