"""The jobs of an open platform: what its server processes do by themselves, and how often.

Which of them there are follows from platform.toml, `[neighbours]`: `city`, `feed`, `webhook`, `smtp`, named
systems.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from trace.exchange.farm.addressed import AddressedFeed
from trace.exchange.notice_channels import MailChannel, NoticeChannel, WebhookChannel
from trace.platform.folder import PlatformFolder
from trace.platform.notice_texts import notice_text
from trace.platform.opening import Platform
from trace.platform.systems import hosts_of, ports_of
from trace.store.analyses.runs import FILES
from trace.store.analyses.runs import WORK as ANALYSES
from trace.store.jobs import Claim
from trace.store.uploads.files import WORK
from trace.usecases.accounts.app_secrets import seal_kept_secrets
from trace.usecases.accounts.forget import forget_old_accounts_data
from trace.usecases.casework.count_deadlines import JOB as COUNT_DEADLINES
from trace.usecases.casework.count_deadlines import count_deadlines
from trace.usecases.casework.export_case import FilePrinting, export_case
from trace.usecases.casework.forget_copies import forget_old_copies
from trace.usecases.city.upload_to_city import TARGET, send_to_city
from trace.usecases.duties.personal_notices import plan_personal_notices
from trace.usecases.inbox.pull_addressed import pull_addressed
from trace.usecases.inquiries.questions import FILE
from trace.usecases.inquiries.runs import answer
from trace.usecases.intake.pull_feed import pull_address
from trace.usecases.jobs.run_jobs import JobKind
from trace.usecases.messages.send_notices import send_notices
from trace.usecases.recalls.mock_recall import NIGHTLY, nightly_mock_recalls
from trace.usecases.scans.count_scans import forget_old_scans
from trace.usecases.stated.papers import forget_unsigned_papers
from trace.usecases.supervision.end_checks import JOB as END_CHECKS
from trace.usecases.supervision.end_checks import end_checks
from trace.usecases.supervision.find_warnings import JOB as FIND_WARNINGS
from trace.usecases.supervision.find_warnings import find_warnings
from trace.usecases.systems.exchange_documents import exchange_documents
from trace.usecases.uploads.forget import forget_old_uploads
from trace.usecases.uploads.work_on import work_on

FORGET_SCANS: Final = "scans.forget"
FORGET_ACCOUNTS: Final = "accounts.forget"
FORGET_UPLOADS: Final = "uploads.forget"
FORGET_PAPERS: Final = "papers.forget"
FORGET_COPIES: Final = "cases.forget"
SEND_NOTICES: Final = "notices.send"
PLAN_NOTICES: Final = "notices.plan"
SEND_TO_CITY: Final = "city.send"
PULL_FEED: Final = "feed.pull"
EXCHANGE: Final = "systems.exchange"
_QUARTER_DAY: Final = timedelta(hours=6)
_OFTEN: Final = timedelta(seconds=30)
_MINUTE: Final = timedelta(minutes=1)
_NOW_AND_THEN: Final = timedelta(minutes=5)
_FEED, _WEBHOOK, _SMTP = "feed", "webhook", "smtp"


def sends_mail(folder: PlatformFolder) -> bool:
    """Whether people can have notices by mail here."""
    return bool(folder.neighbours.get(_SMTP))


def jobs_of(platform: Platform, printing: FilePrinting | None = None) -> list[JobKind]:
    """Every kind of job that a server process of this platform takes part in; raises ChannelUnfit.

    Files of cases are made where there is who sets them.
    """
    folder, neighbours = platform.folder, platform.folder.neighbours
    jobs = [*_forgetting_jobs(platform), *_file_jobs(platform, printing)]
    jobs.append(JobKind(WORK, lambda claim: work_on(platform.transactions, platform.codes, claim)))
    jobs.append(JobKind(ANALYSES, lambda claim: answer(platform.transactions, claim)))
    mock = _plain(lambda: nightly_mock_recalls(platform.transactions))
    jobs.append(JobKind(NIGHTLY, mock, every=_QUARTER_DAY))
    jobs.append(
        JobKind(FIND_WARNINGS, _plain(lambda: find_warnings(platform.transactions)), every=_QUARTER_DAY)
    )
    jobs.append(JobKind(END_CHECKS, _plain(lambda: end_checks(platform.transactions)), every=_QUARTER_DAY))
    count = _plain(lambda: count_deadlines(platform.transactions))
    jobs.append(JobKind(COUNT_DEADLINES, count, every=_QUARTER_DAY))
    channels = channels_of(folder)
    if channels:
        send = _plain(lambda: send_notices(platform.transactions, channels, notice_text))
        jobs.append(JobKind(SEND_NOTICES, send, every=_OFTEN))
    if neighbours.get(_SMTP):
        plan = _plain(lambda: plan_personal_notices(platform.transactions, platform.public_url))
        jobs.append(JobKind(PLAN_NOTICES, plan, every=_NOW_AND_THEN))
    if neighbours.get(TARGET):
        upload = _plain(lambda: send_to_city(platform.transactions, neighbours))
        jobs.append(JobKind(SEND_TO_CITY, upload, every=_OFTEN))
    if hosts_of(folder):
        jobs.append(JobKind(EXCHANGE, _plain(lambda: _exchange(platform)), every=_MINUTE))
    if neighbours.get(_FEED):
        jobs.append(JobKind(PULL_FEED, _plain(lambda: _pull(platform)), every=_NOW_AND_THEN))
    return jobs


def _forgetting_jobs(platform: Platform) -> list[JobKind]:
    """What deletes when its time is over."""
    tx, path = platform.transactions, platform.folder.path
    done: dict[str, Callable[[], object]] = {
        FORGET_SCANS: lambda: forget_old_scans(tx),
        FORGET_ACCOUNTS: lambda: _tidy_accounts(platform),
        FORGET_UPLOADS: lambda: forget_old_uploads(tx),
        FORGET_PAPERS: lambda: forget_unsigned_papers(tx, path),
        FORGET_COPIES: lambda: forget_old_copies(tx),
    }
    return [JobKind(name, _plain(do), every=_QUARTER_DAY) for name, do in done.items()]


def _file_jobs(platform: Platform, printing: FilePrinting | None) -> list[JobKind]:
    if printing is None:
        return []
    making = {FILE: partial(export_case, printing=printing, bundle=platform.bundle_settings)}
    return [JobKind(FILES, lambda claim: answer(platform.transactions, claim, making))]


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


def _exchange(platform: Platform) -> None:
    with ports_of(platform.folder) as ports:
        exchange_documents(platform.transactions, ports)


def _tidy_accounts(platform: Platform) -> None:
    forget_old_accounts_data(platform.transactions)
    seal_kept_secrets(platform.transactions, platform.master_key)


def _pull(platform: Platform) -> None:
    """The farms' records from the agricultural platform, and what it addresses to our parties."""
    platform.ensure_guarded()
    source = platform.folder.neighbours[_FEED]
    pull_address(platform.evidence, source, platform.folder.read_named("feed.token"))
    addressed = platform.folder.read_named("addressed.token")
    if addressed:
        pull_addressed(platform.transactions, AddressedFeed(source, token=addressed), source)
