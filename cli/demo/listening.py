"""Where the demo listens: on this machine alone, or for the phones of its network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from cli.demo.neighbours import LOOPBACK, free_port
from cli.demo.secure_door import secure_door
from trace.labels.symbol import encode, terminal_text
from trace.platform.folder import PlatformFolder

ANYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
CERTIFICATES = "lan"
_ELSEWHERE = ("192.0.2.1", 9)
"""A documentation address (RFC 5737): nothing is sent to it, the kernel only says which way it would go."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the food platform listens (`port` of this machine) and by which address the world knows it."""

    host: str
    port: int
    outer: int

    @property
    def lan(self) -> bool:
        return self.host != LOOPBACK

    @property
    def public(self) -> str:
        return f"https://{self.host}:{self.outer}" if self.lan else f"http://{self.host}:{self.port}"

    @property
    def own(self) -> str:
        """The address for programs of this machine."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def served(self) -> list[str]:
        """What `serve` is told: its proxy is the demo itself, which also knows from which city one asks."""
        return ["--trusted-proxy", LOOPBACK, *(["--public-url", self.public] if self.lan else [])]


def listening_at(host: str, port: int | None) -> Listening:
    """On the loopback address alone, or behind a secure door; `port` is the one that people type."""
    outer = port or free_port()
    if host != LOOPBACK:  # a taken port is said now, and not after the stories
        socket.create_server((ANYWHERE, outer)).close()
    return Listening(host, outer if host == LOOPBACK else free_port(), outer)


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


@contextmanager
def opened_door(data: Path, at: Listening) -> Iterator[str]:
    """For phones of the network, a door for as long as the block; gives its certificate's SHA-256, or ""."""
    if not at.lan:
        yield ""
        return
    with secure_door(data / CERTIFICATES, at.host, at.outer, at.port, ANYWHERE) as fingerprint:
        yield fingerprint


def tell_listening(folder: PlatformFolder, fingerprint: str) -> None:
    """Which process answers where; for phones the address, its code, and what they will be warned of."""
    told = "、".join(f"{one.name} {one.url}" for one in folder.witnesses)
    click.echo(f"\n食品平台 / food platform {folder.public_url}\n见证 / witnesses {told}")
    if not fingerprint:
        click.echo("手机要打开，请改用 --lan。 / For phones in this network: --lan.")
        return
    address = f"{folder.public_url}/"
    click.echo(f"手机连到同一网络后打开 / on a phone in the same network: {address}")
    click.echo(terminal_text(encode(address)))
    click.echo("网址要连同 https:// 一起输入。证书是本机自己做的，手机会警告一次：选“高级”“继续访问”。")
    click.echo("这样相机扫码和自己核验都能用。微信里不让继续：请用手机自带的浏览器。")
    click.echo("Type the address with https:// in front. This machine made the certificate itself: the phone")
    click.echo("warns once (“Advanced”, “Continue”). Camera and own check then work. Apps that let nobody go")
    click.echo("on (WeChat) cannot open it: take the phone's browser.")
    click.echo(f"SHA-256 {fingerprint}")
