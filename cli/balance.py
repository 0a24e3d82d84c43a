"""`./greentrace balance`: the mass balance of a firm or a region, as lines and as its document."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from trace.wording import say


@click.command()
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, required=True, help="the firm's token, or an authority's")
@click.option("--firm", default="", help="urn of the firm; without it and --region, one's own")
@click.option("--region", default="", help="every firm of a region of one's area")
@click.option("--from", "first", required=True, help="first day, YYYY-MM-DD")
@click.option("--to", "last", required=True, help="last day, YYYY-MM-DD")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write the document there")
@lang_option
def balance(
    server: str, token: str, firm: str, region: str, first: str, last: str, out: Path | None, lang: str
) -> None:
    """Balance what came in against what went out: batches, certified goods, licence, plots, pairs."""
    client = PlatformClient(server, token, lang)
    asked = {"from": first, "to": last, **({"region": region} if region else {})}
    body = orjson.dumps({**asked, **({"firm": firm} if firm else {})})
    kept = client.post("/api/v1/analyses/mass-balance", body, "application/json")
    found = kept["answer"]
    for line in found.get("firms") or [{"firm": kept["question"]["firm"], **found}]:
        click.echo(say(lang, "balance.firm", firm=line["firm"], count=len(line["excesses"])))
        for one in line["excesses"]:
            click.echo(_line(one, lang))
    document = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)  # the very bytes: the form is canonical
    if out is not None:
        out.write_bytes(document)
    digest = hashlib.sha256(document).hexdigest()
    click.echo(say(lang, "balance.known", arrival=kept["arrival"], at=kept["asOf"], hash=digest))


def _line(one: dict[str, Any], lang: str) -> str:
    told = {name: f"{one[name]['value']} {one[name]['unit']}" for name in ("allowed", "stated", "excess")}
    what = one.get("lot") or one.get("licence") or one.get("plots") or f"{one['seller']} → {one['buyer']}"
    state, level = say(lang, f"balance.state.{one['state']}"), say(lang, f"balance.level.{one['level']}")
    why = say(lang, f"balance.why.{one['why']}") if "why" in one else ""
    line = say(lang, "balance.excess", state=state, level=level, what=what, **told)
    return f"{line} {why}".rstrip()
