"""`./greentrace codes print` and `verify-manifest`: print runs into a folder, resumed, signed, checked.

The folder has the run's files, `run.json` (which run, what has come), and in the end `manifest.json` with its
signature `manifest.jws`. A file appears under its name only when it is whole.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import quote

import click
import orjson

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.keys import load_key
from cli.speaking import lang_option
from trace.errors import NotAuthentic, PartsDiffer, Refusal
from trace.labels.captions import LANGUAGES
from trace.labels.manifest import Manifest
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.sealed import MANIFEST, opened, seal
from trace.wording import say

RUN, PAYLOAD, SIGNED = "run.json", "manifest.json", "manifest.jws"
_NAME: Final = re.compile(r'filename="([A-Za-z0-9.-]+)"')
_LANG = lang_option
_CHUNK: Final = 1 << 20


@dataclass(slots=True)
class Folder:
    """A run's folder: what is known of it stands in `run.json`, written anew after every file."""

    path: Path
    run: str
    parts: dict[str, str]
    """Number of a part -> name of its file."""

    @classmethod
    def opened(cls, path: Path) -> Folder | None:
        known = path / RUN
        if not known.exists():
            return None
        stated = orjson.loads(known.read_bytes())
        return cls(path, stated["run"], dict(stated["parts"]))

    def keep(self, number: int, name: str, content: bytes) -> None:
        _write(self.path / name, content)
        self.parts[str(number)] = name
        self.note()

    def note(self) -> None:
        stated = {"run": self.run, "parts": self.parts}
        _write(self.path / RUN, orjson.dumps(stated, option=orjson.OPT_INDENT_2))

    def has(self, number: int) -> bool:
        name = self.parts.get(str(number))
        return name is not None and (self.path / name).exists()

    def files(self) -> dict[str, tuple[int, str]]:
        """Length and SHA-256 of every file but the three that are not printed."""
        return {
            each.name: _digest(each)
            for each in sorted(self.path.iterdir())
            if each.is_file() and each.name not in {RUN, PAYLOAD, SIGNED} and not each.name.endswith(".new")
        }


@click.command("print")
@click.argument("lot")
@click.option(
    "--form", type=click.Choice(["csv", "png", "svg", "zpl", "pdf"]), default="csv", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder of the run"
)
@click.option("--first", type=click.IntRange(min=0), help="first counter; every code of the lot when absent")
@click.option("--count", type=click.IntRange(min=1), help="how many, with --first")
@click.option("--printer", help="which machine or printing house gets the files; needed for a new run")
@click.option("--size", default="60x40", show_default=True, help="a4-24, a4-12, a4-40, 60x40 or 40x30")
@click.option("--dpi", type=click.Choice(["203", "300", "600"]), default="203", show_default=True)
@click.option("--dots", type=click.IntRange(1, 60), help="printer dots a module; as many as fit when absent")
@click.option("--start", type=click.IntRange(1, 100), default=1, help="first label's place on a used sheet")
@click.option("--marks/--no-marks", default=True, help="short lines to cut a sheet by")
@click.option("--captions", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="their language")
@click.option("--hidden", is_flag=True, help="csv only: a column of codes to print under scratch film")
@click.option("--again", help="why codes that were printed before are printed once more")
@click.option("--resume", is_flag=True, help="go on with the run in --out")
@click.option("--run", help="go on with the run of this number, in a new folder")
@click.option("--key", type=click.Path(path_type=Path, exists=True), help="signs the manifest")
@click.option("--server", envvar=SERVER, required=True, help="address of the platform")
@click.option("--token", envvar=TOKEN, default="", help="a token with labels:print")
@_LANG
def print_(lot: str, out: Path, resume: bool, run: str | None, key: Path | None, **given: Any) -> None:
    """Print the item codes of LOT into a folder.

    After a break the same command with --resume fetches only what is missing; files come out byte for byte
    the same. Every file is checked against the manifest, which is signed with --key and kept by the platform.
    """
    lang, client = given["lang"], PlatformClient(given["server"], given["token"], given["lang"])
    folder = _folder(client, lot, out, resume, run, given)
    _fetch(client, folder, lang)
    payload = client.get(f"/api/v1/print-runs/{folder.run}/manifest")
    _write(out / PAYLOAD, payload)
    _require_sound(Manifest(payload, ""), folder, lang)
    click.echo(say(lang, "printing.done", folder=str(out), **_figures(payload)))
    _sign(client, folder, payload, None if key is None else load_key(key), lang)


@click.command("verify-manifest")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--server", envvar=SERVER, help="platform that knows the enterprise's keys")
@click.option(
    "--jwks", type=click.Path(path_type=Path, exists=True), help="the enterprise's public keys (JWKS)"
)
@_LANG
def verify_manifest(folder: Path, server: str | None, jwks: Path | None, lang: str) -> None:
    """Check the files in FOLDER against their manifest, and whose signature it bears.

    Exits 0 when every file is the manifest's and the signature holds, else 1.
    """
    if not (folder / PAYLOAD).exists():
        _fail(lang, "printing.no-manifest", folder=str(folder))
    payload = (folder / PAYLOAD).read_bytes()
    _require_sound(Manifest(payload, ""), Folder(folder, "", {}), lang)
    stated = orjson.loads(payload)
    click.echo(
        say(lang, "printing.sound", printer=stated["printer"], at=stated["madeAt"], **_figures(payload))
    )
    if not (folder / SIGNED).exists():
        _fail(lang, "printing.unsigned")
    if server is None and jwks is None:
        _fail(lang, "printing.signature-unchecked")
    try:
        sealed = opened((folder / SIGNED).read_text("ascii"), MANIFEST)
        if sealed.payload != payload:
            raise NotAuthentic(kid=sealed.kid)
        sealed.verify(_key(sealed.kid, stated["holder"], server, jwks))
    except Refusal:
        _fail(lang, "printing.signature-wrong")
    click.echo(say(lang, "printing.signed-by", kid=sealed.kid, holder=stated["holder"]))


def _folder(
    client: PlatformClient, lot: str, out: Path, resume: bool, run: str | None, given: Mapping[str, Any]
) -> Folder:
    """The folder of the run to fetch: the one that is there, that of `run`, or a new run's."""
    known = Folder.opened(out)
    if known is not None:
        if not resume:
            _fail(given["lang"], "printing.other-run", folder=str(out), run=known.run)
        return known
    if run is None:
        run = _asked(client, lot, given)
    out.mkdir(parents=True, exist_ok=True)
    folder = Folder(out, run, {})
    folder.note()
    return folder


def _asked(client: PlatformClient, lot: str, given: Mapping[str, Any]) -> str:
    if not given["printer"]:
        raise click.UsageError("--printer …")
    if (given["first"] is None) != (given["count"] is None):
        raise click.UsageError("--first … --count …")
    wish: dict[str, Any] = {
        name: given[name]
        for name in ("form", "printer", "size", "dots", "hidden", "again", "start", "marks")
        if given[name] is not None
    }
    wish["lang"] = given["captions"]
    wish["dpi"] = int(given["dpi"])
    if given["first"] is not None:
        wish["range"] = {"first": given["first"], "count": given["count"]}
    path = f"/api/v1/lots/{quote(lot, safe=':')}/print-runs"
    asked = client.post(path, orjson.dumps(wish), "application/json")
    for warning in asked["warnings"]:
        click.echo(warning["text"], err=True)
    return str(asked["id"])


def _fetch(client: PlatformClient, folder: Folder, lang: str) -> None:
    state = client.get_json(f"/api/v1/print-runs/{folder.run}")
    missing = [number for number in range(state["parts"]) if not folder.has(number)]
    if len(missing) < state["parts"]:
        done = state["parts"] - len(missing)
        click.echo(say(lang, "printing.resumed", run=folder.run, done=done, parts=state["parts"]), err=True)
    label = say(lang, "printing.bar")
    with click.progressbar(
        missing, label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True
    ) as shown:
        for number in shown:
            content, headers = client.get_file(f"/api/v1/print-runs/{folder.run}/parts/{number}")
            named = _NAME.search(headers.get("Content-Disposition", ""))
            if headers.get("Repr-Digest") != _repr_digest(content) or named is None:
                _fail(lang, "printing.hash-differs", part=number)
            folder.keep(number, named[1], content)


def _sign(client: PlatformClient, folder: Folder, payload: bytes, key: PrivateKey | None, lang: str) -> None:
    path = f"/api/v1/print-runs/{folder.run}/{SIGNED}"
    if client.get_json(f"/api/v1/print-runs/{folder.run}")["state"] == "signed":
        _write(folder.path / SIGNED, client.get(path))
    elif key is not None:
        signed = seal(payload, key, MANIFEST).encode()
        client.put(path, signed, "application/jose")
        _write(folder.path / SIGNED, signed)
    else:
        click.echo(say(lang, "printing.unsigned"))
        return
    kid = opened((folder.path / SIGNED).read_text("ascii"), MANIFEST).kid
    click.echo(say(lang, "printing.signed", kid=kid))


def _require_sound(manifest: Manifest, folder: Folder, lang: str) -> None:
    try:
        manifest.check_digests(folder.files())
    except PartsDiffer as differ:
        _fail(lang, "printing.not-sound", names=differ.params["names"])


def _key(kid: str, holder: str, server: str | None, jwks: Path | None) -> PublicKey:
    """The key of that number: from the enterprise's own file, or as the platform has it for `holder`.

    Raises `NotAuthentic` where it is not there or is somebody else's.
    """
    if jwks is not None:
        listed = [_public(jwk) for jwk in orjson.loads(jwks.read_bytes())["keys"]]
        found = next((key for key in listed if key.kid == kid), None)
    else:
        stated = PlatformClient(server or "").get_json(f"/api/v1/keys/{kid}")
        found = _public(stated["jwk"]) if stated["holder"] == holder else None
    if found is None:
        raise NotAuthentic(kid=kid)
    return found


def _public(jwk: Mapping[str, Any]) -> PublicKey:
    """Without what a JWK Set adds to a key (kid, use)."""
    return PublicKey.from_jwk({name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk})


def _figures(payload: bytes) -> dict[str, int]:
    stated = orjson.loads(payload)
    return {"count": stated["count"], "parts": len(stated["parts"])}


def _repr_digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def _digest(path: Path) -> tuple[int, str]:
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, found.hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on disk: what is here after a power cut is what was meant."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def _fail(lang: str, key: str, **params: object) -> NoReturn:
    click.echo(say(lang, key, **params), err=True)
    sys.exit(1)
