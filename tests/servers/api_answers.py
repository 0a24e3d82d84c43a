"""What every JSON route answers about the platform of edition 1, byte for byte: an order of questions to it.

Everything about that platform stands still: its keys, its records, and here its clock. So a change of one
byte, or of the order of members, is a change of the interface.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
from werkzeug.test import Client

from api.publisher import publish
from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.edition_one import END, bundles
from tests.builders.signers import Signer
from tests.servers.resolving import HOST
from trace.ledger.sealed import MANIFEST, seal
from trace.oversight.analysis import Analysis
from trace.parties import REGULATORS, Actor
from trace.platform.opening import Platform
from trace.store.analyses.documents import known_until
from trace.store.bulk import insert_rows, select
from trace.store.tables.scans import scan_alert
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.analyses.keep_analysis import keep_analysis
from trace.usecases.log.read_log import proof_at

_RULED = re.compile(r'"(rules|digest)":"(?:demo@)?[0-9a-f]{12,64}"')
"""What a trace says of the rules it was made under, and its own digest: a new rule changes no answer."""
LONGEST = 700
"""Longer answers are recorded by their digest."""
SHORT = 16
MILL, BUREAU, STRANGER = made.uscc(made.MILL), made.uscc(made.BUREAU), made.uscc(made.TOFU)
COMPLAINTS = ("complaints:read", "complaints:write")
CALLERS = {
    "mill": (
        MILL,
        ("statements:write", "labels:print", "files:write", "complaints:read", "complaints:write"),
    ),
    "stranger": (STRANGER, ("statements:write",)),
    "bureau": (
        BUREAU,
        (
            *("trace:all", "complaints:read", "complaints:write"),
            *("feed:read", "feed:addressed", "log:entries", "evidence:write"),
        ),
    ),
}
K3, K4 = made.lot(made.MILL, "K3"), made.lot(made.MILL, "K4")
RUN_OF_K4 = "7e45f5950c90763fd18c0cb58eb75dcc"
COMPLAINT = "TS-J40C-K8GC-HT3M"
ALERT = 3758335910593416000


@dataclass
class Questions:
    """The platform behind its whole application, and everybody who asks; `found` has the answers by name."""

    platform: Platform

    def __post_init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.answers: list[tuple[str, str, Any]] = []
        """(verb, path without its query, answer), in the order of asking."""
        self.called: dict[str, str] = {}
        """Texts that differ each time, and the words that are recorded for them."""
        self.platform.transactions.clock = lambda: END
        self.platform.ensure_guarded()
        self.client = Client(composed(self.platform, []), use_cookies=False)
        self.tokens = {
            name: issue_token(
                self.platform.transactions,
                holder,
                name,
                scopes,
                ["regulator_market"] * (name == "bureau"),
                Terms("CN" * (name == "bureau")),
            )
            for name, (holder, scopes) in CALLERS.items()
        }

    def ask(
        self,
        path: str,
        by: str = "",
        verb: str = "GET",
        body: Any = None,
        drawn: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Any:
        """Ask and record; `by` names the caller. What a `body` of bytes says goes in as it is.

        `drawn` names members of the answer that differ each time, and the words that are recorded for them.
        """
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if by:
            given["Authorization"] = f"Bearer {self.tokens[by]}"
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        kind = given.pop("Content-Type", "application/json" if raw else "")
        answer = self.client.open(
            path,
            base_url=HOST,
            method=verb,
            data=raw or None,
            content_type=kind or None,
            headers={"X-Request-Id": "of-a-test-0001", "Accept": "*/*", "Accept-Language": "en", **given},
        )
        self.answers.append((verb, path.partition("?")[0], answer))
        for member, word in (drawn or {}).items():
            for value in re.findall(f'"{member}":"([^"]+)"', answer.text):
                # A short one could stand in a moment or an amount: it is looked for in its member alone.
                alone = len(value) < SHORT
                self.called[f'"{member}":"{value}"' if alone else value] = (
                    f'"{member}":"{word}"' if alone else word
                )
        name = self._without_drawn(f"{verb} {path} by {by or 'anybody'}")
        while name in self.found:
            name += " again"
        text = self._without_drawn(answer.get_data().decode())
        text = _RULED.sub(r'"\1":"(by these rules)"', text)
        long = len(text) > LONGEST
        said = f"{len(text)} characters, {hashlib.sha256(text.encode()).hexdigest()}" if long else text
        self.found[name] = [answer.status_code, answer.content_type, said]
        return answer

    def _without_drawn(self, text: str) -> str:
        for written, word in self.called.items():
            text = text.replace(written, word)
        return text


def every_answer(platform: Platform) -> Questions:
    """All questions asked; `found` has name → status, media type, and the answer (or length and digest)."""
    asked = Questions(platform)
    for ask in (
        _lots,
        _handovers,
        _log,
        _codes,
        _links,
        _messages,
        _scans,
        _print_runs,
        _evidence,
        _statements,
        _analyses,
    ):
        ask(asked)
    return asked


def _lots(asked: Questions) -> None:
    for lot in _column(asked, "SELECT urn FROM lot ORDER BY urn"):
        path = f"/api/v1/lots/{quote(lot, safe=':/;')}"
        for by in ("", "mill", "bureau"):
            asked.ask(path, by)
            asked.ask(f"{path}/marks", by)
        asked.ask(f"{path}/disposals", "bureau")
        asked.ask(f"{path}/upstream", "bureau")
        asked.ask(f"{path}/downstream", "bureau")
        asked.ask(f"{path}/events", "bureau")
        asked.ask(f"{path}/bundle")
    asked.ask("/api/v1/lots/urn:lot:nobody:1")
    asked.ask(f"/api/v1/lots/{K4}/upstream", "stranger")
    asked.ask(f"/api/v1/lots/{K4}/scope", "bureau")
    asked.ask("/api/v1/status", "bureau")
    asked.ask("/api/v1/status", "mill")
    asked.ask("/healthz")
    asked.ask("/readyz")


def _analyses(asked: Questions) -> None:
    """One that the bureau had made, kept for it and read again."""
    transactions, bureau = asked.platform.transactions, Actor("bureau", BUREAU, REGULATORS, region="CN")
    with transactions.look() as tx:
        known = known_until(tx.connection, tx.origin, tx.now)
    found = Analysis({"name": "of a test", "lot": K4}, {}, known, "demo@000000000000", (), (), {"lots": []})
    kept = keep_analysis(transactions, bureau, found, about=K4)
    for by in ("bureau", "mill"):
        asked.ask("/api/v1/analyses", by)
        asked.ask(f"/api/v1/analyses/{kept.hash}", by)
    month = {"from": "2026-10-01", "to": "2026-10-31"}
    balance = "/api/v1/analyses/mass-balance"
    drawn = {"analysis": "(the hash of its own)"}  # of a rule book, which a new rule changes
    asked.ask(balance, "mill", "POST", month)
    asked.ask(balance, "bureau", "POST", {**month, "region": "31"}, drawn)
    asked.ask(balance, "stranger", "POST", {**month, "firm": MILL})
    source = "/api/v1/analyses/common-source"
    for by in ("bureau", "mill"):
        asked.ask(source, by, "POST", {"failing": [K4]})
    asked.ask(source, "bureau", "POST", {"failing": [K4], "passing": [K4]})
    for by in ("bureau", "mill"):
        asked.ask("/api/v1/analyses/contribution", by, "POST", {"lot": K4})
    asked.ask("/api/v1/analyses/gaps", "mill", "POST", {})
    asked.ask("/api/v1/analyses/gaps", "bureau", "POST", {"firm": MILL})
    timed = {"seconds": "(by the clock)", "analysis": "(the hash of its own)"}
    asked.ask("/api/v1/mock-recalls", "mill", "POST", {"seed": "7"}, timed)
    asked.ask("/api/v1/mock-recalls", "stranger", "POST", {"seed": "7"})
    asked.ask(f"/api/v1/mock-recalls?firm={MILL}", "bureau", drawn=timed)


def _log(asked: Questions) -> None:
    asked.ask("/log/keys", "bureau")
    asked.ask("/log/keys?start=1&end=3", "bureau")
    asked.ask("/.well-known/jwks.json")
    for kid in _column(asked, "SELECT DISTINCT kid FROM signing_key ORDER BY kid"):
        asked.ask(f"/api/v1/keys/{kid}")
    for stmt in _column(asked, "SELECT stmt FROM log_entry ORDER BY idx"):
        asked.ask(f"/api/v1/statements/{stmt}", "bureau")
    asked.ask(f"/api/v1/heads?iss={MILL}&stream=desk-1")
    asked.ask(f"/api/v1/heads?iss={MILL}&stream=desk-1", "mill")
    asked.ask(f"/api/v1/heads?iss={MILL}&stream=none", "mill")
    asked.ask(f"/api/v1/heads?iss={MILL}&stream=none", "stranger")
    asked.ask("/api/v1/feed?limit=5", "bureau")
    asked.ask("/api/v1/feed?after=94", "bureau")
    asked.ask("/api/v1/feed?after=96", "bureau")


def _handovers(asked: Questions) -> None:
    for by in ("mill", "stranger"):
        asked.ask("/api/v1/inbox", by)
    for by in ("bureau", "mill"):
        asked.ask("/api/v1/unanswered", by)
    for by in ("bureau", "mill", "stranger"):
        asked.ask(f"/api/v1/lots/{K4}/orders", by)
    log = asked.platform.transactions.origin
    body = {"log": log, "parties": [MILL, STRANGER], "after": ""}
    asked.ask("/api/v1/feed/addressed", "bureau", "POST", body)
    asked.ask("/api/v1/feed/addressed", "bureau", "POST", {**body, "log": "another.example/log"})


def _codes(asked: Questions) -> None:
    for lot in (K3, K4, made.lot(made.MILL, "K1")):
        asked.ask(f"/api/v1/lots/{lot}/codes", "mill")
    asked.ask("/api/v1/code-ranges/next?count=5", "mill")
    asked.ask("/api/v1/code-ranges/next?count=5&gtin=09521234100010", "mill")
    asked.ask("/api/v1/code-ranges/next?count=0", "mill")
    for number in ("095212341000000010", "095212341000000027"):
        asked.ask(f"/api/v1/containers/{number}", "mill")
    asked.ask("/api/v1/containers/095212341000000027", "stranger")


def _links(asked: Questions) -> None:
    asked.ask("/api/v1/links", "mill")
    asked.ask("/api/v1/links", "bureau")
    for product in ("09521234100010", "09521234100027"):
        asked.ask(f"/api/v1/links?subject=urn:product:{product}", "bureau")
    asked.ask(f"/api/v1/links?subject={MILL}", "mill")
    asked.ask("/.well-known/gs1resolver")
    for code in ("01/09521234100010", "01/09521234100010/10/M20261012A", "01/09521234100010/10/none"):
        asked.ask(f"/api/v1/recall-status/{code}")
        asked.ask(f"/api/v1/signed-links/{code}")
    for query in ("", f"?firm={MILL.rsplit(':', 1)[-1]}", "?gtin=09521234100010", "?before=1"):
        asked.ask(f"/api/v1/recalls{query}")
    asked.ask("/api/v1/recalls/none")
    for query in ("q=%E5%A4%A7%E7%B1%B3", "firm=91310151XN0000442L", "q=9521234100010&after=20"):
        asked.ask(f"/api/v1/search?{query}")
    asked.ask("/api/v1/duty-list")
    for who in ("mill", "bureau"):
        asked.ask("/api/v1/register?from=2026-10-01&to=2026-10-31", who)


def _messages(asked: Questions) -> None:
    asked.ask("/api/v1/complaints", "mill")
    asked.ask("/api/v1/complaints", "bureau")
    asked.ask("/api/v1/complaints?state=answered", "bureau")
    asked.ask("/api/v1/test-wishes", "bureau")
    step = f"/api/v1/complaints/{COMPLAINT}/state"
    asked.ask(step, "mill", "POST", {"state": "forwarded"})
    asked.ask(step, "bureau", "POST", {"state": "forwarded"})
    asked.ask("/api/v1/complaints", "mill")
    asked.ask(step, "mill", "POST", {"state": "answered", "answer": "已换货"})
    asked.ask("/api/v1/complaints", "bureau")
    asked.ask(f"/api/v1/files/{'0' * 64}?report={'A' * 43}", "mill", "PUT", b"%PDF-1.7\n%%EOF\n")


def _scans(asked: Questions) -> None:
    columns = ("id", "code", "lot", "holder", "kind", "level", "reasons", "odds", "scans", "raised_at")
    at = 1792114215180000
    rows = [
        (ALERT, "c1", K3, MILL, "copied", "suspected", "many-devices far-apart", 4321, 40, at),
        (ALERT + 1, "c2", None, None, "diverted", "watch", "outside-sales-region", 0, 1, at),
    ]
    with asked.platform.transactions.begin("test") as tx:
        insert_rows(tx.connection, scan_alert, columns, rows)
    for path in ("/api/v1/scan-alerts", "/api/v1/scan-alerts?limit=1", f"/api/v1/scan-alerts?after={ALERT}"):
        asked.ask(path, "mill")
        asked.ask(path, "bureau")
    asked.ask(f"/api/v1/scan-alerts/{ALERT}/acknowledgement", "mill", "POST")
    asked.ask(f"/api/v1/scan-alerts/{ALERT}/acknowledgement", "stranger", "POST")
    asked.ask(f"/api/v1/scan-alerts/{ALERT}/finding", "bureau", "POST", {"finding": "harmless"})
    asked.ask(f"/api/v1/scan-alerts/{ALERT + 1}/finding", "bureau", "POST", {"finding": "confirmed"})
    asked.ask("/api/v1/scan-alerts?unread=true", "bureau")


def _print_runs(asked: Questions) -> None:
    for batch in ("K1", "K5", "K6"):
        asked.ask(f"/api/v1/lots/{made.lot(made.MILL, batch)}/label?form=json&size=40x30&dpi=203", "mill")
    runs = f"/api/v1/lots/{K4}/print-runs"
    asked.ask(runs, "mill")
    asked.ask(runs, "bureau")
    asked.ask(runs, "stranger")
    asked.ask(f"/api/v1/print-runs/{RUN_OF_K4}", "mill")
    wish = {"form": "csv", "printer": "一号车间"}
    asked.ask(runs, "mill", "POST", wish)
    # another packing of its batch failed: what was printed is read, nothing is printed any more
    asked.ask(runs, "mill", "POST", {**wish, "form": "png", "again": "smudged"})
    asked.ask(f"/api/v1/print-runs/{'0' * 32}", "mill", "DELETE")
    manifest = asked.ask(f"/api/v1/print-runs/{RUN_OF_K4}/manifest", "mill")
    signed = seal(manifest.get_data(), Signer(made.MILL).key, MANIFEST).encode()
    kind = {"Content_Type": "application/jose"}
    asked.ask(f"/api/v1/print-runs/{RUN_OF_K4}/manifest.jws", "mill", "PUT", signed, **kind)
    asked.ask(f"/api/v1/print-runs/{RUN_OF_K4}/manifest.jws", "mill", "PUT", b"a.b.c", **kind)


def _evidence(asked: Questions) -> None:
    given = bundles()
    for name in ("food public urn:lot:91310151XN0000442L:K1 on 13 October", *_of_the_farm(given)):
        asked.ask("/api/v1/verify", "", "POST", given[name])
        asked.ask("/api/v1/evidence", "bureau", "POST", given[name])
    asked.ask("/api/v1/verify", "", "POST", {"format": "none"})


def _statements(asked: Questions) -> None:
    farm, mill = Signer(made.COOPERATIVE, "grower"), Signer(made.MILL, "processor")
    for signer in (farm, mill):
        for seq, prev in _rows(
            asked, "SELECT seq, stmt FROM chain_head WHERE iss = ? AND stream = ?", signer.iss, signer.stream
        ):
            signer.seq, signer.prev = seq, prev
    earlier = END - timedelta(hours=2)
    place = {"name": "二号库", "kind": "warehouse", "region": "310151"}
    drafts = [
        ("master.place", f"urn:place:{made.MILL}-9", place),
        ("food.receipt", made.lot(made.MILL, "R9"), {"lot": "?"}),
    ]
    asked.ask(
        "/api/v1/drafts/check",
        "mill",
        "POST",
        {
            "iss": MILL,
            "drafts": [
                {"typ": typ, "sub": sub, "occurredAt": earlier.isoformat(), "data": data}
                for typ, sub, data in drafts
            ],
        },
    )
    # A statement has a random member, so its name is never the same.
    known = mill.state("master.place", f"urn:place:{made.MILL}-9", place, at=earlier)
    bad = mill.state("food.receipt", made.lot(made.MILL, "R9"), {"lot": "?"}, at=earlier)
    asked.called = {known.statement_id: "(this statement)", bad.statement_id: "(a bad statement)"}
    jose = {"Content_Type": "application/jose+json"}
    path = "/api/v1/statements"
    asked.ask(path, "mill", "POST", known.flattened(), Prefer="wait=0", **jose)
    asked.ask(path, "mill", "POST", bad.flattened(), **jose)
    publish(asked.platform)
    proof = proof_at(asked.platform.transactions, 96, asked.platform.witnesses)
    asked.called[orjson.dumps(proof).decode()] = '"(its proof)"'
    asked.ask(path, "mill", "POST", known.flattened(), **jose)
    lines = b"\n".join(orjson.dumps(one.flattened()) for one in (known, bad))
    for mode in ("all", "each"):
        asked.ask(f"{path}?mode={mode}", "mill", "POST", lines, Content_Type="application/jsonl")
    asked.ask(f"{path}?mode=all", "mill", "POST", lines.partition(b"\n")[0], Content_Type="application/jsonl")


def _of_the_farm(given: Any) -> Iterator[str]:
    return (name for name in sorted(given) if name.startswith("agri public") and ":H" in name)


def _rows(asked: Questions, sql: str, *values: object) -> list[Any]:
    with asked.platform.transactions.look() as tx:
        return list(select(tx.connection, sql, values))


def _column(asked: Questions, sql: str) -> list[str]:
    return [row[0] for row in _rows(asked, sql)]


__all__ = ["Questions", "every_answer"]
