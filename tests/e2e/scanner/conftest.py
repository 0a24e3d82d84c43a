"""The scanner's page before a real platform, in windows of its own, with or without a camera."""

from __future__ import annotations

import pytest

from tests.builders.scanned import BATCH_PAGE
from tests.builders.signed_rice import SignedRice
from tests.clock import SteppingClock
from tests.conftest import CHROMIUM_SWITCHES
from tests.servers.platform import TestPlatform
from tests.servers.served import PUBLIC_URL, both_skins, serving
from tests.simulators import fake_camera
from tests.simulators.witnesses import publish
from trace.ledger.statement import label_digest


@pytest.fixture(scope="session")
def shop(databases, tmp_path_factory):
    """The served platform with story 1 in it: (address, what its label's symbol says)."""
    clock, url = SteppingClock(), databases.migrated("sqlite")
    with TestPlatform(url, clock) as platform:
        told = SignedRice(platform, clock).tell()
        publish(platform)
        digest = label_digest(told.statements["pack"].compact)
        with serving(both_skins(platform, tmp_path_factory.mktemp("folder"))) as address:
            yield address, f"{PUBLIC_URL}{BATCH_PAGE}?v={digest}"
    databases.discard(url)


@pytest.fixture
def window(chromium, chromium_program, shop):
    """`window(film=…)`: the scanner in a window of its own, before that film, or without a camera."""
    opened, browsers = [], []

    def open_window(path="/scan", *, film=None, switches=(), script="", size=(390, 844), at=None, **media):
        browser, wanted = chromium, fake_camera.switches(film) if film else list(switches)
        if wanted:  # a camera belongs to a process
            browser = chromium.browser_type.launch(
                executable_path=chromium_program, args=[*CHROMIUM_SWITCHES, *wanted], chromium_sandbox=False
            )
            browsers.append(browser)
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", **media)
        opened.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.asked, page.complaints, page.home = [], [], at or shop[0]
        page.on("request", lambda request: page.asked.append((request.method, request.url)))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(page.home + path)
        return page

    yield open_window
    for each in (*opened, *browsers):
        each.close()


@pytest.fixture
def filmed(tmp_path):
    """`filmed(picture, aim=…)`: the path of a film of it."""
    return lambda picture, **how: fake_camera.film(tmp_path / "camera.mjpeg", picture, **how)
