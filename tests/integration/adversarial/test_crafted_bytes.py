"""Truly signed bytes that two readers could read in two ways: refused by the log, and nothing is stored."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer
from trace.ledger.canonical import b64u, unb64u

PLAIN = '"productName":"稻谷"'
NFD = unicodedata.normalize("NFD", "Café")

CRAFTED = {
    "a float": ('"seq":1', '"seq":1.0'),
    "a quantity as a float": ('"value":"16900"', '"value":16900.5'),
    "an exponent": ('"seq":1', '"seq":1e0'),
    "a duplicate key": (PLAIN, PLAIN + "," + PLAIN),
    "a duplicate key that differs": (PLAIN, '"productName":"大米",' + PLAIN),
    "a name not in NFC": (PLAIN, f'"productName":"{NFD}"'),
    "a lone surrogate": (PLAIN, '"productName":"\\ud800"'),
    "an escape where none is needed": (PLAIN, '"productName":"\\u7a3b\\u8c37"'),
    "a blank": (PLAIN, PLAIN.replace(":", ": ")),
    "members in another order": ('"crop":"水稻",', ""),
    "an integer past 2^53": ('"seq":1', '"seq":9007199254740993'),
    "a number that is not JSON": ('"seq":1', '"seq":NaN'),
    "a character of a later Unicode": (PLAIN, '"productName":"稻\U0001fae9谷"'),
    "marks that only a later Unicode orders": (PLAIN, '"productName":"a\u0323\U00011f42"'),
    "a compatibility ideograph": (PLAIN, '"productName":"\U0002f800"'),
    "a time of another form": (
        '"signedAt":"2026-10-01T04:00:00+00:00"',
        '"signedAt":"2026-10-01T05:15:00+00:75"',
    ),
    "a time outside the calendar in UTC": (
        '"signedAt":"2026-10-01T04:00:00+00:00"',
        '"signedAt":"9999-12-31T23:59:59-08:00"',
    ),
    "a key outside the profile": (PLAIN, PLAIN + ',"prödukt":"x"'),
}


def crafted(signer: Signer, change: tuple[str, str]) -> dict[str, str]:
    """A harvest whose payload bytes were changed before it was signed."""
    protected, payload, _ = signer.harvest("H1").compact.split(".")
    text = unb64u(payload).decode()
    assert change[0] in text
    text = text.replace(*change, 1)
    if not change[1]:  # taken out in one place, put in again at another
        text = text[:-1] + "," + change[0].rstrip(",") + "}"
    signed = f"{protected}.{b64u(text.encode('utf-8', 'surrogatepass'))}"
    signature = b64u(signer.key.sign(signed.encode()))
    return {"protected": protected, "payload": signed.partition(".")[2], "signature": signature}


@pytest.mark.parametrize("what", CRAFTED)
def test_ambiguous_bytes_are_refused_by_the_log_although_the_signature_holds(platform, grower, what) -> None:
    before = platform.count("log_entry"), platform.count("statement")
    form = crafted(grower, CRAFTED[what])
    for source in (form, ".".join(form.values()), json.dumps(form)):
        (outcome,) = platform.acceptance.accept([source], each=True)
        assert outcome.refusal.code in {"not-canonical", "statement-malformed"}, outcome
    assert (platform.count("log_entry"), platform.count("statement")) == before


@pytest.mark.parametrize("rare", ["\U0002ebf0", "\U00031350", "\U000323b0"])
def test_rare_ideographs_are_taken(platform, grower, rare) -> None:
    (outcome,) = platform.acceptance.accept(
        [crafted(grower, (PLAIN, f'"productName":"稻{rare}"'))], each=True
    )
    assert outcome.index == 2


@pytest.mark.parametrize("alg", [[], {}, ["EdDSA"], None])
def test_an_algorithm_that_is_no_text_is_refused(platform, grower, alg) -> None:
    _, payload, signature = grower.harvest("H1").compact.split(".")
    header = b64u(
        json.dumps({"alg": alg, "kid": grower.key.kid, "typ": "trace+sd-jwt"}).replace(" ", "").encode()
    )
    (outcome,) = platform.acceptance.accept([f"{header}.{payload}.{signature}"], each=True)
    assert outcome.refusal.code == "statement-malformed"


def test_the_same_way_of_crafting_gives_a_good_statement_when_nothing_is_changed(platform, grower) -> None:
    form = crafted(grower, (PLAIN, PLAIN))
    (outcome,) = platform.acceptance.accept([form], each=True)
    assert outcome.statement_id == b64u(hashlib.sha256(".".join(form.values()).encode()).digest())
    assert outcome.index == 2


def test_a_signature_over_other_bytes_is_refused(platform, grower) -> None:
    form = crafted(grower, (PLAIN, PLAIN))
    one, other = made.lot(made.COOPERATIVE, "H1"), made.lot(made.COOPERATIVE, "H9")
    form["payload"] = b64u(unb64u(form["payload"]).replace(one.encode(), other.encode()))
    (outcome,) = platform.acceptance.accept([form], each=True)
    assert outcome.refusal.code == "not-authentic"
