"""The gateway: bodies under a deadline and a limit, read before they take a place; answers short and long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest
from flask import Flask, Response, request
from werkzeug.exceptions import Unauthorized

from api.gateway import Gateway, Limits
from tests.builders.own_loop import run_alone
from tests.simulators.asgi_callers import GONE, Caller

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LIMITS = Limits(grace=0.3, pace=1_000_000, body=200_000, held=400_000, small=1_000)
PLACES = 2


def _application() -> Flask:
    app = Flask("under-the-gateway")
    app.config["closed"] = []
    _answers(app)
    _bodies(app)
    return app


def _bodies(app: Flask) -> None:
    @app.post("/taken")
    def taken() -> str:
        return str(len(request.get_data()))

    @app.post("/form")
    def form() -> str:
        return request.files["photo"].filename or ""

    @app.post("/refusing")
    def refusing() -> str:
        raise Unauthorized

    @app.post("/failing")
    def failing() -> str:
        raise ZeroDivisionError


def _answers(app: Flask) -> None:
    @app.get("/quick")
    def quick() -> str:
        return "quick"

    @app.get("/seen")
    def seen() -> Response:
        names = ("PATH_INFO", "RAW_URI", "QUERY_STRING", "REMOTE_ADDR", "HTTP_COOKIE", "HTTP_X_MANY")
        return Response(orjson.dumps({name: request.environ.get(name) for name in names}))

    @app.get("/long")
    def long() -> Response:
        def parts() -> Iterator[bytes]:
            try:
                for _ in range(48):
                    yield b"x" * 65_536
            finally:
                app.config["closed"].append("long")

        return Response(parts())


@pytest.fixture
def app() -> Flask:
    return _application()


@pytest.fixture
def gateway(app: Flask) -> Gateway:
    return Gateway(app, PLACES, LIMITS)


def _ask(gateway: Gateway, *callers: Caller) -> None:
    async def all_of_them() -> None:
        await asyncio.wait_for(asyncio.gather(*(one.ask(gateway) for one in callers)), 20)

    run_alone(all_of_them())


def _body(size: int, **more: str) -> dict[str, str]:
    return {"content-length": str(size), "content-type": "application/octet-stream", **more}


def test_a_body_in_parts_arrives_whole(gateway: Gateway) -> None:
    small = Caller(path="/taken", headers=_body(6), parts=[b"abc", b"def"])
    large = Caller(path="/taken", headers=_body(5_000), parts=[b"a" * 2_500] * 2)
    chunked = Caller(path="/taken", headers={"transfer-encoding": "chunked"}, parts=[b"a" * 70] * 10)
    streamed = Caller(path="/taken", version="2", parts=[b"a" * 7])
    _ask(gateway, small, large, chunked, streamed)
    assert [one.body for one in (small, large, chunked, streamed)] == [b"6", b"5000", b"700", b"7"]
    assert all(one.status == 200 and one.ended for one in (small, large, chunked, streamed))


def test_a_form_with_a_picture_arrives(gateway: Gateway) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="f.jpg"\r\n\r\n'
    body = part + b"x" * 4_000 + b"\r\n--b--\r\n"
    headers = {"content-length": str(len(body)), "content-type": "multipart/form-data; boundary=b"}
    caller = Caller(path="/form", headers=headers, parts=[body[:100], body[100:]])
    _ask(gateway, caller)
    assert (caller.status, caller.body) == (200, b"f.jpg")


@pytest.mark.parametrize("size", [10, 50_000])
def test_idle_bodies_take_no_place(size: int) -> None:
    """Many more of them than there are places, and somebody else is answered long before their deadline."""
    gateway = Gateway(_application(), PLACES, replace(LIMITS, grace=3.0))  # long, also for a busy machine
    answers: list[tuple[int | None, bool]] = []

    async def story() -> None:
        idle = [Caller(path="/taken", headers=_body(size), ends=False) for _ in range(64)]
        waiting = [asyncio.ensure_future(one.ask(gateway)) for one in idle]
        await asyncio.sleep(0.05)
        honest = [await Caller("GET", "/quick").ask(gateway) for _ in range(20)]
        answers.extend((one.status, any(each.done() for each in waiting)) for one in honest)
        await asyncio.gather(*waiting)
        assert {one.status for one in idle} == {408}

    run_alone(story(), 20)
    assert answers == [(200, False)] * 20


def test_who_is_slower_than_the_least_pace_is_told_so() -> None:
    gateway = Gateway(_application(), PLACES, Limits(grace=0.1, pace=100))
    slow = Caller(
        path="/taken",
        headers=_body(1_000, **{"accept-language": "en"}),
        parts=[b"a"] * 1_000,
        pause=0.02,
    )
    _ask(gateway, slow)
    problem = orjson.loads(slow.body)
    assert (slow.status, problem["code"]) == (408, "body-too-slow")
    assert slow.answered["connection"] == "close"
    assert slow.answered["x-request-id"] in problem["instance"]
    assert problem["detail"].startswith("After ")


def test_who_keeps_the_pace_may_take_longer_than_the_grace() -> None:
    gateway = Gateway(_application(), PLACES, Limits(grace=0.1, pace=10_000))
    steady = Caller(path="/taken", headers=_body(4_000), parts=[b"a" * 400] * 10, pause=0.03)
    _ask(gateway, steady)
    assert steady.body == b"4000"


@pytest.mark.parametrize("headers", [_body(90_000), {"transfer-encoding": "chunked"}])
def test_what_is_refused_without_its_body_is_not_read(gateway: Gateway, headers: dict[str, str]) -> None:
    refused = Caller(path="/refusing", headers=headers, parts=[b"a" * 1_000] * 90)
    unknown = Caller(path="/nowhere", headers=headers, parts=[b"a" * 1_000] * 90)
    _ask(gateway, refused, unknown)
    assert (refused.status, refused.asked) == (401, 0)
    assert (unknown.status, unknown.asked) == (404, 0)


def test_a_body_over_the_limit_is_read_no_further(gateway: Gateway) -> None:
    endless = Caller(path="/taken", headers={"transfer-encoding": "chunked"}, parts=[b"a" * 50_000] * 99)
    _ask(gateway, endless)
    assert (endless.status, orjson.loads(endless.body)["code"]) == (413, "body-too-large")
    assert endless.asked == 5


def test_what_all_bodies_hold_is_bounded_and_given_back(gateway: Gateway) -> None:
    holding = [
        Caller(path="/taken", headers=_body(190_000), parts=[b"a" * 150_000], ends=False) for _ in range(3)
    ]
    _ask(gateway, *holding)
    assert sorted(one.status or 0 for one in holding) == [408, 408, 503]
    (busy,) = (one for one in holding if one.status == 503)
    assert busy.answered["retry-after"] == "5"
    assert orjson.loads(busy.body)["code"] == "places-taken"
    again = [Caller(path="/taken", headers=_body(190_000), parts=[b"a" * 190_000]) for _ in range(2)]
    for one in again:
        _ask(gateway, one)
    assert [one.body for one in again] == [b"190000"] * 2


def test_half_a_body_is_none(gateway: Gateway) -> None:
    gone = Caller(path="/taken", headers=_body(10), parts=[b"abc", GONE])
    _ask(gateway, gone)
    assert (gone.status, orjson.loads(gone.body)["code"]) == (408, "request-incomplete")


def test_too_many_that_wait_for_a_place_are_sent_away() -> None:
    free = threading.Event()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        free.wait(20)
        start_response("200 OK", [])
        return [b"done"]

    callers = [Caller("GET") for _ in range(516)]

    async def story() -> None:
        gateway = Gateway(application, 1, LIMITS)
        asking = [asyncio.ensure_future(one.ask(gateway)) for one in callers]
        await asyncio.sleep(0.5)
        free.set()
        await asyncio.gather(*asking)

    run_alone(story(), 30)
    statuses = [one.status for one in callers]
    assert set(statuses) == {200, 503}
    assert 512 <= statuses.count(200) <= 514


def test_the_path_comes_decoded_and_as_it_was_sent(gateway: Gateway) -> None:
    caller = Caller("GET", "/seen", headers={"cookie": "a=1", "x_many": "smuggled"}, query="q=%2F")
    _ask(gateway, caller)
    seen = orjson.loads(caller.body)
    assert seen == {
        "PATH_INFO": "/seen",
        "RAW_URI": "/seen?q=%2F",
        "QUERY_STRING": "q=%2F",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_COOKIE": "a=1",
        "HTTP_X_MANY": None,
    }


@pytest.mark.parametrize(
    ("hosts", "version", "status"),
    [
        (["trace.example.cn"], "1.1", 200),
        (["[2001:db8::1]:8000"], "1.1", 200),
        ([""], "1.1", 200),
        (["a.example", "b.example"], "1.1", 400),
        (["a.example", "a.example"], "1.1", 400),
        ([], "1.1", 400),
        (["a b/\\@c"], "1.1", 400),
        (["a.example,b.example:80:80"], "1.1", 400),
        (["\u4f8b\u5b50"], "1.1", 400),
        ([], "1.0", 200),
        ([], "2", 200),
    ],
)
def test_a_request_says_once_which_host_it_is_for(gateway, hosts, version, status) -> None:
    caller = Caller("GET", "/seen", hosts=hosts, version=version)
    _ask(gateway, caller)
    assert caller.status == status
    assert status == 200 or orjson.loads(caller.body)["code"] == "host-unclear"


def test_a_long_answer_is_sent_in_parts_and_closed(app: Flask, gateway: Gateway) -> None:
    caller = Caller("GET", "/long")
    _ask(gateway, caller)
    assert len(caller.body) == 48 * 65_536
    assert caller.ended
    assert app.config["closed"] == ["long"]


def test_an_application_that_fails_is_a_500_and_no_more(gateway: Gateway) -> None:
    def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError

    failing = Caller("GET")
    _ask(Gateway(broken, 1, LIMITS), failing)
    assert failing.status == 500
    flask_says = Caller(path="/failing", headers=_body(2), parts=[b"ab"])
    after = Caller("GET", "/quick")
    _ask(gateway, flask_says)
    _ask(gateway, after)
    assert (flask_says.status, after.status) == (500, 200)


def test_other_protocols_are_left_alone(gateway: Gateway) -> None:
    async def websocket() -> None:
        caller = Caller()
        await gateway({"type": "websocket"}, caller._receive, caller._send)
        assert caller.status is None

    run_alone(websocket())
