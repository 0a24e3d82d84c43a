"""Where the demo listens: on this machine alone, or for the phones of its network."""

from __future__ import annotations

import socket

import click

from cli.demo.neighbours import LOOPBACK
from trace.labels.symbol import encode, terminal_text
from trace.platform.folder import PlatformFolder

ANYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
_ELSEWHERE = ("192.0.2.1", 9)
"""A documentation address (RFC 5737): nothing is sent to it, the kernel only says which way it would go."""


def own_address() -> str:
    """This machine's address in its network; raises `click.ClickException` without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
            address = str(asking.getsockname()[0])
        except OSError:
            address = LOOPBACK
    if address == LOOPBACK:
        raise click.ClickException(
            "本机没有连接局域网，--lan 无从谈起。 / This machine is in no network: no --lan."
        )
    return address


def served_at(host: str, port: int) -> tuple[str, list[str]]:
    """The public address of the food platform, and what `serve` is told to listen and answer as that."""
    public = f"http://{host}:{port}"
    return public, [] if host == LOOPBACK else ["--address", ANYWHERE, "--public-url", public]


def tell_listening(folder: PlatformFolder, *, lan: bool) -> None:
    """Which process answers where; for phones the address, its code, and what plain http cannot do."""
    told = "、".join(f"{one.name} {one.url}" for one in folder.witnesses)
    click.echo(f"\n食品平台 / food platform {folder.public_url}\n见证 / witnesses {told}")
    if not lan:
        click.echo("手机要打开，请改用 --lan。 / For phones in this network: --lan.")
        return
    address = f"{folder.public_url}/"
    click.echo(f"手机连到同一网络后打开 / on a phone in the same network: {address}")
    click.echo(terminal_text(encode(address)))
    click.echo("这是 http：手机浏览器不让这样的网页用相机，也不让它自己核验签名。")
    click.echo("可以拍照上传或输入编码；核验请用命令行 ./greentrace verify。")
    click.echo("This is plain http: phones let such a page neither use the camera nor check signatures.")
    click.echo("Take a photograph or type the code instead; verify on the command line.")
