"""A whole platform behind its HTTP door: real folder, database, sequencer, publisher and application.

Only the two witnesses stand in the same process (tests/simulators/witnesses.py); they can be silenced.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import orjson
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from api.application import Pages, create_api
from api.publisher import Publisher
from tests.builders.signers import Registrar, Signer
from tests.simulators.witnesses import NAMES, SigningWitness
from trace.errors import Refusal, WitnessUnavailable
from trace.ledger.statement import Statement
from trace.parties import COUNTRY, REGULATORS
from trace.platform.clocks import DemoClock
from trace.platform.folder import PlatformFolder
from trace.platform.opening import Platform, open_platform
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.intake.receipt import Outcome, Receipt, Refused
from trace.usecases.log.trust import write_policy

ORIGIN = "trace.test/food/demo-clock"
PUBLIC_URL = "https://id.trace.test"
START = datetime.fromisoformat("2026-10-01T12:00:00+08:00")
JOSE, LINES = "application/jose+json", "application/jsonl"
# What may change without anybody stating anything: signatures under what is there, the pages that show them,
# who may call.
UNSTATED = frozenset(
    {
        *("log_checkpoint", "log_cosignature", "log_signers", "page_change"),
        *("shared_counter", "api_token", "alembic_version"),
    }
)


class SlowClock:
    """The demo's clock with the hand of a test: `advance` moves it on."""

    def __init__(self, path: Path) -> None:
        self._clock = DemoClock.create(path, START)

    def __call__(self) -> datetime:
        return self._clock()

    def advance(self, by: timedelta) -> None:
        self._clock.advance_to(self._clock() + by)


class Answered(Refusal):
    """A problem that came back over HTTP, as a refusal: for builders that speak to a platform directly."""

    code = "answered"

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(**problem)
        self.problem = problem


class Silent:
    """A witness that does not answer."""

    def __init__(self, witness: SigningWitness) -> None:
        self.verifier = witness.verifier

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[Any]:
        raise WitnessUnavailable(witness=self.verifier.name, reason="unreachable")

    def newest(self, origin: str) -> str | None:
        raise WitnessUnavailable(witness=self.verifier.name, reason="unreachable")


class Door:
    """Use it in a `with`; `post` uploads, `get` reads, `counts` says what the database holds."""

    def __init__(
        self,
        path: Path,
        url: str,
        *,
        role: str = "food",
        profile: str = "demo",
        neighbours: Mapping[str, str] | None = None,
        pages: Pages | None = None,
    ) -> None:
        self.path = path
        self.clock = SlowClock(path / "clock")
        self.registrar = Registrar()
        folder = PlatformFolder(
            path, role, ORIGIN, "demo", "clock", PUBLIC_URL, profile, url, neighbours=neighbours or {}
        )
        folder.create()
        self.witnesses = [SigningWitness(name, self.clock) for name in NAMES]
        write_policy(
            folder.policy_path,
            [(folder.read_log_key(), PUBLIC_URL)],
            [(name.replace("/", "-"), one.verifier.vkey, f"https://{name}/") for name, one in self._named()],
            {self.registrar.key.kid: "bureau"},
        )
        self.platform: Platform = open_platform(path)
        self.platform.cosigners = tuple(self.witnesses)
        self.app = create_api(self.platform, pages=pages)
        self.publisher = Publisher(self.platform)
        self.tokens: dict[str, str] = {}

    def _named(self) -> list[tuple[str, SigningWitness]]:
        return list(zip(NAMES, self.witnesses, strict=True))

    def __enter__(self) -> Self:
        assert self.platform.guard()
        self.publisher.start()
        self.tokens["writer"] = self.token("urn:uscc:91310151XN0000442L", "statements:write")
        return self

    def __exit__(self, *_: object) -> None:
        self.publisher.stop()
        self.platform.close()

    def silence(self) -> None:
        """Both witnesses go away."""
        self.platform.cosigners = tuple(Silent(one) for one in self.witnesses)

    def token(self, holder: str, *scopes: str, roles: Sequence[str] = (), region: str | None = None) -> str:
        """A token; an authority's is good for the whole country, unless a region is given."""
        label = f"{holder} {' '.join(scopes)}"
        area = COUNTRY * (not REGULATORS.isdisjoint(roles)) if region is None else region
        return issue_token(self.platform.transactions, holder, label, scopes, roles, Terms(area))

    def regulator(self) -> str:
        if "regulator" not in self.tokens:
            holder = self.registrar.iss
            self.tokens["regulator"] = self.token(holder, "trace:all", roles=["regulator_market"])
        return self.tokens["regulator"]

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def get(self, path: str, token: str = "", **headers: str) -> TestResponse:
        return self.client.get(path, headers=_headers(token, headers))

    def post(
        self, path: str, body: bytes | object, token: str | None = None, kind: str = JOSE, **headers: str
    ) -> TestResponse:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        bearer = self.tokens["writer"] if token is None else token
        return self.client.post(path, data=raw, content_type=kind, headers=_headers(bearer, headers))

    def state(self, statement: Statement, **headers: str) -> TestResponse:
        """Upload one statement."""
        return self.post("/api/v1/statements", statement.flattened(), **headers)

    def batch(self, *statements: Statement | bytes, mode: str = "all") -> TestResponse:
        """Upload a batch as JSON Lines."""
        lines = [one if isinstance(one, bytes) else orjson.dumps(one.flattened()) for one in statements]
        return self.post(f"/api/v1/statements?mode={mode}", b"\n".join(lines), kind=LINES)

    def log(self, *statements: Statement) -> list[dict[str, Any]]:
        """Upload what must be taken."""
        answer = self.batch(*statements)
        assert answer.status_code == 201, answer.text
        results: list[dict[str, Any]] = answer.json["results"]
        return results

    def accept(self, *statements: Statement, each: bool = True, via: str | None = None) -> list[Outcome]:
        """As TestPlatform has it, over HTTP. `via` is the operator's word and has no part in the API."""
        answer = self.batch(*statements, mode="each" if each else "all")
        return [_outcome(one) for one in answer.json["results"]]

    def register(self, *signers: Signer) -> None:
        """Register the registrar itself, where that is still to be done, and these signers."""
        first = [] if self.registrar.seq else [self.registrar.register(self.registrar)]
        self.log(*first, *(self.registrar.register(one) for one in signers))

    def counts(self, leave_out: Collection[str] = UNSTATED) -> dict[str, int]:
        """Rows of every table of the database, but of those that change by themselves."""
        names = sorted(self._tables.difference(leave_out))
        asked = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)
        with self.platform.transactions.look() as tx:
            return {name: int(rows) for name, rows in tx.connection.exec_driver_sql(asked)}

    @cached_property
    def _tables(self) -> frozenset[str]:
        return frozenset(inspect(self.platform.transactions.engine).get_table_names())


def _outcome(result: Mapping[str, Any]) -> Outcome:
    if "problem" in result:
        return Refused(result["position"] - 1, Answered(result["problem"]))
    return Receipt(result["stmt"], result["index"], result["log"], result["state"], tuple(result["marks"]))


def _headers(token: str, more: Mapping[str, str]) -> dict[str, str]:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Bearer {token}", **headers} if token else headers


__all__ = ["JOSE", "LINES", "ORIGIN", "PUBLIC_URL", "Answered", "Door"]
