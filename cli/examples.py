"""Calls to copy, by command: `./greentrace COMMAND --help` shows them, a test reads each as click does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DATA: Final = "--data /srv/greentrace"
_BUREAU: Final = "urn:uscc:11310151XN0000BB42"
_SIGNED: Final = "--key firm.pem --iss urn:uscc:91310151XN0000442L"

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("demo", "demo --continue"),
    "setup": ("setup /srv/greentrace",),
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
    "keygen": ("keygen firm.pem", "keygen firm.pem --alg ES256"),
    "enrol": (f"enrol {_SIGNED} --name 某某米业有限公司 --role processor > application.json",),
    "sign": ("sign claims.json --key firm.pem --conceal supplierName",),
    "verify": ("verify K1.trace.json --policy policy",),
    "trace": (
        f"trace urn:lot:91310151XN0000442L:K1 {_DATA}",
        f"trace urn:lot:91310151XN0000442L:K1 --down {_DATA}",
    ),
    "verify-link": ("verify-link https://id.example.cn/01/09521234100010 --policy policy",),
    "template": ("template records.xlsx", "template links.csv --links"),
    "import-workbook": (f"import records.xlsx {_SIGNED}",),
    "import-links": (f"import links links.csv {_SIGNED}",),
    "inbox": (f"inbox {_SIGNED}",),
    "notes": (f"notes {_SIGNED}",),
    "replay": (f"replay {_DATA}",),
    "log-audit": (f"log audit {_DATA} --json",),
    "codes-rotate": (f"codes rotate {_DATA}",),
}
