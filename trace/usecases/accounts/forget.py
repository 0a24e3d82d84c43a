"""What accounts leave behind ends: sign-in events and old sessions by rule P75, forms by P74."""

from __future__ import annotations

from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.store.accounts.forget import (
    forget_events,
    forget_form_uses,
    forget_invitations,
    forget_kept_forms,
    forget_sessions,
)
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import KEPT

EVENTS: Final = "P75"


def forget_old_accounts_data(transactions: Transactions) -> int:
    """How many rows were deleted."""
    with transactions.begin("job") as tx:
        day = day_in_shanghai(tx.now)
        events = tx.now - tx.rules.at(EVENTS, day).duration
        forms = tx.now - tx.rules.at(KEPT, day).duration
        return (
            forget_events(tx.connection, events)
            + forget_sessions(tx.connection, events)
            + forget_invitations(tx.connection, events)
            + forget_form_uses(tx.connection, forms)
            + forget_kept_forms(tx.connection, forms)
        )
