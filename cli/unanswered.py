"""`./greentrace unanswered`: what waits for somebody's word in an authority's area, oldest first."""

from __future__ import annotations

from datetime import datetime

import click

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from trace.calendar.shanghai import day_of
from trace.wording import say


@click.command()
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, required=True, help="an authority's token")
@click.option("--party", default="", help="show all that waits for this party")
@lang_option
def unanswered(server: str, token: str, party: str, lang: str) -> None:
    """List claims and hand-overs that nobody has answered, by the firm whose word they wait for."""
    client = PlatformClient(server, token, lang)
    found = client.get_json("/api/v1/unanswered", **({"party": party} if party else {}))
    for firm in found["firms"]:
        who = firm["party"] or say(lang, "unanswered.unknown")
        click.echo(say(lang, "unanswered.firm", party=who, name=firm["name"] or "", count=firm["count"]))
        for one in firm["waiting"]:
            at = day_of(datetime.fromisoformat(one["since"]))
            told = {name: one[name] for name in ("statement", "by", "names", "lot")}
            click.echo(say(lang, f"unanswered.{one['kind']}", at=at, **told, **one["quantity"]))
        if firm["count"] > len(firm["waiting"]):
            click.echo(say(lang, "unanswered.more", count=firm["count"], party=who))
    if not found["firms"]:
        click.echo(say(lang, "unanswered.empty"))
