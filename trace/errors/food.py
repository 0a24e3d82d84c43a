"""Refusals of the food chain: facts, admission rules, lots, quantities.

What cannot be (or may not be stated by this signer) is refused always; what a rule refuses carries `rule`,
and its params name clause, value and limit. A refusal of a rule whose effect is "refuse unless declared"
derives from `NeedsDeclaration`: the same statement with `declared: [{rule, reason}]` enters with a named gap.
"""

from __future__ import annotations

from trace.errors.base import Malformed


class KindUnknown(Malformed):
    code = "kind-unknown"  # typ


class FactMalformed(Malformed):
    code = "fact-malformed"  # typ, path, expected


class QuantityNotPositive(Malformed):
    code = "quantity-not-positive"  # typ, path
