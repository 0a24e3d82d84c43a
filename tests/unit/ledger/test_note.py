from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.ledgers import START, a_witness
from trace.errors import NoteMalformed, NoteNotVerified
from trace.ledger.checkpoint import (
    Checkpoint,
    add_signatures,
    cosign,
    open_checkpoint,
    parse_checkpoint,
    parse_signature_line,
    sign_checkpoint,
)
from trace.ledger.note import (
    COSIGNATURE_V1,
    NoteSigner,
    NoteVerifier,
    SignatureLine,
    make_note,
    open_note,
    parse_note,
)

LOG = NoteSigner("trace.test/food", bytes(31) + b"\x07")
OTHER = NoteSigner("trace.test/agri", bytes(31) + b"\x08")
WITNESS = a_witness("witness.test/w1", 9)
CHECKPOINT = Checkpoint("trace.test/food", 3, b"r" * 32)


@pytest.fixture
def note() -> str:
    return sign_checkpoint(CHECKPOINT, LOG)


def test_a_checkpoint_is_signed_opened_and_cosigned(note):
    assert open_checkpoint(note, LOG.verifier) == CHECKPOINT
    line = cosign(CHECKPOINT.text(), START, WITNESS)
    whole = add_signatures(note, [line, str(line)])
    assert whole.count("— ") == 2
    assert add_signatures(whole.encode(), []) == whole
    found = open_note(parse_note(whole), [LOG.verifier, WITNESS.verifier])
    assert found == {"trace.test/food": None, "witness.test/w1": START}
    assert str(parse_note(whole)) == whole


def test_unknown_lines_are_left_alone_and_wrong_ones_spoil(note):
    whole = add_signatures(note, [cosign(CHECKPOINT.text(), START, WITNESS)])
    assert open_checkpoint(whole, LOG.verifier) == CHECKPOINT
    with pytest.raises(NoteNotVerified, match="no-known-signature"):
        open_note(parse_note(whole), [OTHER.verifier])
    forged = whole.replace("\n3\n", "\n4\n")
    with pytest.raises(NoteNotVerified, match="wrong-signature"):
        open_checkpoint(forged, LOG.verifier)
    with pytest.raises(NoteNotVerified, match="other-origin"):
        open_checkpoint(whole, OTHER.verifier)
    assert open_checkpoint(parse_note(whole), LOG.verifier) == CHECKPOINT


@pytest.mark.parametrize("wrong_first", [True, False])
def test_every_line_of_a_known_key_must_hold(note, wrong_first):
    right = next(iter(parse_note(note).lines))
    wrong = SignatureLine(right.name, right.key_id, bytes(64))
    lines = [wrong, right] if wrong_first else [right, wrong]
    with pytest.raises(NoteNotVerified, match="wrong-signature"):
        open_checkpoint(make_note(CHECKPOINT.text(), lines), LOG.verifier)
    twice = make_note(CHECKPOINT.text(), [right, right])
    assert open_note(parse_note(twice), [LOG.verifier]) == {"trace.test/food": None}


def test_the_time_of_a_cosignature_is_signed():
    line = WITNESS.sign("text\n", START)
    later = line.signature[:7] + bytes([line.signature[7] ^ 1]) + line.signature[8:]
    with pytest.raises(NoteNotVerified):
        WITNESS.verifier.verify("text\n", later)
    assert WITNESS.verifier.verify("text\n", line.signature) == START
    with pytest.raises(NoteMalformed, match="time"):
        WITNESS.verifier.verify("text\n", b"\xff" * 72)


def test_log_keys_take_no_time_and_witness_keys_need_one():
    with pytest.raises(NoteMalformed):
        LOG.sign("text\n", START)
    with pytest.raises(NoteMalformed):
        WITNESS.sign("text\n")
    with pytest.raises(NoteMalformed):
        sign_checkpoint(CHECKPOINT, OTHER)


def test_keys_have_text_forms():
    for signer in (LOG, WITNESS, NoteSigner.generate("x", COSIGNATURE_V1)):
        assert NoteSigner.from_private(signer.private).vkey == signer.vkey
        assert NoteVerifier.from_vkey(signer.vkey) == signer.verifier
    assert NoteSigner.generate("x").name == "x"


def coded(raw: bytes) -> str:
    return b64encode(raw).decode()


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b",
        LOG.vkey + "=",
        LOG.vkey.replace("food", "feed"),
        f"x+00000000+{coded(bytes([2]) + bytes(32))}",
        f"x+00000000+{coded(bytes([1]) + bytes(31))}",
        NoteVerifier("x", 1, bytes(32)).vkey,  # a point of low order
        NoteVerifier("a b", 1, LOG.verifier.public).vkey,
        NoteVerifier("", 1, LOG.verifier.public).vkey,
    ],
)
def test_other_verifier_keys_are_refused(vkey):
    with pytest.raises(NoteMalformed):
        NoteVerifier.from_vkey(vkey)


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+a", LOG.private[:-2] + "A=", LOG.private.replace("food", "feed"), LOG.vkey]
)
def test_other_private_keys_are_refused(text):
    with pytest.raises(NoteMalformed):
        NoteSigner.from_private(text)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAA",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAAAAAA \n",
        "te\x00xt\n\n— name AAAAAAAA\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        b"\xff\n\n",
        "x" * 1_000_001,
        "t\n\n" + "— n AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(raw):
    with pytest.raises(NoteMalformed):
        parse_note(raw)


def test_a_text_without_a_line_end_makes_no_note():
    with pytest.raises(NoteMalformed):
        make_note("no line end", [])


@pytest.mark.parametrize(
    "text",
    [
        "o\n3\n",
        "o\n03\n" + coded(bytes(32)) + "\n",
        "o\n-1\n" + coded(bytes(32)) + "\n",
        "\n3\n" + coded(bytes(32)) + "\n",
        "o\n3\n" + coded(bytes(31)) + "\n",
        "o\n3\n" + coded(bytes(32))[:-2] + "B=\n",
        "o\n3\n" + coded(bytes(32)) + "\nextension\n",
        "o\n9999999999999999999\n" + coded(bytes(32)) + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteMalformed):
        parse_checkpoint(text)


def test_a_signature_line_reads_alone():
    line = cosign(CHECKPOINT.text(), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0), WITNESS)
    assert parse_signature_line(str(line)) == line
    with pytest.raises(NoteMalformed):
        parse_signature_line(str(line) + str(line))
