"""`./greentrace verify-link`: the verdict on a signed link list, asked for or in two files, offline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import orjson
import urllib3

from cli.client.public_addresses import public_pool
from cli.speaking import lang_option
from trace.errors import Refusal, SignedLinksMalformed
from trace.platform.clocks import clock_of
from trace.rules import load
from trace.usecases.log.trust import load_trust
from trace.usecases.resolver.verify_link import anchor_of, level_of, signature_address, verify_link
from trace.wording import has, say

_LINKSET = "application/linkset+json"
_LONGEST = 4 * 1024 * 1024


@click.command("verify-link")
@click.argument("source")
@click.option("--signed", type=click.Path(path_type=Path, exists=True), help="file that gs1:jws led to")
@click.option("--anchor", help="what the list must be about; default: the address, in a file the first")
@click.option(
    "--policy", type=click.Path(path_type=Path), help="folder with the trusted policy.txt and registrars"
)
@click.option("--save", type=click.Path(path_type=Path, file_okay=False), help="keep what was fetched here")
@click.option("--clock", type=click.Path(path_type=Path), help="the demo's clock file (demo only)")
@lang_option
def verify_link_(
    source: str,
    signed: Path | None,
    anchor: str | None,
    policy: Path | None,
    save: Path | None,
    clock: Path | None,
    lang: str,
) -> None:
    """Verify what a resolver says of a code: SOURCE is the code's address, or a file with its linkset.

    Prints a JSON verdict, exits 0 if it holds and 1 if not. With a file, --signed is the other one, and no
    network is used. Without --policy nothing is verified.
    """
    try:
        linkset = _fetch(source, _LINKSET) if _is_address(source) else Path(source).read_bytes()
        level = level_of(_object(linkset), anchor)
        asked = anchor or (anchor_of(source) if _is_address(source) else None)
        named = signature_address(level) if signed is None else ""
        form = signed.read_bytes() if signed is not None else _fetch(named, "*/*", asked_at=source)
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
            (save / "linkset.json").write_bytes(linkset)
            (save / "signed.json").write_bytes(form)
        trust, now = load_trust(policy), clock_of(clock)()
        verdict = verify_link(level, _object(form), trust, now, load(), asked=asked)
        document = verdict.as_dict()
    except Refusal as refusal:
        document = {"ok": False, "error": _told(refusal, lang), "steps": []}
    for step in document["steps"]:
        key = f"link-step.{step['code']}.{step['state']}"
        if has(lang, key):
            step["text"] = say(lang, key)
    document["summary"] = say(
        lang, "link-verdict.verified" if document["ok"] else "link-verdict.not-verified"
    )
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.exit(0 if document["ok"] else 1)


def _is_address(source: str) -> bool:
    return urlsplit(source).scheme in {"http", "https"}


def _fetch(address: str, accept: str, *, asked_at: str = "") -> bytes:
    """The body at an address; raises `SignedLinksMalformed` for anything but an answer.

    An address that stands in a list (`asked_at` is where that came from) may lead to the same server, or to
    one of the internet: whoever made the list must not have this machine look around in its own network.
    """
    if not _is_address(address):
        raise SignedLinksMalformed(reason="address")
    timeout = urllib3.Timeout(connect=5, read=30)
    headers = {"Accept": accept, "User-Agent": "greentrace"}
    try:
        pool: urllib3.PoolManager | urllib3.HTTPConnectionPool
        if asked_at and urlsplit(address)[:2] != urlsplit(asked_at)[:2]:
            headers["Host"] = urlsplit(address).netloc
            pool, address = public_pool(address, timeout)
        else:
            pool = urllib3.PoolManager(retries=False, timeout=timeout)
        answer = pool.request("GET", address, headers=headers,
                              redirect=False, preload_content=False)  # fmt: skip
        body = answer.read(_LONGEST)
    except urllib3.exceptions.HTTPError as failure:
        raise SignedLinksMalformed(reason=f"{address}: {failure}") from failure
    if answer.status != 200:
        raise SignedLinksMalformed(reason=f"{address}: HTTP {answer.status}")
    return body


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise SignedLinksMalformed(reason="not-json") from None
    if not isinstance(found, dict):
        raise SignedLinksMalformed(reason="not-an-object")
    return found


def _told(refusal: Refusal, lang: str) -> dict[str, Any]:
    said = {
        part: say(lang, f"problem.{refusal.code}.{part}", **refusal.params)
        for part in ("title", "detail", "action")
    }
    return {"code": refusal.code, "params": refusal.params, **said}
