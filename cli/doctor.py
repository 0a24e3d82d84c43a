"""`./greentrace doctor`: what is wrong with a platform or a witness, one line each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
import orjson

from cli.client.http import TOKEN
from cli.setting_up import schema_versions
from cli.speaking import lang_option, told_of
from trace.platform.clocks import system_clock
from trace.platform.examination.examine import Asked, examine
from trace.platform.examination.finding import AMISS, UNSURE, WELL, Finding, worst
from trace.wording import say

EXIT: Final = {WELL: 0, AMISS: 1, UNSURE: 3}
SIGNS: Final = {WELL: "✓", UNSURE: "?", AMISS: "✗"}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--token", envvar=TOKEN, default="", help="a token to be tried, such as the administrator's")
@click.option("--public-url", default="", help="the address to be tried, where serve is given another one")
@click.option("--no-network", is_flag=True, help="ask nobody: no witness, no address, no other clock")
@click.option("--json", "as_json", is_flag=True, help="the findings as JSON")
@lang_option
def doctor(data: Path, token: str, public_url: str, no_network: bool, as_json: bool, lang: str) -> None:
    """Look at the platform or the witness in DATA, and around it: one line a finding, nothing is changed.

    Exit code: 0 all well, 1 something is amiss, 3 nothing is, but something could not be looked at.
    """
    wanted, known = schema_versions()
    asked = Asked(wanted, known, token.strip(), public_url, network=not no_network)
    findings = examine(data, asked)
    state = worst(findings)
    if as_json:
        rows = [
            {"check": one.check, "state": one.state, "code": one.code, "params": one.params}
            | {"text": told(one, lang)}
            for one in findings
        ]
        whole = {"at": system_clock().isoformat(timespec="seconds"), "folder": str(data), "state": state}
        sys.stdout.buffer.write(orjson.dumps({**whole, "findings": rows}, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        for one in findings:
            click.echo(f"{SIGNS[one.state]} {say(lang, f'doctor.check.{one.check}')}  {told(one, lang)}")
        counts = {each: sum(one.state == each for one in findings) for each in EXIT}
        click.echo(say(lang, f"doctor.whole.{state}", **counts), err=state != WELL)
    sys.exit(EXIT[state])


def told(finding: Finding, lang: str) -> str:
    """The finding in a sentence or two; a refusal with what to do about it."""
    if finding.refusal is None:
        return say(lang, f"doctor.said.{finding.code}", **finding.params)
    return told_of(finding.refusal, lang, ("detail", "action"))
