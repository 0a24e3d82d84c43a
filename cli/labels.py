"""`./greentrace codes label` and `preview`: a pack's label as a printer takes it, or to look at first."""

from __future__ import annotations

import base64
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

import click

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.desktop import has_desktop
from cli.speaking import lang_option
from trace.labels.captions import LANGUAGES
from trace.labels.formats import FORMATS
from trace.wording import say

_RULER_MM: Final = 50
_CSS: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:8mm;background:#e9ece9;color:#111}"
    ".paper{background:#fff;box-shadow:0 1px 4px #0006;display:block;image-rendering:pixelated}"
    ".ruler{width:50mm;border:solid #111;border-width:0 1px 1px;height:3mm;margin:4mm 0}"
    "@media print{body{margin:0;background:#fff}p,ul,h1,.ruler{display:none}.paper{box-shadow:none}}"
)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What both commands take."""
    for option in reversed((
        click.option("--size", default="60x40", show_default=True, help=", ".join(FORMATS)),
        click.option("--dpi", type=click.Choice(["203", "300", "600"]), help="of the printer"),
        click.option("--dots", type=click.IntRange(1, 60), help="printer dots a module; else as many as fit"),
        click.option("--copies", type=click.IntRange(0, 2000), default=0,
                     help="0: all that is left of the sheet"),
        click.option("--start", type=click.IntRange(1, 100), default=1, show_default=True,
                     help="first label's place on a sheet of which some are used"),
        click.option("--marks/--no-marks", default=True, help="short lines to cut a sheet by"),
        click.option("--captions", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True,
                     help="language of the captions"),
        click.option("--serial", help="the label of one item code again, to replace a damaged one"),
        click.option("--server", envvar=SERVER, required=True, help="address of the platform"),
        click.option("--token", envvar=TOKEN, default="", help="a token with labels:print"),
        lang_option,
    )):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("lot")
@click.option("--form", type=click.Choice(["pdf", "zpl", "svg", "png"]), default="pdf", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="file to write")
@_options
def label(lot: str, form: str, out: Path, **given: Any) -> None:
    """Fetch the label of LOT into a file: pdf for sheets, zpl for a printer, svg or png of the symbol."""
    lang = given["lang"]
    content, headers = _asked(lot, form, given)
    out.write_bytes(content)
    click.echo(say(lang, "printing.label", file=str(out)))
    for warning in _warnings(headers, lang):
        click.echo(f"⚠ {warning}", err=True)


@click.command()
@click.argument("lot")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default="label.html", show_default=True,
    help="page to write",
)  # fmt: skip
@click.option("--open/--no-open", "shown", default=True, help="open it in the browser")
@_options
def preview(lot: str, out: Path, shown: bool, **given: Any) -> None:
    """Show the label of LOT at true size before anything is printed: the sheet, or a roll's dots (--dpi)."""
    lang, sheet = given["lang"], FORMATS.get(given["size"])
    of_dots = sheet is not None and sheet.is_roll and given["dpi"] is not None
    content, headers = _asked(lot, "zpl" if of_dots else "pdf", {**given, "preview": "true"})
    size = sheet.page if sheet is not None else (0, 0)
    page = _page(content, headers["Content-Type"], size, list(_warnings(headers, lang)), lang)
    out.write_text(page, "utf-8")
    click.echo(say(lang, "printing.preview", file=str(out)))
    if shown and has_desktop():
        webbrowser.open(out.resolve().as_uri())


def _asked(lot: str, form: str, given: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
    client = PlatformClient(given["server"], given["token"], given["lang"])
    query = {
        "form": form,
        "marks": str(given["marks"]).lower(),
        "lang": given["captions"],
        **{name: str(given[name]) for name in ("size", "copies", "start")},
        **{name: str(given[name]) for name in ("dpi", "dots", "serial", "preview") if given.get(name)},
    }
    return client.get_file(f"/api/v1/lots/{quote(lot, safe=':')}/label?{urlencode(query)}")


def _warnings(headers: Mapping[str, str], lang: str) -> Iterator[str]:
    """The platform's `Label-Warning` headers in words."""
    for warning in filter(None, headers.get("Label-Warning", "").split(", ")):
        slug, *figures = warning.split("; ")
        params = dict(figure.split("=", 1) for figure in figures)
        said = {
            name.removesuffix("*"): unquote(value.partition("''")[2]) if name.endswith("*") else value
            for name, value in params.items()
        }
        yield say(lang, f"label-warning.{slug}", **said)


def _page(content: bytes, kind: str, size: tuple[Any, Any], warnings: list[str], lang: str) -> str:
    """A page of one picture in mm, with a ruler to hold against the screen; it asks nothing of any server."""
    picture = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    told = "".join(f"<li>{escape(warning)}</li>" for warning in warnings)
    title, scale = say(lang, "printing.preview-title"), say(lang, "printing.preview-scale", mm=_RULER_MM)
    style = f"width:{size[0]}mm;height:{size[1]}mm"
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{_CSS}</style>"
        f"<h1>{title}</h1><p>{scale}</p><div class=ruler></div>{f'<ul>{told}</ul>' if told else ''}"
        f'<img class=paper alt="{title}" style="{style}" src="{picture}"></html>\n'
    )
