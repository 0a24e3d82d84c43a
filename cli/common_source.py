"""`./greentrace common-source`: what failing batches share that passing ones do not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option
from cli.tracing import OPERATOR
from trace.identity.typed import typed, visible
from trace.wording import say

_SHOWN = 5
"""Lots of a class that are named each; the whole list stands in the document."""


@click.command("common-source")
@click.option("--failing", multiple=True, required=True, help="a lot that failed; repeatable")
@click.option("--passing", multiple=True, help="a lot that passed; repeatable")
@click.option(
    "--kill-step", "kill_steps", multiple=True, help="a lot whose treatment ends the hazard; repeatable"
)
@click.option("--ignore-time", is_flag=True, help="follow every link, whatever its times say")
@click.option("--ignore-disputed", is_flag=True, help="leave disputed links out")
@click.option("--certain-only", is_flag=True, help="leave out claims and links that stand no longer")
@click.option("--json", "as_json", is_flag=True, help="the whole document instead of the table")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="a data folder")
@click.option("--server", envvar=SERVER, help="address of the platform, instead of a data folder")
@click.option("--token", envvar=TOKEN, default="", help="an authority's token; scope trace:all")
@lang_option
def common_source(
    *,
    failing: tuple[str, ...],
    passing: tuple[str, ...],
    kill_steps: tuple[str, ...],
    ignore_time: bool,
    ignore_disputed: bool,
    certain_only: bool,
    as_json: bool,
    data: Path | None,
    server: str | None,
    token: str,
    lang: str,
) -> None:
    """Find what failing lots share that passing ones do not, and which lot to test first."""
    if (data is None) == (server is None):
        raise click.UsageError("--data or --server")
    lots = [[typed(lot) for lot in some] for some in (failing, passing, kill_steps)]
    if data is not None:
        reading = {
            "ignore_time": ignore_time,
            "ignore_disputed": ignore_disputed,
            "certain_only": certain_only,
        }
        found = _from_folder(data, lots, reading)
    else:
        asked = {"failing": lots[0], "passing": lots[1], "killSteps": lots[2], "ignoreTime": ignore_time}
        asked |= {"ignoreDisputed": ignore_disputed, "certainOnly": certain_only}
        client, route = PlatformClient(str(server), token, lang), "/api/v1/analyses/common-source"
        told = client.post(route, orjson.dumps(asked), "application/json")
        found = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)  # the very bytes of its hash
    if as_json:
        sys.stdout.buffer.write(found)
    else:
        click.echo(visible("\n".join(_told(orjson.loads(found)["answer"], lang))))


def _from_folder(data: Path, lots: Sequence[Sequence[str]], reading: Mapping[str, Any]) -> bytes:
    # Here, since they bring the database's drivers, which HTTP does without.
    from trace.platform.opening import open_platform
    from trace.usecases.analyses.common_source import SourceReading, find_common_source

    failing, passing, killed = lots
    platform = open_platform(data)
    try:
        chosen = SourceReading(kill_steps=killed, **reading)
        return find_common_source(platform.transactions, OPERATOR, failing, passing, chosen).document
    finally:
        platform.close()


def _told(answer: Mapping[str, Any], lang: str) -> Iterator[str]:
    for number, one in enumerate(answer["classes"], 1):
        standing = say(lang, f"source.standing.{one['standing']}")
        shown = {name: _percent(one[name], lang) for name in ("coverage", "specificity", "posterior")}
        figures = {"p": f"{float(Fraction(one['p'])):.3g}", "q": f"{float(Fraction(one['q'])):.3g}"}
        lift = f"{float(Fraction(one['lift'])):.3g}"
        yield say(
            lang, "source.class", number=number, standing=standing, lots=len(one["lots"]),
            holders=one["holders"], cases=len(one["cases"]), controls=len(one["controls"]), lift=lift,
            **shown, **figures,
        )  # fmt: skip
        for lot in one["lots"][:_SHOWN]:
            yield f"    {lot['lot']}  {lot['productName']}  {lot['holder'] or ''}"
        if len(one["lots"]) > _SHOWN:
            yield "    " + say(lang, "source.more", count=len(one["lots"]) - _SHOWN)
    if answer["unknownSource"] is not None:
        yield say(lang, "source.unknown", chance=_percent(answer["unknownSource"], lang))
    for one in answer["testFirst"]:
        yield say(lang, "source.test", lot=one["lot"], bits=one["bitsAdded"], left=one["available"]["value"])
    for caveat in answer["caveats"]:
        yield "· " + say(lang, f"source.caveat.{caveat}")


def _percent(number: str | None, lang: str) -> str:
    return say(lang, "source.none") if number is None else f"{float(Fraction(number)) * 100:.1f} %"
