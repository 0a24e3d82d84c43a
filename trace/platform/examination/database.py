"""The database of a platform: whether it opens, its schema, how the log stands, its edition, its tokens."""

from __future__ import annotations

from collections.abc import Iterator

from trace.chain.editions import NEWEST, edition_at
from trace.errors import Refusal
from trace.parties import ENTRIES
from trace.platform.examination.finding import Finding, amiss, refused, well
from trace.platform.opening import Platform
from trace.store.accounts.tokens import count_living
from trace.store.chain.editions import list_editions
from trace.store.schema import examine_database
from trace.usecases.accounts.tokens import authenticate
from trace.usecases.jobs.standing import Standing, read_standing


def examine_schema(url: str, origin: str, wanted: str, known: frozenset[str]) -> Finding:
    """Whether the database opens and has the tables of this version, `wanted` of those `known`."""
    try:
        found = examine_database(url, origin)
    except Refusal as refusal:
        return refused("database", refusal)
    kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    if found == wanted:
        return well("database", "database-current", kind=kind, version=found)
    if found is None:
        return amiss("database", "database-empty", kind=kind)
    code = "database-behind" if found in known else "database-ahead"
    return amiss("database", code, kind=kind, version=found, wanted=wanted)


def examine_log(platform: Platform, token: str) -> tuple[Standing | None, list[Finding]]:
    """How the log stands, and what is to be said of deliveries, edition and tokens."""
    try:
        standing = read_standing(platform.transactions, platform.witnesses)
        return standing, [*_of_standing(standing), _edition(platform), *_tokens(platform, token)]
    except Refusal as refusal:
        return None, [refused("standing", refusal)]


def _of_standing(standing: Standing) -> Iterator[Finding]:
    told = {"size": standing.size, "cosigned": standing.cosigned}
    if not standing.lagging:
        yield well("standing", "standing-well", **told)
    for part in standing.lagging:
        yield amiss("standing", f"lagging-{part}", **told)


def _edition(platform: Platform) -> Finding:
    with platform.transactions.look("doctor") as tx:
        begun = list_editions(tx.connection, [platform.origin]).get(platform.origin, ())
    number = edition_at(begun, max((at for at, _ in begun), default=0) + 1)
    if number > NEWEST:
        return amiss("edition", "edition-unknown", number=number, newest=NEWEST)
    return well("edition", "edition-newest" if number == NEWEST else "edition-older", number=number)


def _tokens(platform: Platform, token: str) -> Iterator[Finding]:
    """The token that was given, and whether witnesses have one that still opens the log to them."""
    if token:
        try:
            actor = authenticate(platform.transactions, token)
            yield well("token", "token-good", holder=actor.party or actor.subject)
        except Refusal as refusal:
            yield refused("token", refusal)
    with platform.transactions.look("doctor") as tx:
        living = count_living(tx.connection, ENTRIES, tx.now)
    if platform.cosigners:
        state = well if living else amiss
        yield state("token", "witness-tokens" if living else "witness-tokens-none", count=living)
