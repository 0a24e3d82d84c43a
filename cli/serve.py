"""Processes that stay: a platform, a witness, the simulators of the neighbours."""

from __future__ import annotations

import os
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from trace.exchange.platform_folder import load_folder
from trace.exchange.simulators import city as city_simulator
from trace.exchange.simulators import faulty_feed
from trace.wording import say

LOOPBACK = "127.0.0.1"
THREADS = 8
_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
_PORT = click.option("--port", type=click.IntRange(1, 65535), required=True)


def run_server(target: str, port: int, address: str = LOOPBACK, threads: int = THREADS) -> None:
    """Serve one WSGI factory with the production server until it is told to stop."""
    Granian(
        target,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        factory=True,
        websockets=False,
    ).serve()


@click.command()
@_DATA
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--address", default=LOOPBACK, show_default=True)
@click.option(
    "--trusted-proxy", multiple=True, metavar="ADDRESS", help="believe Host and X-Forwarded-* from it"
)
@click.option(
    "--public-url", help="our own name for all other callers; default: of the data folder or this port"
)
@click.option("--threads", default=THREADS, show_default=True)
def serve(
    data: Path, port: int, address: str, trusted_proxy: tuple[str, ...], public_url: str | None, threads: int
) -> None:
    """Serve the platform in DATA."""
    os.environ["GREENTRACE_DATA"] = str(data.resolve())
    os.environ["GREENTRACE_TRUSTED_PROXIES"] = ",".join(trusted_proxy)
    folder = load_folder(data)
    os.environ["GREENTRACE_PUBLIC_URL"] = public_url or folder.public_url or f"http://{address}:{port}"
    click.echo(say("zh-CN", "serve.at", url=os.environ["GREENTRACE_PUBLIC_URL"]), err=True)
    run_server("api.wsgi:application", port, address, threads)


@click.command()
@_DATA
@_PORT
@click.option("--address", default=LOOPBACK, show_default=True)
def witness(data: Path, port: int, address: str) -> None:
    """Run the witness in DATA: it cosigns only what extends what it has seen, leaf by leaf."""
    os.environ["GREENTRACE_DATA"] = str(data.resolve())
    run_server("api.wsgi:witness", port, address, threads=2)


@click.group()
def simulate() -> None:
    """Simulators of other platforms, for demos and tests; nothing about them is official."""


@simulate.command("city")
@_PORT
def simulate_city(port: int) -> None:
    """The city platform's upload port."""
    city_simulator.serve(port)


@simulate.command("faulty-feed")
@_PORT
@click.option("--upstream", required=True, help="address of the real feed behind it")
def simulate_faulty_feed(port: int, upstream: str) -> None:
    """A feed that is late, repeats, reorders, contradicts and breaks off when told to."""
    faulty_feed.serve(port, upstream)
