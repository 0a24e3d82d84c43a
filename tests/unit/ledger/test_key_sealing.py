"""The master key: of its exact length and spelling, or none."""

from __future__ import annotations

import pytest

from trace.errors import MasterKeyUnfit
from trace.ledger.key_sealing import MasterKey


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(secret: bytes) -> None:
    with pytest.raises(MasterKeyUnfit):
        MasterKey(secret)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "=" * 43])
def test_a_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(MasterKeyUnfit):
        MasterKey.from_text(text)


def test_a_fresh_text_is_a_key() -> None:
    first, second = MasterKey.new_text(), MasterKey.new_text()
    assert first != second
    MasterKey.from_text(first)


def test_a_sealed_text_opens_under_its_key_and_for_what_it_was_bound_to_alone() -> None:
    master, other = (MasterKey.from_text(MasterKey.new_text()) for _ in range(2))
    sealed = master.seal_text("a secret in words", "wang")
    assert master.open_text(sealed, "wang") == "a secret in words"
    for key, bound in ((other, "wang"), (master, "li")):
        with pytest.raises(MasterKeyUnfit):
            key.open_text(sealed, bound)
