"""The offline verifier with the words of the food chain: which kind a label names, who states a status."""

from __future__ import annotations

from dataclasses import replace

from trace.chain.facts.goods import PACK
from trace.chain.facts.snapshot import SNAPSHOT
from trace.ledger import bundle
from trace.ledger.bundle import Limits

WORDS = Limits(status_typ=SNAPSHOT.typ, status_roles=SNAPSHOT.stated_by, label_typ=PACK.typ)


def limits(**said):
    """Limits of the day, with the words of the food chain."""
    return replace(WORDS, **said)


def verify_bundle(form, policy, label=None, now=None, limits=WORDS, **more):
    return bundle.verify_bundle(form, policy, label, now, limits, **more)
