"""The first records of a new log: the registrar's key, the platform's own keys, and the newest edition.

They are taken as every other record is, in the set-up's own process: no server runs yet, and a log without
entries needs no witness's memory to be compared with. Its first checkpoint is published when it is served.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from trace.chain.editions import NEWEST
from trace.chain.facts.editions import EDITION
from trace.errors import Refusal
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.keys import REGISTER, registration_data
from trace.ledger.statement import Statement, sign_statement
from trace.parties import DEPARTMENTS, PLATFORM, REGISTRAR, RESOLVER
from trace.platform.folder import PlatformFolder, read_secret
from trace.platform.opening import Platform
from trace.usecases.intake.receipt import Refused
from trace.usecases.signing.held_keys import SERVER, hold_key

VALID: Final = timedelta(days=730)
STREAM: Final = "setup"
_LINKS: Final = "links"


def platform_keys(folder: PlatformFolder, holder: str, title: str, now: datetime) -> list[dict[str, Any]]:
    """What a registrar signs for the platform's own keys: that of link lists, and that of editions."""
    links = folder.read_links_key()
    own = PrivateKey.from_pem(read_secret(folder.platform_key_path, "keys/platform.key"))
    told: dict[str, Any] = {"custody": "server", "valid_from": now, "valid_to": now + VALID}
    applied = [registration_data(own, holder, title, roles=(PLATFORM,), streams=(PLATFORM,), **told)]
    if links is not None:
        applied.append(registration_data(links, holder, title, roles=(RESOLVER,), streams=(_LINKS,), **told))
    return applied


def state_first(platform: Platform, registrar: PrivateKey, answers: Mapping[str, str]) -> int:
    """State them in one group; their number. Raises the refusal of the first that is not taken."""
    now = platform.transactions.clock().replace(microsecond=0)
    iss, title = answers["registrar-party"], answers["registrar-title"]
    roles = (REGISTRAR, DEPARTMENTS[answers["department"]])
    # With a master key the registrar signs on pages too: the platform holds its key, and its entry says so.
    custody = "file" if platform.master_key is None else SERVER
    told: dict[str, Any] = {"custody": custody, "valid_from": now, "valid_to": now + VALID}
    registered: list[Mapping[str, Any]] = [
        registration_data(registrar, iss, title, roles=roles, streams=("*",), **told),
        *platform_keys(platform.folder, answers["operator"], answers["operator-title"], now),
    ]
    statements: list[Statement] = []
    for data in registered:
        statements.append(_signed(registrar, iss, REGISTER, data["holder"]["iss"], data, statements, now))
    begun = {"log": platform.origin, "edition": NEWEST}
    statements.append(_signed(registrar, iss, EDITION.typ, platform.origin, begun, statements, now))
    platform.guard()
    platform.start()
    outcomes = platform.acceptance.accept([one.flattened() for one in statements], each=False)
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            raise _refusal(outcome)
    if platform.master_key is not None:
        hold_key(platform.transactions, platform.master_key, iss, registrar)
    return len(outcomes)


def _refusal(outcome: Refused) -> Refusal:
    return outcome.refusal


def _signed(
    key: PrivateKey,
    iss: str,
    typ: str,
    sub: str,
    data: Mapping[str, Any],
    before: Sequence[Statement],
    now: datetime,
) -> Statement:
    prev = before[-1].statement_id if before else None
    claims = new_claims(
        typ,
        iss,
        STREAM,
        seq=len(before) + 1,
        prev=prev,
        sub=sub,
        occurred_at=now,
        signed_at=now,
        data=data,
    )
    return sign_statement(claims, key)
