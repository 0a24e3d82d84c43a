"""Signatures checked side by side come out as one after the other."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from threading import current_thread

import pytest

from tests.builders.signers import Signer
from trace.errors import KeyUnknown, NotAuthentic
from trace.ledger.algorithms import PublicKey
from trace.ledger.statement import Statement
from trace.usecases.intake.verify_signatures import SHARE, verify_signatures

GROWER = Signer("91330000MA27T0XX4U", "grower")
STRANGER = Signer("91330000MA27T0XX4U", "grower", stream="another")


@pytest.fixture(scope="module")
def harvest() -> Statement:
    return GROWER.harvest("H-1")


class NotedKey(PublicKey):
    """A key that notes which threads verified with it."""

    __slots__ = ("threads",)

    def verify(self, signature: bytes, message: bytes) -> None:
        self.threads.add(current_thread().name.partition("_")[0])
        super().verify(signature, message)


def noted(key: PublicKey) -> NotedKey:
    found = NotedKey.from_jwk(key.jwk)
    found.threads = set()
    return found


@pytest.mark.parametrize("processors", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, SHARE, 2 * SHARE, 3 * SHARE + 1])
def test_each_finding_stands_where_its_statement_stood(harvest, processors, count):
    key = GROWER.key.public_key()
    forged = replace(harvest, signature=bytes(64))
    foreign = replace(harvest, kid=STRANGER.key.kid)
    kinds = [harvest, forged, foreign, harvest, harvest]
    statements = [kinds[at * 7 % 5] for at in range(count)]
    findings = verify_signatures(statements, {key.kid: key}, processors)
    wanted = {id(harvest): type(None), id(forged): NotAuthentic, id(foreign): KeyUnknown}
    assert [type(one) for one in findings] == [wanted[id(one)] for one in statements]


def test_another_thread_takes_its_share_of_many_and_none_of_few(harvest):
    key = noted(GROWER.key.public_key())
    assert verify_signatures([harvest] * (2 * SHARE - 1), {key.kid: key}, 2).count(None) == 2 * SHARE - 1
    assert key.threads == {current_thread().name}
    verify_signatures([harvest] * (2 * SHARE), {key.kid: key}, 2)
    assert key.threads == {current_thread().name, "verify"}


def test_a_forked_process_makes_threads_of_its_own(harvest):
    key = GROWER.key.public_key()
    many = [harvest] * (2 * SHARE)
    verify_signatures(many, {key.kid: key}, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it has threads: the matter at hand
        child = os.fork()
    if child == 0:
        os._exit(0 if verify_signatures(many, {key.kid: key}, 2) == [None] * len(many) else 1)
    assert os.waitpid(child, 0)[1] == 0
