"""`./greentrace status` and `notices`: how a platform stands, and what it could not send."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from cli.edition import standing as edition_lines
from cli.speaking import lang_option
from trace.calendar.shanghai import SHANGHAI_TIME, day_of, in_zone
from trace.platform.jobs import channels_of
from trace.platform.notice_texts import notice_text
from trace.platform.opening import open_platform
from trace.usecases.batch_page.recall_status import CLEAR
from trace.usecases.jobs.standing import Standing, read_standing
from trace.usecases.log.read_edition import read_edition
from trace.usecases.messages.send_notices import send_again, send_notices
from trace.wording import say

_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
_LANG = lang_option


@click.command()
@_DATA
@_LANG
def status(data: Path, lang: str) -> None:
    """How the platform in DATA stands: log, edition, jobs, notices, uploads, feeds, tokens.

    The exit code is 1 where somebody should look.
    """
    platform = open_platform(data)
    try:
        standing = read_standing(platform.transactions, platform.witnesses)
        edition = read_edition(platform.transactions)
        missing = [part for part in (platform.missing_part(),) if part not in {None, "witnesses"}]
        channels = [channel.name for channel in channels_of(platform.folder)]
    finally:
        platform.close()
    for line in (*_lines(standing, channels, lang), *edition_lines(edition, lang)):
        click.echo(line)
    named = [*missing, *standing.lagging]
    if named:
        shown = "、".join(say(lang, f"status.part.{part}") for part in named)
        click.echo(say(lang, "status.look", parts=shown), err=True)
        sys.exit(1)
    click.echo(say(lang, "status.well"))


@click.command()
@_DATA
@click.option("--again", is_flag=True, help="try again what was given up")
@_LANG
def notices(data: Path, again: bool, lang: str) -> None:
    """Send the notices of DATA that are due now, on every channel that platform.toml names."""
    platform = open_platform(data)
    try:
        channels = channels_of(platform.folder)
        if again:
            send_again(platform.transactions)
        counted = send_notices(platform.transactions, channels, notice_text)
    finally:
        platform.close()
    if not channels:
        raise click.ClickException(say(lang, "status.no-channel"))
    told = {name: counted.get(name, 0) for name in ("sent", "failed", "dead")}
    click.echo(say(lang, "status.sent-now", **told))


def _lines(standing: Standing, channels: list[str], lang: str) -> list[str]:
    def told(text: str, **values: object) -> str:
        return say(lang, f"status.{text}", **values)

    outbox, uploads = standing.outbox, standing.uploads
    lines = [told("log", size=standing.size, cosigned=standing.cosigned)]
    for job in standing.jobs:
        values = {"kind": job.kind, "done": _moment(job.done_at), "due": _moment(job.due_at)}
        failed = {"attempts": job.attempts, "error": job.error or ""}
        lines.append(told("job-failing", **values, **failed) if job.attempts else told("job", **values))
    shown = "、".join(channels) or "-"
    lines.append(told("outbox", waiting=outbox.waiting, dead=outbox.dead, channels=shown))
    lines += [
        told("dead", channel=one.channel, topic=one.topic, attempts=one.attempts, error=one.error)
        for one in standing.dead
    ]
    if any(uploads.values()):
        lines.append(told("uploads", **uploads))
    if any(standing.documents):
        refused, overdue = standing.documents
        lines.append(told("documents", refused=refused, overdue=overdue))
    lines += _recalls(standing, lang)
    lines += [told("feed", source=source, at=_moment(at)) for source, at in standing.pulls]
    lines += [
        say(lang, "token.ending", holder=one.holder, label=one.label, until=day_of(one.until))
        for one in standing.ending
    ]
    lines += [say(lang, "token.blind", holder=one.holder, label=one.label) for one in standing.blind]
    return lines


def _recalls(standing: Standing, lang: str) -> list[str]:
    """When the list of recalls was last signed, where goods are packed; and what pages show of an old one."""
    recalls, ago = standing.recalls, standing.recalls_ago
    if ago is None:
        return [] if recalls.state == CLEAR else [say(lang, "status.recalls-never")]
    signed = datetime.fromisoformat(recalls.as_of or "")
    told = {"at": _moment(signed), "hours": f"{ago / 3600:.1f}", "limit": recalls.hours}
    ending = "" if recalls.state == CLEAR else f"-{recalls.state}"
    return [say(lang, f"status.recalls{ending}", **told)]


def _moment(moment: datetime | None) -> str:
    return "-" if moment is None else in_zone(moment, SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")
