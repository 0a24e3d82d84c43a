"""Server commands: a platform, a witness, the simulators of the neighbours."""

from __future__ import annotations

import os
import resource
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from cli.occupied import occupied
from cli.setting_up import require_migrated
from cli.speaking import language
from trace.codes.public_address import public_address
from trace.credentials.password import SETTING, WORKS
from trace.exchange.simulators import city as city_simulator
from trace.exchange.simulators import faulty_feed
from trace.exchange.simulators import system as system_simulator
from trace.platform.folder import close_to_others, load_folder
from trace.platform.proxy_addresses import ProxyAddresses
from trace.platform.witness_folder import require_witness_folder
from trace.wording import say

LOOPBACK = "127.0.0.1"
THREADS = 8
CONNECTIONS = 4096
HEADER_MILLISECONDS = 15_000
STOP_SECONDS = 1
_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
_PORT = click.option("--port", type=click.IntRange(1, 65535), required=True)


def _addresses(given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks, as they were given; one that could never match is refused."""
    found = tuple(one.strip() for each in given for one in each.split(",") if one.strip())
    for one in found:
        try:
            ProxyAddresses([one])
        except ValueError:
            raise click.BadParameter(say(language(), "serve.not-an-address", given=one[:100])) from None
    return found


def run_server(
    target: str,
    port: int,
    address: str = LOOPBACK,
    *,
    workers: int = 1,
) -> None:
    """Serve one ASGI factory with the production server until it is told to stop; each worker is a process.

    Raises OSError when the address is taken: the server itself would end in a dump of its stack.
    """
    with socket.create_server((address, port), family=_family(address)):
        pass
    connections = connections_within(allow_open_files())
    _Server(
        target,
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        # Idle connections are cheap; whoever does not finish its headers is let go.
        backpressure=connections,
        # With a choice of versions it waits for the first byte of a connection, however long.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        factory=True,
        websockets=False,
        # A worker that dies is replaced; otherwise the others would be ended with it.
        respawn_failed_workers=True,
    ).serve()


def allow_open_files(wanted: int = 4 * CONNECTIONS) -> int:
    """Let this process and its children hold so many connections and files, as far as the system lets them;
    returns how many that are.

    Usually it is a thousand, and as many idle connections would end a worker.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if now < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def connections_within(files: int) -> int:
    """As many connections as leave a worker the files that it needs for its work: the others wait."""
    return CONNECTIONS if files == resource.RLIM_INFINITY else max(1, min(CONNECTIONS, files * 3 // 4))


class _Server(Granian):  # type: ignore[valid-type,misc]  # which server it is depends on the interpreter
    """The production server, which says when it begins to stop and when it has."""

    def shutdown(self, exit_code: int = 0) -> None:
        _say("serve.stopping", seconds=STOP_SECONDS)
        super().shutdown(exit_code)
        _say("serve.stopped")


def _say(text: str, **values: object) -> None:
    with suppress(OSError):  # whoever listened may be gone
        click.echo(say(language(), text, **values), err=True)


@click.command()
@_DATA
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--address", default=LOOPBACK, show_default=True)
@click.option(
    "--trusted-proxy",
    multiple=True,
    metavar="ADDRESS",
    callback=lambda _context, _option, given: _addresses(given),
    help="believe Host and X-Forwarded-* from this address or network (172.30.0.0/24)",
)
@click.option(
    "--public-url", help="our own name for all other callers; default: of the data folder or this port"
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=THREADS,
    show_default=True,
    help="requests that each worker answers at a time",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar="GREENTRACE_WORKERS",
    default=1,
    show_default=True,
    help="processes that answer; one writes at a time",
)
@click.option(
    "--page-cache-mb",
    type=click.IntRange(0, 65_536),
    envvar="GREENTRACE_PAGE_CACHE_MB",
    default=32,
    show_default=True,
    help="public pages kept in memory; 0: none",
)
@click.option(
    "--password-work",
    type=click.Choice(sorted(WORKS)),
    envvar=SETTING,
    default="full",
    show_default=True,
    help="what a guess of a password costs: 64 MiB, or 19 MiB on a small machine",
)
def serve(
    data: Path,
    port: int,
    address: str,
    trusted_proxy: tuple[str, ...],
    public_url: str | None,
    threads: int,
    workers: int,
    page_cache_mb: int,
    password_work: str,
) -> None:
    """Serve the platform in DATA."""
    os.environ[SETTING] = password_work
    os.environ["GREENTRACE_DATA"] = str(data.resolve())
    os.environ["GREENTRACE_PAGE_CACHE_MB"] = str(page_cache_mb)
    os.environ["GREENTRACE_THREADS"] = str(threads)
    os.environ["GREENTRACE_TRUSTED_PROXIES"] = ",".join(trusted_proxy)
    folder = load_folder(data)
    if close_to_others(data):
        _say("serve.closed", folder=data)
    require_migrated(folder)
    folder.require_keys()
    own = f"http://{f'[{address}]' if ':' in address else address}:{port}"
    known_as = public_address(public_url or _known_as(folder.public_url, own))
    os.environ["GREENTRACE_PUBLIC_URL"] = known_as
    os.environ["GREENTRACE_LANG"] = language()  # of what a worker says that cannot start
    click.echo(say(language(), "serve.at", url=known_as), err=True)
    told = _told_of_address(folder.public_url, public_url or "", known_as)
    if told:
        click.echo(say(language(), f"serve.{told}", url=known_as, file=folder.public_url), err=True)
    with occupied(data), _shared_counters(workers):
        run_server("api.asgi:application", port, address, workers=workers)


@contextmanager
def _shared_counters(workers: int) -> Iterator[None]:
    """Where several workers count, a folder in which they do it together (`api.metrics`)."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="greentrace-counters-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _told_of_address(in_folder: str, given: str, known_as: str) -> str:
    """What to say of the address at the start: two that differ, or none but this machine's own."""
    if given and in_folder and in_folder.rstrip("/") != known_as:
        return "two-addresses"
    return "" if given or urlsplit(known_as).hostname != LOOPBACK else "own-address"


def _known_as(public_url: str, own: str) -> str:
    """The folder's public name; a loopback one is true only of the port it was written for."""
    return own if not public_url or urlsplit(public_url).hostname == LOOPBACK else public_url


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@click.command()
@_DATA
@_PORT
@click.option("--address", default=LOOPBACK, show_default=True)
def witness(data: Path, port: int, address: str) -> None:
    """Run the witness in DATA: it cosigns only what extends what it has seen, leaf by leaf."""
    require_witness_folder(data)
    if close_to_others(data):
        _say("serve.closed", folder=data)
    os.environ["GREENTRACE_DATA"] = str(data.resolve())
    click.echo(say(language(), "serve.witness", port=port), err=True)
    run_server("api.asgi:witness", port, address)


@click.group()
def simulate() -> None:
    """Simulators of other platforms, for demos and tests; nothing about them is official."""


@simulate.command("city")
@_PORT
def simulate_city(port: int) -> None:
    """The city platform's upload port."""
    city_simulator.serve(port)


@simulate.command("system")
@_PORT
@click.option("--name", default="system", help="which one it plays; its numbers begin with it")
def simulate_system(port: int, name: str) -> None:
    """Any of the named systems."""
    system_simulator.serve(port, name)


@simulate.command("faulty-feed")
@_PORT
@click.option("--upstream", required=True, help="address of the real feed behind it")
def simulate_faulty_feed(port: int, upstream: str) -> None:
    """A feed that is late, repeats, reorders, contradicts and breaks off when told to."""
    faulty_feed.serve(port, upstream)
