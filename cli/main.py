"""`./greentrace`: every command, in the order in which a newcomer meets them."""

from __future__ import annotations

import errno
import sys
from typing import Any, NoReturn

import click

from cli.client.http import Problem
from cli.late_commands import LateCommands
from cli.speaking import SpokenContext, language, remember, spoken, told_of
from cli.tied import tie_to_starter
from trace.errors import Refusal
from trace.wording import LOCALES, say

_OF_SYSTEM = {
    errno.ENOENT: "missing", errno.EACCES: "denied", errno.EPERM: "denied", errno.EISDIR: "a-folder",
    errno.ENOTDIR: "not-a-folder", errno.EEXIST: "exists", errno.ENOSPC: "full", errno.EDQUOT: "full",
}  # fmt: skip


class Commands(LateCommands):
    """The commands, with refusals told as sentences instead of tracebacks."""

    def make_context(self, *args: Any, **how: Any) -> click.Context:
        try:
            return super().make_context(*args, **how)
        except click.ClickException as refused:  # what cannot be read of the words before the command
            raise spoken(refused) from refused

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except click.ClickException as refused:
            raise spoken(refused) from refused
        except (click.exceptions.Exit, click.Abort):  # Click's own ways out
            raise
        except Refusal as refusal:
            _refuse(refusal)
        except Problem as problem:
            click.echo(str(problem), err=True)
            sys.exit(1)
        except OSError as error:  # a folder that is not there, a port that is taken, a full disk
            click.echo(_words_of(error), err=True)
            sys.exit(1)
        except Exception as error:  # a database on a full disk; any other is a defect and stays loud
            # Here, since it brings the database's drivers, which most commands do without.
            from trace.platform.storage_faults import refusal_behind

            behind = refusal_behind(error)
            if behind is None:
                raise
            _refuse(behind)


def _words_of(error: OSError) -> str:
    """What the operating system would not do; its own words where there are no better ones."""
    key = _OF_SYSTEM.get(error.errno or 0)
    if key is not None and error.filename:
        return say(language(), f"system.{key}", path=error.filename)
    if key == "full":  # told by a write, which knows no name
        return say(language(), "system.full-somewhere")
    told = [str(part) for part in (error.filename, error.strerror) if part]
    return ": ".join(told) or str(error)


def _refuse(refusal: Refusal) -> NoReturn:
    click.echo(told_of(refusal, language()), err=True)
    click.echo(f"[{refusal.code}]", err=True)  # by which docs/problems.md names it, in every language
    sys.exit(1)


_COMMANDS = {
    "demo": "cli.demo.command:demo",
    "setup": "cli.setup.command:setup",
    "init": "cli.setting_up:init",
    "migrate": "cli.setting_up:migrate",
    "upgrade": "cli.audit:upgrade",
    "serve": "cli.serve:serve",
    "witness": "cli.serve:witness",
    "simulate": "cli.serve:simulate",
    "status": "cli.status:status",
    "doctor": "cli.doctor:doctor",
    "backup": "cli.backing_up:backup",
    "restore": "cli.backing_up:restore",
    "new-origin": "cli.backing_up:new_origin",
    "notices": "cli.status:notices",
    "master-key": "cli.master_key:master_key",
    "hold-key": "cli.master_key:hold",
    "token": "cli.tokens:token",
    "codes": "cli.codes:codes",
    "keygen": "cli.keys:keygen",
    "enrol": "cli.keys:enrol",
    "register": "cli.registering:register",
    "sign": "cli.keys:sign",
    "verify": "cli.verify:verify",
    "trace": "cli.tracing:trace_",
    "common-source": "cli.common_source:common_source",
    "warnings": "cli.warnings:warnings",
    "contribution": "cli.contribution:contribution",
    "fcl-scores": "cli.fcl_scores:fcl_scores",
    "verify-link": "cli.verify_link:verify_link_",
    "template": "cli.importing:template",
    "import": "cli.importing:import_",
    "inbox": "cli.answering:inbox",
    "unanswered": "cli.unanswered:unanswered",
    "balance": "cli.balance:balance",
    "gaps": "cli.gaps:gaps",
    "mock-recall": "cli.gaps:mock_recall",
    "confirm": "cli.answering:confirm",
    "refuse": "cli.answering:refuse",
    "correct": "cli.answering:correct",
    "withdraw": "cli.answering:withdraw",
    "notes": "cli.answering:notes",
    "feed": "cli.importing:feed",
    "city": "cli.importing:city",
    "replay": "cli.audit:replay",
    "erase": "cli.erasing:erase",
    "photo": "cli.photos:photo",
    "snapshot": "cli.snapshot:snapshot",
}


@click.group(cls=Commands, late=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(LOCALES), is_eager=True, expose_value=False, callback=remember)
def greentrace() -> None:
    """绿溯：从地块到包装，步步有签名。GreenTrace: from the plot to the pack and back, signed."""


greentrace.context_class = SpokenContext


@greentrace.group(cls=LateCommands, late={"audit": "cli.audit:audit"})
def log() -> None:
    """Examine the append-only log."""


@greentrace.group(cls=LateCommands, late={"first": "cli.account:first"})
def account() -> None:
    """Accounts of people who sign in."""


_DRAW = {name: f"cli.draw:{name}" for name in ("half", "commit", "run", "verify")}


@greentrace.group(cls=LateCommands, late=_DRAW)
def draw() -> None:
    """Random draws of objects and inspectors that anybody draws again."""


_SYSTEMS = {name: f"cli.systems:{name}" for name in ("send", "states")}


@greentrace.group(cls=LateCommands, late=_SYSTEMS)
def systems() -> None:
    """Exchange with the systems of others that the founding documents name."""


@greentrace.group(cls=LateCommands, late={"show": "cli.edition:show", "begin": "cli.edition:begin"})
def edition() -> None:
    """The edition of a log: which doors a new record meets."""


def main(argv: list[str] | None = None) -> None:
    """Run one command; the exit code says how it went."""
    tie_to_starter()
    greentrace.main(args=argv, prog_name="greentrace")
