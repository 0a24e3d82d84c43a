"""Delivery notes: one code on the paper opens every line of it, to its receiver alone."""

from __future__ import annotations

import pytest

from trace.errors import NoteUnreadable
from trace.exchange.delivery_note import LINES_MOST, DeliveryNote, new_secret
from trace.ledger.canonical import b64u, unb64u
from trace.ledger.disclosure import make_disclosure
from trace.ledger.pairing import opening_digest

SECRET = bytes(range(16))
FIRST = "A" * 43
NOTE = DeliveryNote(FIRST, 30, SECRET)
LOT, MILL = "urn:lot:X:D1", "urn:uscc:MILL"


def test_a_note_reads_as_it_was_written():
    assert NOTE.text() == f"GT1:{FIRST}:30:{b64u(SECRET)}"
    assert DeliveryNote.parse(NOTE.text()) == NOTE


@pytest.mark.parametrize("around", [" {} ", "{}\n", "\u3000{}", "\ufeff{}"])
def test_what_a_scanner_or_a_message_adds_is_cut(around):
    assert DeliveryNote.parse(around.format(NOTE.text())) == NOTE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GT1",
        NOTE.text().lower(),
        NOTE.text() + "A",
        NOTE.text().replace(":30:", ":0:"),
        NOTE.text().replace(":30:", f":{LINES_MOST + 1}:"),
        NOTE.text().replace("GT1", "GT2"),
        NOTE.text()[:-1] + "B",  # four bits that no secret has
        "https://example.cn/01/06901234567892/10/A",
    ],
)
def test_anything_else_is_no_note(text):
    with pytest.raises(NoteUnreadable):
        DeliveryNote.parse(text)


def test_the_salt_of_a_line_opens_what_the_shipper_concealed():
    concealed = make_disclosure("receiver", MILL, unb64u(NOTE.salt(LOT)))
    assert opening_digest(NOTE.salt(LOT), "receiver", MILL) == concealed.digest
    assert NOTE.salt(LOT) != NOTE.salt("urn:lot:X:D2")


def test_each_note_has_a_secret_of_its_own():
    assert new_secret(lambda size: b"\7" * size) == b"\7" * 16
    assert new_secret() != new_secret()
