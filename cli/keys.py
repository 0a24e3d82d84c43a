"""Key commands (`keygen`, `sign`, `enrol`): keys are made on the signer's own machine, and used there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

import click
import orjson

from cli.speaking import language
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.keys import registration_data
from trace.ledger.statement import sign_statement
from trace.ledger.times import instant
from trace.parties import ROLES, parse_urn
from trace.platform.clocks import system_clock
from trace.wording import say

PASSWORD = "GREENTRACE_KEY_PASSWORD"  # noqa: S105 - the variable's name, not a password
MOST_OF_NAME: Final = 200
_STREAM: Final = re.compile(r"[!-~]{1,128}")
_REQUIRED = ("typ", "iss", "stream", "seq", "sub", "occurredAt", "data")


def load_key(path: Path) -> PrivateKey:
    """The private key in a PEM file; its password, if any, comes from the environment."""
    password = os.environ.get(PASSWORD)
    return PrivateKey.from_pem(path.read_bytes(), password.encode() if password else None)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; refuses to overwrite."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
    except OSError:
        path.unlink(missing_ok=True)  # an empty key would be in the way once there is room again
        raise


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--alg", type=click.Choice(["EdDSA", "ES256"]), default="EdDSA", show_default=True)
def keygen(out: Path, alg: str) -> None:
    """Make a signing key in OUT (PEM); prints its public JWK and key id.

    Set GREENTRACE_KEY_PASSWORD to encrypt the file.
    """
    if out.exists():
        raise click.ClickException(say(language(), "enrol.exists", found=out))
    key = PrivateKey.generate(alg)
    password = os.environ.get(PASSWORD)
    write_private(out, key.to_pem(password.encode() if password else None))
    click.echo(orjson.dumps({"kid": key.kid, "alg": key.alg, "jwk": key.public_jwk()}).decode())


def _claims(raw: bytes) -> dict[str, Any]:
    """What is to be signed; raises ClickException naming what is missing or unreadable."""
    lang = language()
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise click.ClickException(
            say(
                lang,
                "enrol.unreadable",
                why=f"JSON {error.lineno}:{error.colno}",
                needed=", ".join(_REQUIRED),
            )
        ) from error
    if not isinstance(given, dict):
        why = orjson.dumps(given).decode()[:40]
        raise click.ClickException(say(lang, "enrol.unreadable", why=why, needed=", ".join(_REQUIRED)))
    absent = [name for name in _REQUIRED if name not in given]
    if absent:
        raise click.ClickException(say(lang, "enrol.missing", found=", ".join(absent)))
    if instant(given["occurredAt"]) is None:
        raise click.ClickException(say(lang, "enrol.time", found=given["occurredAt"]))
    return given


@click.command()
@click.argument("claims", type=click.File("rb"), default="-")
@click.option("--key", "key_path", type=click.Path(path_type=Path, exists=True), required=True)
@click.option(
    "--conceal", multiple=True, metavar="PATH", help="a member below data to conceal, e.g. supplierName"
)
def sign(claims: IO[bytes], key_path: Path, conceal: tuple[str, ...]) -> None:
    """Sign a statement: CLAIMS is JSON with typ, iss, stream, seq, sub, occurredAt, data (and prev, inputs).

    Prints the flattened JWS. `signedAt` and `jti` are added where they are missing.
    """
    given = _claims(claims.read())
    if "jti" not in given or "signedAt" not in given:
        occurred = datetime.fromisoformat(given["occurredAt"])
        made = new_claims(
            given["typ"],
            given["iss"],
            given["stream"],
            seq=given["seq"],
            prev=given.get("prev"),
            sub=given["sub"],
            occurred_at=occurred,
            signed_at=system_clock().replace(microsecond=0),
            data=given["data"],
        )
        given = {**made, **given}
    statement = sign_statement(given, load_key(key_path), conceal=conceal)
    sys.stdout.buffer.write(orjson.dumps(statement.flattened()) + b"\n")


@click.command()
@click.option("--key", "key_path", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--iss", required=True, help="who holds the key: urn:uscc:… or urn:party:…")
@click.option("--name", required=True, help="the holder's name")
@click.option("--role", multiple=True, required=True, help="what the holder may state, e.g. processor")
@click.option("--stream", multiple=True, default=("*",), show_default=True)
@click.option(
    "--days", type=click.IntRange(1, 3660), default=730, show_default=True, help="how long it is valid"
)
@click.option("--custody", type=click.Choice(["file", "browser", "server", "ukey"]), default="file")
@click.option(
    "--as-registered", is_flag=True, help="the register really has this number, its check character or not"
)
def enrol(
    key_path: Path,
    iss: str,
    name: str,
    role: tuple[str, ...],
    stream: tuple[str, ...],
    days: int,
    custody: str,
    as_registered: bool,
) -> None:
    """Apply for a key's registration: prints the `data` of a party.key.register for a registrar to sign.

    It holds the public key and the proof that its holder has the private one, which stays where it is.
    """
    _require_holder(iss, name, role, stream, as_registered)
    now = system_clock().replace(microsecond=0)
    data = registration_data(
        load_key(key_path),
        iss,
        name,
        roles=role,
        streams=stream,
        custody=custody,
        valid_from=now,
        valid_to=now + timedelta(days=days),
    )
    sys.stdout.buffer.write(orjson.dumps(data) + b"\n")


def _require_holder(
    iss: str, name: str, roles: Sequence[str], streams: Sequence[str], as_registered: bool
) -> None:
    """Return for what a registrar may sign; raises NumberMalformed, ClickException with what is wrong."""
    found = parse_urn(iss)
    lang, wrong = language(), [role for role in roles if role not in ROLES]
    if wrong:
        listed = ", ".join(sorted(ROLES))
        raise click.ClickException(say(lang, "enrol.role", found=", ".join(wrong), roles=listed))
    if not 1 <= len(name.strip()) <= MOST_OF_NAME:
        raise click.ClickException(say(lang, "enrol.name"))
    for stream in streams:
        if _STREAM.fullmatch(stream) is None:
            raise click.ClickException(say(lang, "enrol.stream", found=repr(stream)))
    if found.warnings and not as_registered:
        raise click.ClickException(say(lang, "enrol.check", found=iss))
