"""Calls to copy, by command: `./greentrace COMMAND --help` shows them, a test reads each as click does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DATA: Final = "--data /srv/greentrace"
_BUREAU: Final = "urn:uscc:11310151XN0000BB42"
_LOT: Final = "urn:lot:91310151XN0000442L:K1"
_ASKED: Final = "--server https://id.example.cn --token TOKEN"
_SIGNED: Final = "--key firm.pem --iss urn:uscc:91310151XN0000442L"

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("demo", "demo --continue"),
    "setup": ("setup /srv/greentrace/food", "setup /srv/greentrace/food --from setup.toml"),
    "init": (
        "init /srv/greentrace --role food --origin trace.example.cn/food --public-url https://id.example.cn",
    ),
    "migrate": (f"migrate {_DATA}",),
    "upgrade": (f"upgrade {_DATA}",),
    "serve": (f"serve {_DATA} --port 8000",),
    "witness": ("witness --data /srv/witness --port 8001",),
    "status": (f"status {_DATA}",),
    "notices": (f"notices {_DATA}",),
    "token": (
        f"token {_DATA} --holder urn:uscc:91310151XN0000442L --label mill --scope statements:write",
        f"token {_DATA} --holder {_BUREAU} --scope trace:all --department market --region 31",
    ),
    "draw-half": ("draw half a.half",),
    "draw-commit": ("draw commit lists.json --half market=9f86… --half agriculture=60303… --out plan.json",),
    "draw-run": ("draw run plan.json --half market=a.half --half agriculture=b.half --out drawn.json",),
    "draw-verify": (
        "draw verify drawn.json --published 2c26b46b68ffc68f…",
        f"draw verify drawn.json {_DATA}",
    ),
    "account-first": (
        f"account first {_DATA} --organisation {_BUREAU} --organisation-name 某某平台 --name 王五",
    ),
    "master-key": (f"master-key /etc/greentrace/master.key {_DATA}",),
    "hold-key": (f"hold-key registrar.pem {_DATA} --iss {_BUREAU}",),
    "keygen": ("keygen firm.pem", "keygen firm.pem --alg ES256"),
    "enrol": (f"enrol {_SIGNED} --name 某某米业有限公司 --role processor > application.json",),
    "sign": ("sign claims.json --key firm.pem --conceal supplierName",),
    "verify": ("verify K1.trace.json --policy policy",),
    "balance": (
        "balance --server https://id.example.cn --token TOKEN --from 2026-01-01 --to 2026-12-31",
        "balance --server https://id.example.cn --token TOKEN --region 31 --from 2026-10-01 --to 2026-10-31",
    ),
    "gaps": ("gaps --server https://id.example.cn --token TOKEN --out gaps.json",),
    "mock-recall": (
        "mock-recall --server https://id.example.cn --token TOKEN",
        "mock-recall --server https://id.example.cn --token TOKEN --trend",
    ),
    "trace": (
        f"trace urn:lot:91310151XN0000442L:K1 {_DATA}",
        f"trace urn:lot:91310151XN0000442L:K1 --down {_DATA}",
    ),
    "common-source": (f"common-source {_DATA} --failing urn:lot:91310151XN0000442L:K1 --json",),
    "warnings": (f"warnings {_DATA}",),
    "contribution": (f"contribution urn:lot:91310151XN0000442L:R1 {_DATA}",),
    "fcl-scores": ("fcl-scores outbreak --settings settings.json --out scores",),
    "verify-link": ("verify-link https://id.example.cn/01/09521234100010 --policy policy",),
    "template": ("template records.xlsx", "template links.csv --links"),
    "import-workbook": (f"import records.xlsx {_SIGNED}",),
    "import-links": (f"import links links.csv {_SIGNED}",),
    "inbox": (f"inbox {_SIGNED}",),
    "notes": (f"notes {_SIGNED}",),
    "replay": (f"replay {_DATA}",),
    "log-audit": (f"log audit {_DATA} --json",),
    "backup": (f"backup {_DATA} --to /srv/greentrace-backups",),
    "restore": (
        "restore FOOD.data.tar.gz --keys FOOD.keys.tar.gz --check",
        "restore FOOD.data.tar.gz --keys FOOD.keys.tar.gz --to /srv/greentrace",
    ),
    "new-origin": ("new-origin --from RESTORED --to /srv/greentrace-2 --origin trace.example.cn/food/2",),
    "doctor": (f"doctor {_DATA}", f"doctor {_DATA} --json"),
    "register": ("register firm.json --key REGISTRAR.pem --iss urn:uscc:11310151XN0000BB42",),
    "codes-label": ("codes label urn:lot:91310151XN0000442L:K1 --size a4-24 --start 7 --out labels.pdf",),
    "codes-preview": ("codes preview urn:lot:91310151XN0000442L:K1 --size a4-24",),
    "edition-show": (f"edition show {_DATA}",),
    "correct": (f"correct STMT {_SIGNED} --set quantity.value=1450 --reason 少称一车",),
    "withdraw": (f"withdraw STMT {_SIGNED} --reason 登记错了",),
    "photo-prepare": ("photo prepare field.jpg --shows place",),
    "erase": (f"erase {_DATA} --stmt STMT --member supplierContact",),
    "codes-rotate": (f"codes rotate {_DATA}",),
    "codes-print": (
        f"codes print {_LOT} {_ASKED} --form png --count 500 --out run",
        f"codes print {_LOT} {_ASKED} --form zpl --dpi 203 --size 40x30 --first 501 --count 500 --out run-2",
    ),
    "codes-verify-manifest": (
        "codes verify-manifest run --server https://id.example.cn",
        "codes verify-manifest run --jwks jwks.json",
    ),
    "codes-forget-scans": (f"codes forget-scans {_DATA}",),
    "confirm": (f"confirm RECEIPT {_SIGNED}", f"confirm RECEIPT {_SIGNED} --handover SHIPMENT --complete"),
    "refuse": (f"refuse STMT {_SIGNED} --reason not_received --note 车没有来",),
    "unanswered": (f"unanswered {_ASKED}",),
    "snapshot": (f"snapshot --key BUREAU.pem --iss {_BUREAU} --server https://id.example.cn --every 1h",),
    "photo-upload": (f"photo upload STMT field.webp {_ASKED}",),
    "photo-erase": (f"photo erase 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae {_DATA}",),
    "city-send": (f"city send {_DATA}", f"city send {_DATA} --failed"),
    "feed-drop": (f"feed drop 17 {_DATA}",),
    "feed-pull": (f"feed pull {_DATA} --source https://agri.example.cn --token TOKEN",),
    "feed-sign": (f"feed sign records.json {_SIGNED}",),
    "systems-send": (f"systems send {_DATA}", f"systems send {_DATA} --again"),
    "systems-states": (f"systems states {_DATA}",),
    "edition-begin": (f"edition begin 2 --key REGISTRAR.pem --iss {_BUREAU}",),
    "simulate-city": ("simulate city --port 8090",),
    "simulate-faulty-feed": ("simulate faulty-feed --port 8091 --upstream http://127.0.0.1:8000",),
    "simulate-system": ("simulate system --port 8093",),
}
