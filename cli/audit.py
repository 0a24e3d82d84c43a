"""`./greentrace log audit`, `replay` and `upgrade`: whether the log is whole, and the tables its image."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click
import orjson

from cli.edition import standing
from cli.occupied import require_free
from cli.setting_up import migrate_folder
from cli.speaking import language
from trace.platform.folder import load_folder
from trace.platform.opening import open_platform
from trace.platform.storage_faults import examine_database
from trace.usecases.intake.replay_log import replay as replay_log
from trace.usecases.log.audit_log import REMARKS, audit_log
from trace.usecases.log.read_edition import read_edition
from trace.wording import say

_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)


@click.command()
@_DATA
@click.option("--json", "as_json", is_flag=True, help="the report as JSON")
def audit(data: Path, as_json: bool) -> None:
    """Recompute the log in DATA and the evidence beside it from their bytes; exits 1 on any finding.

    Leaves, tiles, roots, chains, signatures, columns, times, witness lines, disclosures and gaps.
    """
    with closing(open_platform(data)) as platform:
        report = audit_log(
            platform.transactions,
            platform.trust.policies[0],
            frozenset(platform.trust.registrars),
            platform.lot_key,
            neighbours=platform.trust.policies[1:],
        )
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        click.echo(say(language(), "audit.sound" if report.sound else "audit.unsound", **report.counts()))
        for finding in report.findings:
            click.echo("  " + say(language(), f"audit.finding.{finding.code}", **finding.params))
        for what in REMARKS:
            if count := report.counts()[what]:
                click.echo(say(language(), f"audit.{what}", count=count))
    sys.exit(0 if report.sound else 1)


@click.command()
@_DATA
@click.option("--repair", is_flag=True, help="keep the tables as the log makes them")
def replay(data: Path, repair: bool) -> None:
    """Rebuild every projection in DATA from the log and compare; exits 1 if anything differs.

    The tables stay as they are: a difference is a finding. `--repair` keeps what the log makes.
    """
    with closing(open_platform(data)) as platform:
        report = replay_log(platform.transactions, repair=repair)
    sys.stdout.buffer.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2) + b"\n")
    sys.exit(0 if report.equal else 1)


@click.command()
@_DATA
def upgrade(data: Path) -> None:
    """Bring the database of DATA to this version: newest schema, tables made again from the log, compared.

    Refused while DATA is served: older software would go on writing.

    Prints, table by table, what came out otherwise than the version before had it.
    """
    require_free(data)
    folder = load_folder(data)
    examine_database(folder.database_url, folder.origin)
    migrate_folder(folder)
    platform = open_platform(data)
    report = replay_log(platform.transactions, repair=True)
    found = read_edition(platform.transactions)
    platform.close()
    click.echo(say(language(), "upgrade.done", entries=report.entries, evidence=report.evidence))
    for one in report.differences:
        click.echo("  " + say(language(), "upgrade.table", table=one.table, gone=one.gone, came=one.came))
        for word, row in one.examples:
            click.echo("    " + say(language(), f"upgrade.row.{word}", row=row))
    for noted in report.admitted:
        click.echo(
            "  "
            + say(
                language(),
                "upgrade.admitted",
                log=noted.origin,
                index=noted.index,
                edition=noted.edition,
                refusal=noted.refusal,
            )
        )
    for noted in report.diverged:
        click.echo(
            "  "
            + say(language(), "upgrade.defect", log=noted.origin, index=noted.index, refusal=noted.refusal),
            err=True,
        )
    if not report.differences:
        click.echo("  " + say(language(), "upgrade.equal"))
    for line in standing(found, language()):
        click.echo(line)
    sys.exit(1 if report.diverged else 0)
