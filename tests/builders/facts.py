"""Data of signed statements with sensible defaults: the good chain, one keyword away from trouble.

Each builder returns the `data` object of one record kind as JSON has it. Keywords are JSON members
(camelCase); a member given as `ABSENT` is left out.
"""

from __future__ import annotations

from typing import Any, Final

COOPERATIVE: Final = "93310151XN00001190"
MILL: Final = "91310151XN0000442L"
TOFU: Final = "91310113XN0000557R"
MARKET: Final = "91310115XN00008805"
LAB: Final = "91310104XN0000AAXE"
BUREAU: Final = "11310151XN0000BB42"
RICE_MARK: Final = "LB-03-24050999001A"
RICE: Final = "urn:gtin:09521234100010"
PREFIX: Final = "952123410"  # the mill's
ABSENT: Final[Any] = object()
Data = dict[str, Any]


def uscc(code: str) -> str:
    return f"urn:uscc:{code}"


def lot(owner: str, batch: str) -> str:
    return f"urn:lot:{owner}:{batch}"


def plot(number: int) -> str:
    return f"urn:place:310151999299-{number:04d}"


def kg(value: str | int) -> Data:
    return {"value": str(value), "unit": "kg"}


def statement_id(text: str) -> str:
    """A well-formed id that names what it stands for."""
    return (text + "_" * 43)[:43]


def _with(defaults: Data, changed: Data) -> Data:
    return {member: value for member, value in {**defaults, **changed}.items() if value is not ABSENT}


def an_operation(**changed: Any) -> Data:
    """A spray of plot 1 with 7 days before harvest."""
    return _with(
        {
            "plot": plot(1),
            "crop": "水稻",
            "operation": "spray",
            "usedOn": "2026-09-10",
            "input": {
                "name": "（演示）氯虫苯甲酰胺",
                "regNo": "PD20139901",
                "substance": "氯虫苯甲酰胺",
                "source": "（演示）农资店",
                "dose": "10 mL/亩",
                "method": "喷雾",
                "phiDays": 7,
            },
        },
        changed,
    )


def a_harvest(**changed: Any) -> Data:
    """H1: 16 900 kg of paddy from plot 1."""
    return _with(
        {
            "lot": lot(COOPERATIVE, "H1"),
            "productName": "稻谷",
            "crop": "水稻",
            "plots": [plot(1)],
            "quantity": kg("16900"),
            "harvestedFrom": "2026-10-05T07:00:00+08:00",
            "harvestedTo": "2026-10-05T17:00:00+08:00",
        },
        changed,
    )


def a_certificate(**changed: Any) -> Data:
    return _with(
        {
            "certNo": "C-20261005-1",
            "lot": lot(COOPERATIVE, "H1"),
            "productName": "稻谷",
            "quantity": kg("16900"),
            "origin": "上海市崇明区",
            "basis": "controlled",
            "style": "producer",
            "issuedAt": "2026-10-05T18:00:00+08:00",
        },
        changed,
    )


def a_report(**changed: Any) -> Data:
    """A passed release test of the rice of M20261012A."""
    return _with(
        {
            "reportNo": "R-20261013-1",
            "lot": lot(MILL, "RICE-A"),
            "purpose": "release",
            "sampledAt": "2026-10-12T18:00:00+08:00",
            "testedAt": "2026-10-13T10:00:00+08:00",
            "items": [{"name": "镉", "limit": "0.2", "value": "0.05", "unit": "mg/kg", "verdict": "pass"}],
            "conclusion": "pass",
        },
        changed,
    )


def a_receipt(**changed: Any) -> Data:
    """R1: H1 as the mill received it, all nine fields of 进货查验."""
    return _with(
        {
            "lot": lot(MILL, "R1"),
            "productName": "稻谷",
            "spec": "散装",
            "quantity": kg("16900"),
            "role": "ingredient",
            "supplierLot": lot(COOPERATIVE, "H1"),
            "supplier": uscc(COOPERATIVE),
            "supplierName": "（演示）乌有乡稻米专业合作社",
            "supplierAddress": "上海市崇明区",
            "supplierContact": "000-00000001",
            "batchNo": "H1",
            "productionDate": "2026-10-05",
            "shelfLife": {"value": 12, "unit": "month"},
            "receivedAt": "2026-10-06T09:00:00+08:00",
            "proofs": [{"kind": "certificate", "ref": "C-20261005-1"}],
        },
        changed,
    )


def degrees(low: str, high: str) -> Data:
    """A temperature that was read more than once."""
    return {"min": low, "max": high, "unit": "°C"}


def a_merge(**changed: Any) -> Data:
    """The silo: R1 and R2 into S1, 2 % lost in drying and cleaning."""
    return _with(
        {
            "inputs": [
                {"lot": lot(MILL, "R1"), "quantity": kg("16900")},
                {"lot": lot(MILL, "R2"), "quantity": kg("18400")},
            ],
            "output": {"lot": lot(MILL, "S1"), "productName": "稻谷", "quantity": kg("34594")},
            "loss": {"quantity": kg("706"), "reason": "烘干与清理"},
            "startedAt": "2026-10-07T08:00:00+08:00",
            "finishedAt": "2026-10-07T18:00:00+08:00",
        },
        changed,
    )


def a_split(**changed: Any) -> Data:
    return _with(
        {
            "input": {"lot": lot(MILL, "S1"), "quantity": kg("1000")},
            "outputs": [
                {"lot": lot(MILL, "S1-a"), "productName": "稻谷", "quantity": kg("600")},
                {"lot": lot(MILL, "S1-b"), "productName": "稻谷", "quantity": kg("400")},
            ],
            "startedAt": "2026-10-08T08:00:00+08:00",
            "finishedAt": "2026-10-08T09:00:00+08:00",
        },
        changed,
    )


def a_production(**changed: Any) -> Data:
    """M20261012A: 20 000 kg of paddy give 13 600 kg of rice, bran and husk."""
    return _with(
        {
            "batch": lot(MILL, "M20261012A"),
            "inputs": [{"lot": lot(MILL, "S1"), "quantity": kg("20000"), "role": "main"}],
            "outputs": [
                {
                    "lot": lot(MILL, "RICE-A"),
                    "productName": "子虚牌绿色大米",
                    "quantity": kg("13600"),
                    "kind": "product",
                },
                {
                    "lot": lot(MILL, "BRAN-A"),
                    "productName": "米糠",
                    "quantity": kg("2000"),
                    "kind": "by_product",
                },
            ],
            "loss": {"quantity": kg("4400"), "reason": "稻壳"},
            "yieldOf": "paddy_to_rice",
            "startedAt": "2026-10-12T08:00:00+08:00",
            "finishedAt": "2026-10-12T17:00:00+08:00",
            "productionDate": "2026-10-12",
        },
        changed,
    )


def a_label(**changed: Any) -> Data:
    return _with(
        {
            "enterprise": {
                "name": "（演示）子虚米业有限公司",
                "address": "上海市崇明区",
                "contact": "000-00000004",
                "businessLicence": MILL,
                "scNo": "SC10131015199019",
            },
            "ingredients": ["稻谷"],
            "additives": [],
            "product": {
                "name": "子虚牌绿色大米",
                "spec": "5kg",
                "standard": "GB/T 1354",
                "shelfLife": "12个月",
                "storage": "阴凉干燥处",
            },
            "release": {"conclusion": "合格"},
        },
        changed,
    )


def a_pack(**changed: Any) -> Data:
    """K1: 1 600 packs of 5 kg under the green mark."""
    return _with(
        {
            "lot": lot(MILL, "K1"),
            "fromLot": lot(MILL, "RICE-A"),
            "product": RICE,
            "gtin": "9521234100010",
            "batchNo": "M20261012A",
            "quantity": kg("8000"),
            "packs": {"value": "1600", "unit": "件"},
            "netContent": kg("5"),
            "productionDate": "2026-10-12",
            "expiryDate": "2027-10-11",
            "codeLevel": "batch",
            "lbNo": RICE_MARK,
            "packedAt": "2026-10-13T08:00:00+08:00",
            "label": a_label(),
        },
        changed,
    )


def an_activation(**changed: Any) -> Data:
    return _with(
        {
            "lot": lot(MILL, "K1"),
            "codeLevel": "batch",
            "gtin": "9521234100010",
            "batchNo": "M20261012A",
            "report": statement_id("report"),
        },
        changed,
    )


def a_void(**changed: Any) -> Data:
    return _with({"lot": lot(MILL, "K1"), "reason": "印刷错误，整批作废"}, changed)


def an_aggregation(**changed: Any) -> Data:
    """24 packs of K1 in a case."""
    return _with(
        {
            "container": "urn:sscc:095212341000000010",
            "action": "add",
            "items": [{"lot": lot(MILL, "K1"), "first": 0, "count": 24}],
        },
        changed,
    )


def a_shipment(**changed: Any) -> Data:
    """1 200 packs of K1 to the supermarket."""
    return _with(
        {
            "lot": lot(MILL, "X1"),
            "fromLot": lot(MILL, "K1"),
            "quantity": kg("6000"),
            "packs": {"value": "1200", "unit": "件"},
            "receiver": uscc(MARKET),
            "receiverName": "（演示）无何有之乡生鲜超市有限公司",
            "receiverAddress": "上海市浦东新区",
            "receiverContact": "000-00000008",
            "releaseReport": statement_id("report"),
            "shippedAt": "2026-10-14T08:00:00+08:00",
        },
        changed,
    )


def a_disposal(**changed: Any) -> Data:
    """200 kg of K1 destroyed."""
    return _with(
        {
            "lot": lot(MILL, "K1"),
            "quantity": kg("200"),
            "manner": "destroyed",
            "proof": {"kind": "paper", "ref": "销毁记录 X-3"},
        },
        changed,
    )


def a_party(**changed: Any) -> Data:
    return _with(
        {
            "name": "（演示）子虚米业有限公司",
            "kind": "company",
            "roles": ["processor"],
            "region": "310151",
            "scNo": "SC10131015199019",
        },
        changed,
    )


def a_plot(**changed: Any) -> Data:
    return _with(
        {"name": "一号田", "kind": "plot", "region": "310151", "areaMu": "28", "crop": "水稻"}, changed
    )


def a_product(**changed: Any) -> Data:
    return _with(
        {
            "name": "子虚牌绿色大米 5kg",
            "spec": "5kg",
            "netContent": kg("5"),
            "gtin": "9521234100010",
            "shelfLife": {"value": 12, "unit": "month"},
            "ingredients": ["稻谷"],
            "lbNo": RICE_MARK,
            "yieldFrom": "paddy",
        },
        changed,
    )


def a_prefix(**changed: Any) -> Data:
    """The company prefix of the mill, as the registrar gives it."""
    days = {"validFrom": "2020-01-01", "validTo": "2039-12-31", "status": "valid"}
    whose = {"kind": "gs1_prefix", "number": PREFIX, "holder": uscc(MILL), "productNames": []}
    return _with({**whose, **days, "evidence": "（演示）Verified by GS1：示范前缀 952"}, changed)


def a_licence(**changed: Any) -> Data:
    """The mark of the rice: 100 t a year, 78 t of them packed before the platform began."""
    return _with(
        {
            "kind": "green_mark",
            "number": RICE_MARK,
            "holder": uscc(MILL),
            "productNames": ["子虚牌绿色大米"],
            "validFrom": "2024-05-20",
            "validTo": "2027-05-19",
            "approvedOutput": {"value": "100", "unit": "t"},
            "status": "valid",
            "packedBefore": {"value": "78.0", "unit": "t"},
            "openingAt": "2026-10-01",
        },
        changed,
    )


def a_correction(amends: str, replacement: Data, **changed: Any) -> Data:
    return _with({"amends": amends, "reason": "数量录入错误", "replacement": replacement}, changed)


def a_dispute(about: list[str], **changed: Any) -> Data:
    return _with(
        {
            "about": about,
            "field": "quantity",
            "claimed": "5150 kg",
            "other": "5000 kg",
            "reason": "磅单与采收记录不符",
        },
        changed,
    )


def a_settlement(dispute: str, **changed: Any) -> Data:
    return _with({"dispute": dispute, "outcome": "以磅单为准", "reason": "双方核对磅单一致"}, changed)
