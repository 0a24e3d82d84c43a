"""`./greentrace verify`: the verdict on a bundle, without a network and without trusting the bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from cli.speaking import lang_option
from cli.verdict_lines import verdict_lines
from trace.codes.label_digest import label_address
from trace.errors import Refusal
from trace.ledger.bundle import read_bundle, verify_bundle
from trace.platform.clocks import system_clock
from trace.rules import load
from trace.usecases.log.trust import limits_of, load_trust
from trace.wording import has, say


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--policy", type=click.Path(path_type=Path), help="folder with the trusted policy.txt and registrars"
)
@click.option("--label", help="the address printed on the pack (its ?v= names the record)")
@click.option("--json", "as_json", is_flag=True, help="every step and statement as JSON instead")
@lang_option
def verify(file: Path, policy: Path | None, label: str | None, as_json: bool, lang: str) -> None:
    """Verify FILE (.trace.json) and say in ten lines at most what was found.

    Without --policy the verdict is "not verified": the bundle's own policy is never believed.
    """
    bundle, document = _judged(file, policy, None if label is None else label_address(label), lang)
    document["summary"] = say(lang, "verdict.verified" if document["ok"] else "verdict.not-verified")
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        click.echo("\n".join(verdict_lines(document, lang, bundle)))
    sys.exit(0 if document["ok"] else 1)


def _judged(
    file: Path, policy: Path | None, label: str | None, lang: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The bundle's JSON form, and the verdict on it."""
    now = system_clock()  # the verifier's own, to judge freshness only
    try:
        bundle = read_bundle(file.read_bytes())
        verdict = verify_bundle(bundle, load_trust(policy), label, now, limits_of(load(), now.date()))
    except Refusal as refusal:
        return {}, {"ok": False, "error": _told(refusal, lang)}
    document: dict[str, Any] = dict(verdict.as_dict())
    for step in _steps(document):
        parts = (step.get("reason", ""), step["state"])
        key = next((key for part in parts if has(lang, key := f"step.{step['code']}.{part}")), None)
        if key is not None:
            step["text"] = say(lang, key)
    return bundle, document


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [*document["steps"], *(step for one in document["statements"] for step in one["steps"])]


def _told(refusal: Refusal, lang: str) -> dict[str, Any]:
    said = {
        part: say(lang, f"problem.{refusal.code}.{part}", **refusal.params)
        for part in ("title", "detail", "action")
    }
    return {"code": refusal.code, "params": refusal.params, **said}
