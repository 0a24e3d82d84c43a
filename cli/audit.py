"""`./greentrace log audit` and `replay`: whether the log is whole, and the tables its image."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from trace.platform.opening import open_platform
from trace.usecases.intake.replay_log import replay as replay_log
from trace.usecases.log.audit_log import audit_log
from trace.wording import say

_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)


@click.command()
@_DATA
@click.option("--json", "as_json", is_flag=True, help="the report as JSON")
def audit(data: Path, as_json: bool) -> None:
    """Recompute every leaf, tile, root, chain and signature of the log in DATA; exits 1 on any finding."""
    platform = open_platform(data)
    report = audit_log(
        platform.transactions,
        platform.trust.policies[0],
        frozenset(platform.trust.registrars),
        platform.lot_key,
    )
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        click.echo(say("zh-CN", "audit.sound" if report.sound else "audit.unsound", **report.counts()))
        for finding in report.findings:
            click.echo("  " + say("zh-CN", f"audit.finding.{finding.code}", **finding.params))
    sys.exit(0 if report.sound else 1)


@click.command()
@_DATA
def replay(data: Path) -> None:
    """Delete every projection in DATA, rebuild it from the log and compare; exits 1 if anything differs."""
    report = replay_log(open_platform(data).transactions)
    document = {
        "equal": report.equal,
        "entries": report.entries,
        "evidence": report.evidence,
        "differing": [str(name) for name in report.differing],
        "diverged": [
            {"log": one.origin, "index": one.index, "why": str(one.refusal)} for one in report.diverged
        ],
        "tables": {
            str(name): {"rows": rows, "sha256": digest} for name, (rows, digest) in report.after.items()
        },
    }
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.exit(0 if report.equal else 1)
