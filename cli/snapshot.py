"""`./greentrace snapshot`: the market bureau signs, every hour, which lots are under recall."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient, Problem
from cli.client.signing_client import SigningClient
from cli.keys import load_key
from cli.speaking import lang_option
from trace.chain.facts.snapshot import SNAPSHOT, in_parts
from trace.errors import RecallsVanished
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.platform.clocks import clock_of
from trace.wording import say

STREAM: Final = "status"
AT_ONCE: Final = 250
"""Parts in one upload: each takes some 42 KB of the 16 MiB that a platform takes in one group."""
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_SPAN: Final = re.compile(r"([1-9][0-9]{0,4})([smh])")


class _Span(click.ParamType[timedelta]):
    """A time such as 1h, 30m or 45s."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        match = _SPAN.fullmatch(str(value))
        if match is None:
            self.fail(f"{value}: 1h, 30m, 45s …", param, ctx)
        return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


@click.command()
@click.option("--key", "key_path", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--iss", required=True, help="the bureau: urn:uscc:…")
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, default="", help="scopes statements:write, trace:all, a regulator's")
@click.option("--every", type=_Span(), help="again and again, such as 1h; else once")
@click.option("--lifted", is_flag=True, help="sign although lots that were under recall are so no more")
@click.option("--clock", type=click.Path(path_type=Path), help="the demo's clock file (demo only)")
@lang_option
def snapshot(
    key_path: Path,
    iss: str,
    server: str,
    token: str,
    every: timedelta | None,
    lifted: bool,
    clock: Path | None,
    lang: str,
) -> None:
    """Sign which lots are under recall now, and log it: a page then says "no recall as of 14:00".

    The list comes from the platform; what was in it before must still be (kept beside the key), so that a
    platform cannot quietly lift a recall. With --every it goes on until it is ended.
    """
    client = PlatformClient(server, token, lang)
    desk = SigningClient(client, load_key(key_path), iss, STREAM, clock_of(clock))
    kept = key_path.with_suffix(".status.json")

    def once() -> None:
        told = issue(desk, client, kept, clock_of(clock)(), lifted=lifted)
        click.echo(say(lang, "snapshot.done", **told))
        if told["parts"] > 1:
            click.echo(say(lang, "snapshot.parts", parts=told["parts"]))

    if every is None:
        once()
        return
    repeat(once, every, time.sleep)


def repeat(once: Callable[[], None], every: timedelta, wait: Callable[[float], None]) -> None:
    """Do it every so often until the process is ended; a platform that does not answer is asked again."""
    while True:
        begun = time.monotonic()
        try:
            once()
        except Problem as problem:
            if 400 <= problem.status < 500:  # refused for what it says: no better next time
                raise
            click.echo(str(problem), err=True)
        wait(max(every.total_seconds() - (time.monotonic() - begun), 0))


def issue(
    desk: SigningClient, client: PlatformClient, kept: Path | None, now: datetime, *, lifted: bool = False
) -> dict[str, Any]:
    """Ask, compare with what was signed last, sign and log; what the snapshot says.

    Raises `RecallsVanished` when lots left the list and `lifted` does not allow for it; `Problem`.
    """
    as_of = now.replace(microsecond=0)  # the bureau's own time, from before it asked
    found: Mapping[str, Any] = client.get_json("/api/v1/status")
    before = _kept_tags(kept, found["log"])
    gone = before - set(found["recalled"])
    if gone and not lifted:
        raise RecallsVanished(count=len(gone), before=len(before))
    drafts, results = list(drafts_of(desk.iss, found, as_of)), []
    for start in range(0, len(drafts), AT_ONCE):  # these stand or fall together
        results += desk.state(drafts[start : start + AT_ONCE])
    if kept is not None:
        _keep(kept, {"log": found["log"], "recalled": found["recalled"]})
    count, index = len(found["recalled"]), results[-1]["index"]
    return {"at": as_of.isoformat(), "count": count, "index": index, "parts": len(results)}


def drafts_of(iss: str, found: Mapping[str, Any], as_of: datetime) -> Iterator[Draft]:
    """The snapshot, about the log itself; a list that one statement does not hold in parts."""
    same = {"log": found["log"], "size": found["size"], "asOf": as_of.isoformat()}
    if found.get("outputs"):  # an older platform lists no outputs, and says nothing of them
        same["outputs"] = True
    for number, held in enumerate(in_parts(found["recalled"]), 1):
        key = draft_key(iss, STREAM, as_of.isoformat(), *([] if number == 1 else [str(number)]))
        yield Draft(SNAPSHOT.typ, found["log"], as_of, same | held, (), (), RowOrigin(STREAM, ()), key)


def _kept_tags(path: Path | None, log: str) -> set[str]:
    if path is None or not path.exists():
        return set()
    last = orjson.loads(path.read_bytes())
    return set(last["recalled"]) if last["log"] == log else set()


def _keep(path: Path, last: Mapping[str, Any]) -> None:
    """Replace the file at once: a killed process leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(orjson.dumps(last))
    fresh.replace(path)
