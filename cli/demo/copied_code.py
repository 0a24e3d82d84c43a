"""Story 10: the code of one pack is looked up in 普陀 and 40 minutes later in another city; a complaint.

The telephones are ours; they speak to the page's own addresses. Where a request comes from is said by the
proxy in front of a platform (`X-Client-Region`); in the demo we are that proxy too, on the loopback address.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

import urllib3

from cli.demo.stage import Stage
from cli.demo.world import world
from trace.identity.city import city_named, city_of
from trace.platform.folder import load_folder
from trace.platform.opening import open_platform

PACK, BATCH, PLACE = "K2-41", "K2", 41
"""The pack that was copied, the batch that it is of, and which of its packs it is."""
SCANS = (("10-20 18:20", "310107"), ("10-20 19:00", "420100"), ("10-20 20:10", "510100"))
COUNTED_SECONDS = 15.0
_PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50 (demo)"
_POOL = urllib3.PoolManager(retries=False, timeout=20)


def copied_code(stage: Stage) -> str:
    """Look the code up in three cities within two hours, see the alerts, and complain about the pack."""
    code = _code(stage)
    stage.printed[PACK] = f"{load_folder(stage.path).public_url}/{code}"
    for when, region in SCANS:
        stage.reach(when)
        _scan(stage, code, region)
    _await(stage, code)
    level = _alerts(stage, code, "regulator")[-1]["level"]
    told = len(_alerts(stage, code, "P1"))
    number = _complain(stage, code)
    words = {"watch": "需要留意", "suspected": "疑似复制"}[level]
    cities = "、".join(_city(region) for _, region in SCANS)
    return f"{cities}先后被扫，判为{words}；企业收到 {told} 条提示；投诉编号 {number}"


def _code(stage: Stage) -> str:
    """The canonical path of one pack's code, as the mill's printer has it."""
    platform = open_platform(stage.path)
    try:
        held = platform.codes.range_of_lot(world().lot("P1", BATCH))
        if held is None:
            raise AssertionError(f"{BATCH} has no item codes")
        serial = platform.codes.ring.key(held.epoch, held.scope).serial(held.interval.first + PLACE)
    finally:
        platform.close()
    return f"01/{held.scope.removeprefix('gtin:')}/21/{serial}"


def _scan(stage: Stage, code: str, region: str) -> None:
    """What the page of the code sends when it is looked at, from a telephone that is new to it."""
    _post(stage, "/scans", {"code": code}, {"X-Client-Region": region, "Accept": "application/json"})


def _complain(stage: Stage, code: str) -> str:
    """The form of the page, filled in; the number under which the complaint is kept."""
    form = {
        "kind": "complaint",
        "topic": "counterfeit",
        "text": "（演示）包装印刷模糊，扫码显示已在外地多次查询，怀疑是假货。",
        "contact": "000-00000077",
        "code": code,
    }
    headers = _post(stage, "/complaints/new", form, {"Accept": "text/html"})
    return str(headers["Location"]).rpartition("/")[2].partition("?")[0]


def _post(stage: Stage, path: str, form: dict[str, str], extra: dict[str, str]) -> Any:
    address = stage.addresses["food"]
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": _PHONE,
        "Origin": address,
        "Sec-Fetch-Site": "same-origin",
    }
    answer = _POOL.request(
        "POST", address + path, body=urlencode(form), headers={**headers, **extra}, redirect=False
    )
    if answer.status >= 400:
        raise AssertionError(f"{path}: {answer.status} {answer.data[:300]!r}")
    return answer.headers


def _await(stage: Stage, code: str) -> None:
    """Scans are written by a thread of the server; wait until the last one was judged."""
    deadline = time.monotonic() + COUNTED_SECONDS
    while not any(alert["scans"] == len(SCANS) for alert in _alerts(stage, code, "regulator")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"扫码未及时计入，详见 {stage.path / 'logs'}")
        time.sleep(0.1)


def _alerts(stage: Stage, code: str, who: str) -> list[dict[str, Any]]:
    found = stage.client("food", who).get_json("/api/v1/scan-alerts")["alerts"]
    return [alert for alert in found if alert["code"] == code]


def _city(region: str) -> str:
    city = city_named(city_of(region) or "")
    return city.zh if city is not None else region
