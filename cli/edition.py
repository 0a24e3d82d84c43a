"""`./greentrace edition`: which doors a log's new records meet, and the beginning of the next ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from cli.client.finding import log_of
from cli.client.http import Problem
from cli.seat import Seat, seated
from cli.speaking import lang_option
from trace.chain.editions import DOORS
from trace.chain.facts.editions import EDITION
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.platform.opening import open_platform
from trace.usecases.log.read_edition import EditionOfLog, read_edition
from trace.wording import say


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@lang_option
def show(data: Path, lang: str) -> None:
    """Say which edition the log in DATA is in, what the next one refuses, and what of that stands already."""
    platform = open_platform(data)
    try:
        found = read_edition(platform.transactions)
    finally:
        platform.close()
    for line in standing(found, lang):
        click.echo(line)
    if found.due is not None:
        for line in _doors(found.due, lang, found.refused):
            click.echo(line)


@click.command()
@click.argument("number", type=click.IntRange(2, 999))
@click.option("--yes", is_flag=True, help="begin it without asking")
@seated
def begin(number: int, yes: bool, seat: Seat) -> None:
    """Begin edition NUMBER of a platform's log: what follows enters by its doors.

    Signed by a registrar, or by a registered key of the role `platform`. What the log holds stays valid.
    """
    desk = seat.desk()
    origin = log_of(desk.client) or ""
    data = {"log": origin, "edition": number}
    draft = Draft(
        EDITION.typ, origin, desk.now(), data, (), (), RowOrigin("", ()),
        draft_key(seat.iss, EDITION.typ, origin, str(number)),
    )  # fmt: skip
    (tried,) = desk.check([draft])
    if "problem" in tried:
        raise Problem(int(tried["problem"]["status"]), tried["problem"])
    for line in _doors(number, seat.lang):
        click.echo(line)
    click.echo(say(seat.lang, "edition.lasting"))
    if not yes:
        click.confirm(say(seat.lang, "edition.ask", log=origin, edition=number), abort=True)
    (done,) = desk.state([draft])
    click.echo(say(seat.lang, "edition.done", log=origin, index=done["index"], edition=number))


def standing(found: EditionOfLog, lang: str) -> Iterator[str]:
    """The edition that the log is in, those begun in it, and whether another may be."""
    yield say(lang, "edition.now", log=found.origin, size=found.size, edition=found.number)
    for index, number in found.begun:
        yield say(lang, "edition.begun", edition=number, index=index)
    if found.due is None:
        yield say(lang, "edition.newest")
    else:
        yield say(lang, "edition.due", edition=found.due)


def _doors(number: int, lang: str, refused: Mapping[str, int] | None = None) -> Iterator[str]:
    """What an edition refuses; those doors that entries of before would have met, with their number."""
    yield say(lang, "edition.doors", edition=number)
    for code in DOORS.get(number, ()):
        count = (refused or {}).get(code, 0)
        told = {"title": say(lang, f"problem.{code}.title"), "code": code, "count": count}
        yield say(lang, f"edition.{'admitted' if count else 'door'}", **told)
