"""Places for dear questions: processes of their own that are given up when an answer costs too much."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.dear_routes import dear_route
from api.elsewhere import ELSEWHERE, MadeElsewhere, MadePage
from api.gateway import Budget, DearPlaces, Gateway
from tests.builders.own_loop import run_alone
from tests.simulators.asgi_callers import Caller
from trace.errors import AnswerTooDear, PlacesTaken

_CHILD = """
import os, pickle, sys, time
sys.path.insert(0, {root!r})
from api.gateway import dear_process

def application(environ, start_response):
    wanted = environ["PATH_INFO"]
    if wanted == "/works":
        while True: pass
    if wanted == "/sleeps":
        time.sleep(60)
    if wanted == "/waits":
        until = environ["wsgi.input"].read().decode()
        open(until + ".begun", "w").close()
        while not os.path.exists(until):
            time.sleep(0.01)
    if wanted == "/spends":
        begun = time.process_time()
        while time.process_time() < begun + 0.1: pass
    if wanted == "/dies":
        os._exit(3)
    if wanted == "/long":
        start_response("200 OK", [])
        return (number.to_bytes(4, "big") * 65_536 for number in range(40))
    if wanted == "/turns-out-dear":
        environ["kept"] = ("/route", ["key"])
    start_response("200 OK", [("X-Process", str(os.getpid()))])
    return [environ["wsgi.input"].read(), b" in ", wanted.encode()]

dear_process.serve(application, os.fdopen(os.dup(1), "wb"), lambda environ: environ.get("kept"))
"""
HOLDERS = {"Bearer good": "urn:uscc:bureau", "Bearer other": "urn:uscc:firm"}


@pytest.fixture(scope="module")
def command() -> list[str]:
    root = str(Path(__file__).resolve().parents[3])
    return [sys.executable, "-c", _CHILD.format(root=root)]


def _gateway(command: list[str], kept: list[MadePage] | None = None, **budget: float) -> Gateway:
    def quick(environ: Mapping[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/turns-out-dear":
            try:
                environ[ELSEWHERE]()
            except MadeElsewhere as wanted:
                wanted.keep = (kept if kept is not None else []).append
                raise
        start_response("200 OK", [])
        return [b"quick"]

    return Gateway(
        quick,
        1,
        dear=DearPlaces(budget=Budget(**budget), command=command),  # type: ignore[arg-type]  # some are whole
        known=DearPlaces(budget=Budget(cpu=0.4, each=8), command=command, ahead=None),
        is_dear=lambda environ: environ["PATH_INFO"] if environ["PATH_INFO"] not in _ORDINARY else None,
        holder=lambda environ: HOLDERS.get(environ["HTTP_AUTHORIZATION"]),
    )


_ORDINARY = ("/quick", "/turns-out-dear")


def _dear(path: str, body: bytes = b"", token: str = "") -> Caller:
    shown = {"authorization": f"Bearer {token}"} if token else {}
    return Caller("POST", path, headers={"content-length": str(len(body)), **shown}, parts=[body])


def test_a_dear_question_is_answered_elsewhere_and_a_quick_one_here(command: list[str]) -> None:
    async def story() -> tuple[Caller, Caller, Caller]:
        gateway = _gateway(command)
        first = await _dear("/asked", b"body").ask(gateway)
        again = await _dear("/asked").ask(gateway)
        return first, again, await Caller("GET", "/quick").ask(gateway)

    first, again, quick = run_alone(story())
    assert (first.body, again.body, quick.body) == (b"body in /asked", b" in /asked", b"quick")
    assert first.answered["x-process"] == again.answered["x-process"]


@pytest.mark.parametrize(("path", "budget"), [("/works", {"cpu": 0.3}), ("/sleeps", {"wall": 2.0})])
def test_an_answer_over_its_budget_is_given_up_and_the_next_one_made(
    command: list[str], path: str, budget: dict[str, float]
) -> None:
    async def story() -> tuple[Caller, Caller, Caller]:
        gateway = _gateway(command, **{"wall": 20.0, **budget})
        first = asyncio.ensure_future(_dear(path).ask(gateway))
        await asyncio.sleep(0)
        quick = await Caller("GET", "/quick").ask(gateway)
        assert not first.done()
        return await first, quick, await _dear("/asked").ask(gateway)

    given_up, quick, after = run_alone(story(), 60)
    assert (given_up.status, orjson.loads(given_up.body)["code"]) == (503, AnswerTooDear.code)
    assert given_up.answered["retry-after"] == "5"
    assert (quick.status, after.status) == (200, 200)


def test_a_process_that_dies_is_replaced(command: list[str]) -> None:
    async def story() -> tuple[Caller, Caller]:
        gateway = _gateway(command)
        return await _dear("/dies").ask(gateway), await _dear("/asked").ask(gateway)

    died, after = run_alone(story(), 60)
    assert (died.status, after.status) == (503, 200)


def test_a_place_whose_process_cannot_be_started_refuses_and_tries_again(
    command: list[str], tmp_path: Path
) -> None:
    """As when no more files may be opened: questions were left without an answer for good."""
    late = tmp_path / "late"
    gateway = _gateway([str(late)])
    time.sleep(0.2)  # it is tried ahead of questions as well

    async def refused() -> Caller:
        return await _dear("/asked").ask(gateway)

    for _ in range(2):
        told = run_alone(refused(), 60)
        assert (told.status, orjson.loads(told.body)["code"]) == (503, PlacesTaken.code)
    late.write_text(f"#!{command[0]}\n{command[2]}")
    late.chmod(0o755)
    assert run_alone(refused(), 60).status == 200


def test_few_may_wait_and_fewer_from_one_address(command: list[str], tmp_path: Path) -> None:
    go = tmp_path / "go"

    async def story() -> tuple[list[Caller], list[Caller], Caller]:
        gateway = _gateway(command, each=3, wall=300.0)
        asked = [_dear("/waits", bytes(go)).ask(gateway) for _ in range(6)]
        ended = asyncio.as_completed(asked)
        beyond = [await next(ended) for _ in range(3)]
        quick = await Caller("GET", "/quick").ask(gateway)
        go.touch()
        return beyond, [await one for one in ended], quick

    beyond, waited, quick = run_alone(story(), 300)
    assert [orjson.loads(one.body)["code"] for one in beyond] == [PlacesTaken.code] * 3
    assert [one.status for one in (*waited, quick)] == [200] * 4


def test_an_address_that_has_spent_its_minute_waits(command: list[str]) -> None:
    async def story() -> tuple[Caller, Caller]:
        gateway = _gateway(command, cpu=0.5, minute=0.4)
        return await _dear("/works").ask(gateway), await _dear("/asked").ask(gateway)

    first, second = run_alone(story(), 60)
    assert orjson.loads(first.body)["code"] == AnswerTooDear.code
    assert orjson.loads(second.body)["code"] == PlacesTaken.code


def test_known_callers_wait_for_no_stranger_and_a_made_up_token_makes_nobody_known(
    command: list[str], tmp_path: Path
) -> None:
    go = tmp_path / "go"

    async def story() -> tuple[list[Caller], Caller, Caller]:
        gateway = _gateway(command, each=2, wall=300.0)
        waits = [_dear("/waits", bytes(go), token="made-up").ask(gateway) for _ in range(2)]
        strangers = [asyncio.ensure_future(one) for one in waits]
        await asyncio.sleep(0)  # from here on each comes to its place in the order in which it asked
        beyond = await _dear("/asked", b"body", token="made-up").ask(gateway)
        bureau = await _dear("/asked", token="good").ask(gateway)
        assert not any(one.done() for one in strangers)
        go.touch()
        return await asyncio.gather(*strangers), beyond, bureau

    strangers, beyond, bureau = run_alone(story(), 300)
    assert [one.status for one in strangers] == [200, 200]
    assert orjson.loads(beyond.body)["code"] == PlacesTaken.code
    assert (bureau.status, bureau.body) == (200, b" in /asked")


def test_who_spent_least_is_answered_first(command: list[str], tmp_path: Path) -> None:
    go, begun = tmp_path / "go", tmp_path / "go.begun"

    async def story() -> list[str]:
        gateway, ended = _gateway(command), list[str]()

        async def asked(path: str, token: str, body: bytes = b"") -> None:
            await _dear(path, body, token).ask(gateway)
            ended.append(f"{token} {path}")

        await asked("/spends", "good")
        held = asyncio.ensure_future(asked("/waits", "good", bytes(go)))
        while not begun.exists():
            await asyncio.sleep(0.01)
        many = [("/spends", "good"), ("/spends", "good"), ("/asked", "other")]
        asking = [asyncio.ensure_future(asked(*one)) for one in many]
        await asyncio.sleep(0)
        await Caller("GET", "/quick").ask(gateway)  # the one ordinary place had all of them before it
        go.touch()
        await asyncio.gather(held, *asking)
        return ended

    told = ["good /spends", "good /waits", "other /asked", "good /spends", "good /spends"]
    assert run_alone(story(), 300) == told


def test_a_long_answer_comes_whole_and_leaves_no_file(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    async def story() -> Caller:
        return await _dear("/long").ask(_gateway(command))

    long = run_alone(story(), 60)
    assert long.body == b"".join(number.to_bytes(4, "big") * 65_536 for number in range(40))
    assert list(tmp_path.iterdir()) == []


def test_what_turns_out_dear_is_made_elsewhere_and_handed_to_who_would_keep_it(command: list[str]) -> None:
    kept: list[MadePage] = []

    async def story() -> Caller:
        return await Caller("GET", "/turns-out-dear").ask(_gateway(command, kept))

    made = run_alone(story(), 60)
    (page,) = kept
    assert made.body == page.body == b" in /turns-out-dear"
    assert (page.status, page.route, page.keys) == (200, "/route", ["key"])
    assert dict(page.headers)["X-Process"] == made.answered["x-process"]


@pytest.mark.parametrize(
    ("verb", "path", "dear"),
    [
        ("GET", "/api/v1/lots/urn:lot:a:b/upstream", True),
        ("HEAD", "/api/v1/lots/urn:lot:a:26/10/upstream", True),
        ("GET", "/api/v1/lots/urn:lot:a:b/bundle", True),
        ("POST", "/scan", True),
        ("GET", "/scan", False),
        ("POST", "/api/v1/verify", True),
        ("GET", "/api/v1/lots/urn:lot:a:b", False),
        ("GET", "/healthz", False),
    ],
)
def test_what_is_dear_is_known_by_its_path(verb: str, path: str, dear: bool) -> None:
    asked = {"REQUEST_METHOD": verb, "PATH_INFO": path}
    assert (dear_route(asked) is not None) is dear
    assert (dear_route({**asked, "HTTP_AUTHORIZATION": "Bearer x"}) is not None) is dear
