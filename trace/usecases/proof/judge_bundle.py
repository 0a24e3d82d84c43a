"""The verdict on a bundle by this platform's own policy folder and the rules of the day."""

from __future__ import annotations

from collections.abc import Mapping

from trace.ledger.bundle import TrustPolicy, Verdict, verify_bundle
from trace.store.transaction import Transactions
from trace.usecases.log.trust import limits_of


def judge_bundle(transactions: Transactions, trust: TrustPolicy, form: Mapping[str, object]) -> Verdict:
    """The verdict on a bundle's JSON form, as of now; raises `BundleMalformed` for what is none.

    A convenience for whoever has no verifier: one obtained elsewhere trusts less.
    """
    now = transactions.clock()
    return verify_bundle(form, trust, None, now, limits_of(transactions.rules, now.date()))
