"""`./greentrace draw …`: a random draw that anybody can draw again (双随机)."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click
import orjson

from cli.speaking import language
from trace.errors import Refusal
from trace.ledger.canonical import JsonValue
from trace.oversight.draw import HALF, LIMIT, METHOD, Plan, commitment, verify_draw
from trace.oversight.draw import draw as drawn_from
from trace.oversight.draws_in_log import DrawSeen, require_in_log
from trace.platform.opening import open_platform
from trace.usecases.supervision.draws import every_draw, result_hash
from trace.wording import say

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("half")
@click.argument("out", type=_OUT)
def half(out: Path) -> None:
    """Make a department's half of the seed in OUT, and print the commitment to it."""
    secret = secrets.token_bytes(HALF)
    _new(out, (secret.hex() + "\n").encode())
    out.chmod(0o600)
    click.echo(say(language(), "draw.half", commitment=commitment(secret), file=out))


@click.command("commit")
@click.argument("source", type=_FILE)
@click.option("--half", "halves", multiple=True, required=True)
@click.option("--out", type=_OUT, required=True)
def commit(source: Path, halves: tuple[str, ...], out: Path) -> None:
    """Freeze the lists of SOURCE with the commitments of the departments, and print the hash to publish."""
    plan = Plan.read({"method": METHOD, "recused": [], **_read(source), "commitments": dict(_named(halves))})
    _new(out, orjson.dumps(plan.document(), option=orjson.OPT_INDENT_2))
    click.echo(say(language(), "draw.published", hash=plan.hash))


@click.command("run")
@click.argument("plan_path", metavar="PLAN", type=_FILE)
@click.option("--half", "halves", multiple=True, required=True)
@click.option("--out", type=_OUT, required=True)
def run(plan_path: Path, halves: tuple[str, ...], out: Path) -> None:
    """Draw from PLAN with both halves of the seed; OUT is the result to publish."""
    plan = Plan.read(_read(plan_path))
    result = drawn_from(plan, {name: _secret(Path(path)) for name, path in _named(halves).items()})
    _new(out, orjson.dumps(result, option=orjson.OPT_INDENT_2))
    rest = len(plan.objects) - plan.take
    click.echo(say(language(), "draw.drawn", count=plan.take, rest=rest, file=out))


@click.command("verify")
@click.argument("result", type=_FILE)
@click.option("--published")
@click.option("--data", type=click.Path(path_type=Path, exists=True))
def verify(result: Path, published: str | None, data: Path | None) -> None:
    """Draw RESULT again from its plan and halves: exits 0 if it is the same, 1 if not.

    With the folder DATA also by the log: when it was committed to, and how often the same was begun.
    """
    told, document = language(), _read(result)
    try:
        plan = verify_draw(document, published)
        seen = _in_log(data, document, plan) if data is not None else None
    except Refusal as refusal:
        for part in ("title", "detail", "action"):
            click.echo(say(told, f"problem.{refusal.code}.{part}", **refusal.params))
        sys.exit(1)
    click.echo(say(told, "draw.holds", count=plan.take, hash=plan.hash))
    if seen is not None:
        click.echo(say(told, f"draw.log.{seen.state}", at=seen.at.isoformat(), statement=seen.statement))
        click.echo(
            say(told, "draw.log.attempts", attempt=seen.attempt, attempts=seen.attempts, shared=seen.shared)
        )
    elif published is None:
        click.echo(say(told, "draw.unpublished"))


def _in_log(folder: Path, document: Mapping[str, JsonValue], plan: Plan) -> DrawSeen:
    with closing(open_platform(folder)) as platform:
        draws = every_draw(platform.transactions)
    return require_in_log(draws, plan.hash, result_hash(document))


def _read(path: Path) -> dict[str, JsonValue]:
    if path.stat().st_size <= LIMIT:
        try:
            value = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError:
            value = None
        if isinstance(value, dict):
            return value
    raise click.ClickException(say(language(), "draw.unreadable", file=path))


def _named(halves: tuple[str, ...]) -> Mapping[str, str]:
    """Department -> what stands behind its `=`."""
    for one in halves:
        if "=" not in one:
            raise click.ClickException(say(language(), "draw.half-named", found=one))
    return {name: value for name, _, value in (one.partition("=") for one in halves)}


def _secret(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace").strip() if path.stat().st_size < 1024 else ""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise click.ClickException(say(language(), "draw.half-unreadable", file=path)) from None


def _new(out: Path, content: bytes) -> None:
    if out.exists():
        raise click.ClickException(say(language(), "draw.exists", found=out))
    out.write_bytes(content)
