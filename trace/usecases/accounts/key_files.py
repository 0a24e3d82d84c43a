"""Key files of an organisation's programs: registration asked for and token handed out in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trace.parties import STATE
from trace.store.transaction import Transactions
from trace.usecases.accounts.tokens import Terms, issue_in
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.key_requests import Holder, note_file_key


def ask_for_file_key(
    transactions: Transactions, who: Signer, of: Holder, label: str, data: Mapping[str, Any]
) -> str:
    """A token for the programs that use the key; it ends with the membership of who asked.

    Raises as `note_file_key`.
    """
    with transactions.begin("keys") as tx:
        note_file_key(tx, who, of, label, data)
        return issue_in(tx, of.iss, label, (STATE,), Terms(given_to=who.person))
