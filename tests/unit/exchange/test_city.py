"""Uploading to the city platform: the job's states, the deadline, and real exchanges with the simulator."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from trace.errors.exchange import UploadTransitionRefused
from trace.exchange.city import CityPlatform
from trace.exchange.city_document import (
    INCOMING,
    OUTGOING,
    incoming_document,
    missing_fields,
    outgoing_document,
)
from trace.exchange.simulators.city import CitySimulator, receipt_of
from trace.exchange.simulators.server import Reply, Request, Simulator
from trace.exchange.transport import Transport
from trace.exchange.upload_job import UploadJob, new_job, resend_failed

MADE = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
RECEIPT = {
    "lot": "urn:lot:X:R1",
    "productName": "稻谷",
    "spec": "散装",
    "quantity": {"value": "16900", "unit": "kg"},
    "productionDate": "2026-10-05",
    "shelfLife": {"value": 12, "unit": "month"},
    "receivedAt": "2026-10-06T09:30:00+08:00",
    "supplierName": "（演示）乌有乡",
    "supplierAddress": "（演示）崇明",
    "supplierContact": "000-00000001",
}


def a_job(now: datetime = MADE, **changed: object) -> UploadJob:
    document = incoming_document("j", "urn:uscc:91310151XN0000442L", {**RECEIPT, **changed})
    return new_job("city", "stmt-1", document, MADE, DAY, now)


@pytest.fixture
def simulator() -> CitySimulator:
    return CitySimulator()


@pytest.fixture
def city(simulator: CitySimulator) -> Iterator[CityPlatform]:
    with Simulator(simulator.answer) as server:
        platform = CityPlatform(server.url)
        yield platform
        platform.close()


def test_a_receipt_fills_the_nine_fields_of_the_law() -> None:
    document = incoming_document("j", "urn:uscc:91310151XN0000442L", RECEIPT)
    assert document["记录"] == {
        "名称": "稻谷", "规格": "散装", "数量": "16900kg", "生产日期或生产批号": "2026-10-05",
        "保质期": "12个月", "进货日期": "2026-10-06",
        "供货者名称": "（演示）乌有乡", "供货者地址": "（演示）崇明",
        "供货者联系方式": "000-00000001",
    }  # fmt: skip
    assert (len(INCOMING), len(OUTGOING)) == (9, 10)
    assert missing_fields(document) == ()


def test_a_shipment_fills_the_ten_fields_of_the_law() -> None:
    pack = {"batchNo": "M1", "label": {"product": {"name": "大米", "spec": "5kg", "shelfLife": "12个月"}}}
    shipment = {
        "lot": "urn:lot:X:D1",
        "quantity": {"value": "6000", "unit": "kg"},
        "packs": {"value": "1200", "unit": "件"},
        "shippedAt": "2026-10-13T08:00:00+08:00",
        "receiverName": "（演示）超市",
    }
    document = outgoing_document("j", "urn:uscc:91310151XN0000442L", shipment, pack, "J1")
    assert document["记录"] == {
        "名称": "大米", "规格": "5kg", "数量": "1200件", "生产日期或生产批号": "M1", "保质期": "12个月",
        "检验合格证号": "J1", "销售日期": "2026-10-13", "购货者名称": "（演示）超市",
    }  # fmt: skip
    assert missing_fields(document) == ("购货者地址", "购货者联系方式")


def test_the_deadline_counts_from_production_and_not_from_the_upload() -> None:
    job = a_job(now=MADE + timedelta(hours=3))
    assert job.due_at == MADE + DAY
    assert job.aged(MADE + DAY).state == "pending"
    assert job.aged(MADE + DAY + timedelta(seconds=1)).state == "late"


def test_pauses_double_up_to_an_hour() -> None:
    job, pauses = a_job(), []
    for _ in range(9):
        job = job.failed("timeout", MADE)
        assert job.next_try_at is not None
        pauses.append((job.next_try_at - MADE).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_finished_job_takes_no_further_step() -> None:
    done = a_job().accepted("r-1", MADE)
    assert done.next_try_at is None
    assert not done.is_due(MADE + DAY)
    assert done.accepted("r-1", MADE) is done
    for step in (
        lambda: done.sent(MADE),
        lambda: done.failed("x", MADE),
        lambda: done.rejected("x", MADE),
        lambda: done.resent(MADE),
        lambda: done.accepted("r-2", MADE),
    ):
        with pytest.raises(UploadTransitionRefused):
            step()


@pytest.mark.requirement("S0-19")
def test_a_complete_record_is_accepted_with_a_receipt(city: CityPlatform) -> None:
    job = city.work(a_job(), MADE + timedelta(hours=1))
    assert (job.state, job.receipt, job.attempts, job.overdue) == ("accepted", receipt_of(job.id), 1, False)


def test_a_record_that_lacks_fields_is_rejected_with_each_field_and_can_be_completed(
    city: CityPlatform,
) -> None:
    job = city.work(a_job(supplierAddress=None, spec=None), MADE)
    assert job.state == "rejected"
    assert job.last_error == "规格: 缺少此项; 供货者地址: 缺少此项"
    again = city.work(job.resent(MADE, a_job().document), MADE)
    assert again.state == "accepted"


def test_a_late_acknowledgement_is_asked_for(city: CityPlatform, simulator: CitySimulator) -> None:
    simulator.late_acks = 2
    states = []
    job = a_job()
    for minute in range(3):
        job = city.work(job, MADE + timedelta(minutes=minute))
        states.append(job.state)
    assert states == ["sent", "sent", "accepted"]


def test_the_same_job_twice_is_one_record(city: CityPlatform, simulator: CitySimulator) -> None:
    first, second = city.upload(a_job(), MADE), city.upload(a_job(), MADE)
    assert first.receipt == second.receipt
    listed = orjson.loads(simulator.answer(Request("GET", "/admin/records", {}, b"")).body)["records"]
    assert [(one["job"], one["repeats"]) for one in listed] == [("city:stmt-1", 1)]


@pytest.mark.parametrize(("outage", "reason"), [("refuse", "status-503"), ("hang_up", "no-connection")])
@pytest.mark.requirement("S0-19")
def test_an_outage_of_31_hours_ends_late_but_accepted(
    city: CityPlatform, simulator: CitySimulator, outage: str, reason: str
) -> None:
    simulator.outage = outage
    job, now = a_job(), MADE
    while now < MADE + timedelta(hours=31):
        now = job.next_try_at or now
        job = city.work(job.aged(now), now)
        assert job.last_error == reason
    assert job.state == "late"
    simulator.outage = "none"
    job = city.work(job.resent(now), now)
    assert (job.state, job.overdue) == ("accepted", True)


def test_a_killed_answer_leaves_the_job_open(simulator: CitySimulator) -> None:
    def cut(request: Request) -> Reply:
        whole = simulator.answer(request)
        return Reply(whole.status, whole.body, whole.headers, cut=5)

    with Simulator(cut) as server:
        platform = CityPlatform(server.url)
        job = platform.work(a_job(), MADE)
        platform.close()
    assert (job.state, job.last_error) == ("pending", "broken-off")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"state": "fine"}',
        b'{"state": "accepted"}',
        b'{"state": "accepted", "receipt": 5}',
    ],
)
def test_an_answer_that_is_none_leaves_the_job_open(body: bytes) -> None:
    with Simulator(lambda _: Reply(200, body)) as server:
        platform = CityPlatform(server.url)
        job = platform.work(a_job(), MADE)
        platform.close()
    assert (job.state, job.last_error) == ("pending", "answer-malformed")


def test_one_click_sends_all_failed_jobs_again(city: CityPlatform, simulator: CitySimulator) -> None:
    rejected = city.work(a_job(spec=None), MADE)
    failed = a_job().failed("timeout", MADE)
    done = a_job().accepted("r", MADE)
    waiting = a_job().sent(MADE)
    again = resend_failed([rejected, failed, done, waiting], MADE + timedelta(hours=1))
    assert [(job.state, job.attempts) for job in again] == [("pending", 0), ("pending", 0)]
    assert all(job.is_due(MADE + timedelta(hours=1)) for job in again)


def test_the_simulator_runs_as_a_process_and_is_told_how_to_behave(root: Path) -> None:
    command = [sys.executable, "-m", "trace.exchange.simulators.city", "--port", "0"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            transport = Transport()
            told = transport.ask("POST", f"{url}/admin/behaviour", body=b'{"outage": "refuse"}')
            assert orjson.loads(told.body)["outage"] == "refuse"
            platform = CityPlatform(url)
            assert platform.work(a_job(), MADE).last_error == "status-503"
            transport.ask("POST", f"{url}/admin/behaviour", body=b'{"outage": "none"}')
            assert platform.work(a_job(), MADE).state == "accepted"
            transport.close()
            platform.close()
        finally:
            process.terminate()
