"""Decisions on a farm's commitment: whose it is, which year, whose plots, and whether all is promised."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.plots import own_plots
from trace.chain.admission.records import keep
from trace.chain.facts.commitment import COMMITMENT, CommitmentMade, commitment_name
from trace.errors.commitment import CommitmentForeign, CommitmentIncomplete, CommitmentPlotForeign

_RULE: Final = "R37"


@decides(COMMITMENT)
def commitment(decision: Decision, fact: CommitmentMade) -> None:
    """Keep the commitment of a year; the last one of it stands, and all are kept.

    Raises `CommitmentForeign`, `CommitmentIncomplete`, `CommitmentPlotForeign`.
    """
    expected = commitment_name(decision.claims.iss, fact.year)
    year = day_of(decision.claims.signed_at).year
    if fact.sub != expected or fact.year > year + 1:
        decision.refuse(CommitmentForeign(sub=fact.sub, expected=expected))
    wanted = decision.rules.find(_RULE, decision.day, part="promises")
    promised = set(wanted.items) if wanted is not None and wanted.when else set()
    missing = sorted(promised - set(fact.promises))
    missing += [one.plot for one in fact.plots if Decimal(one.area_mu) <= 0]
    if missing:
        decision.refuse(CommitmentIncomplete(lacks=missing))
    named = [one.plot for one in fact.plots]
    foreign = sorted(set(named) - set(own_plots(decision, named)))
    if foreign or len(set(named)) != len(named):
        decision.refuse(CommitmentPlotForeign(plots=foreign or named))
    keep(decision, fact)
