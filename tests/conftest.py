"""What every test may ask for: a clock, a database of either kind, the published vectors, a browser."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import coverage_floors, gathering, kept_coverage, measured, run_time
from tests.clock import SteppingClock
from tests.servers.databases import Databases, folder_in_memory
from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
CHROMIUM_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The command line speaks as the system does, where nothing else is said: the tests' system is nobody's.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("GREENTRACE_LANG", None)
# Thousands of passwords are made and typed in a run: each with the least work that a server may ask for.
os.environ["GREENTRACE_PASSWORD_WORK"] = "small"

# Same examples on every machine and no deadline: two shared cores are not a stopwatch.
_UNHURRIED = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=30, derandomize=True, **_UNHURRIED)
settings.register_profile("soak", max_examples=10_000, **_UNHURRIED)
settings.load_profile(os.environ.get("GREENTRACE_HYPOTHESIS", "quick"))


def _staying(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    """A way to connect that stays here: a test that reaches for the network fails where it does."""

    def stay(one: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test wanted to reach {address[0]}")
        return connect(one, address)

    return stay


# Not an audit hook: one that is asked while a thread begins to be traced lets go of the interpreter there,
# and CPython 3.11 then refuses to trace a second thread that begins meanwhile, which ends that thread.
for _way in ("connect", "connect_ex"):
    setattr(socket.socket, _way, _staying(getattr(socket.socket, _way)))


@pytest.fixture
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture
def clock() -> SteppingClock:
    """A monotone clock that starts at 2026-10-01T00:00:00Z and moves a millisecond a call."""
    return SteppingClock()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The maker of databases; each xdist worker has its own, with its own server."""
    folder = folder_in_memory() or tmp_path_factory.mktemp("databases")
    maker = Databases(folder)
    yield maker
    maker.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(databases: Databases) -> str:
    """A maintenance URL of the session's PostgreSQL; take `database_url` for a database of one's own."""
    return databases.server.url()


@pytest.fixture
def new_postgres() -> Iterator[Callable[..., PostgresServer]]:
    """Starts servers of one's own, to be restarted, killed or filled: `new_postgres(durable=True)`."""
    servers: list[PostgresServer] = []

    def start(*, durable: bool = False) -> PostgresServer:
        servers.append(PostgresServer(durable=durable))
        return servers[-1].start()

    yield start
    for server in servers:
        server.remove()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every test that takes it (or a URL below) runs on both databases."""
    return str(request.param)


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """A migrated database of one's own."""
    url = databases.migrated(database_kind)
    yield url
    databases.discard(url)


@pytest.fixture
def empty_database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """A database without tables, for the tests of the migrations."""
    url = databases.empty(database_kind)
    yield url
    databases.discard(url)


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published test vectors, which lies beside the project and never in it."""
    folder = Path(os.environ.get("GREENTRACE_VECTORS") or ROOT.parent / "shared" / "vectors")
    if not folder.is_dir():
        pytest.skip("the published test vectors are not here: set GREENTRACE_VECTORS to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The path of Debian's Chromium. Missing: skipped with a reason, in CI a failure."""
    executable = os.environ.get("GREENTRACE_CHROMIUM") or shutil.which("chromium")
    if executable is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium); browser tests did not run"
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return executable


@pytest.fixture(scope="session")
def chromium(chromium_program: str) -> Iterator[Browser]:
    """Chromium through Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program, headless=True, args=CHROMIUM_SWITCHES, chromium_sandbox=False
        )
        yield browser
        browser.close()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(coverage_floors)
    config.pluginmanager.register(measured)
    config.pluginmanager.register(gathering.Gathering())
    config.pluginmanager.register(run_time)
    kept_coverage.register(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by what a test asks for, so that `-m 'not browser'` needs no care from authors."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "chromium" in asked:
            item.add_marker(pytest.mark.browser)
        if "vectors" in asked:
            item.add_marker(pytest.mark.vectors)
        if asked & {"postgres_url", "new_postgres"}:
            item.add_marker(pytest.mark.postgres)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI a skipped test is a failure, but for files that lie beside the project and are not there."""
    for report in _unexcused(terminalreporter):
        terminalreporter.write_line(f"SKIPPED IN CI: {report.nodeid}: {report.longrepr}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _unexcused(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _unexcused(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """Whole modules that were skipped among them: what was collected of those has no keywords."""
    skipped = reporter.stats.get("skipped", []) if CI else []
    return [
        report
        for report in skipped
        if "vectors" not in getattr(report, "keywords", ()) and "shared/" not in str(report.longrepr)
    ]
