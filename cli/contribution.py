"""`./greentrace contribution`: how much of a lot is in all made of it and at every consignee."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from cli.tracing import OPERATOR
from trace.identity.typed import typed, visible
from trace.wording import say

_WORK = 2_000_000_000
"""Who has the folder in hand may wait some minutes where a server may not (`TraceLimits.work`)."""


@click.command("contribution")
@click.argument("lot")
@click.option("--json", "as_json", is_flag=True, help="the whole document instead of the table")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="a data folder")
@click.option("--server", envvar=SERVER, help="address of the platform, instead of a data folder")
@click.option("--token", envvar=TOKEN, default="", help="an authority's token; scope trace:all")
@lang_option
def contribution(
    lot: str, *, as_json: bool, data: Path | None, server: str | None, token: str, lang: str
) -> None:
    """Say how much of LOT is in everything made of it and at every consignee, and what it was made of."""
    if (data is None) == (server is None):
        raise click.UsageError("--data or --server")
    if data is not None:
        found = _from_folder(data, typed(lot))
    else:
        client, route = PlatformClient(str(server), token, lang), "/api/v1/analyses/contribution"
        told = client.post(route, orjson.dumps({"lot": typed(lot)}), "application/json")
        found = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)  # the very bytes of its hash
    if as_json:
        sys.stdout.buffer.write(found)
    else:
        click.echo(visible("\n".join(_told(orjson.loads(found)["answer"], lang))))


def _from_folder(data: Path, lot: str) -> bytes:
    # Here, since they bring the database's drivers, which HTTP does without.
    from trace.platform.opening import open_platform
    from trace.usecases.analyses.contribution import find_contribution

    platform = open_platform(data)
    try:
        return find_contribution(platform.transactions, OPERATOR, lot, _WORK).document
    finally:
        platform.close()


def _told(answer: Mapping[str, Any], lang: str) -> Iterator[str]:
    for member, known in (("sources", "sourcesKnown"), ("lots", "lotsKnown")):
        yield say(lang, f"contribution.{member}")
        if not answer[known]:
            yield "  " + say(lang, "contribution.unknown")
        for one in answer[member]:
            figures = f"{_percent(one['share']):>12}  {_amount(one['part']):>16}"
            yield f"  {figures}  {one['lot']}  {one['productName']}"
    yield say(lang, "contribution.consignees")
    for one in answer["consignees"]:
        sent = f"{one['sent']['value']} {one['sent']['unit']}"
        who = one["name"] or one["receiver"] or say(lang, "contribution.nobody")
        unmixed = say(lang, "contribution.unmixed", amount=_amount(one["unmixed"]))
        yield f"  {_amount(one['part']):>16}  {say(lang, 'contribution.of', sent=sent)}  {unmixed}  {who}"


def _percent(share: Mapping[str, str]) -> str:
    low, high = share["lowPercent"], share["highPercent"]
    return f"{low} %" if share["low"] == share["high"] else f"{low}–{high} %"


def _amount(part: Mapping[str, Any]) -> str:
    low, high = part["about"]
    return f"{low} {part['unit']}" if part["low"] == part["high"] else f"{low}–{high} {part['unit']}"
