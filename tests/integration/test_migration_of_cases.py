"""Cases from before competence was dated: each transfer that its steps tell becomes a word."""

from __future__ import annotations

from sqlalchemy import text

from tests.servers.databases import migrate
from trace.store.casework.competence import words_of
from trace.store.transaction import open_database

BEFORE = "0073"
CASE = (
    "INSERT INTO case_file VALUES (:number, 'urn:lot:x', :number, '', '', 'own', 'urn:uscc:m', 'market', "
    ":area, 0, '', 'investigating', 3, '', '', '', 1, :began, NULL)"
)
EVENT = (
    "INSERT INTO case_event VALUES (:number, :seq, :event, '', '', :at, '', '', :party, '', '[]', '{}', '')"
)
OFFICE = "INSERT INTO organisation VALUES (:urn, '', 'authority', 'market', :region, 1, NULL)"


def test_transfers_of_old_cases_become_dated_words(empty_database_url: str) -> None:
    migrate(empty_database_url, BEFORE)
    engine = open_database(empty_database_url)
    with engine.begin() as connection:
        for urn, region in (("urn:uscc:p", "310151"), ("urn:uscc:c", "310000")):
            connection.execute(text(OFFICE), {"urn": urn, "region": region})
        for number, area in (("AJ1", "310120"), ("AJ2", "310151"), ("AJ3", "310120")):
            connection.execute(text(CASE), {"number": number, "area": area, "began": 1_000_000})
        steps = [("AJ1", "transfer", "urn:uscc:p"), ("AJ1", "receive-transfer", "urn:uscc:c")]
        steps += [("AJ1", "transfer", "urn:uscc:c"), ("AJ1", "receive-transfer", "urn:uscc:q")]
        steps += [("AJ3", "transfer", "urn:uscc:gone"), ("AJ3", "receive-transfer", "urn:uscc:q")]
        for seq, (number, event, party) in enumerate(steps, 2):
            told = {"number": number, "seq": seq, "event": event, "at": seq * 1_000_000, "party": party}
            connection.execute(text(EVENT), told)
    migrate(empty_database_url)
    with engine.connect() as connection:
        words = {number: words_of(connection, number) for number in ("AJ1", "AJ2", "AJ3")}
    engine.dispose()
    told = {number: [(one.at.timestamp(), one.area) for one in found] for number, found in words.items()}
    assert told == {
        "AJ1": [(1, "310151"), (3, "31"), (5, "310120")],
        "AJ2": [(1, "310151")],
        "AJ3": [(1, "310120")],
    }, "who is not known any more leaves no word, and the day is nobody else's guess"
