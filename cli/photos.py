"""`./greentrace photo`: make a photograph ready to be signed, upload those of a record, erase one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.speaking import lang_option, language
from trace.wording import say

_TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp"}
_FILE: click.Path = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def photo() -> None:
    """照片 Photographs of products, places and growers: prepare, upload, erase."""


@photo.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--shows", type=click.Choice(["product", "place", "work", "person"]), default="product")
@lang_option
def prepare(files: tuple[Path, ...], shows: str, lang: str) -> None:
    """Write FILE.web.webp beside each: at most 60 KB, upright, without metadata; print its digest.

    What is signed is then byte for byte what is shown. Put the printed member into the record's `photos`.
    """
    from trace.labels.picture import web_picture

    for path in files:
        made = web_picture(path.read_bytes())
        target = path.with_name(f"{path.stem}.web.webp")
        target.write_bytes(made.content)
        size = {"width": made.width, "height": made.height, "bytes": f"{len(made.content):,}"}
        click.echo(say(lang, "photo.prepared", path=target, **size))
        member = {"sha256": hashlib.sha256(made.content).hexdigest(), "shows": shows}
        click.echo(say(lang, "photo.member", member=orjson.dumps(member).decode()))


@photo.command()
@click.argument("statement")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, default="", help="scope statements:write or files:write")
@lang_option
def upload(statement: str, files: tuple[Path, ...], server: str, token: str, lang: str) -> None:
    """Upload the files that the record STATEMENT names by digest."""
    client = PlatformClient(server, token, lang)
    for path in files:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        kind = _TYPES.get(content[:2], "application/octet-stream")
        taken = client.put(f"/api/v1/photos/{digest}?statement={statement}", content, kind)
        click.echo(say(lang, "photo.uploaded", path=path, address=taken["address"]))


@photo.command()
@click.argument("sha256")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def erase(sha256: str, data: Path) -> None:
    """Erase a photograph of a data folder for good. Whoever signed its record: DELETE /api/v1/photos/SHA256.

    Back-ups have to follow (docs/operations.md).
    """
    from trace.platform.opening import open_platform
    from trace.usecases.photos.photo import erase_photo

    platform = open_platform(data)
    try:
        erase_photo(platform.transactions, data, sha256)
    finally:
        platform.close()
    click.echo(say(language(), "photo.erased", sha256=sha256))
