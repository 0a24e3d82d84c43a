"""Faults of neighbours, on purpose: a feed that repeats and breaks off, a city platform that is down."""

from __future__ import annotations

import urllib3

from cli.demo.stage import SYSTEM, Stage
from trace.errors import Refusal
from trace.exchange.farm.addressed import AddressedFeed
from trace.exchange.system_port import HttpSystem
from trace.exchange.transport import Bounds, Transport
from trace.platform.opening import open_platform
from trace.usecases.city.upload_to_city import TARGET, send_to_city
from trace.usecases.inbox.pull_addressed import pull_addressed
from trace.usecases.intake.pull_feed import pull_address
from trace.usecases.systems.exchange_documents import exchange_documents

ATTEMPTS = 5  # as often as the reader asks for one page before it gives up
_POOL = urllib3.PoolManager(retries=False, timeout=10)


def tell(address: str, what: str, told: object) -> None:
    """Tell a simulator how to behave, through its admin address."""
    answer = _POOL.request("POST", f"{address}/admin/{what}", json=told)
    if answer.status >= 300:
        raise RuntimeError(f"simulator at {address}: {answer.status} {answer.data[:200]!r}")


def pull(stage: Stage) -> str:
    """Pull what is new on the agricultural platform into the food platform; a remark with the counts.

    Not before both witnesses have signed: the feed hands on what they have seen.
    """
    stage.settle()
    platform = open_platform(stage.path)
    try:
        platform.ensure_guarded()
        source = stage.addresses["feed"]
        taken = pull_address(platform.evidence, source, stage.tokens["agri:feed"])
        addressed = AddressedFeed(stage.addresses["agri"], token=stage.tokens["agri:addressed"])
        waiting = pull_addressed(platform.transactions, addressed, source)
        addressed.close()
    finally:
        platform.close()
    told = f"保存 {taken['taken']} 条，重复 {taken['known']} 条，退回 {taken['refused']} 条"
    return f"{told}，{waiting} 批出库进入收货方的收件箱" if waiting else told


def pull_through_faults(stage: Stage) -> str:
    """A feed that breaks off in the middle of every page, then one that is late, repeats and reorders."""
    tell(stage.addresses["feed"], "faults", [{"fault": "break_off", "times": ATTEMPTS}])
    try:
        pull(stage)
    except Refusal as refusal:
        broken = refusal.code
    else:
        raise AssertionError("the feed should have broken off")
    tell(stage.addresses["feed"], "faults", [{"fault": "repeat"}, {"fault": "reorder"}])
    return f"断流（{broken}）后续传：{pull(stage)}"


def hand_to_system(stage: Stage) -> str:
    """Hand what is due to the simulator of the named system, as its job does once the demo is served."""
    platform = open_platform(stage.path)
    port = HttpSystem(stage.addresses[SYSTEM], token="", transport=Transport(Bounds()))
    try:
        (done,) = exchange_documents(platform.transactions, {SYSTEM: port})
    finally:
        port.close()
        platform.close()
    return f"国家企业信用信息公示系统（模拟）已受理 {done.states.get('accepted', 0)} 件"


def report_to_city(stage: Stage, *, outage: bool, again: bool = False) -> str:
    """Send what is due to the city simulator, which answers or is told to be down."""
    tell(stage.addresses["city"], "behaviour", {"outage": "refuse" if outage else "none"})
    platform = open_platform(stage.path)
    try:
        sent = send_to_city(platform.transactions, {TARGET: stage.addresses[TARGET]}, again=again)
    finally:
        platform.close()
    return f"已受理 {sent['accepted']} 条，待发 {sent['pending']} 条，迟报 {sent['late']} 条"
