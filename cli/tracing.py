"""`./greentrace trace`: a lot traced back, or forward, out of a data folder or over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from cli.tables import trace_table
from trace.identity.typed import typed
from trace.parties import COUNTRY, REGULATOR_MARKET, Actor

OPERATOR: Final = Actor("operator", None, frozenset({REGULATOR_MARKET}), region=COUNTRY)
"""Who has the data folder in hand sees all that is in it."""


class _Moment(click.ParamType[datetime]):
    """A moment with its offset, such as 2026-10-05T08:00:00+08:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value}: 2026-10-05T08:00:00+08:00", param, ctx)
        return moment


@click.command("trace")
@click.argument("lot")
@click.option(
    "--down", is_flag=True, help="forward, to everything that may contain it; else back to its sources"
)
@click.option("--ignore-time", is_flag=True, help="follow every link, whatever its times say")
@click.option("--ignore-disputed", is_flag=True, help="leave disputed links out")
@click.option(
    "--kill-step", "kill_steps", multiple=True, help="a lot whose treatment ends the hazard; repeatable"
)
@click.option("--since", type=_Moment(), help="down: not contaminated before; up: not interested in later")
@click.option("--json", "as_json", is_flag=True, help="the whole document instead of the table")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="a data folder")
@click.option("--server", envvar=SERVER, help="address of the platform, instead of a data folder")
@click.option("--token", envvar=TOKEN, default="", help="one's own token; scope trace:own or trace:all")
@lang_option
def trace_(
    lot: str,
    *,
    down: bool,
    ignore_time: bool,
    ignore_disputed: bool,
    kill_steps: tuple[str, ...],
    since: datetime | None,
    as_json: bool,
    data: Path | None,
    server: str | None,
    token: str,
    lang: str,
) -> None:
    """Trace LOT (urn:lot:…): what it was made of, or with --down where it went.

    The table says of every lot how much, which share, by whose word (both sides, one side, disputed, lapsed)
    and what time left out; --json prints the document with every record that it rests on.
    """
    lot = typed(lot)
    if (data is None) == (server is None):
        raise click.UsageError("--data or --server")
    direction = "downstream" if down else "upstream"
    if data is not None:
        reading = {"ignore_time": ignore_time, "kill_steps": kill_steps, "since": since}
        document = _from_folder(data, lot, direction, reading, ignore_disputed=ignore_disputed)
    else:
        query: list[tuple[str, str]] = [("killSteps", one) for one in kill_steps]
        query += [("ignoreTime", "true")] if ignore_time else []
        query += [("ignoreDisputed", "true")] if ignore_disputed else []
        query += [("since", since.isoformat())] if since is not None else []
        client = PlatformClient(str(server), token, lang)
        document = client.get_json(f"/api/v1/lots/{quote(lot, safe=':')}/{direction}", query)
    if as_json or "lots" not in document:  # a visitor's trace is regions and days, and no table
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        click.echo(trace_table(document, lang))


def _from_folder(
    data: Path, lot: str, direction: str, reading: Mapping[str, Any], *, ignore_disputed: bool
) -> Mapping[str, Any]:
    # Here, since they bring the database's drivers, which HTTP does without.
    from trace.platform.opening import open_platform
    from trace.usecases.lots.trace_lineage import Reading, trace_lineage

    platform = open_platform(data)
    try:
        members = trace_lineage(
            platform.transactions,
            lot,
            direction,
            OPERATOR,
            reading=Reading(**reading),
            ignore_disputed=ignore_disputed,
        )
        told = {name: _whole(value) for name, value in members}
        document: dict[str, Any] = orjson.loads(orjson.dumps(told, default=dict))
        return document
    finally:
        platform.close()


def _whole(value: object) -> object:
    plain = isinstance(value, (str, bytes, int, float, list, tuple, dict)) or value is None
    return value if plain else list(value)  # type: ignore[call-overload]  # the long members are iterators
