"""Channels by which notices leave the house: a signed webhook and mail (SMTP).

The webhook is signed as Standard Webhooks 1.0 says: `webhook-id`, `webhook-timestamp` and `webhook-signature:
v1,<base64>`, the HMAC-SHA256 of `id.timestamp.body` under a shared secret; a receiver that sees an id again
drops it. Mail says in Chinese what happened; no channel carries names, words of complainants or addresses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import orjson

from trace.errors.exchange import ChannelUnfit, NoticeUndelivered
from trace.exchange.transport import TRY_AGAIN, Bounds, NoAnswer, TooMuch, Transport

WEBHOOK: Final = "webhook"
MAIL: Final = "mail"
_SECONDS: Final = 15.0
_FOR_GOOD: Final = range(500, 600)  # an SMTP server's "permanent" answers


@dataclass(frozen=True, slots=True)
class OutgoingNotice:
    """What is sent; the same `id` is the same notice, however often it comes."""

    id: str
    topic: str
    created_at: datetime
    payload: Mapping[str, object]
    text: str
    """What it says, for people; the first line is its subject."""
    receiver: str = ""
    """The one address that it goes to, by mail; "" for those of the channel."""


class NoticeChannel(Protocol):
    """A way out of the house."""

    @property
    def name(self) -> str: ...

    def send(self, notice: OutgoingNotice, now: datetime) -> None:
        """Return once it was taken; raises `NoticeUndelivered`, whose `final` says that trying is no use."""
        ...


class WebhookChannel:
    """Posts JSON to an address, signed under `secret`."""

    name = WEBHOOK

    def __init__(self, url: str, secret: bytes) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ChannelUnfit(channel=WEBHOOK, part="url")
        if len(secret) < 24:
            raise ChannelUnfit(channel=WEBHOOK, part="secret")
        self._url = url
        self._secret = secret
        self._transport = Transport(Bounds(read=_SECONDS, whole=_SECONDS, limit=64 * 1024))

    def send(self, notice: OutgoingNotice, now: datetime) -> None:
        content = {
            "type": f"greentrace.{notice.topic}",
            "timestamp": notice.created_at.isoformat(),
            "data": notice.payload,
        }
        body, moment = orjson.dumps(content, option=orjson.OPT_SORT_KEYS), str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": notice.id,
            "webhook-timestamp": moment,
            "webhook-signature": webhook_signature(self._secret, notice.id, moment, body),
        }
        try:
            answer = self._transport.ask("POST", self._url, headers, body)
        except NoAnswer as failure:
            raise NoticeUndelivered(channel=WEBHOOK, reason=failure.reason, final=False) from None
        except TooMuch:
            return  # it was taken, whatever was said about it
        if not 200 <= answer.status < 300:
            final = answer.status not in TRY_AGAIN
            raise NoticeUndelivered(channel=WEBHOOK, reason=f"status-{answer.status}", final=final)


def webhook_signature(secret: bytes, name: str, moment: str, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = hmac.digest(secret, f"{name}.{moment}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


class MailChannel:
    """Hands mail to a server: `smtp://[user@]host[:port]` (STARTTLS where it is offered) or `smtps://…`.

    With a user, a password is sent, and only over TLS.
    """

    name = MAIL

    def __init__(self, url: str, sender: str, receivers: str, password: str = "") -> None:
        at = urlsplit(url)
        if at.scheme not in {"smtp", "smtps"} or not at.hostname:
            raise ChannelUnfit(channel=MAIL, part="url")
        if "@" not in sender or "@" not in receivers or any(c in sender + receivers for c in "\r\n"):
            raise ChannelUnfit(channel=MAIL, part="addresses")
        self._host, self._tls = at.hostname, at.scheme == "smtps"
        self._port = at.port or (465 if self._tls else 25)
        self._user = unquote(at.username or "")
        self._sender, self._receivers = sender, receivers
        self._password = password

    def send(self, notice: OutgoingNotice, now: datetime) -> None:
        message = EmailMessage()
        message["Subject"] = notice.text.splitlines()[0]
        message["From"], message["To"] = self._sender, notice.receiver or self._receivers
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{notice.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        try:
            self._hand_over(message)
        except smtplib.SMTPResponseException as answer:
            final = answer.smtp_code in _FOR_GOOD
            raise NoticeUndelivered(channel=MAIL, reason=f"smtp-{answer.smtp_code}", final=final) from None
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            final = all(code in _FOR_GOOD for code in codes)
            raise NoticeUndelivered(channel=MAIL, reason=f"smtp-{codes[0]}", final=final) from None
        except (smtplib.SMTPException, OSError) as failure:
            raise NoticeUndelivered(channel=MAIL, reason=type(failure).__name__, final=False) from None

    def _hand_over(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self._tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        try:
            server.ehlo()
            safe = self._tls
            if not safe and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                safe = True
            if self._user:
                if not safe:
                    raise smtplib.SMTPNotSupportedError("no TLS, so no password is sent")
                server.login(self._user, self._password)
            server.send_message(message)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
