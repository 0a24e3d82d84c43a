"""The developer of the demo: a key registered in its log, a token of its platform, and how to use them.

Both are good for this demo alone: its log is named `…/demo-clock`, and the token is a row of its database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from cli.demo.stage import ORIGINS, REGISTRARS, VALID_TO, Stage
from cli.demo.world import at, draft
from trace.errors import FolderUnfit
from trace.ledger.algorithms import PrivateKey
from trace.ledger.keys import REGISTER, registration_data
from trace.parties import GROWER, OWN, PROCESSOR, RETAILER, STATE
from trace.platform.folder import load_folder, write_secret
from trace.platform.opening import open_platform
from trace.usecases.accounts.tokens import Terms, issue_token

ISS: Final = "urn:uscc:91310101XN0000DE1H"
NAME: Final = "（演示）开发者"
ROLES: Final = (GROWER, PROCESSOR, RETAILER)
FOLDER: Final = "developer"
KEY, SETTINGS = "signer.pem", "env.sh"


def admit_developer(stage: Stage) -> None:
    """Register the developer's key and leave key and settings; raises FolderUnfit outside the demo."""
    if load_folder(stage.path).origin != ORIGINS["food"]:
        raise FolderUnfit(part=str(stage.path), reason="not-a-demo")
    key, folder = PrivateKey.generate(), stage.path / FOLDER
    folder.mkdir(0o700)
    write_secret(folder / KEY, key.to_pem())
    data = registration_data(
        key,
        ISS,
        NAME,
        roles=ROLES,
        streams=("*",),
        custody="file",
        valid_from=at("10-01 00:00"),
        valid_to=VALID_TO,
    )
    registrar = max(REGISTRARS)  # the agriculture commission's: growers are its own
    stage.desk(registrar, "food").state([draft(registrar, REGISTER, ISS, "10-24 17:00", data)])
    platform = open_platform(stage.path)
    try:
        token = issue_token(platform.transactions, ISS, FOLDER, (STATE, OWN), (), Terms(""))
    finally:
        platform.close()
    write_secret(folder / SETTINGS, _settings(stage.addresses["food"], token).encode())


def tell_developer(data: Path) -> None:
    """Say what a developer does next."""
    settings = data / FOLDER / SETTINGS
    if not settings.exists():  # a demo of an earlier version
        return
    click.echo("\n开发者试用（密钥和令牌只登记在本演示中，别处无效）：")
    for line in settings.read_text("utf-8").splitlines():
        click.echo(f"  {line}")
    click.echo(f"  以上三行：source {settings}；签名密钥：{data / FOLDER / KEY}")
    click.echo(
        "  第一条记录：docs/first-record.md，或 clients/python/greentrace_client.py；接口说明：/api/docs"
    )


def move_developer(data: Path, address: str) -> None:
    """The demo is served at another address than before."""
    settings = data / FOLDER / SETTINGS
    if settings.exists():
        token = settings.read_text("utf-8").split("GREENTRACE_TOKEN=", 1)[1].split("\n", 1)[0]
        settings.unlink()
        write_secret(settings, _settings(address, token).encode())


def _settings(address: str, token: str) -> str:
    told = {"SERVER": address, "TOKEN": token, "ISS": ISS}
    return "".join(f"export GREENTRACE_{name}={value}\n" for name, value in told.items())
