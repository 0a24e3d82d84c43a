"""Data folders, bundles and printed codes that edition 1 left (tests/fixtures/edition_1), made usable again.

Nothing secret is committed: every key is the SHA-256 of words that the fixture's README names, and is written
into the copy that a test works on.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import MetaData, create_engine

from tests.servers.databases import migrate
from tests.servers.resolving import BROWSER, Asking
from tests.simulators.cosigners import DirectCosigner, DirectSource
from trace.ledger.algorithms import PrivateKey
from trace.ledger.note import COSIGNATURE_V1, NoteSigner
from trace.platform.clocks import DemoClock
from trace.platform.folder import load_folder, write_secret
from trace.platform.opening import Platform
from trace.usecases.witness.cosign_checkpoint import Watched, Witness, open_witness_database
from trace.wording import say, sentences

FIXTURE = Path(__file__).parents[1] / "fixtures" / "edition_1"
SCHEMA = "0005"
"""The migration that was the newest when it was written."""
END = datetime.fromisoformat("2026-10-16T09:31:00+08:00")
"""Just after its last entry: the time at which today's code is asked about it."""
ORIGINS = {
    "food": "trace.example.cn/edition-1/food/demo-clock",
    "agri": "trace.example.cn/edition-1/agri/demo-clock",
}


def secret(words: str) -> bytes:
    """The 32 bytes behind one of the fixture's keys."""
    return hashlib.sha256(f"greentrace edition 1: {words}".encode()).digest()


@cache
def expected(name: str) -> Mapping[str, Any]:
    """Answers that were recorded, or that were later changed on purpose."""
    return dict(orjson.loads((FIXTURE / "expected" / f"{name}.json").read_bytes()))


def unexpected(name: str, found: Mapping[str, Any], folder: Path) -> str:
    """What differs from the recorded answers, in words; "" where nothing does. `folder` gets the new file."""
    due = expected(name)
    lines = []
    for key in [*due, *(found.keys() - due.keys())]:
        was, now = due.get(key), found.get(key)
        if isinstance(was, dict) and isinstance(now, dict):
            same = {part for part in was.keys() & now.keys() if was[part] == now[part]}
            was, now = ({part: one[part] for part in one if part not in same} for one in (was, now))
        if was != now:
            lines.append(f"{key}\n  recorded {_line(was)}\n  now      {_line(now)}")
    if not lines:
        return ""
    rows = [f"{_line(key)}: {_line(answered)}" for key, answered in found.items()]
    written = folder / f"{name}.json"
    written.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    meant = f"if all of it is meant, {written} is the new tests/fixtures/edition_1/expected/{name}.json"
    return "\n".join([*lines, meant])


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def bundles() -> Mapping[str, Any]:
    """Every bundle that was handed out, and tampered ones, by name."""
    return dict(orjson.loads(lzma.decompress((FIXTURE / "bundles.json.xz").read_bytes())))


@cache
def script(role: str) -> str:
    """The SQL that makes a folder's database again as it was, rows and all."""
    return lzma.decompress((FIXTURE / role / "trace.sql.xz").read_bytes()).decode()


@cache
def printed() -> tuple[Mapping[str, Any], ...]:
    """Labels (lot, address, picture) and print runs (lot, list of serials) as they left the press."""
    return tuple(orjson.loads((FIXTURE / "printed" / "index.json").read_bytes()))


@cache
def signed_links() -> tuple[Mapping[str, Any], ...]:
    """Levels of the link list with the signature that was served beside them, and when."""
    return tuple(orjson.loads(lzma.decompress((FIXTURE / "links.json.xz").read_bytes())))


def restored(role: str, into: Path, url: str | None = None) -> Path:
    """A copy of a data folder as edition 1 left it, with its keys, brought to today's schema.

    With `url`, an empty database of another kind, its rows are moved there first.
    """
    path = into / role
    shutil.copytree(FIXTURE / role, path, ignore=shutil.ignore_patterns("*.xz"))
    path.chmod(0o700)
    (path / "keys" / "serials").mkdir(parents=True)
    keys = {
        "log.key": NoteSigner(ORIGINS[role], secret(f"{role} log")).private.encode(),
        "lot.key": secret(f"{role} lots"),
        "links.key": PrivateKey.from_seed(secret(f"{role} links")).to_pem(),
        "serials/0.key": secret(f"{role} serials"),
    }
    for name, content in keys.items():
        write_secret(path / "keys" / name, content)
    DemoClock.create(path / "clock", END)
    database = path / "trace.db"
    with sqlite3.connect(database) as connection:
        connection.executescript(script(role))
    connection.close()
    if url is not None:
        move(database, url)
        replace(load_folder(path), database=url).save()
    migrate(load_folder(path).database_url)
    return path


def move(database: Path, url: str) -> None:
    """Put every row of the SQLite file into an empty database, under the schema of edition 1."""
    migrate(url, SCHEMA)
    target, tables = create_engine(url), MetaData()
    source = sqlite3.connect(database)
    source.row_factory = sqlite3.Row
    with target.begin() as taken:
        tables.reflect(taken)
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            taken.execute(table.delete())
            rows = [dict(row) for row in source.execute(f"SELECT * FROM {table.name}")]
            if rows:
                taken.execute(table.insert(), rows)
    source.close()
    target.dispose()
    database.unlink()


def fresh_witnesses(platform: Platform, folder: Path) -> tuple[DirectCosigner, ...]:
    """The witnesses of edition 1 with their keys and an empty memory: they read the whole log anew."""
    log = NoteSigner(platform.origin, secret(f"{platform.role} log")).verifier
    watched = Watched(log, frozenset(platform.trust.registrars), DirectSource(platform))
    found = []
    for name in ("agri", "market"):
        key = NoteSigner(f"witness.{name}.example.cn/edition-1", secret(f"{name} witness"), COSIGNATURE_V1)
        database = open_witness_database(f"sqlite:///{folder}/witness-{name}.db", platform.transactions.clock)
        found.append(DirectCosigner(Witness(database, key, {platform.origin: watched})))
    return tuple(found)


def answer(web: Asking, path: str) -> dict[str, Any]:
    """What a printed address leads to: for a tool, for a person, and as a list of links."""
    tool = web.get(path, "*/*", accept_language="")
    plain = path.partition("?")[0]
    found: dict[str, Any] = {"status": tool.status, "location": tool.location or None}
    status = web.get(f"/api/v1/recall-status{plain}")
    found["recall"] = status.json.get("state") if status.status == 200 else status.status
    links = web.get(path, "application/linkset+json", accept_language="")
    if links.status == 200:
        levels = links.json["linkset"]
        found["links"] = {level["anchor"]: _links(level) for level in levels}
    target = tool.location.removeprefix("https://id.example.org") if tool.status == 307 else path
    page = web.get(target, BROWSER, accept_language="zh")
    return {**found, "page": {"status": page.status, **_seen(page.body.decode())}}


def _links(level: Mapping[str, Any]) -> dict[str, list[str]]:
    """Link type → addresses."""
    return {
        name.rpartition("/")[2]: [str(link["href"]) for link in links]
        for name, links in level.items()
        if isinstance(links, list) and name != "itemDescription"
    }


def _seen(html: str) -> dict[str, str | None]:
    """The state in the head of a page, and what it says of the digest on the label."""
    title = "".join(re.findall(r"<h1>(.*?)</h1>", html))
    heads = {
        key.split(".")[2] for key in sentences("zh-CN") if re.fullmatch(r"scan\.head\.[a-z-]+\.title", key)
    }
    shown = (one for one in sorted(heads) if title.startswith(say("zh-CN", f"scan.head.{one}.title")))
    labels = [
        one for one in ("matches", "differs", "not-printed") if say("zh-CN", f"scan.label.{one}") in html
    ]
    return {"head": next(shown, None), "label": labels[0] if labels else None}


def judged(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict of either verifier in few words; of a statement only what is out of the ordinary."""
    if "refused" in verdict:
        return dict(verdict)
    failed = [
        f"{one['code']}: {one.get('reason', '')}" for one in verdict["steps"] if one["state"] == "failed"
    ]
    odd: list[str] = []
    for one in verdict["statements"]:
        name = f"{one['log'].split('/')[2]} {one['index']} {one['typ']}"
        failed += [
            f"{name}: {step['code']}: {step.get('reason', '')}"
            for step in one["steps"]
            if step["state"] == "failed"
        ]
        if one["lateness"] not in {"on_time", "no_limit"}:
            odd.append(f"{name}: {one['lateness']} {one.get('lateBy')}")
        if one["anchor"] != "absent":
            odd.append(f"{name}: anchor {one['anchor']}")
    return {
        "ok": verdict["ok"],
        "label": verdict["label"],
        "status": verdict["status"],
        "statements": len(verdict["statements"]),
        "withheld": sum(one["withheld"] for one in verdict["statements"]),
        "failed": failed,
        "odd": odd,
    }
