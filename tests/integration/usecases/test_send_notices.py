"""The outbox sends: each notice on every channel, to real small servers, tried again and given up by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
import pytest

from tests.servers.platform import TestPlatform
from tests.simulators.notice_receivers import Hook, MailBox, smtp_server, webhook_receiver
from trace.errors.exchange import ChannelUnfit, NoticeUndelivered
from trace.exchange.notice_channels import MailChannel, NoticeChannel, OutgoingNotice, WebhookChannel
from trace.platform.notice_texts import notice_text
from trace.store.messages.deliveries import list_dead, outbox_standing
from trace.store.messages.outbox import put_notices
from trace.usecases.messages.send_notices import ATTEMPTS, send_again, send_notices

SECRET = b"a secret that both sides hold"
COMPLAINT = {"number": "TS1", "topic": "taste", "lot": "urn:lot:a:K1", "to": None, "lots": ["x", "y"]}


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-11-28T12:00:00+00:00")

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def platform(database_url: str, clock: HandClock) -> Iterator[TestPlatform]:
    with TestPlatform(database_url, clock) as opened:
        yield opened


@pytest.fixture
def box() -> Iterator[MailBox]:
    with smtp_server() as found:
        yield found


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as found:
        yield found


def _put(platform: TestPlatform, topic: str = "complaint", count: int = 1) -> None:
    with platform.transactions.begin("test") as tx:
        put_notices(tx.connection, [(topic, COMPLAINT)] * count, tx.now)


def _channels(box: MailBox, hook: Hook) -> list[NoticeChannel]:
    mail = MailChannel(f"smtp://127.0.0.1:{box.port}", "house@trace.example", "duty@trace.example")
    return [WebhookChannel(hook.url, SECRET), mail]


def _send(platform: TestPlatform, channels: list[NoticeChannel]) -> dict[str, int]:
    return send_notices(platform.transactions, channels, notice_text)


def _standing(platform: TestPlatform) -> tuple[int, int]:
    with platform.transactions.look() as tx:
        found = outbox_standing(tx.connection)
    return found.waiting, found.dead


def test_a_notice_goes_out_once_on_every_channel(platform: TestPlatform, box: MailBox, hook: Hook) -> None:
    _put(platform)
    channels = _channels(box, hook)
    assert _send(platform, channels) == {"sent": 2}
    assert _send(platform, channels) == {}
    ((headers, body),) = hook.taken
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert orjson.loads(body)["type"] == "greentrace.complaint"
    assert orjson.loads(body)["data"] == COMPLAINT
    (mail,) = box.taken
    assert "TS1" in mail["Subject"]
    assert mail["Message-ID"].startswith(f"<{headers['webhook-id']}@")
    assert "urn:lot:a:K1" in mail.get_content()
    assert box.receivers == ["duty@trace.example"]
    assert _standing(platform) == (0, 0)


def test_a_channel_that_fails_is_asked_again_and_the_others_are_not(
    platform: TestPlatform, box: MailBox, hook: Hook, clock: HandClock
) -> None:
    _put(platform, "unworded-topic")
    channels = _channels(box, hook)
    hook.answers = [503, 503]
    assert _send(platform, channels) == {"failed": 1, "sent": 1}
    assert _send(platform, channels) == {}  # not before its time
    clock.now += timedelta(seconds=31)
    assert _send(platform, channels) == {"failed": 1}
    clock.now += timedelta(seconds=31)
    assert _send(platform, channels) == {}  # ever more seldom
    clock.now += timedelta(seconds=30)
    assert _send(platform, channels) == {"sent": 1}
    assert (len(hook.taken), len(box.taken)) == (1, 1)
    assert _standing(platform) == (0, 0)


@pytest.mark.parametrize(("answer", "attempts"), [(410, 1), (503, ATTEMPTS)])
def test_what_is_never_taken_is_a_dead_letter_until_somebody_revives_it(
    platform: TestPlatform, hook: Hook, clock: HandClock, answer: int, attempts: int
) -> None:
    _put(platform)
    channels: list[NoticeChannel] = [WebhookChannel(hook.url, SECRET)]
    hook.answers = [answer] * attempts
    for _ in range(attempts + 3):
        _send(platform, channels)
        clock.now += timedelta(hours=3)
    with platform.transactions.look() as tx:
        (dead,) = list_dead(tx.connection)
    assert (dead.attempts, dead.error, dead.channel) == (attempts, f"status-{answer}", "webhook")
    assert _standing(platform) == (0, 1)
    send_again(platform.transactions)
    assert _standing(platform) == (1, 0)
    assert _send(platform, channels) == {"sent": 1}
    assert _standing(platform) == (0, 0)


@pytest.mark.parametrize(("answer", "final"), [("451 later", False), ("554 never", True)])
def test_an_smtp_server_says_whether_trying_again_is_of_use(box: MailBox, answer: str, final: bool) -> None:
    box.answers = [answer]
    (_, channel) = _channels(box, Hook("http://127.0.0.1:1/"))

    now = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
    with pytest.raises(NoticeUndelivered) as caught:
        channel.send(OutgoingNotice("n", "complaint", now, {}, "a subject\n\nand more"), now)
    assert caught.value.params["final"] is final


def test_neighbours_that_are_away_are_asked_again(platform: TestPlatform) -> None:
    _put(platform, count=2)
    away: list[NoticeChannel] = [
        WebhookChannel("http://127.0.0.1:1/", SECRET),
        MailChannel("smtp://127.0.0.1:1", "a@b.example", "c@d.example"),
    ]
    assert _send(platform, away) == {"failed": 4}
    assert _send(platform, []) == {}
    assert _standing(platform) == (2, 0)


def test_a_channel_set_up_wrongly_is_refused_at_once() -> None:
    for make in (
        lambda: WebhookChannel("ftp://x/", SECRET),
        lambda: WebhookChannel("https://x.example/", b"short"),
        lambda: MailChannel("http://x/", "a@b.example", "c@d.example"),
        lambda: MailChannel("smtp://x", "a", "c@d.example"),
        lambda: MailChannel("smtp://x", "a@b.example", "c@d.example\r\nBcc: e@f.example"),
    ):
        with pytest.raises(ChannelUnfit):
            make()
