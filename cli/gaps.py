"""`./greentrace gaps` and `./greentrace mock-recall`: where a firm's records do not close, and its drills."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from trace.identity.typed import typed, visible
from trace.wording import say

_DRAWN = "/api/v1/mock-recalls"


@click.command("gaps")
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, required=True, help="the firm's token, or an authority's")
@click.option("--firm", default="", help="urn of the firm; without it, one's own")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write the document there")
@lang_option
def gaps(server: str, token: str, firm: str, out: Path | None, lang: str) -> None:
    """List where a firm's records lack somebody's word or contradict each other, and what clears each.

    Asked with an authority's token it is a request that the firm sees.
    """
    client = PlatformClient(server, token, lang)
    body = orjson.dumps({"firm": typed(firm)} if firm else {})
    kept = client.post("/api/v1/analyses/gaps", body, "application/json")
    found = kept["answer"]["gaps"]
    click.echo(say(lang, "gaps.count", firm=kept["question"]["firm"], count=len(found)))
    for one in found:
        click.echo(visible(_line(one, lang)))
    document = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)  # the very bytes: the form is canonical
    if out is not None:
        out.write_bytes(document)
    digest = hashlib.sha256(document).hexdigest()
    click.echo(say(lang, "balance.known", arrival=kept["arrival"], at=kept["asOf"], hash=digest))


def _line(one: dict[str, Any], lang: str) -> str:
    doubt = say(lang, "balance.state.doubt") if one["doubt"] else ""
    what, clears = say(lang, f"gaps.kind.{one['kind']}"), say(lang, f"gaps.clears.{one['clears']}")
    line = say(lang, "gaps.line", rule=one["rule"], lot=one["lot"], what=what, doubt=doubt, clears=clears)
    return f"{line}  {' '.join(one['records'])}"


@click.command("mock-recall")
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, required=True, help="the firm's token, or an authority's")
@click.option("--firm", default="", help="urn of the firm; without it, one's own")
@click.option("--lot", default="", help="this lot instead of one drawn by chance")
@click.option("--seed", default="", help="draw the same lot again")
@click.option("--trend", is_flag=True, help="draw nothing: list the mock recalls so far")
@lang_option
def mock_recall(server: str, token: str, firm: str, lot: str, seed: str, trend: bool, lang: str) -> None:
    """Draw a finished lot by chance and time how long it takes to find where all of it went.

    Nothing is recalled and nobody is told; the result is kept with its seed.
    """
    client = PlatformClient(server, token, lang)
    if trend:
        asked = {"firm": typed(firm)} if firm else {}
        rows = client.get_json(_DRAWN, (), **asked)["mockRecalls"]
    else:
        given = {"firm": typed(firm), "lot": typed(lot), "seed": seed}
        body = orjson.dumps({name: value for name, value in given.items() if value})
        rows = [client.post(_DRAWN, body, "application/json")]
    for one in rows:
        click.echo(visible(_drawn(one, lang)))


def _drawn(one: dict[str, Any], lang: str) -> str:
    figures = one["figures"]
    return say(
        lang, "mock-recall.line", at=one["at"], lot=one["lot"], seconds=one["seconds"], lots=figures["lots"],
        deliveries=figures["deliveries"], contact=figures["withContact"], seed=one["seed"],
        hash=one["analysis"],
    )  # fmt: skip
