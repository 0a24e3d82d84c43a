"""An entry of another log that nobody can work with is one bad entry, for whatever reason nobody foresaw."""

from __future__ import annotations

from tests.builders import facts as made
from tests.integration.test_evidence_and_replay import desk, farm, food, rows
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.receipt import Refused

__all__ = ["desk", "farm", "food"]


def test_it_costs_no_other_entry(farm, food) -> None:
    """A stranger's record that cannot be worked with ends no feed, and takes nobody's goods along."""
    farm.platform.log(*(farm.grower.harvest(f"H{number}") for number in range(1, 5)))

    def follow(_, decided):
        if any(one.candidate.statement.claims.sub.endswith(":H2") for one in decided):
            raise TypeError("a text that no encoding holds")

    outcomes = EvidenceIntake(food.transactions, farm.trust, in_transaction=follow).take(farm.carried())
    refused = [(place, one) for place, one in enumerate(outcomes) if isinstance(one, Refused)]
    assert [(place, one.position, one.refusal.code) for place, one in refused] == [
        (3, 3, "record-undecidable")
    ]
    assert rows(food, "SELECT urn FROM lot ORDER BY urn") == [
        (made.lot(made.COOPERATIVE, batch),) for batch in ("H1", "H3", "H4")
    ]
