"""`./greentrace setup`: asks what it has to know, makes the platform, and says what is to be done next."""

from __future__ import annotations

import shlex
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from cli.setup.answers import ANSWERS, HERE, QUESTIONS, SQLITE, Question, Unfit, keep_answers, read_answers
from cli.setup.layout import Layout
from cli.setup.services import new_owner
from cli.setup.steps import Work
from cli.speaking import lang_option, told_of
from trace.errors import FolderUnfit
from trace.platform.folder import SETTINGS, load_folder
from trace.wording import say

_SECONDS: Final = 3.0
WAITING: Final = 3
"""Exit code: what could be made is made, and an answer of somebody else is waited for."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@lang_option
def setup(folder: Path, source: Path | None, lang: str) -> None:
    """Make a working platform in FOLDER: keys, policy, database, witnesses, first records, services.

    It asks; an empty answer takes what stands in brackets. --from reads the answers from a file instead
    (docs/setup.md). Interrupted it goes on where it was; run again it changes nothing.
    """
    folder = folder.absolute()
    if folder.is_dir() and not (folder / ANSWERS).is_file() and any(folder.iterdir()):
        raise FolderUnfit(part=str(folder), reason="not-empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    answers = _answered(folder, source, lang)
    layout = Layout(folder, answers)
    work = Work(layout)
    for done in work.run():
        sign = "✓" if done.changed else "·"
        click.echo(f"{sign} {say(lang, f'setup.step.{done.step}', **done.figures)}")
    keep_answers(folder, {name: value for name, value in answers.items() if name != "database"})
    _tell_what_is_next(layout, work.missing, lang)


def _answered(folder: Path, source: Path | None, lang: str) -> dict[str, str]:
    """Every answer, of before, of the file, or of whoever sits there; kept as they come."""
    before = read_answers(folder / ANSWERS) if (folder / ANSWERS).is_file() else {}
    if (folder / SETTINGS).is_file():
        before["database"] = load_folder(folder).database or SQLITE
    given = {} if source is None else read_answers(source)
    differing = sorted(name for name in given.keys() & before.keys() if _differs(name, given, before))
    if differing:
        raise FolderUnfit(part="、".join(differing), reason="answered-otherwise")
    answers: dict[str, str] = {}
    told = False
    for question in QUESTIONS:
        if not question.asked(answers):
            continue
        if question.name in before and not _is_open(question, before):
            answers[question.name] = before[question.name]
            continue
        if source is not None:
            answers[question.name] = _read_from(source, question, given, answers, lang)
        else:
            if not told:
                click.echo(say(lang, "setup.begin"))
                told = True
            answers[question.name] = _asked(question, answers, lang)
        keep_answers(folder, answers)
    return answers


def _differs(name: str, given: Mapping[str, str], before: Mapping[str, str]) -> bool:
    question = next(one for one in QUESTIONS if one.name == name)
    return (
        not _is_open(question, before)
        and given[name] not in {before[name], ""}
        and (name != "operator" or before[name].rsplit(":", 1)[-1] != given[name].upper())
    )


def _is_open(question: Question, before: Mapping[str, str]) -> bool:
    """Whether an answer may still come: the key of a witness elsewhere."""
    return question.name.endswith("-vkey") and before.get(question.name) == "later"


def _read_from(
    source: Path, question: Question, given: Mapping[str, str], answers: Mapping[str, str], lang: str
) -> str:
    text = given.get(question.name) or question.default(answers)
    try:
        return question.read(text, answers)
    except Unfit as unfit:
        said = say(
            lang, "setup.in-file", file=source.name, name=question.name, why=_why(question, unfit, lang)
        )
        raise click.ClickException(said) from None


def _asked(question: Question, answers: Mapping[str, str], lang: str) -> str:
    """Ask until the answer can be; an empty one is the default."""
    default = question.default(answers)
    shown = f" [{default}]" if default else ""
    while True:
        text = click.prompt(
            f"{say(lang, f'setup.ask.{question.name}')}{shown}", default="", show_default=False
        )
        try:
            return question.read(str(text).strip() or default, answers)
        except Unfit as unfit:
            click.echo(f"  {_why(question, unfit, lang)}", err=True)


def _why(question: Question, unfit: Unfit, lang: str) -> str:
    if unfit.refusal is None:
        return say(lang, f"setup.unfit.{unfit.reason}", question=question.name)
    return told_of(unfit.refusal, lang, ("detail", "action"))


def _to_start(layout: Layout) -> Iterator[str]:
    """A line for each process of this machine, to copy."""
    for one in layout.here:
        yield f"\n  ./greentrace witness --data {shlex.quote(str(one.path))} --port {one.port}"
    port = layout.answers["port"]
    yield f"\n  ./greentrace serve --data {shlex.quote(str(layout.data))} --port {port}"


def _is_found(host: str) -> bool:
    """Whether the name is found from here: asked once, and not for long, as nothing is served there yet."""
    found: list[object] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return bool(found)


def _tell_what_is_next(layout: Layout, missing: list[str], lang: str) -> None:
    for away in layout.elsewhere:
        click.echo(
            say(
                lang,
                "setup.next.witness",
                name=away.name,
                folder=str(layout.to_send / f"witness-{away.name}"),
            )
        )
    if layout.answers["registrar"] != HERE:
        click.echo(say(lang, "setup.next.registrar", folder=str(layout.to_send / "registrar")))
    elif layout.here:
        click.echo(say(lang, "setup.next.trial"))
    if missing:
        click.echo(say(lang, "setup.next.waiting", names=missing, folder=str(layout.data)), err=True)
        sys.exit(WAITING)
    url = layout.answers["public-url"]
    if not _is_found(str(urlsplit(url).hostname)):
        click.echo(say(lang, "setup.next.address", url=url))
    kind = layout.answers["services"]
    told = {"folder": shlex.quote(str(layout.services)), "commands": "".join(_to_start(layout))}
    owner = new_owner(layout)
    if owner:
        click.echo(say(lang, f"setup.next.owner-{kind}", owner=owner, folders=_folders(layout)))
    click.echo(say(lang, f"setup.next.{kind}", **told))
    click.echo(say(lang, "setup.next.look", command=_doctor(layout)))


def _folders(layout: Layout) -> str:
    """What the services write, to copy; what belongs to the registrar is none of it."""
    paths = (layout.data, layout.backups, *(one.path for one in layout.here))
    return " ".join(shlex.quote(str(path)) for path in paths)


def _doctor(layout: Layout) -> str:
    """The call that sees what the services see: as their user, or inside."""
    asked = f"./greentrace doctor --data {shlex.quote(str(layout.data))}"
    match layout.answers["services"]:
        case "systemd":
            return f"sudo -u {layout.answers['user']} {asked}"
        case "compose":
            file = shlex.quote(str(layout.services / "compose.yaml"))
            return f"docker compose -f {file} exec platform python greentrace doctor --data /data"
    return asked
