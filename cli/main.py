"""`./greentrace`: every command, in the order in which a newcomer meets them."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from cli.audit import audit, replay
from cli.client.http import Problem
from cli.codes import codes
from cli.demo.command import demo
from cli.erasing import erase
from cli.importing import city, feed, import_, template
from cli.keys import enrol, keygen, sign
from cli.printing import print_, verify_manifest
from cli.serve import serve, simulate, witness
from cli.setting_up import init, migrate
from cli.snapshot import snapshot
from cli.tokens import token
from cli.verify import verify
from cli.verify_link import verify_link_
from trace.errors import Refusal
from trace.platform.storage_faults import refusal_behind
from trace.wording import say


class Commands(click.Group):
    """Click's group, with refusals told as sentences instead of tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _refuse(refusal)
        except Problem as problem:
            click.echo(str(problem), err=True)
            sys.exit(1)
        except OSError as error:  # a folder that is not there, a port that is taken, a full disk
            told = [str(part) for part in (error.filename, error.strerror) if part]
            click.echo(": ".join(told) or str(error), err=True)
            sys.exit(1)
        except Exception as error:  # a database on a full disk; any other is a defect and stays loud
            behind = refusal_behind(error)
            if behind is None:
                raise
            _refuse(behind)


def _refuse(refusal: Refusal) -> NoReturn:
    parts = (
        say("zh-CN", f"problem.{refusal.code}.{part}", **refusal.params)
        for part in ("title", "detail", "action")
    )
    click.echo(" ".join(parts), err=True)
    click.echo(f"[{refusal}]", err=True)
    sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def greentrace() -> None:
    """GreenTrace 绿溯: from the plot to the pack and back, signed."""


@greentrace.group()
def log() -> None:
    """Examine the append-only log."""


log.add_command(audit)
codes.add_command(print_)
codes.add_command(verify_manifest)
for command in (
    demo,
    init,
    migrate,
    serve,
    witness,
    simulate,
    token,
    codes,
    keygen,
    enrol,
    sign,
    verify,
    verify_link_,
    template,
    import_,
    feed,
    city,
    replay,
    erase,
    snapshot,
):
    greentrace.add_command(command)


def main(argv: list[str] | None = None) -> None:
    """Run one command; the exit code says how it went."""
    greentrace.main(args=argv, prog_name="greentrace")
