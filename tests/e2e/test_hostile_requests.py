"""Anything at all, asked of every route on both databases: an answer or a problem, never an accident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.gateway.answer import make_answer, next_part
from api.gateway.environ import environ_of, with_body
from api.wsgi import composed
from tests import soak
from tests.builders.hostile_requests import HostileRequests, Request
from tests.builders.signed_rice import SignedRice
from tests.servers.databases import Databases
from tests.servers.door import Door
from trace.parties import ALL, OWN, STATE

pytestmark = pytest.mark.unmeasured

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _asked(application: WSGIApplication, request: Request) -> tuple[int, str]:
    """Status and text of the answer, as the server's gateway would get it."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "headers": [
            (name.lower().encode(), text.encode("latin-1")) for name, text in request.headers.items()
        ],
        "client": ("127.0.0.1", 1),
    }
    answer = make_answer(application, with_body(environ_of(scope), request.body))
    text = answer.body
    while answer.rest is not None and (part := next_part(answer.rest)) is not None:
        text += part
    if answer.close is not None:
        answer.close()
    return answer.status, text[:2_000].decode("utf-8", "replace")


def _ask_many(url: str, folder: Path, cases: Iterable[int], seed: int) -> Counter[int]:
    with Door(folder, url) as door:
        SignedRice(door, door.clock).tell()
        application = composed(door.platform, ["127.0.0.1"])
        became = Counter[int]()
        with door.platform.transactions.look("known") as tx:
            rows = tx.connection.exec_driver_sql("SELECT urn FROM lot").scalars()
            known = tuple(rows)
        tokens = ("", door.regulator(), door.token(f"urn:uscc:{known[0].split(chr(58))[2]}", OWN, STATE, ALL))
        hostile = [HostileRequests(door.app, seed + at, known, token) for at, token in enumerate(tokens)]
        for number in cases:
            request = hostile[number % len(tokens)].next()
            status, text = _asked(application, request)
            assert status < 500 or status == 503, (request, text)
            assert "Traceback" not in text, request
            became[status] += 1
        for path in ("/healthz", "/readyz"):
            assert _asked(application, Request("GET", path, ""))[0] == 200
    return became


def test_hostile_requests_are_answered(database_url: str, tmp_path: Path) -> None:
    became = _ask_many(database_url, tmp_path, range(600), seed=1)
    assert len(became) > 5, became


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_hundred_thousand_hostile_requests(databases: Databases, tmp_path: Path, database: str) -> None:
    cases = soak.tried(f"hostile requests on {database}", range(soak.FULL))
    became = _ask_many(databases.migrated(database), tmp_path, cases, soak.seed(2))
    soak.tell(f"{became.total():,} hostile requests on {database}: {dict(became.most_common())}")
