"""The language of the command line: help, usage and arguments that are refused, in Chinese or English."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

import click
from click.formatting import HelpFormatter

from cli.examples import EXAMPLES
from trace.errors import Refusal
from trace.wording import DEFAULT, LOCALES, has, say

SETTING: Final = "GREENTRACE_LANG"
"""The language, where `--lang` before the command does not say it."""
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The system's own, in the order in which POSIX reads them."""
_META: Final = "greentrace.lang"
_HEADINGS: Final = {"Options": "options", "Commands": "commands", "Arguments": "arguments"}
_PATH: Final = "greentrace_path"
_HELP: Final = "Show this message and exit."


def language(ctx: click.Context | None = None) -> str:
    """What to speak: as said on the command line, else as set, else Chinese."""
    here = ctx or click.get_current_context(silent=True)
    said = "" if here is None else here.meta.get(_META, "")
    found = said or os.environ.get(SETTING, "")
    return found if found in LOCALES else _of_system()


def _of_system() -> str:
    """English where the system speaks English, Chinese everywhere else."""
    spoken_there = next(filter(None, map(os.environ.get, _LOCALE)), "")
    return "en" if spoken_there.startswith("en") else DEFAULT


def heard(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    """What a command speaks: as said behind it, else as said before it, or as the system does."""
    remember(ctx, _, value)
    return language(ctx)


lang_option = click.option("--lang", type=click.Choice(LOCALES), callback=heard, is_eager=True)
"""`--lang` of a command that says much; it may also stand before the command."""


def remember(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep the language that was asked for."""
    if value:
        ctx.meta[_META] = value


class Formatter(HelpFormatter):
    """Click's, in the language of the command line."""

    lang = DEFAULT

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, say(self.lang, "command-line.usage") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        key = _HEADINGS.get(heading)
        super().write_heading(heading if key is None else say(self.lang, f"command-line.{key}"))

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _told(self.lang, text)) for name, text in rows], col_max, col_spacing)


class SpokenContext(click.Context):
    """Click's, with our formatter."""

    def make_formatter(self) -> HelpFormatter:
        """One that speaks the language of this call."""
        made = Formatter(width=self.terminal_width, max_width=self.max_content_width)
        made.lang = language(self)
        return made

    def get_help(self) -> str:
        """The command's help in the language of this call: `--lang` behind it may have changed that."""
        path = self.command.__dict__.get(_PATH)
        if path is not None:
            worded(self.command, path, language(self))
        return super().get_help()


def _told(lang: str, text: str) -> str:
    if text == _HELP:
        return say(lang, "command-line.help")
    known = {"required": "required", "default: ": "default"}
    return re.sub(
        r"(?<=[\[ ])(required|default: )(?=[^\[]*\]$)",
        lambda found: say(lang, f"command-line.{known[found[1]]}"),
        text,
    )


def worded(command: click.Command, path: str, lang: str) -> click.Command:
    """The command with its help in a language; `path` is its name, below others with hyphens."""
    command.context_class = SpokenContext
    command.__dict__[_PATH] = path
    kept: dict[str, Any] = command.__dict__.setdefault("greentrace_help", {"help": command.help or ""})
    first = kept["help"].strip().partition("\n\n")[0]
    if has(lang, f"command.{path}"):
        first = say(lang, f"command.{path}")
        command.short_help = first
    more = say(lang, f"command-more.{path}") if has(lang, f"command-more.{path}") else ""
    command.help = f"{first}\n\n{more}".strip()
    if path in EXAMPLES:
        lines = "\n".join(f"  ./greentrace {example}" for example in EXAMPLES[path])
        command.epilog = f"\b\n{say(lang, 'command-line.examples')}:\n{lines}"
    for option in command.params:
        if isinstance(option, click.Option) and option.name:
            option.help = _of_option(option, path, lang, kept.setdefault(option.name, option.help))
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            worded(inner, f"{path}-{name}", lang)
    return command


def _of_option(option: click.Option, path: str, lang: str, said: str | None) -> str | None:
    """What an option means to this command, else to all; in English the code's own words stand between."""
    name = max(option.opts, key=len).removeprefix("--")
    own, shared = f"option-of.{path}.{name}", f"option.{name}"
    if has(lang, own):
        return say(lang, own)
    return say(lang, shared) if has(lang, shared) and (lang == DEFAULT or not said) else said


def told_of(refusal: Refusal, lang: str, parts: Sequence[str] = ("title", "detail", "action")) -> str:
    """A refusal in sentences, with the advice that fits its reason where that of its code would not."""
    key = f"problem.{refusal.code}"
    advice = f"advice.{refusal.code}.{refusal.params.get('reason', '')}"
    keys = [advice if part == "action" and has(lang, advice) else f"{key}.{part}" for part in parts]
    return " ".join(say(lang, each, **refusal.params) for each in keys)


class Spoken(click.ClickException):
    """What click refuses, said in Chinese; its way out and exit code are the same."""

    def __init__(self, refused: click.ClickException) -> None:
        super().__init__(_said(refused))
        self.ctx: click.Context | None = getattr(refused, "ctx", None)

    def show(self, file: IO[Any] | None = None) -> None:
        lines = [f"{say(DEFAULT, 'command-line.error')}{self.message}"]
        if self.ctx is not None:
            told = say(DEFAULT, "command-line.try-help", command=self.ctx.command_path)
            lines = [self.ctx.get_usage(), told, "", *lines]
        click.echo("\n".join(lines), file=file, err=file is None)


class SpokenUsage(Spoken):
    """Of words that make no call."""

    exit_code = click.UsageError.exit_code


def spoken(refused: click.ClickException) -> click.ClickException:
    """The refusal in the language of the command line."""
    if isinstance(refused, Spoken) or language(getattr(refused, "ctx", None)) != DEFAULT:
        return refused
    return (SpokenUsage if isinstance(refused, click.UsageError) else Spoken)(refused)


def _said(refused: click.ClickException) -> str:
    match refused:
        case click.MissingParameter(param=param) if param is not None:
            return say(DEFAULT, "command-line.missing", name=_name(param))
        case click.NoSuchOption(option_name=name):
            return " ".join(
                [say(DEFAULT, "command-line.no-option", name=name), *_perhaps(refused.possibilities)]
            )
        case click.BadParameter(param=param) if param is not None:
            return _of_value(refused, param)
        case click.UsageError() if found := re.match(r"No such command '([^']*)'", refused.message):
            near = re.findall(r"'([^']*)'", refused.message)[1:]
            return " ".join([say(DEFAULT, "command-line.no-command", name=found[1]), *_perhaps(near)])
        case click.UsageError() if found := re.match(
            r"Got unexpected extra arguments? \((.*)\)", refused.message
        ):
            return say(DEFAULT, "command-line.extra", found=found[1])
        case _:
            return refused.format_message()


def _of_value(refused: click.BadParameter, param: click.Parameter) -> str:
    match param.type:
        case click.Choice(choices=choices):
            listed = ", ".join(map(str, choices))
            return say(DEFAULT, "command-line.choice", name=_name(param), choices=listed)
        case click.IntRange(min=least, max=most) if "range" in refused.message:
            return say(DEFAULT, "command-line.between", name=_name(param), least=least, most=most)
        case click.Path() | click.File() if found := re.search(r"'([^']+)'", refused.message):
            return say(DEFAULT, "command-line.not-there", name=_name(param), path=found[1])
        case _:
            return f"{_name(param)}: {refused.message}"


def _name(param: click.Parameter) -> str:
    return param.human_readable_name if isinstance(param, click.Argument) else max(param.opts, key=len)


def _perhaps(names: Sequence[str] | None) -> Iterator[str]:
    if names:
        yield say(DEFAULT, "command-line.perhaps", names=", ".join(names))
