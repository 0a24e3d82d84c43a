"""The jobs of an open platform: what its server processes do by themselves, and how often.

Which of them there are follows from platform.toml, `[neighbours]`: `city`, `feed`, `webhook`, `smtp`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from trace.exchange.farm.addressed import AddressedFeed
from trace.exchange.notice_channels import MailChannel, NoticeChannel, WebhookChannel
from trace.platform.folder import PlatformFolder
from trace.platform.notice_texts import notice_text
from trace.platform.opening import Platform
from trace.store.jobs import Claim
from trace.usecases.city.upload_to_city import TARGET, send_to_city
from trace.usecases.inbox.pull_addressed import pull_addressed
from trace.usecases.intake.pull_feed import pull_address
from trace.usecases.jobs.run_jobs import JobKind
from trace.usecases.messages.send_notices import send_notices
from trace.usecases.scans.count_scans import forget_old_scans

FORGET_SCANS: Final = "scans.forget"
SEND_NOTICES: Final = "notices.send"
SEND_TO_CITY: Final = "city.send"
PULL_FEED: Final = "feed.pull"
_QUARTER_DAY: Final = timedelta(hours=6)
_OFTEN: Final = timedelta(seconds=30)
_NOW_AND_THEN: Final = timedelta(minutes=5)
_FEED, _WEBHOOK, _SMTP = "feed", "webhook", "smtp"


def jobs_of(platform: Platform) -> list[JobKind]:
    """Every kind of job that a server process of this platform takes part in; raises ChannelUnfit."""
    folder, neighbours = platform.folder, platform.folder.neighbours
    jobs = [
        JobKind(FORGET_SCANS, _plain(lambda: forget_old_scans(platform.transactions)), every=_QUARTER_DAY)
    ]
    channels = channels_of(folder)
    if channels:
        send = _plain(lambda: send_notices(platform.transactions, channels, notice_text))
        jobs.append(JobKind(SEND_NOTICES, send, every=_OFTEN))
    if neighbours.get(TARGET):
        upload = _plain(lambda: send_to_city(platform.transactions, neighbours))
        jobs.append(JobKind(SEND_TO_CITY, upload, every=_OFTEN))
    if neighbours.get(_FEED):
        jobs.append(JobKind(PULL_FEED, _plain(lambda: _pull(platform)), every=_NOW_AND_THEN))
    return jobs


def channels_of(folder: PlatformFolder) -> list[NoticeChannel]:
    """The channels for notices that the folder names; raises ChannelUnfit for one set up wrongly."""
    told, channels = folder.neighbours, list[NoticeChannel]()
    if told.get(_WEBHOOK):
        channels.append(WebhookChannel(told[_WEBHOOK], folder.read_named("webhook.secret").encode()))
    if told.get(_SMTP):
        sender, receivers = told.get("mail-from", ""), told.get("mail-to", "")
        channels.append(MailChannel(told[_SMTP], sender, receivers, folder.read_named("smtp.password")))
    return channels


def _plain(work: Callable[[], object]) -> Callable[[Claim], object]:
    return lambda _claim: work()


def _pull(platform: Platform) -> None:
    """The farms' records from the agricultural platform, and what it addresses to our parties."""
    platform.ensure_guarded()
    source = platform.folder.neighbours[_FEED]
    pull_address(platform.evidence, source, platform.folder.read_named("feed.token"))
    addressed = platform.folder.read_named("addressed.token")
    if addressed:
        pull_addressed(platform.transactions, AddressedFeed(source, token=addressed), source)
