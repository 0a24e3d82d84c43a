"""Import and exchange commands: workbook, template, link table, the farm's feed, uploads to the city."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from cli.client.amending import correction
from cli.client.http import TOKEN, Problem
from cli.client.journal import ChangedRow
from cli.client.signing_client import SigningClient
from cli.seat import Seat, seated
from cli.speaking import language
from cli.telling import place_of, told, unfound
from trace.errors import Refusal
from trace.errors.tables import RowRepeated
from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.draft import Draft
from trace.exchange.farm import read_farm_file
from trace.exchange.farm.addressed import AddressedFeed
from trace.exchange.links import csv_template, read_links, xlsx_template
from trace.exchange.workbook import Amendment, CellError, annotate, read_workbook, write_template
from trace.platform.opening import open_platform
from trace.usecases.city.upload_to_city import send_to_city
from trace.usecases.inbox.pull_addressed import pull_addressed
from trace.usecases.intake.import_file_drop import take_files
from trace.usecases.intake.pull_feed import pull_address
from trace.wording import say

_WORKBOOK = "workbook"


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--links", is_flag=True, help="the table of links instead (.xlsx or .csv)")
def template(out: Path, links: bool) -> None:
    """Write the one Excel template to OUT."""
    wanted = (".xlsx", ".csv") if links else (".xlsx",)
    if out.suffix.lower() not in wanted:
        told = say(language(), "enrol.ending", wanted=" / ".join(wanted), found=out)
        raise click.ClickException(told)
    if links:
        body = csv_template() if out.suffix.lower() == ".csv" else xlsx_template()
    else:
        with NamedTemporaryFile(suffix=".xlsx") as made:
            write_template(made.name)
            body = Path(made.name).read_bytes()
    out.write_bytes(body)
    click.echo(str(out))


class Imports(click.Group):
    """`import FILE` takes a workbook; other tables have a word of their own before the file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_WORKBOOK, *args]
        return super().parse_args(ctx, args)


@click.group("import", cls=Imports)
def import_() -> None:
    """Import a file: a workbook (`import FILE`) or a table of links (`import links FILE`)."""


@import_.command(_WORKBOOK)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--note", "notes", multiple=True, help="the code of a delivery note that came with the goods")
@click.option("--check", is_flag=True, help="say what would be stated; sign and send nothing")
@seated
def import_workbook(file: Path, notes: tuple[str, ...], check: bool, seat: Seat) -> None:
    """Import the workbook FILE: read, check against the platform, sign, upload.

    Nothing is signed unless every row is sound and the platform would take all of them. Importing the same
    file again adds nothing. A receipt whose row names its supplier takes up that supplier's open hand-over
    where exactly one fits.
    """
    at_hand = [DeliveryNote.parse(note) for note in notes]
    if check:
        found = check_import(seat.desk(), file, seat.lang, at_hand)
        click.echo(say(seat.lang, "import.checked", file=file.name, **found))
        return
    stated = run_import(seat.desk(), file, seat.lang, sys.stderr.isatty(), at_hand)
    click.echo(say(seat.lang, "import.done", file=file.name, **stated))


@import_.command("links")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@seated
def import_links(file: Path, seat: Seat) -> None:
    """Import the table of links FILE (XLSX or CSV): each row a change, signed with the organisation's key.

    Nothing is signed unless every row is sound and the platform would take all of them.
    """
    drafts, errors = read_links(file, seat.iss)
    if errors:
        _tell_faults(errors, seat.lang)
        sys.exit(1)
    stated = state_drafts(seat.desk(), drafts, file.name, seat.lang, sys.stderr.isatty())
    click.echo(say(seat.lang, "import.done", file=file.name, **stated))


def run_import(
    desk: SigningClient, file: Path, lang: str, bar: bool, notes: Sequence[DeliveryNote] = ()
) -> dict[str, int]:
    """Import one workbook at a desk; returns how many rows were stated and how many were known.

    Raises SystemExit(1) after telling every fault with sheet, row and column; an annotated copy is written.
    """
    return state_drafts(desk, _read(desk, file, lang), file.name, lang, bar, notes)


def check_import(
    desk: SigningClient, file: Path, lang: str, notes: Sequence[DeliveryNote] = ()
) -> dict[str, int]:
    """What importing a workbook would state, and what of it is known; nothing is signed and nothing sent.

    Raises SystemExit(1) as importing does.
    """
    drafts = _read(desk, file, lang)
    fresh = _fresh(desk, drafts, lang, notes)
    _tell_handovers(desk, fresh, lang)
    return {"new": len(fresh), "known": len(drafts) - len(fresh)}


def _read(desk: SigningClient, file: Path, lang: str) -> list[Draft]:
    """What the rows of a workbook state; SystemExit(1) after every fault was told."""
    book = read_workbook(file, issuer=desk.iss)
    if book.errors:
        _tell_faults(book.errors, lang)
        copy = file.with_name(f"{file.stem}-批注.xlsx")
        annotate(file, book.errors, copy, lambda error: _said(error, lang))
        click.echo(say(lang, "import.annotated", file=copy.name), err=True)
        sys.exit(1)
    return [*_amendments(desk, book.amendments, lang), *book.drafts]


def _amendments(desk: SigningClient, wanted: Sequence[Amendment], lang: str) -> list[Draft]:
    """The corrections that rows of 更正 ask for, each of the record as it is; SystemExit(1) on a fault."""
    made, count, first = list[Draft](), 0, dict[object, Amendment]()
    for one in wanted:
        try:
            draft = correction(desk, one)
            made.append(draft)
            before = first.setdefault(draft.data["amends"], one)
            if before is not one:  # by another of its names: the second would undo what the first puts right
                raise RowRepeated(key=one.record, first=before.origin.rows[0])
        except (Problem, Refusal) as failure:
            if isinstance(failure, Problem) and failure.status not in {0, 404}:
                raise
            count += 1
            click.echo(unfound(one, failure, lang), err=True)
    if count:
        click.echo(say(lang, "import.nothing-stored", count=count), err=True)
        sys.exit(1)
    return made


def state_drafts(
    desk: SigningClient,
    drafts: Sequence[Draft],
    name: str,
    lang: str,
    bar: bool,
    notes: Sequence[DeliveryNote] = (),
) -> dict[str, int]:
    """Check, sign and upload what is new among `drafts`; counts of rows stated and known before.

    Raises SystemExit(1) when the platform would refuse one of them; nothing is signed then.
    """
    resumed = desk.resume()
    fresh = _fresh(desk, drafts, lang, notes)
    if not fresh:
        return {"stated": resumed, "known": len(drafts) - resumed}
    _tell_handovers(desk, fresh, lang)
    with click.progressbar(length=len(fresh), label=name, file=sys.stderr, hidden=not bar) as shown:
        desk.state(fresh, lambda done, total: shown.update(done - shown.pos))
    written = {desk.handovers.secrets[draft.key] for draft in fresh if draft.key in desk.handovers.secrets}
    for note in desk.notes():
        if note.secret in written:
            click.echo(say(lang, "import.note", lines=note.lines, note=note.text()))
    return {"stated": len(fresh) + resumed, "known": len(drafts) - len(fresh) - resumed}


def _fresh(
    desk: SigningClient, drafts: Sequence[Draft], lang: str, notes: Sequence[DeliveryNote]
) -> tuple[Draft, ...]:
    """Those that nobody has stated and the platform would take; SystemExit(1) where it refuses one."""
    try:
        fresh = desk.fresh(drafts)
    except ChangedRow as changed:
        click.echo(say(lang, "import.changed", **_where(changed.draft)), err=True)
        sys.exit(1)
    if not fresh:
        return ()
    desk.handovers.take_up(fresh, notes)
    return _checked(desk, fresh, lang)


def _tell_handovers(desk: SigningClient, drafts: Sequence[Draft], lang: str) -> None:
    """Name, before anything is signed, whose hand-over each receipt takes up, and where that is unsure."""
    for draft in drafts:
        opened = desk.handovers.opened.get(draft.key)
        if opened is not None:
            told = {"shipper": opened.shipper_name, "lot": opened.lot, **_where(draft)}
            click.echo(say(lang, "import.takes-up", **told), err=True)
        elif draft.key in desk.handovers.unsure:
            count = desk.handovers.unsure[draft.key]
            click.echo(say(lang, "import.unsure", count=count, **_where(draft)), err=True)


def _checked(desk: SigningClient, drafts: Sequence[Draft], lang: str) -> tuple[Draft, ...]:
    """The drafts that are new to the platform; raises SystemExit(1) when it would refuse one of them.

    What it knows already, from another device, is left out first: numbers of codes follow one another.
    """
    desk.allocate(drafts)
    results = desk.check(drafts)
    new = tuple(desk.know(drafts, results))
    if 0 < len(new) < len(drafts):
        return _checked(desk, new, lang)
    refused = [
        (draft, one["problem"]) for draft, one in zip(drafts, results, strict=True) if "problem" in one
    ]
    if not refused:
        return new
    for draft, problem in refused:
        click.echo(told(draft, problem, lang), err=True)
    click.echo(say(lang, "import.nothing-stored", count=len(refused)), err=True)
    sys.exit(1)


def _where(draft: Draft) -> dict[str, str]:
    return {"sheet": draft.origin.sheet, "rows": ", ".join(str(row) for row in draft.origin.rows)}


def _tell_faults(errors: Sequence[CellError], lang: str) -> None:
    for error in errors:
        where = place_of(error, lang)
        click.echo(f"{where}: {_said(error, lang)}" if where else _said(error, lang), err=True)
    click.echo(say(lang, "import.nothing-stored", count=len(errors)), err=True)


def _said(error: CellError, lang: str) -> str:
    return " ".join(
        say(lang, f"problem.{error.code}.{part}", **error.params) for part in ("detail", "action")
    )


@click.group()
def feed() -> None:
    """Carry farms' statements over from the agricultural platform."""


@feed.command("pull")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--source", required=True, help="address of the agricultural platform")
@click.option("--token", envvar=TOKEN, default="")
@click.option("--addressed", default="", help="a token to ask what is addressed to this platform's parties")
def pull(data: Path, source: str, token: str, addressed: str) -> None:
    """Fetch what is new since the last pull, verify it again, keep its bytes."""
    with closing(open_platform(data)) as platform:
        platform.ensure_guarded()
        taken = pull_address(platform.evidence, source, token)
        click.echo(say(language(), "feed.done", **taken))
        if addressed:
            found = pull_addressed(platform.transactions, AddressedFeed(source, token=addressed), source)
            click.echo(say(language(), "feed.addressed", count=found))


@feed.command("drop")
@click.argument("place", type=click.Path(path_type=Path, exists=True))
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
def drop(place: Path, data: Path) -> None:
    """Take signed statements and bundles from PLACE, a file or a folder of JSON Lines.

    Reading goes on where it ended last time. Rows of tables are unsigned: use `feed sign` for them.
    """
    platform = open_platform(data)
    try:
        platform.ensure_guarded()
        platform.start()
        taken, notices = take_files(platform.evidence, platform.acceptance, place)
    finally:
        platform.close()
    click.echo(say(language(), "feed.dropped", **taken))
    for notice in notices:
        click.echo(f"  {notice.where}: {notice.kind} {dict(notice.params)}", err=True)


@feed.command("sign")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@seated
def sign_table(file: Path, seat: Seat) -> None:
    """Sign and upload a farm's table FILE (CSV or XLSX in the terms of NY/T 4712)."""
    drafts, errors = read_farm_file(file, seat.iss)
    if errors:
        _tell_faults(errors, seat.lang)
        sys.exit(1)
    stated = state_drafts(seat.desk(), drafts, file.name, seat.lang, sys.stderr.isatty())
    click.echo(say(seat.lang, "import.done", file=file.name, **stated))


@click.group()
def city() -> None:
    """Uploads to the city platform."""


@city.command("send")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--failed", is_flag=True, help="send again what was refused or gave up")
def send(data: Path, failed: bool) -> None:
    """Send what is due; `--failed` sends everything that failed once more."""
    with closing(open_platform(data)) as platform:
        sent = send_to_city(platform.transactions, platform.folder.neighbours, again=failed)
    click.echo(say(language(), "city.done", **sent))


__all__ = ["Problem", "city", "feed", "import_", "run_import", "template"]
